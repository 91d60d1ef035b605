//! A file's bytes to sheets of plain text, whatever kind of spreadsheet it is.

use super::file::FileKind;
use super::problem::{ProblemKind, SheetProblem};
use super::{archive, text, xls};

/// No form has more; what lies beyond is a slip (or an attack on memory).
const MAX_ROWS: u32 = 60_000;
/// Columns right of this one are not read.
const MAX_COLUMNS: u32 = 500;
/// Bytes of one cell.
const MAX_CELL: usize = 100_000;
/// Cells of a sheet, blank ones between others counted.
const MAX_CELLS: usize = 2_000_000;
/// Bytes of all cells of a sheet.
const MAX_TEXT: usize = 32 << 20;

/// Sheets of text, as a form is written.
#[derive(Clone, Debug, Default)]
pub struct Workbook {
    /// The sheets in the file's order; those that are no part of a form without rows.
    pub sheets: Vec<Sheet>,
}

/// One sheet: every cell as text, blank ones empty.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Rows from the first of the sheet on, cells from column A on.
    pub rows: Vec<Vec<String>>,
}

impl Workbook {
    /// Opens xlsx, xlsm, xls, ods, csv or Markdown, told apart by content.
    ///
    /// # Errors
    /// When it is none of these, or larger than a form can be.
    pub fn open(bytes: &[u8]) -> Result<Self, SheetProblem> {
        let sheets = match FileKind::of(bytes) {
            Some(FileKind::Archive) => archive::sheets(bytes),
            Some(FileKind::Xls) => xls::sheets(bytes),
            Some(FileKind::Markdown) => text::markdown(bytes),
            Some(FileKind::Csv) => text::csv(bytes),
            Some(FileKind::Xml) | None => Err(unreadable()),
        };
        Ok(Self { sheets: sheets? })
    }

    /// The sheet of that name, in any case.
    pub(super) fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name.trim().eq_ignore_ascii_case(name))
    }
}

/// A sheet being filled, within bounds.
#[derive(Default)]
pub(super) struct Filling {
    sheet: Sheet,
    cells: usize,
    bytes: usize,
}

impl Filling {
    pub(super) fn new(name: &str) -> Self {
        Self { sheet: Sheet { name: name.to_owned(), rows: Vec::new() }, ..Self::default() }
    }

    /// How many columns are read.
    pub(super) const WIDTH: usize = MAX_COLUMNS as usize;

    /// Writes a cell; blank ones take no place. Row and column from 0.
    pub(super) fn put(&mut self, row: u32, column: u32, text: &str) -> Result<(), SheetProblem> {
        let text = text.trim_matches(|end: char| end.is_whitespace() || is_blank(end));
        if text.is_empty() || column >= MAX_COLUMNS {
            return Ok(());
        }
        self.bytes += text.len();
        if row >= MAX_ROWS || text.len() > MAX_CELL || self.cells > MAX_CELLS || self.bytes > MAX_TEXT {
            let cell = cell_name(row as usize, column as usize);
            return Err(SheetProblem { sheet: self.sheet.name.clone(), cell, kind: ProblemKind::TooLarge });
        }
        let (row, column) = (row as usize, column as usize);
        let rows = &mut self.sheet.rows;
        if rows.len() <= row {
            self.cells += row + 1 - rows.len();
            rows.resize(row + 1, Vec::new());
        }
        let cells = &mut rows[row];
        if cells.len() <= column {
            self.cells += column + 1 - cells.len();
            cells.resize(column + 1, String::new());
        }
        // Lines of a cell end as programs on Windows end them, or not.
        cells[column] = text.replace(is_blank, " ").replace("\r\n", "\n");
        Ok(())
    }

    pub(super) fn sheet(self) -> Sheet {
        self.sheet
    }
}

/// Characters that only look like blanks.
fn is_blank(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{feff}')
}

pub(super) fn file_problem(kind: ProblemKind) -> SheetProblem {
    SheetProblem { sheet: String::new(), cell: String::new(), kind }
}

pub(super) fn unreadable() -> SheetProblem {
    file_problem(ProblemKind::NotASpreadsheet)
}

/// Sheets a form is made of; others (notes, translations in work) are the author's own and may hold anything. The only
/// sheet is the form, whatever it is called.
pub(super) fn matters(name: &str, count: usize) -> bool {
    count == 1 || super::sheets::NAMES.iter().any(|known| name.trim().eq_ignore_ascii_case(known))
}

/// `C12` for row 11 and column 2 (both from 0).
pub(super) fn cell_name(row: usize, column: usize) -> String {
    const LETTERS: &[u8; 26] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.insert(0, char::from(LETTERS[(rest - 1) % 26]));
        rest = (rest - 1) / 26;
    }
    letters + &(row + 1).to_string()
}
