//! A file's bytes to sheets of plain text, whatever kind of spreadsheet it is.

use std::io::Cursor;

use calamine::{Data, DataRef, ExcelDateTime, Reader, Sheets, open_workbook_auto_from_rs};

use super::problem::{ProblemKind, SheetProblem};

/// No form has more; what lies beyond is a slip (or an attack on memory).
const MAX_ROWS: u32 = 20_000;
const MAX_COLUMNS: u32 = 500;

/// Sheets of text, as a form is written.
#[derive(Clone, Debug, Default)]
pub struct Workbook {
    /// The sheets in the file's order.
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
    /// Opens xlsx, xls or ods, told apart by content.
    pub fn open(bytes: &[u8]) -> Result<Self, SheetProblem> {
        let unreadable = || file_problem(ProblemKind::NotASpreadsheet);
        let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| unreadable())?;
        let mut sheets = Vec::new();
        for name in book.sheet_names() {
            if !matters(&name) {
                continue;
            }
            let mut sheet = Sheet { name: name.clone(), rows: Vec::new() };
            if let Sheets::Xlsx(xlsx) = &mut book {
                let mut cells = xlsx.worksheet_cells_reader(&name).map_err(|_| unreadable())?;
                while let Some(cell) = cells.next_cell().map_err(|_| unreadable())? {
                    sheet.put(cell.get_position(), text_of(&Data::from(DataRef::clone(cell.get_value()))))?;
                }
            } else {
                let range = book.worksheet_range(&name).map_err(|_| unreadable())?;
                let (top, left) = range.start().unwrap_or_default();
                for (row, column, value) in range.used_cells() {
                    sheet.put((top + row as u32, left + column as u32), text_of(value))?;
                }
            }
            sheets.push(sheet);
        }
        Ok(Self { sheets })
    }

    /// The sheet of that name, in any case.
    pub(super) fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name.trim().eq_ignore_ascii_case(name))
    }
}

impl Sheet {
    fn put(&mut self, (row, column): (u32, u32), text: String) -> Result<(), SheetProblem> {
        if text.is_empty() {
            return Ok(());
        }
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            let cell = cell_name(row, column as usize);
            return Err(SheetProblem { sheet: self.name.clone(), cell, kind: ProblemKind::TooLarge });
        }
        let (row, column) = (row as usize, column as usize);
        if self.rows.len() <= row {
            self.rows.resize(row + 1, Vec::new());
        }
        let cells = &mut self.rows[row];
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
        Ok(())
    }
}

pub(super) fn file_problem(kind: ProblemKind) -> SheetProblem {
    SheetProblem { sheet: String::new(), cell: String::new(), kind }
}

/// Sheets a form is made of; others (notes, translations in work) are the author's own and may hold anything.
fn matters(name: &str) -> bool {
    ["survey", "choices", "settings"].iter().any(|known| name.trim().eq_ignore_ascii_case(known))
}

/// A cell as its author sees it: `3` for the number 3, no blanks around, no characters that only look like blanks.
fn text_of(value: &Data) -> String {
    match value {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => clean(text),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(true) => "TRUE".into(),
        Data::Bool(false) => "FALSE".into(),
        Data::DateTime(moment) => date_text(moment),
        _ => String::new(),
    }
}

fn clean(text: &str) -> String {
    text.replace(['\u{a0}', '\u{feff}'], " ").trim().to_owned()
}

fn date_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if moment.as_f64() < 1.0 {
        format!("{hour:02}:{minute:02}:{second:02}")
    } else if hour == 0 && minute == 0 && second == 0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// `C12` for row 11 and column 2 (both from 0).
pub(super) fn cell_name(row: u32, column: usize) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).expect("below 26") + b'A';
        letters.insert(0, char::from(letter));
        rest = (rest - 1) / 26;
    }
    format!("{letters}{}", row + 1)
}
