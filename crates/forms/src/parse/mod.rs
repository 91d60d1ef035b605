//! Sheets to [`Definition`]: XLSForm as pyxform reads it. Every problem has its sheet and cell; all are collected, so that
//! an author mends a sheet in one go.
//!
//! [`read_xlsform`] takes any file of sheets: what it is, its bytes say ([`FileKind`]). [`Sheets`] are its tables with their columns known;
//! [`survey`] makes the tree of them, [`details`] fills its nodes, and [`check`] looks at what needs the whole form.

mod appearances;
mod archive;
mod cells;
mod check;
mod choices;
mod compound;
mod cycles;
mod defaults;
mod details;
mod entities;
mod file;
mod files;
mod headers;
mod languages;
mod names;
mod ods;
mod parameters;
mod place;
mod problem;
mod range;
mod records;
mod references;
mod settings;
mod sheets;
mod slips;
mod survey;
mod table;
mod text;
mod triggers;
mod types;
mod workbook;
mod xls;

pub(crate) use appearances::not_drawn;
pub(crate) use cycles::circle;
pub use file::FileKind;
pub use problem::{EntityFault, ProblemKind, RangeFault, SheetProblem};
pub use workbook::{Sheet, Workbook};

use references::{At, Scope};
use sheets::Sheets;
use survey::Survey;

use crate::definition::{Definition, Piece, Text};

/// A form that can be filled.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The form.
    pub definition: Definition,
    /// What its author may want to know; nothing that keeps it from being filled.
    pub warnings: Vec<SheetProblem>,
}

/// Columns of the survey that are read, and an author's own without meaning for filling.
const COLUMNS: &[&str] = &[
    "type",
    "name",
    "label",
    "hint",
    "guidance_hint",
    "relevant",
    "required",
    "required_message",
    "constraint",
    "constraint_message",
    "calculation",
    "choice_filter",
    "appearance",
    "default",
    "parameters",
    "readonly",
    "repeat_count",
    "disabled",
    "trigger",
    "save_to",
    "media::image",
    "media::big-image",
    "media::audio",
    "media::video",
    "bind::*",
    "control::accuracythreshold",
    "control::unacceptableaccuracythreshold",
    "control::rows",
    "control::incremental",
    "note",
    "notes",
    "comment",
    "comments",
    "sms_*",
    "compact_tag",
];

/// Reads a spreadsheet (xlsx, xlsm, xls, ods) or a text of tables (csv, Markdown). `file_name` gives the form's id and title where the sheet has
/// none.
///
/// # Errors
/// Everything that keeps the form from being filled, with sheet and cell.
pub fn read_xlsform(file_name: &str, bytes: &[u8]) -> Result<Parsed, Vec<SheetProblem>> {
    let workbook = Workbook::open(bytes).map_err(|problem| vec![problem])?;
    read_workbook(file_name, &workbook)
}

/// Reads a form from sheets of text, wherever they come from. See [`read_xlsform`].
///
/// # Errors
/// Everything that keeps the form from being filled, with sheet and cell.
pub fn read_workbook(file_name: &str, workbook: &Workbook) -> Result<Parsed, Vec<SheetProblem>> {
    let sheets = Sheets::of(workbook).map_err(|problem| vec![problem])?;
    if !sheets.survey.has("type") {
        return Err(vec![sheets.survey.sheet_problem(ProblemKind::NoColumn("type"))]);
    }
    let root = Some(sheets.settings.get("name")).filter(|name| !name.is_empty()).unwrap_or("data");
    let mut survey = Survey::new(&sheets, root);
    if !names::is_name(root) {
        survey.problems.push(sheets.settings.problem("name", ProblemKind::BadName(root.into())));
    }
    survey.problems.extend(sheets.survey.heads(COLUMNS));
    survey.structure();
    let scope = Scope::new(survey.entries.iter().map(|entry| &entry.node));
    survey.details(&scope);
    survey.triggers(&scope);
    let choices = choices::read(&scope, &mut survey);
    let entities = entities::read(&scope, &mut survey);
    let instance_name = instance_name(&scope, &mut survey);
    let files = survey.collect_files(&scope);
    let mut definition = Definition {
        id: id(&survey, file_name),
        version: sheets.settings.get("version").to_owned(),
        title: title(&survey, file_name),
        style: sheets.settings.get("style").split_whitespace().map(str::to_owned).collect(),
        instance_name,
        default_language: sheets.languages.default,
        languages: sheets.languages.names.clone(),
        choices,
        files,
        entities,
        ..Definition::default()
    };
    check::check(&mut survey, &definition);
    if !survey.problems.is_empty() {
        return Err(survey.problems);
    }
    slips::find(&mut survey, &definition);
    let warnings = warnings(&mut survey, workbook);
    definition.nodes = survey.entries.into_iter().map(|entry| entry.node).collect();
    Ok(Parsed { definition, warnings })
}

/// A setting that is written among the questions.
fn among_questions(survey: &Survey<'_>, key: &str) -> Option<String> {
    survey.settings.iter().rev().find(|(known, _)| *known == key).map(|(_, value)| value.clone())
}

fn id(survey: &Survey<'_>, file_name: &str) -> String {
    let written = Some(survey.sheets.settings.id()).filter(|id| !id.is_empty()).map(str::to_owned);
    among_questions(survey, "form_id").or(written).unwrap_or_else(|| stem(file_name).to_owned())
}

/// The title; where there is none, the id, as pyxform has it.
fn title(survey: &Survey<'_>, file_name: &str) -> Text {
    let languages = &survey.sheets.languages;
    let plain = |words: &str| {
        let mut text = vec![Vec::new(); languages.names.len()];
        text[languages.default] = vec![Piece::Words(words.into())];
        Text(text)
    };
    match among_questions(survey, "form_title") {
        Some(title) => plain(&title),
        None => survey.sheets.settings.title(languages).unwrap_or_else(|| plain(&id(survey, file_name))),
    }
}

fn instance_name(scope: &Scope, survey: &mut Survey<'_>) -> String {
    let settings = &survey.sheets.settings;
    match scope.expression(At::Node(0), settings.get("instance_name")) {
        Ok(resolved) => resolved.text,
        Err(kind) => {
            survey.problems.push(settings.problem("instance_name", kind));
            String::new()
        }
    }
}

fn warnings(survey: &mut Survey<'_>, workbook: &Workbook) -> Vec<SheetProblem> {
    let sheets = survey.sheets;
    let mut warnings = std::mem::take(&mut survey.warnings);
    if !sheets.default_known {
        let name = sheets.settings.get("default_language").to_owned();
        warnings.push(sheets.settings.problem("default_language", ProblemKind::UnknownLanguage(name)));
    }
    let settings = &sheets.settings;
    if !settings.get("form_id").is_empty() && !settings.get("id_string").is_empty() {
        warnings.push(settings.problem("id_string", ProblemKind::TwoFormIds));
    }
    for table in [&sheets.survey, &sheets.choices] {
        warnings.extend(sheets.languages.missing(table));
    }
    warnings.extend(sheets.survey.unused(COLUMNS));
    warnings.extend(settings.table.unused(settings::COLUMNS));
    warnings.extend(Sheets::misspelt(workbook));
    warnings
}

/// `household_visit` of `forms/household_visit.xlsx`.
fn stem(file_name: &str) -> &str {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
