//! Answers as typed cells. Text is always written as text, so that no spreadsheet takes it for a formula, and digits only
//! become a number where Excel keeps all of them.

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};
use zhucun_domain::calendar::{self, DAY_MS};
use zhucun_forms::{dates, definition::Kind};

use super::plan::Part;

/// Digits of a number that Excel keeps.
const DIGITS: usize = 15;
/// Letters (UTF-16) that a cell of Excel holds.
const LETTERS: usize = 32_767;
/// The county's clock: UTC+8, no summer time (`zhucun_domain::calendar`).
const COUNTY_MS: i64 = 8 * 3_600_000;
const COUNTY_MINUTES: i32 = 8 * 60;
/// Excel counts days from here (its 1900 has a 29th of February, so only from March of it on).
const EXCEL_ZERO: i64 = 25_569;
const FIRST_DAY: i64 = 61;
/// 9999-12-31.
const LAST_DAY: i64 = 2_958_465;

/// How cells look.
pub(super) struct Formats {
    pub(super) name: Format,
    pub(super) label: Format,
    day: Format,
    moment: Format,
    time: Format,
}

impl Default for Formats {
    fn default() -> Self {
        Self {
            name: Format::new().set_font_color("5A5348").set_font_size(9),
            label: Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
            time: Format::new().set_num_format("hh:mm"),
        }
    }
}

/// Cells of a row one after the other.
pub(super) struct Line<'a> {
    worksheet: &'a mut Worksheet,
    formats: &'a Formats,
    row: u32,
    column: u16,
}

impl<'a> Line<'a> {
    pub(super) fn new(worksheet: &'a mut Worksheet, formats: &'a Formats, row: u32) -> Self {
        Self { worksheet, formats, row, column: 0 }
    }

    fn next(&mut self) -> (u32, u16) {
        self.column += 1;
        (self.row, self.column - 1)
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), XlsxError> {
        let at = self.next();
        write_text(self.worksheet, at, text)
    }

    pub(super) fn number_or_text(&mut self, text: &str) -> Result<(), XlsxError> {
        let at = self.next();
        write_number(self.worksheet, at, text)
    }

    pub(super) fn day(&mut self, iso: &str) -> Result<(), XlsxError> {
        let at = self.next();
        write_day(self.worksheet, self.formats, at, iso)
    }

    /// Milliseconds since 1970 UTC, by the county's clock.
    pub(super) fn moment(&mut self, ms: Option<i64>) -> Result<(), XlsxError> {
        let (row, column) = self.next();
        match ms.and_then(serial) {
            Some(serial) => {
                self.worksheet.write_number_with_format(row, column, serial, &self.formats.moment).map(drop)
            }
            None => Ok(()),
        }
    }
}

/// Writes a part of an answer; nothing for no answer.
pub(super) fn write(
    worksheet: &mut Worksheet,
    formats: &Formats,
    (row, column): (u32, u16),
    (kind, part): (Kind, &Part),
    value: &str,
    words: &dyn Fn() -> String,
) -> Result<(), XlsxError> {
    let at = (row, column);
    if value.is_empty() {
        return Ok(());
    }
    match (part, kind) {
        (Part::Words, _) => write_text(worksheet, at, &words()),
        (Part::Chosen(choice), _) => {
            let is_chosen = value.split_whitespace().any(|chosen| chosen == choice);
            worksheet.write_number(row, column, f64::from(u8::from(is_chosen))).map(drop)
        }
        (Part::Place(nth), _) => match value.split_whitespace().nth(*nth) {
            Some(number) => write_number(worksheet, at, number),
            None => Ok(()),
        },
        (Part::Stored, Kind::Integer | Kind::Decimal | Kind::Range | Kind::Calculate) => {
            write_number(worksheet, at, value)
        }
        (Part::Stored, Kind::Date) => write_day(worksheet, formats, at, value),
        (Part::Stored, Kind::DateTime) => match dates::parse_date_time(value, COUNTY_MINUTES).and_then(serial) {
            Some(serial) => worksheet.write_number_with_format(row, column, serial, &formats.moment).map(drop),
            None => write_text(worksheet, at, value),
        },
        (Part::Stored, Kind::Time) => match dates::parse_time(value) {
            // The wall clock as it was read.
            Some((ms, _)) => {
                let part_of_day = ms as f64 / DAY_MS as f64;
                worksheet.write_number_with_format(row, column, part_of_day, &formats.time).map(drop)
            }
            None => write_text(worksheet, at, value),
        },
        (Part::Stored, Kind::Acknowledge) => worksheet.write_boolean(row, column, true).map(drop),
        (Part::Stored, _) => write_text(worksheet, at, value),
    }
}

/// A moment as Excel counts it, to the second; `None` beyond its calendar.
fn serial(ms: i64) -> Option<f64> {
    let seconds = (ms.checked_add(COUNTY_MS)?).div_euclid(1000);
    let days = seconds.div_euclid(86_400) + EXCEL_ZERO;
    let part = seconds.rem_euclid(86_400) as f64 / 86_400.0;
    (FIRST_DAY..=LAST_DAY).contains(&days).then_some(days as f64 + part)
}

fn write_day(worksheet: &mut Worksheet, formats: &Formats, at: (u32, u16), iso: &str) -> Result<(), XlsxError> {
    let day = calendar::parse_iso(iso).filter(|_| iso.len() == 10).map(|day| day + EXCEL_ZERO);
    match day.filter(|day| (FIRST_DAY..=LAST_DAY).contains(day)) {
        Some(day) => worksheet.write_number_with_format(at.0, at.1, day as f64, &formats.day).map(drop),
        None => write_text(worksheet, at, iso),
    }
}

fn write_number(worksheet: &mut Worksheet, at: (u32, u16), text: &str) -> Result<(), XlsxError> {
    match exact(text) {
        Some(number) => worksheet.write_number(at.0, at.1, number).map(drop),
        None => write_text(worksheet, at, text),
    }
}

fn write_text(worksheet: &mut Worksheet, at: (u32, u16), text: &str) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    worksheet.write_string(at.0, at.1, cut(text)).map(drop)
}

/// A number that Excel keeps as it is written; `None` for an ID number, for noughts before it, for what is no number.
pub(super) fn exact(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, after) = digits.split_once('.').map_or((digits, None), |(whole, after)| (whole, Some(after)));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_plain = all_digits(whole) && after.is_none_or(all_digits) && (whole.len() == 1 || !whole.starts_with('0'));
    let significant = whole.len() + after.map_or(0, |after| after.trim_end_matches('0').len());
    if is_plain && significant <= DIGITS { text.parse().ok() } else { None }
}

/// A text as a cell holds it; one that is too long ends with `…`.
pub(super) fn cut(text: &str) -> String {
    let mut letters = 0;
    for (at, letter) in text.char_indices() {
        letters += letter.len_utf16();
        if letters > LETTERS {
            // The last letter that fits makes room for the mark.
            let kept = text[..at].char_indices().next_back().map_or(0, |(last, _)| last);
            return format!("{}…", &text[..kept]);
        }
    }
    text.to_owned()
}
