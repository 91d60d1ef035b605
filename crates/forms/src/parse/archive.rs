//! Spreadsheets in a zip archive: xlsx, xlsm, ods. What it unpacks to is measured first: a few kilobytes can be gigabytes.

use std::io::{self, Cursor, Read, Write};
use std::ops::Range;

use calamine::{Data, DataRef, Reader, Xlsx, XlsxError};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

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

/// Unpacks every part to nowhere, as far as it may be: the sizes that the archive tells may be wrong, and any part may be a
/// sheet, whatever it is called.
fn measure(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), SheetProblem> {
    let too_large = || file_problem(ProblemKind::TooLarge);
    if archive.len() > MAX_PARTS {
        return Err(too_large());
    }
    let mut all = 0;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| unreadable())?;
        let name = part.name().map_err(|_| unreadable())?.to_ascii_lowercase();
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
    let read = book(bytes).or_else(|problem| match problem {
        Some(problem) => Err(Some(problem)),
        None => book(&resized(bytes, "A1").ok_or_else(unreadable)?),
    });
    read.map_err(|problem| problem.unwrap_or_else(unreadable))
}

/// The sheets of an xlsx. The error is `None` where a sheet tells its size in a way that the library does not take.
fn book(bytes: &[u8]) -> Result<Vec<Sheet>, Option<SheetProblem>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let mut sheets = Vec::new();
    let names = book.sheet_names();
    for name in &names {
        let mut sheet = Filling::new(name);
        if matters(name, names.len()) {
            let mut cells = book.worksheet_cells_reader(name).map_err(|error| match error {
                XlsxError::RangeWithoutColumnComponent | XlsxError::RangeWithoutRowComponent => None,
                _ => Some(unreadable()),
            })?;
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

/// The same archive, its sheets said to be of another size: `LibreOffice` writes `1:63` for whole rows, without columns.
/// Nothing is read by that size, only room made.
fn resized(bytes: &[u8], to: &str) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let part = archive.by_index(index).ok()?;
        let name = part.name().ok()?.into_owned();
        if !name.to_ascii_lowercase().starts_with("xl/worksheets/") {
            drop(part);
            out.raw_copy_file(archive.by_index_raw(index).ok()?).ok()?;
            continue;
        }
        let mut text = Vec::new();
        part.take(MAX_PART).read_to_end(&mut text).ok()?;
        if let Some(size) = size(&text) {
            text.splice(size, to.bytes());
        }
        out.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).ok()?;
        out.write_all(&text).ok()?;
    }
    Some(out.finish().ok()?.into_inner())
}

/// Where a sheet says its size: `<dimension ref="…"/>`.
fn size(sheet: &[u8]) -> Option<Range<usize>> {
    let after = |from: usize, mark: &[u8]| {
        let found = sheet.get(from..)?.windows(mark.len()).position(|window| window == mark)?;
        Some(from + found + mark.len())
    };
    let begin = after(after(0, b"dimension ")?, b"ref=\"")?;
    Some(begin..after(begin, b"\"")? - 1)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_whose_size_is_told_in_rows_alone_is_read() {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "type").expect("a cell");
        sheet.write(1, 1, 7.5).expect("a cell");
        let bytes = workbook.save_to_buffer().expect("a workbook");
        let odd = resized(&bytes, "1:63").expect("an archive");
        assert!(book(&odd).is_err_and(|problem| problem.is_none()), "the library does not take it");
        assert_eq!(sheets(&odd).expect("sheets")[0].rows, [vec!["type"], vec!["", "7.5"]]);
    }
}
