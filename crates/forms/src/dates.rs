//! Civil dates, times and offsets, as XForms writes them. No clock here: the moment comes from [`crate::Host`].

use crate::texts::cut;

/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;

/// Days since 1970-01-01 of a date of the Gregorian calendar (also before its introduction).
pub fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (i64::from(month) + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month as u32, day as u32)
}

/// How many days a month has.
pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Weekday of a day since 1970-01-01: 0 is Sunday.
pub fn weekday(days: i64) -> usize {
    (days + 4).rem_euclid(7) as usize
}

/// The day (since 1970-01-01) of a moment (milliseconds UTC) where clocks are `offset` minutes ahead of UTC.
pub fn local_day(now: i64, offset: i32) -> i64 {
    (now + i64::from(offset) * 60_000).div_euclid(DAY)
}

/// `YYYY-MM-DD` to days since 1970-01-01; months and days must exist.
pub fn parse_date(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let plain = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    if plain { parse_loose_date(text) } else { None }
}

/// As [`parse_date`], also with months and days of one digit.
pub fn parse_loose_date(text: &str) -> Option<i64> {
    let (year, month, day) = split_date(text)?;
    let exists = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
    exists.then(|| days_from_civil(year, month, day))
}

/// Whether a text has the form of a date, though the day may not exist (`1983-09-31`).
pub fn is_date_shaped(text: &str) -> bool {
    split_date(text).is_some()
}

fn split_date(text: &str) -> Option<(i64, u32, u32)> {
    let (year, rest) = cut(text, b'-');
    let (month, day) = cut(rest?, b'-');
    Some((i64::from(digits(year, 4, 4)?), digits(month, 1, 2)?, digits(day?, 1, 2)?))
}

/// The number that so many digits are: 9 at most.
fn digits(text: &str, least: usize, most: usize) -> Option<u32> {
    if text.len() < least || text.len() > most {
        return None;
    }
    let mut number = 0;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u32::from(byte - b'0');
    }
    Some(number)
}

/// `HH:MM`, `HH:MM:SS`, `HH:MM:SS.sss`, each with or without `Z`, `+HH:MM` or `-HH`: milliseconds since midnight as
/// written, and the offset in minutes where one is written.
pub fn parse_time(text: &str) -> Option<(i64, Option<i32>)> {
    let (clock, offset) = match text.bytes().position(|byte| matches!(byte, b'Z' | b'+' | b'-')) {
        Some(at) => (&text[..at], Some(parse_offset(&text[at..])?)),
        None => (text, None),
    };
    let (hour, rest) = cut(clock, b':');
    let (minute, seconds) = cut(rest?, b':');
    let hour = digits(hour, 2, 2).filter(|hour| *hour < 24)?;
    let minute = digits(minute, 2, 2).filter(|minute| *minute < 60)?;
    let millis = match seconds {
        None => 0,
        Some(seconds) => {
            let (whole, fraction) = cut(seconds, b'.');
            let fraction = fraction.unwrap_or("0");
            let whole = digits(whole, 2, 2).filter(|second| *second < 60)?;
            digits(fraction, 1, 9)?;
            let mut thousandths = 0;
            for place in 0..3 {
                thousandths =
                    thousandths * 10 + fraction.as_bytes().get(place).map_or(0, |digit| i64::from(digit - b'0'));
            }
            i64::from(whole) * 1000 + thousandths
        }
    };
    Some((i64::from(hour * 60 + minute) * 60_000 + millis, offset))
}

pub(crate) fn parse_offset(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = cut(&text[1..], b':');
    let hours = digits(hours, 2, 2).filter(|hours| *hours <= 14)?;
    let minutes = digits(minutes.unwrap_or("00"), 2, 2).filter(|minutes| *minutes < 60)?;
    Some(sign * (hours * 60 + minutes) as i32)
}

/// A date, or a date and time, to milliseconds since 1970 UTC. What is written without offset is at `offset` minutes.
pub fn parse_date_time(text: &str, offset: i32) -> Option<i64> {
    let (date, time) = cut(text, b'T');
    let (millis, own) = match time {
        None => (0, None),
        Some(time) => parse_time(time)?,
    };
    Some(parse_date(date)? * DAY + millis - i64::from(own.unwrap_or(offset)) * 60_000)
}

