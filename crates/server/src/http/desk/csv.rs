//! CSV for spreadsheets: UTF-8 with its mark, CRLF, every cell quoted, and no cell that a spreadsheet would run or round.

use std::borrow::Cow;

/// What makes a spreadsheet take a cell for a formula, the full-width forms that Chinese keyboards type included.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Digits of a number that spreadsheets keep; those behind them become zeros.
const DIGITS: usize = 15;

/// A cell that no spreadsheet runs: one that would start a formula gets an apostrophe first.
#[must_use]
pub fn safe(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// A cell that a person sees as it was written: [`safe`], and what a spreadsheet would take for a number and spoil (an
/// ID number of 18 digits, noughts at the start) gets the same apostrophe.
///
/// ODK Central and KoboToolbox write such digits bare; here most files are opened by a double click, where quotes do not
/// help and a rounded ID number is lost for good. Not `="…"`: that is a formula, and no other program reads it back.
#[must_use]
pub fn kept(cell: &str) -> Cow<'_, str> {
    let number = !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit());
    let spoiled = number && (cell.len() > DIGITS || cell.len() > 1 && cell.starts_with('0'));
    if spoiled { Cow::Owned(format!("'{cell}")) } else { safe(cell) }
}

/// Rows as a file, each cell guarded by [`safe`] (for programs) or [`kept`] (for people).
#[must_use]
pub fn file<R, C>(rows: R, guard: fn(&str) -> Cow<'_, str>) -> Vec<u8>
where
    R: IntoIterator,
    R::Item: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    // The mark tells Excel that this is UTF-8.
    let mut out = "\u{feff}".to_owned();
    for row in rows {
        for (n, cell) in row.into_iter().enumerate() {
            out.push_str(if n > 0 { ",\"" } else { "\"" });
            out.push_str(&guard(cell.as_ref()).replace('"', "\"\""));
            out.push('"');
        }
        out.push_str("\r\n");
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_become_text_and_text_stays() {
        for formula in ["=1+1", "+86 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠x"] {
            assert_eq!(safe(formula), format!("'{formula}"));
        }
        for text in ["", "何德贵", "1=1", " =1", "'=1", "3-4"] {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn digits_that_a_spreadsheet_would_spoil_stay_as_they_are_written() {
        for digits in ["520100198603120017", "1234567890123456", "0851", "00"] {
            assert_eq!((kept(digits), safe(digits)), (format!("'{digits}").into(), digits.into()));
        }
        for text in ["", "0", "10", "123456789012345", "13800000000", "52010019860312001X", "0.5", "2026-11-20"] {
            assert_eq!(kept(text), text);
        }
        assert_eq!(kept("=1+1"), "'=1+1");
    }

    #[test]
    fn a_file_has_its_mark_quotes_and_line_ends() {
        let bytes = file([["户主", "说\"好\""], ["a,b", "c\nd"]], kept);
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(text, "\u{feff}\"户主\",\"说\"\"好\"\"\"\r\n\"a,b\",\"c\nd\"\r\n");
    }

    proptest! {
        #[test]
        fn no_cell_starts_a_formula_and_nothing_is_lost(cell in "[=+@\\-\t\r\n\"',;＝a-z ]{0,12}") {
            let safe = safe(&cell);
            prop_assert!(!safe.starts_with(FORMULA));
            prop_assert!(safe == cell || safe.strip_prefix('\'') == Some(cell.as_str()));
        }

        #[test]
        fn a_reader_gets_back_every_cell(rows in prop::collection::vec(prop::collection::vec(".{0,8}", 2..4), 1..5)) {
            let bytes = file(&rows, safe);
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&bytes[3..]);
            let read: Vec<Vec<String>> =
                reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
            let wanted: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|cell| safe(cell).into_owned()).collect()).collect();
            prop_assert_eq!(read, wanted);
        }
    }
}
