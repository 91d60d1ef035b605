//! Sheets of the old xls: records of BIFF8 in a compound file. Read here and not by a library: a record's claims about
//! sizes and places are an author's at best, and nothing is set aside or sought on their word.
//!
//! Sources: Microsoft's MS-CFB and MS-XLS.

use calamine::{ExcelDateTime, ExcelDateTimeType};

use super::cells::moment;
use super::compound::stream;
use super::problem::{ProblemKind, SheetProblem};
use super::records::{Bytes, Record, Records, text8, texts};
use super::workbook::{Filling, Sheet, file_problem, matters, unreadable};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;

/// What the book says for all its sheets.
#[derive(Default)]
struct Book {
    /// Names, and where each begins in the stream.
    sheets: Vec<(String, usize)>,
    texts: Vec<String>,
    /// For each format of cells, whether it shows dates.
    dates: Vec<bool>,
    is_1904: bool,
}

/// The sheets of a form.
///
/// # Errors
/// When the bytes are no such file, are encrypted, or hold more than any form.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, SheetProblem> {
    let stream = stream(bytes, "Workbook").ok_or_else(unreadable)?;
    let book = Book::read(&stream)?;
    let count = book.sheets.len();
    let mut sheets = Vec::new();
    for (name, begin) in &book.sheets {
        let mut sheet = Filling::new(name);
        if matters(name, count) {
            book.fill(stream.get(*begin..).ok_or_else(unreadable)?, &mut sheet)?;
        }
        sheets.push(sheet.sheet());
    }
    Ok(sheets)
}

impl Book {
    fn read(stream: &[u8]) -> Result<Self, SheetProblem> {
        let mut book = Self::default();
        let mut formats: Vec<(u16, bool)> = Vec::new();
        let mut used: Vec<u16> = Vec::new();
        for record in Records::new(stream) {
            let mut data = Bytes(record.data);
            match record.kind {
                // Encrypted.
                0x002f => return Err(unreadable()),
                0x0022 => book.is_1904 = data.u16() == Some(1),
                0x0085 => {
                    let (begin, kind) = (data.u32(), data.u16());
                    // The second byte: 0 is a sheet of cells.
                    if let (Some(begin), Some(0..=0xff), Some(name)) = (begin, kind, text8(&mut data)) {
                        book.sheets.push((name, begin as usize));
                    }
                }
                0x041e => {
                    if let (Some(id), Some(code)) = (data.u16(), data.text16()) {
                        formats.push((id, shows_dates(&code)));
                    }
                }
                0x00e0 => {
                    data.skip(2);
                    used.push(data.u16().unwrap_or_default());
                }
                0x00fc => book.texts = texts(&record).ok_or_else(|| file_problem(ProblemKind::TooLarge))?,
                EOF => break,
                _ => {}
            }
        }
        let is_date = |id: &u16| {
            let own = formats.iter().find(|(known, _)| known == id).map(|(_, is_date)| *is_date);
            own.unwrap_or(matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58))
        };
        book.dates = used.iter().map(is_date).collect();
        Ok(book)
    }

    fn fill(&self, stream: &[u8], sheet: &mut Filling) -> Result<(), SheetProblem> {
        let mut depth = 0_u32;
        // The cell of the last formula, for the text that follows it.
        let mut formula = (0, 0);
        for record in Records::new(stream) {
            match record.kind {
                BOF => depth += 1,
                EOF if depth <= 1 => break,
                EOF => depth -= 1,
                // Charts in a sheet have records of their own.
                _ if depth > 1 => {}
                _ => self.cell(&record, &mut formula, sheet)?,
            }
        }
        Ok(())
    }

    fn cell(&self, record: &Record<'_>, formula: &mut (u32, u32), sheet: &mut Filling) -> Result<(), SheetProblem> {
        let mut data = Bytes(record.data);
        if record.kind == 0x0207 {
            let text = data.text16().unwrap_or_default();
            return sheet.put(formula.0, formula.1, &text);
        }
        let known = matches!(record.kind, 0x0203 | 0x027e | 0x00bd | 0x00fd | 0x0204 | 0x00d6 | 0x0205 | 0x0006);
        let (Some(row), Some(column), true) = (data.u16(), data.u16(), known) else { return Ok(()) };
        let (row, column) = (u32::from(row), u32::from(column));
        if record.kind == 0x00bd {
            let mut column = column;
            while let (Some(format), Some(packed)) = (data.u16(), data.u32()) {
                sheet.put(row, column, &self.number(format, rk(packed)))?;
                column += 1;
            }
            return Ok(());
        }
        let format = data.u16().unwrap_or_default();
        let text = match record.kind {
            0x0203 => data.f64().map(|number| self.number(format, number)),
            0x027e => data.u32().map(|packed| self.number(format, rk(packed))),
            0x00fd => data.u32().and_then(|index| self.texts.get(index as usize).cloned()),
            0x0204 | 0x00d6 => data.text16(),
            0x0205 => boolean(data.u8(), data.u8()),
            _ => {
                *formula = (row, column);
                let Some(result) = data.take(8) else { return Ok(()) };
                match result {
                    [1, _, value, _, _, _, 0xff, 0xff] => boolean(Some(*value), Some(0)),
                    // A text comes in a record of its own; an error or nothing.
                    [_, _, _, _, _, _, 0xff, 0xff] => None,
                    bytes => Bytes(bytes).f64().map(|number| self.number(format, number)),
                }
            }
        };
        sheet.put(row, column, &text.unwrap_or_default())
    }

    fn number(&self, format: u16, number: f64) -> String {
        if self.dates.get(format as usize) == Some(&true) && (0.0..3_000_000.0).contains(&number) {
            return moment(&ExcelDateTime::new(number, ExcelDateTimeType::DateTime, self.is_1904));
        }
        number.to_string()
    }
}

