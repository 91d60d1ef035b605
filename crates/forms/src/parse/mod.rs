//! Sheets to [`Definition`]: XLSForm as pyxform reads it. Every problem has its sheet and cell; all are collected, so that
//! an author mends a sheet in one go.

mod check;
mod choices;
mod cycles;
mod languages;
mod problem;
mod references;
mod survey;
mod table;
mod types;
mod workbook;

pub use problem::{ProblemKind, SheetProblem};
pub use workbook::{Sheet, Workbook};

use std::collections::BTreeSet;

use languages::Languages;
use references::Scope;
use survey::Survey;
use table::{Aliases, Table};

use crate::definition::{Definition, Kind, Piece, Text};

/// A form that can be filled.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The form.
    pub definition: Definition,
    /// What its author may want to know; nothing that keeps it from being filled.
    pub warnings: Vec<SheetProblem>,
}

const SETTINGS: Aliases =
    &[("title", "form_title"), ("id_string", "form_id"), ("set_form_title", "form_title"), ("set_form_id", "form_id")];

/// Settings that are read, and those that mean nothing for filling here.
const SETTINGS_COLUMNS: &[&str] = &[
    "form_title",
    "form_id",
    "version",
    "default_language",
    "instance_name",
    "allow_choice_duplicates",
    "name",
    "style",
];

/// Reads a spreadsheet (xlsx, xls, ods). `file_name` gives the form's id and title where the sheet has none.
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
    let no_sheet = Sheet::default();
    let survey_sheet =
        workbook.sheet("survey").ok_or_else(|| vec![workbook::file_problem(ProblemKind::NoSheet("survey"))])?;
    let survey_table = Table::new(survey_sheet, survey::ALIASES);
    let choices_table = Table::new(workbook.sheet("choices").unwrap_or(&no_sheet), choices::ALIASES);
    let settings = Settings { table: Table::new(workbook.sheet("settings").unwrap_or(&no_sheet), SETTINGS) };

    let missing = ["type", "name"].into_iter().filter(|column| !survey_table.has(column));
    let missing: Vec<_> = missing.map(|column| survey_table.sheet_problem(ProblemKind::NoColumn(column))).collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let (languages, default_known) =
        Languages::of(&[&survey_table, &choices_table, &settings.table], settings.get("default_language"));

    let mut survey = Survey::new(&survey_table, settings.or("name", "data"));
    let root = settings.get("name").to_owned();
    if !root.is_empty() && !survey::is_name(&root) {
        survey.problems.push(settings.problem("name", ProblemKind::BadName(root)));
    }
    if !default_known {
        let name = settings.get("default_language").to_owned();
        survey.problems.push(settings.problem("default_language", ProblemKind::UnknownLanguage(name)));
    }
    let lists: BTreeSet<String> = choices::list_names(&choices_table);
    survey.structure(&lists);
    survey.details(&languages);
    let scope = Scope::new(&survey.nodes);
    let choices = choices::read(&choices_table, &languages, &scope, &mut survey, &settings);
    let mut definition = Definition {
        id: settings.or("form_id", stem(file_name)).to_owned(),
        version: settings.get("version").to_owned(),
        title: settings.title(&languages, stem(file_name), &mut survey),
        instance_name: settings.instance_name(&scope, &mut survey),
        default_language: languages.default,
        languages: languages.names,
        choices,
        ..Definition::default()
    };
    check::check(&mut survey, &settings, &definition);
    if survey.problems.is_empty() {
        survey.warnings.extend(survey_table.unused(survey::COLUMNS));
        survey.warnings.extend(settings.table.unused(SETTINGS_COLUMNS));
        definition.nodes = survey.nodes;
        definition.files = survey.files;
        Ok(Parsed { definition, warnings: survey.warnings })
    } else {
        Err(survey.problems)
    }
}

/// The one row of settings.
struct Settings<'a> {
    table: Table<'a>,
}

impl Settings<'_> {
    fn row(&self) -> usize {
        self.table.rows().next().unwrap_or_default()
    }

    fn get(&self, key: &str) -> &str {
        if self.table.rows().next().is_some() { self.table.get(self.row(), key) } else { "" }
    }

    fn or<'b>(&'b self, key: &str, otherwise: &'b str) -> &'b str {
        Some(self.get(key)).filter(|text| !text.is_empty()).unwrap_or(otherwise)
    }

    fn problem(&self, key: &str, kind: ProblemKind) -> SheetProblem {
        self.table.problem(self.row(), key, kind)
    }

    fn title(&self, languages: &Languages, otherwise: &str, survey: &mut Survey<'_>) -> Text {
        let words = |raw: &str| Ok(vec![Piece::Words(raw.into())]);
        let (title, mut problems) = languages.text(&self.table, self.row(), "form_title", words);
        survey.problems.append(&mut problems);
        title.filter(|_| !self.get("form_title").is_empty()).unwrap_or_else(|| {
            let mut text = vec![Vec::new(); languages.names.len()];
            text[languages.default] = vec![Piece::Words(otherwise.into())];
            Text(text)
        })
    }

    fn instance_name(&self, scope: &Scope, survey: &mut Survey<'_>) -> String {
        match scope.expression(0, self.get("instance_name"), false) {
            Ok(resolved) => resolved.text,
            Err(kind) => {
                survey.problems.push(self.problem("instance_name", kind));
                String::new()
            }
        }
    }
}

/// `household_visit` of `forms/household_visit.xlsx`.
fn stem(file_name: &str) -> &str {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a select of several uses the list: its choices are stored with spaces between.
fn used_by_multiple(survey: &Survey<'_>, list: &str) -> bool {
    survey.nodes.iter().any(|node| {
        node.kind == Kind::SelectMultiple
            && node.choices.as_ref().is_some_and(|source| !source.external && source.list == list)
    })
}
