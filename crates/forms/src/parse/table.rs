//! A sheet read by its column names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::headers::{Aliases, Column, column};
use super::problem::{ProblemKind, SheetProblem};
use super::workbook::{Sheet, cell_name};

/// After so many rows without a word, what follows is no part of the form. As pyxform.
const BLANK_ROWS: usize = 60;
/// After so many columns without a name, what follows is no part of the form. As pyxform.
const BLANK_COLUMNS: usize = 20;

/// A sheet with its columns known.
pub(super) struct Table<'a> {
    name: &'a str,
    pub(super) columns: Vec<Column>,
    /// Where each key is: its column without language, else its first.
    by_key: BTreeMap<String, usize>,
    /// Index of the row of column names.
    header: usize,
    /// The cells of the rows below it.
    cells: Vec<Vec<Cow<'a, str>>>,
    /// The first row that is too far below the others to be read.
    below: Option<usize>,
}

impl<'a> Table<'a> {
    /// `collapse`: several spaces in a cell are one.
    pub(super) fn new(sheet: &'a Sheet, aliases: Aliases, collapse: bool) -> Self {
        let header = sheet.rows.iter().position(|row| row.iter().any(|cell| !cell.is_empty())).unwrap_or(0);
        let titles = sheet.rows.get(header).map_or(&[][..], Vec::as_slice);
        let mut columns: Vec<Column> = Vec::new();
        for (index, title) in titles.iter().enumerate() {
            if index > columns.last().map_or(0, |last| last.index + 1) + BLANK_COLUMNS {
                break;
            }
            if !title.is_empty() {
                columns.push(column(index, title, aliases));
            }
        }
        let mut by_key: BTreeMap<String, usize> = BTreeMap::new();
        for (place, column) in columns.iter().enumerate() {
            let better = by_key
                .get(&column.key)
                .is_none_or(|&other| columns[other].language.is_some() && column.language.is_none());
            if better {
                by_key.insert(column.key.clone(), place);
            }
        }
        let (last, below) = extent(sheet, header, &columns);
        let rows = sheet.rows.get(header + 1..last).unwrap_or_default();
        let cells = rows.iter().map(|row| row.iter().map(|cell| clean(cell, collapse)).collect()).collect();
        for column in &mut columns {
            column.is_used = rows.iter().any(|row| row.get(column.index).is_some_and(|cell| !cell.is_empty()));
        }
        Self { name: &sheet.name, columns, by_key, header, cells, below }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.by_key.contains_key(key)
    }

    /// Rows below the names that hold anything under them, by their index in the sheet.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        (self.header + 1..self.header + 1 + self.cells.len())
            .filter(|&row| self.columns.iter().any(|column| !self.at(row, column).is_empty()))
    }

    /// The text under a column without language (or, where there is none, under its first).
    pub(super) fn get(&self, row: usize, key: &str) -> &str {
        self.find(key).map_or("", |column| self.at(row, column))
    }

    pub(super) fn at(&self, row: usize, column: &Column) -> &str {
        self.cell(row, column.index)
    }

    fn cell(&self, row: usize, index: usize) -> &str {
        let cells = row.checked_sub(self.header + 1).and_then(|below| self.cells.get(below));
        cells.and_then(|cells| cells.get(index)).map_or("", |cell| cell)
    }

    fn find(&self, key: &str) -> Option<&Column> {
        self.by_key.get(key).map(|&place| &self.columns[place])
    }

    /// The columns of a key, with their languages.
    pub(super) fn columns_of<'b>(&'b self, key: &'b str) -> impl Iterator<Item = (&'b Column, Option<&'b str>)> {
        let columns = self.columns.iter().filter(move |column| column.key == key);
        columns.map(|column| (column, column.language.as_deref()))
    }

    /// The first word that a row has under the columns of a key, whatever the language; empty: none.
    pub(super) fn any(&self, row: usize, key: &str) -> &str {
        self.columns_of(key).map(|(column, _)| self.at(row, column)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// A problem at a cell; at the whole row when there is no such column.
    pub(super) fn problem(&self, row: usize, key: &str, kind: ProblemKind) -> SheetProblem {
        match self.find(key) {
            Some(column) => self.problem_at(row, column, kind),
            None => self.row_problem(row, kind),
        }
    }

    pub(super) fn problem_at(&self, row: usize, column: &Column, kind: ProblemKind) -> SheetProblem {
        SheetProblem { sheet: self.name.to_owned(), cell: cell_name(row, column.index), kind }
    }

    pub(super) fn row_problem(&self, row: usize, kind: ProblemKind) -> SheetProblem {
        SheetProblem { sheet: self.name.to_owned(), cell: (row + 1).to_string(), kind }
    }

    /// A problem of a column's name.
    pub(super) fn head_problem(&self, column: &Column, kind: ProblemKind) -> SheetProblem {
        self.problem_at(self.header, column, kind)
    }

    /// A problem of the sheet as a whole.
    pub(super) fn sheet_problem(&self, kind: ProblemKind) -> SheetProblem {
        SheetProblem { sheet: self.name.to_owned(), cell: String::new(), kind }
    }

    /// A warning for every column that nobody reads, and for rows that are not read.
    pub(super) fn unused(&self, known: &[&str]) -> Vec<SheetProblem> {
        let unknown = self.columns.iter().filter(|column| {
            !known
                .iter()
                .any(|key| key.strip_suffix('*').map_or(*key == column.key, |start| column.key.starts_with(start)))
        });
        let kind = |column: &Column| ProblemKind::UnusedColumn(column.title.clone());
        let columns = unknown.map(|column| self.head_problem(column, kind(column)));
        columns.chain(self.below.map(|row| self.row_problem(row, ProblemKind::RowsBelow))).collect()
    }

    /// Columns that are there twice.
    pub(super) fn heads(&self, known: &[&str]) -> Vec<SheetProblem> {
        let mut problems = Vec::new();
        for (place, column) in self.columns.iter().enumerate() {
            let same = |other: &&Column| other.key == column.key && other.language == column.language;
            let twin = self.columns[..place].iter().find(same).filter(|_| known.contains(&column.key.as_str()));
            if let Some(twin) = twin {
                let kind = ProblemKind::SameColumn(twin.title.clone(), column.title.clone());
                problems.push(self.head_problem(column, kind));
            }
        }
        problems
    }
}

/// Where the rows of a form end, and the first row that is left out though it holds something.
fn extent(sheet: &Sheet, header: usize, columns: &[Column]) -> (usize, Option<usize>) {
    let width = columns.last().map_or(0, |column| column.index + 1);
    let holds = |row: &Vec<String>| row.iter().take(width).any(|cell| !cell.is_empty());
    let mut last = header + 1;
    for (row, _) in sheet.rows.iter().enumerate().skip(header + 1).filter(|(_, row)| holds(row)) {
        if row > last + BLANK_ROWS {
            return (last, Some(row));
        }
        last = row + 1;
    }
    (last, None)
}

/// Typographic quotes mean plain ones, as in pyxform.
fn clean(text: &str, collapse: bool) -> Cow<'_, str> {
    const QUOTES: [char; 4] = ['\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}'];
    let mut clean = Cow::Borrowed(text);
    if text.contains(QUOTES) {
        clean = clean.replace(['\u{2018}', '\u{2019}'], "'").replace(['\u{201c}', '\u{201d}'], "\"").into();
    }
    if collapse && clean.contains("  ") {
        let mut once = String::with_capacity(clean.len());
        for character in clean.chars() {
            if character != ' ' || !once.ends_with(' ') {
                once.push(character);
            }
        }
        clean = once.into();
    }
    clean
}
