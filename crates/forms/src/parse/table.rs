//! A sheet read by its column names.

use super::problem::{ProblemKind, SheetProblem};
use super::workbook::{Sheet, cell_name};

/// A sheet with its columns known.
pub(super) struct Table<'a> {
    sheet: &'a Sheet,
    pub(super) columns: Vec<Column>,
    /// Index of the row of column names.
    header: usize,
}

/// A column: `label::English (en)` is `label` with a language.
pub(super) struct Column {
    pub(super) key: String,
    pub(super) language: Option<String>,
    index: usize,
    /// As the sheet writes it.
    pub(super) title: String,
}

/// Which spelling of a column name means which.
pub(super) type Aliases = &'static [(&'static str, &'static str)];

/// Columns that may be translated; only there a single colon separates the language (as old sheets do).
pub(super) const TRANSLATED: &[&str] = &["label", "hint", "constraint_message", "required_message", "form_title"];

impl<'a> Table<'a> {
    pub(super) fn new(sheet: &'a Sheet, aliases: Aliases) -> Self {
        let header = sheet.rows.iter().position(|row| row.iter().any(|cell| !cell.is_empty())).unwrap_or(0);
        let titles = sheet.rows.get(header).map_or(&[][..], Vec::as_slice);
        let columns = titles
            .iter()
            .enumerate()
            .filter(|(_, title)| !title.is_empty())
            .map(|(index, title)| column(index, title, aliases))
            .collect();
        Self { sheet, columns, header }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.columns.iter().any(|column| column.key == key)
    }

    /// Rows below the names that hold anything.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        (self.header + 1..self.sheet.rows.len()).filter(|&row| self.sheet.rows[row].iter().any(|cell| !cell.is_empty()))
    }

    /// The text under a column without language (or, where there is none, under its first).
    pub(super) fn get(&self, row: usize, key: &str) -> &'a str {
        self.find(key).map_or("", |column| self.at(row, column))
    }

    pub(super) fn at(&self, row: usize, column: &Column) -> &'a str {
        self.sheet.rows.get(row).and_then(|cells| cells.get(column.index)).map_or("", String::as_str)
    }

    fn find(&self, key: &str) -> Option<&Column> {
        let mut found = None;
        for column in self.columns.iter().filter(|column| column.key == key) {
            if column.language.is_none() {
                return Some(column);
            }
            found = found.or(Some(column));
        }
        found
    }

    /// A problem at a cell; at the whole row when there is no such column.
    pub(super) fn problem(&self, row: usize, key: &str, kind: ProblemKind) -> SheetProblem {
        let cell = match self.find(key) {
            Some(column) => cell_name(row as u32, column.index),
            None => (row + 1).to_string(),
        };
        SheetProblem { sheet: self.sheet.name.clone(), cell, kind }
    }

    pub(super) fn problem_at(&self, row: usize, column: &Column, kind: ProblemKind) -> SheetProblem {
        SheetProblem { sheet: self.sheet.name.clone(), cell: cell_name(row as u32, column.index), kind }
    }

    /// A problem of the row of column names, or of the sheet.
    pub(super) fn sheet_problem(&self, kind: ProblemKind) -> SheetProblem {
        SheetProblem { sheet: self.sheet.name.clone(), cell: String::new(), kind }
    }

    /// A warning for every column that nobody reads.
    pub(super) fn unused(&self, known: &[&str]) -> Vec<SheetProblem> {
        let unknown = self.columns.iter().filter(|column| !known.contains(&column.key.as_str()));
        unknown
            .map(|column| self.problem_at(self.header, column, ProblemKind::UnusedColumn(column.title.clone())))
            .collect()
    }
}

fn column(index: usize, title: &str, aliases: Aliases) -> Column {
    let (name, language) = match title.split_once("::") {
        Some((name, language)) => (name, Some(language)),
        None => match title.split_once(':') {
            Some((name, language)) if TRANSLATED.contains(&key_of(name, aliases).as_str()) => (name, Some(language)),
            _ => (title, None),
        },
    };
    let language = language.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    Column {
        key: key_of(name, aliases),
        language: language.filter(|text| !text.is_empty()),
        index,
        title: title.into(),
    }
}

fn key_of(name: &str, aliases: Aliases) -> String {
    let key = name.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase();
    aliases.iter().find(|(alias, _)| *alias == key).map_or(key, |(_, known)| (*known).to_owned())
}
