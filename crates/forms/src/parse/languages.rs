//! Which languages the sheets are written in, and texts in all of them.

use super::problem::{ProblemKind, SheetProblem};
use super::table::{TRANSLATED, Table};
use crate::definition::{Piece, Text};

/// The languages of a form; one without name when nothing is translated.
pub(super) struct Languages {
    pub(super) names: Vec<String>,
    pub(super) default: usize,
}

/// What pyxform calls the language of columns without one, beside columns with one.
const UNNAMED: &str = "default";

impl Languages {
    /// Collects the languages in the order of the columns. `default` is the setting, empty when there is none.
    pub(super) fn of(tables: &[&Table<'_>], default: &str) -> (Self, bool) {
        let mut names: Vec<String> = Vec::new();
        let columns = || {
            tables.iter().flat_map(|table| &table.columns).filter(|column| TRANSLATED.contains(&column.key.as_str()))
        };
        for language in columns().filter_map(|column| column.language.clone()) {
            if !names.contains(&language) {
                names.push(language);
            }
        }
        let plain = columns().any(|column| column.language.is_none() && column.key != "form_title");
        if names.is_empty() {
            return (Self { names: vec![default.to_owned()], default: 0 }, true);
        }
        let wanted = if default.is_empty() && plain { UNNAMED } else { default };
        if plain && !names.iter().any(|name| name == wanted) {
            names.insert(0, wanted.to_owned());
        }
        let found = names.iter().position(|name| name == wanted);
        (Self { names, default: found.unwrap_or(0) }, found.is_some() || wanted.is_empty())
    }

    /// A text in every language; `None` when the row has no word in any.
    pub(super) fn text(
        &self,
        table: &Table<'_>,
        row: usize,
        key: &str,
        pieces: impl Fn(&str) -> Result<Vec<Piece>, ProblemKind>,
    ) -> (Option<Text>, Vec<SheetProblem>) {
        let mut text = Text(vec![Vec::new(); self.names.len()]);
        let mut problems = Vec::new();
        for column in table.columns.iter().filter(|column| column.key == key) {
            let raw = table.at(row, column);
            let index = match &column.language {
                Some(language) => self.names.iter().position(|name| name == language),
                None => Some(self.default),
            };
            let Some(index) = index.filter(|_| !raw.is_empty()) else { continue };
            match pieces(raw) {
                Ok(found) => text.0[index] = found,
                Err(kind) => problems.push(table.problem_at(row, column, kind)),
            }
        }
        (text.0.iter().any(|words| !words.is_empty()).then_some(text), problems)
    }
}
