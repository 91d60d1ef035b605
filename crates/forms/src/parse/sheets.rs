//! All sheets of a form, read by their column names, and the lists on them.

use std::collections::BTreeMap;

use super::headers;
use super::languages::Languages;
use super::names::is_like;
use super::problem::{ProblemKind, SheetProblem};
use super::references::only_name;
use super::settings::Settings;
use super::table::Table;
use super::types::{List, Question, RowType, row_type};
use super::workbook::{Sheet, Workbook, file_problem};
use crate::definition::Kind;

/// The sheets that a form can have.
pub(super) const NAMES: [&str; 6] = ["survey", "choices", "settings", "external_choices", "entities", "osm"];

/// The rows of each list.
type Rows = BTreeMap<String, Vec<usize>>;

/// The sheets of a form.
pub(super) struct Sheets<'a> {
    pub(super) survey: Table<'a>,
    pub(super) choices: Table<'a>,
    pub(super) settings: Settings<'a>,
    pub(super) external: Table<'a>,
    pub(super) entities: Table<'a>,
    /// Lists of the sheet `choices`.
    pub(super) lists: Rows,
    /// Lists of the sheet `external_choices`.
    pub(super) external_lists: Rows,
    pub(super) languages: Languages,
    /// Whether the default language is one of the form's.
    pub(super) default_known: bool,
}

static NO_SHEET: Sheet = Sheet { name: String::new(), rows: Vec::new() };

impl<'a> Sheets<'a> {
    pub(super) fn of(workbook: &'a Workbook) -> Result<Self, SheetProblem> {
        let sheet = |name: &str| workbook.sheet(name).unwrap_or(&NO_SHEET);
        let survey = match (workbook.sheet("survey"), workbook.sheets.as_slice()) {
            (Some(survey), _) => survey,
            // The only sheet is the survey, whatever it is called.
            (None, [only]) if !only.rows.is_empty() => only,
            (None, all) => {
                let other =
                    all.iter().map(|sheet| sheet.name.clone()).find(|name| is_like(&name.to_lowercase(), "survey"));
                return Err(file_problem(ProblemKind::NoSheet("survey", other.unwrap_or_default())));
            }
        };
        let settings = Settings::new(Table::new(sheet("settings"), headers::SETTINGS, false));
        let collapse =
            settings.get("clean_text_values").is_empty() || super::survey::is_yes(settings.get("clean_text_values"));
        let survey = Table::new(survey, headers::SURVEY, collapse);
        let choices = Table::new(sheet("choices"), headers::CHOICES, false);
        let external = Table::new(sheet("external_choices"), headers::CHOICES, false);
        let entities = Table::new(sheet("entities"), headers::ENTITIES, false);
        let tables = [&survey, &choices, &settings.table, &external];
        let (languages, default_known) = Languages::of(&tables, settings.get("default_language"));
        let (lists, external_lists) = (lists(&choices), lists(&external));
        Ok(Self { survey, choices, settings, external, entities, lists, external_lists, languages, default_known })
    }

    /// The names of a list's choices.
    pub(super) fn names_of(&self, list: &str) -> Option<impl Iterator<Item = &str>> {
        let rows = self.lists.get(list)?;
        Some(rows.iter().map(|&row| self.choices.get(row, "name")))
    }

    /// What a list of `external_choices` is called in the definition, where both sheets' lists are together.
    pub(super) fn external_name(&self, list: &str) -> String {
        if self.lists.contains_key(list) { ["external_choices/", list].concat() } else { list.to_owned() }
    }

    fn row_types(&self) -> impl Iterator<Item = (usize, RowType)> + '_ {
        self.survey.rows().filter_map(|row| Some((row, row_type(self.survey.get(row, "type")).ok()?)))
    }

    /// Whether a repeat of the survey has this name.
    pub(super) fn is_repeat(&self, name: &str) -> bool {
        self.row_types().any(|(row, kind)| kind == RowType::Begin(Kind::Repeat) && self.survey.get(row, "name") == name)
    }

    /// Whether a select adds a choice to this list, by `or_other`.
    pub(super) fn has_other(&self, list: &str) -> bool {
        self.row_types().any(|(_, kind)| match kind {
            RowType::Question(Question { list: Some(List::Choices(name)), or_other, .. }) => or_other && name == list,
            _ => false,
        })
    }

    /// Whether anything of the form gives a list of this name to expressions.
    pub(super) fn is_list(&self, name: &str) -> bool {
        let by_row = |(row, kind): (usize, RowType)| match kind {
            RowType::File(_) => self.survey.get(row, "name") == name,
            RowType::Question(question) => match question.list {
                Some(List::File(file)) => file.rsplit_once('.').is_some_and(|(stem, _)| stem == name),
                Some(List::Choices(list)) => list.split('.').next() == Some(name),
                _ => false,
            },
            _ => false,
        };
        self.lists.contains_key(name)
            || self.entities.rows().any(|row| self.entities.get(row, "dataset") == name)
            || self.row_types().any(by_row)
    }

    /// Whether an expression names the instance's id, which is in `meta` and no question.
    pub(super) fn names_instance_id(&self) -> bool {
        let named = |table: &Table<'_>| {
            table.rows().any(|row| {
                table.columns.iter().any(|column| {
                    let text = table.at(row, column);
                    text.contains("${instanceID}") || only_name(text) == Some("instanceID")
                })
            })
        };
        let is_question = self.survey.rows().any(|row| self.survey.get(row, "name") == "instanceID");
        let is_left_out = super::survey::is_yes(self.settings.get("omit_instanceid"));
        !is_question
            && !is_left_out
            && [&self.survey, &self.choices, &self.settings.table, &self.entities].into_iter().any(named)
    }

    /// Sheets that are not read and may be meant to be.
    pub(super) fn misspelt(workbook: &Workbook) -> Vec<SheetProblem> {
        let mut found = Vec::new();
        for known in NAMES.into_iter().filter(|known| *known != "osm" && workbook.sheet(known).is_none()) {
            for Sheet { name, .. } in &workbook.sheets {
                let lower = name.trim().to_lowercase();
                if is_like(&lower, known) && !NAMES.contains(&lower.as_str()) && !name.starts_with('_') {
                    let kind = ProblemKind::MisspeltSheet(name.clone(), known);
                    found.push(SheetProblem { sheet: name.clone(), cell: String::new(), kind });
                }
            }
        }
        found
    }
}

fn lists(table: &Table<'_>) -> Rows {
    let mut lists = Rows::new();
    for row in table.rows() {
        let list = table.get(row, "list_name");
        if !list.is_empty() {
            lists.entry(list.to_owned()).or_default().push(row);
        }
    }
    lists
}
