//! Spreadsheets in a zip archive: xlsx, xlsm, ods.

use std::io::Cursor;

use calamine::{Data, DataRef, ExcelDateTime, Reader, Sheets, open_workbook_auto_from_rs};

use super::problem::SheetProblem;
use super::workbook::{Filling, Sheet, matters, unreadable};

/// The sheets of a form.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, SheetProblem> {
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let mut sheets = Vec::new();
    let names = book.sheet_names();
    for name in &names {
        let mut sheet = Filling::new(name);
        if !matters(name, names.len()) {
            sheets.push(sheet.sheet());
            continue;
        }
        if let Sheets::Xlsx(xlsx) = &mut book {
            let mut cells = xlsx.worksheet_cells_reader(name).map_err(|_| unreadable())?;
            while let Some(cell) = cells.next_cell().map_err(|_| unreadable())? {
                let (row, column) = cell.get_position();
                sheet.put(row, column, &text_of(&Data::from(DataRef::clone(cell.get_value()))))?;
            }
        } else {
            let range = book.worksheet_range(name).map_err(|_| unreadable())?;
            let (top, left) = range.start().unwrap_or_default();
            for (row, column, value) in range.used_cells() {
                sheet.put(top + row as u32, left + column as u32, &text_of(value))?;
            }
        }
        sheets.push(sheet.sheet());
    }
    Ok(sheets)
}

/// A cell as its author sees it: `3` for the number 3.
fn text_of(value: &Data) -> String {
    match value {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(true) => "TRUE".into(),
        Data::Bool(false) => "FALSE".into(),
        Data::DateTime(moment) => date_text(moment),
        _ => String::new(),
    }
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
