//! Which languages the sheets are written in, and texts in all of them.

use std::collections::BTreeMap;

use super::headers::Column;
use super::problem::{ProblemKind, SheetProblem};
use super::table::Table;
use crate::definition::{Piece, Text};

/// The languages of a form; one without name when nothing is translated.
pub(super) struct Languages {
    pub(super) names: Vec<String>,
    pub(super) default: usize,
}

/// A cell's text with the language it is in.
#[derive(Clone, Copy)]
pub(super) struct Raw<'a> {
    pub(super) text: &'a str,
    pub(super) language: usize,
}

/// What pyxform calls the language of columns without one, beside columns with one.
const UNNAMED: &str = "default";

impl Languages {
    /// Collects the languages in the order of the columns, and says whether the default one is among them. `default` is the
    /// setting, empty when there is none.
    pub(super) fn of(tables: &[&Table<'_>], default: &str) -> (Self, bool) {
        let mut names: Vec<String> = Vec::new();
        let columns = || tables.iter().flat_map(|table| &table.columns).filter(|column| column.is_translated());
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
        pieces: impl Fn(Raw<'_>) -> Result<Vec<Piece>, ProblemKind>,
    ) -> (Option<Text>, Vec<SheetProblem>) {
        let mut text = Text(vec![Vec::new(); self.names.len()]);
        let mut problems = Vec::new();
        for (column, language) in table.columns_of(key) {
            let (raw, Some(language)) = (table.at(row, column), self.place(language)) else { continue };
            if raw.is_empty() {
                continue;
            }
            match pieces(Raw { text: raw, language }) {
                Ok(found) => text.0[language] = found,
                Err(kind) => problems.push(table.problem_at(row, column, kind)),
            }
        }
        (text.0.iter().any(|words| !words.is_empty()).then_some(text), problems)
    }

    /// A cell as it is written, in a language or else the default one.
    pub(super) fn raw<'a>(&self, table: &'a Table<'_>, row: usize, key: &str, language: usize) -> &'a str {
        let mut default = "";
        for (column, of) in table.columns_of(key) {
            let raw = table.at(row, column);
            match self.place(of) {
                Some(place) if place == language && !raw.is_empty() => return raw,
                Some(place) if place == self.default => default = raw,
                _ => {}
            }
        }
        default
    }

    /// Words that no sheet has, in the default language.
    pub(super) fn plain(&self, words: &str) -> Text {
        let mut text = Text(vec![Vec::new(); self.names.len()]);
        text.0[self.default] = vec![Piece::Words(words.to_owned())];
        text
    }

    fn place(&self, language: Option<&str>) -> Option<usize> {
        match language {
            Some(language) => self.names.iter().position(|name| name == language),
            None => Some(self.default),
        }
    }

    /// Where a row has no words under a key in a language, though it has some in another: the language's column, its name. Not
    /// where the sheet has no column for the language.
    pub(super) fn gaps<'b>(&'b self, table: &'b Table<'_>, row: usize, key: &'b str) -> Vec<(&'b Column, &'b str)> {
        let mut seen: BTreeMap<usize, (&Column, bool)> = BTreeMap::new();
        for (column, language) in table.columns_of(key).filter(|(column, _)| column.is_translated()) {
            let Some(place) = self.place(language) else { continue };
            let has_words = !table.at(row, column).is_empty();
            seen.entry(place).and_modify(|(_, has)| *has |= has_words).or_insert((column, has_words));
        }
        if !seen.values().any(|(_, has)| *has) {
            return Vec::new();
        }
        let empty = seen.into_iter().filter(|(_, (_, has))| !has);
        empty.map(|(place, (column, _))| (column, self.names[place].as_str())).collect()
    }

    /// Columns of a sheet that one of its languages has and another has not. As pyxform.
    pub(super) fn missing(&self, table: &Table<'_>) -> Vec<SheetProblem> {
        let mut seen: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut languages: Vec<&str> = Vec::new();
        for column in table.columns.iter().filter(|column| column.is_translated()) {
            let language = column.language.as_deref().unwrap_or(UNNAMED);
            seen.entry(&column.key).or_default().push(language);
            if !languages.contains(&language) {
                languages.push(language);
            }
        }
        if languages.iter().all(|language| *language == UNNAMED) {
            return Vec::new();
        }
        let mut missing = Vec::new();
        for (key, has) in seen {
            for language in languages.iter().filter(|language| !has.contains(*language)) {
                let kind = ProblemKind::NoTranslation(key.into(), (*language).to_owned());
                missing.push(table.sheet_problem(kind));
            }
        }
        missing
    }
}
