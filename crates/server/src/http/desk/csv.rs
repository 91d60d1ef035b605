//! CSV for spreadsheets: UTF-8 with its mark, CRLF, every cell quoted, and no cell that a spreadsheet would run.

use std::borrow::Cow;

/// What makes a spreadsheet take a cell for a formula, the full-width forms that Chinese keyboards type included.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that stays text: one that would start a formula gets an apostrophe first.
#[must_use]
pub fn safe(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Rows as a file.
#[must_use]
pub fn file<R, C>(rows: R) -> Vec<u8>
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
            out.push_str(&safe(cell.as_ref()).replace('"', "\"\""));
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
    fn a_file_has_its_mark_quotes_and_line_ends() {
        let bytes = file([["户主", "说\"好\""], ["a,b", "c\nd"]]);
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
            let bytes = file(&rows);
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&bytes[3..]);
            let read: Vec<Vec<String>> =
                reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
            let wanted: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|cell| safe(cell).into_owned()).collect()).collect();
            prop_assert_eq!(read, wanted);
        }
    }
}