/// Days since 1970-01-01 as `YYYY-MM-DD`.
pub fn format_date(days: i64) -> String {
    let (year, month, day) = civil_from_days(days);
    let mut out = String::with_capacity(10);
    pad(&mut out, year.unsigned_abs(), 4);
    out.push('-');
    pad(&mut out, u64::from(month), 2);
    out.push('-');
    pad(&mut out, u64::from(day), 2);
    out
}

/// A moment (milliseconds UTC) as clocks `offset` minutes ahead of UTC show it: `2026-11-23T09:30:00.000+08:00`.
pub fn format_date_time(millis: i64, offset: i32) -> String {
    let local = millis + i64::from(offset) * 60_000;
    let mut out = format_date(local.div_euclid(DAY));
    out.push('T');
    out.push_str(&format_time(local.rem_euclid(DAY), offset));
    out
}

/// Milliseconds since midnight as `09:30:00.000+08:00`.
pub fn format_time(millis: i64, offset: i32) -> String {
    let mut out = String::with_capacity(18);
    let seconds = millis.unsigned_abs() / 1000;
    pad(&mut out, seconds / 3600, 2);
    out.push(':');
    pad(&mut out, seconds / 60 % 60, 2);
    out.push(':');
    pad(&mut out, seconds % 60, 2);
    out.push('.');
    pad(&mut out, millis.unsigned_abs() % 1000, 3);
    out.push_str(&format_offset(offset));
    out
}

/// Minutes to add to UTC as RFC 3339 writes them: 480 is `+08:00`.
pub fn format_offset(offset: i32) -> String {
    let mut out = String::from(if offset < 0 { "-" } else { "+" });
    pad(&mut out, u64::from(offset.unsigned_abs() / 60), 2);
    out.push(':');
    pad(&mut out, u64::from(offset.unsigned_abs() % 60), 2);
    out
}

/// Appends a number with zeros before it up to a width.
pub(crate) fn pad(out: &mut String, value: u64, width: usize) {
    let digits = value.to_string();
    for _ in digits.len()..width {
        out.push('0');
    }
    out.push_str(&digits);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        assert_eq!(parse_date("1983-09-31"), None);
        assert!(is_date_shaped("1983-09-31"));
        assert_eq!(parse_date("1900-02-29"), None);
        assert_eq!(parse_date("1970-01-01"), Some(0));
        assert_eq!(parse_date("1970-1-2"), None);
        assert_eq!(parse_loose_date("1970-1-2"), Some(1));
    }

    #[test]
    fn a_moment_is_shown_with_the_phones_offset() {
        assert_eq!(format_date_time(0, 480), "1970-01-01T08:00:00.000+08:00");
        assert_eq!(format_date_time(0, -420), "1969-12-31T17:00:00.000-07:00");
        assert_eq!(local_day(-1, 0), -1);
        assert_eq!(local_day(16 * 3_600_000, 480), 1);
        assert_eq!(weekday(0), 4);
    }

    #[test]
    fn a_time_of_day_needs_real_hours_minutes_and_offsets() {
        assert_eq!(parse_time("06:00:00.5-01:00"), Some((21_600_500, Some(-60))));
        assert_eq!(parse_time("24:00:00"), None);
        assert_eq!(parse_time("06:00:60"), None);
        assert_eq!(parse_time("06:00:00-24:00"), None);
        assert_eq!(parse_time("年:00"), None);
    }

    proptest! {
        #[test]
        fn dates_survive_writing_and_reading(days in -700_000i64..2_900_000) {
            let (year, month, day) = civil_from_days(days);
            prop_assert_eq!(days_from_civil(year, month, day), days);
            if (0..=9999).contains(&year) {
                prop_assert_eq!(parse_date(&format_date(days)), Some(days));
            }
        }

        #[test]
        fn moments_survive_writing_and_reading(millis in 0i64..4_000_000_000_000, offset in -840i32..=840) {
            prop_assert_eq!(parse_date_time(&format_date_time(millis, offset), 0), Some(millis));
        }

        #[test]
        fn any_text_may_be_tried_as_a_moment(text in ".*") {
            let _ = parse_date_time(&text, 480);
            let _ = parse_time(&text);
            let _ = parse_loose_date(&text);
        }
    }
}
