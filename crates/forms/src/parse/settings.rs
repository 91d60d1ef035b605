//! The one row of settings.

use super::languages::{Languages, Raw};
use super::problem::{ProblemKind, SheetProblem};
use super::table::Table;
use crate::definition::{Piece, Text};

/// Settings that are read, and those that mean nothing for filling here.
pub(super) const COLUMNS: &[&str] = &[
    "form_title",
    "form_id",
    "id_string",
    "version",
    "default_language",
    "instance_name",
    "allow_choice_duplicates",
    "name",
    "style",
    "clean_text_values",
    // For other programs.
    "public_key",
    "submission_url",
    "auto_send",
    "auto_delete",
    "client_editable",
    "namespaces",
    "omit_instanceid",
    "instance_id",
    "instance_xmlns",
    "attribute*",
    "sms_*",
    "prefix",
    "delimiter",
];

pub(super) struct Settings<'a> {
    pub(super) table: Table<'a>,
    row: Option<usize>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(table: Table<'a>) -> Self {
        let row = table.rows().next();
        Self { table, row }
    }

    pub(super) fn get(&self, key: &str) -> &str {
        self.row.map_or("", |row| self.table.get(row, key))
    }

    /// The form's id: `form_id`, or as old sheets call it.
    pub(super) fn id(&self) -> &str {
        let id = self.get("form_id");
        if id.is_empty() { self.get("id_string") } else { id }
    }

    pub(super) fn problem(&self, key: &str, kind: ProblemKind) -> SheetProblem {
        self.table.problem(self.row.unwrap_or_default(), key, kind)
    }

    /// The title in every language; `None` when there is none.
    pub(super) fn title(&self, languages: &Languages) -> Option<Text> {
        let words = |raw: Raw<'_>| Ok(vec![Piece::Words(raw.text.into())]);
        languages.text(&self.table, self.row?, "form_title", words).0
    }
}