fn boolean(value: Option<u8>, is_error: Option<u8>) -> Option<String> {
    Some(if is_error? == 1 {
        String::new()
    } else if value? == 1 {
        "TRUE".into()
    } else {
        "FALSE".into()
    })
}

/// A number packed into four bytes.
fn rk(packed: u32) -> f64 {
    let number = if packed & 2 == 0 {
        f64::from_bits(u64::from(packed & !3) << 32)
    } else {
        f64::from(packed.cast_signed() >> 2)
    };
    if packed & 1 == 0 { number } else { number / 100.0 }
}

/// Whether a number format shows days or times: a letter of them outside quotes and brackets.
fn shows_dates(code: &str) -> bool {
    let mut rest = code.chars();
    let mut shows = false;
    while let Some(character) = rest.next() {
        match character {
            '"' => _ = rest.find(|next| *next == '"'),
            '[' => _ = rest.find(|next| *next == ']'),
            '\\' | '_' | '*' => _ = rest.next(),
            'y' | 'm' | 'd' | 'h' | 's' | 'Y' | 'M' | 'D' | 'H' | 'S' => shows = true,
            _ => {}
        }
    }
    shows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unpacked() {
        assert_eq!(rk(0x3ff0_0000), 1.0);
        assert_eq!(rk((1234 << 2) | 2), 1234.0);
        assert_eq!(rk((1234 << 2) | 3), 12.34);
        assert_eq!(rk(u32::MAX), -0.01);
    }

    #[test]
    fn formats_of_days_and_times_are_known() {
        for code in ["yyyy-mm-dd", "h:mm", "[$-804]yyyy\"年\"m\"月\"", "D/M/YY"] {
            assert!(shows_dates(code), "{code}");
        }
        for code in ["0.00", "\"days\" 0", "#,##0\\d", "[Red]0"] {
            assert!(!shows_dates(code), "{code}");
        }
    }
}
