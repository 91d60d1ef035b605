//! Spreadsheets in a zip archive: xlsx, xlsm, ods. What it unpacks to is measured first: a few kilobytes can be gigabytes.

use std::io::{self, Cursor, Read};

use calamine::{Data, DataRef, Reader, Xlsx};
use zip::ZipArchive;

use super::cells::moment;
use super::ods;
use super::problem::{ProblemKind, SheetProblem};
use super::workbook::{Filling, Sheet, file_problem, matters, unreadable};

/// A form's file has a few dozen parts, pictures included.
const MAX_PARTS: usize = 2_000;
/// Bytes that one part may unpack to. A sheet is read bit by bit.
const MAX_PART: u64 = 32 << 20;
/// The texts of all sheets are kept whole, and the shortest take several times their bytes.
const MAX_STRINGS: u64 = 16 << 20;
/// Bytes that all parts together may unpack to.
const MAX_ALL: u64 = 128 << 20;

/// The sheets of a form.
///
/// # Errors
/// When the bytes are no such archive, or unpack to more than any form.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, SheetProblem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let is_ods = archive.index_for_name(ods::CONTENT).is_some();
    measure(&mut archive)?;
    if is_ods { ods::sheets(&mut archive) } else { xlsx(bytes) }
}

/// Unpacks every part of text to nowhere, as far as it may be; the sizes that the archive tells may be wrong.
fn measure(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), SheetProblem> {
    let too_large = || file_problem(ProblemKind::TooLarge);
    if archive.len() > MAX_PARTS {
        return Err(too_large());
    }
    let mut all = 0;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| unreadable())?;
        let name = part.name().map_err(|_| unreadable())?.to_ascii_lowercase();
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let limit =
            if name.ends_with("sharedstrings.xml") || name.ends_with("styles.xml") { MAX_STRINGS } else { MAX_PART };
        let size = io::copy(&mut part.take(limit + 1), &mut io::sink()).map_err(|_| unreadable())?;
        all += size;
        if size > limit || all > MAX_ALL {
            return Err(too_large());
        }
    }
    Ok(())
}

fn xlsx(bytes: &[u8]) -> Result<Vec<Sheet>, SheetProblem> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let mut sheets = Vec::new();
    let names = book.sheet_names();
    for name in &names {
        let mut sheet = Filling::new(name);
        if matters(name, names.len()) {
            let mut cells = book.worksheet_cells_reader(name).map_err(|_| unreadable())?;
            while let Some(cell) = cells.next_cell().map_err(|_| unreadable())? {
                let (row, column) = cell.get_position();
                match cell.get_value() {
                    DataRef::SharedString(text) => sheet.put(row, column, text)?,
                    DataRef::Empty | DataRef::Error(_) => {}
                    value => sheet.put(row, column, &text_of(&Data::from(DataRef::clone(value))))?,
                }
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
        Data::DateTime(value) => moment(value),
        _ => String::new(),
    }
}
