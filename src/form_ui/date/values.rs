//! Dates and times as they are asked for and kept: pure, tested natively.

use zhucun_forms::dates;
use zhucun_json::texts::{cut, joined};

/// A `time` or `dateTime` answer from what the browser's field gives (`10:30`, `2026-11-23T10:30`); empty stays empty.
pub(super) fn with_offset(typed: &str, offset: i32) -> String {
    if typed.is_empty() {
        return String::new();
    }
    let seconds = if typed.matches(':').count() < 2 { ":00.000" } else { ".000" };
    let mut text = typed.to_owned();
    if !typed.contains('.') {
        text.push_str(seconds);
    }
    text + &dates::format_offset(offset)
}

/// What the browser's field shows of a `time` (5 characters) or `dateTime` (16 characters) answer.
pub(super) fn without_offset(value: &str, characters: usize) -> &str {
    value.get(..characters).unwrap_or("")
}

/// How far a date is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// `year`: the answer is its first day.
    Year,
    /// `month-year`: the answer is its first day.
    Month,
    /// `no-calendar`.
    Day,
    /// `no-calendar` of a `dateTime`.
    Time,
}

/// Year, month, day and time (`10:30`) as they stand in their fields; empty where nothing is given.
pub(super) type Parts = [String; 4];

/// What the fields come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sum {
    /// Nothing is given.
    Nothing,
    /// The parts of which something is missing or wrong, by their places.
    Missing(Vec<usize>),
    /// A date `2026-11-01`, with `T10:30` behind it where the time is asked for.
    Date(String),
}

/// An answer as it stands in the fields.
pub(super) fn parts(value: &str) -> Parts {
    let mut parts = Parts::default();
    if dates::parse_date(value.get(..10).unwrap_or("")).is_none() {
        return parts;
    }
    let number = |text: &str| text.strip_prefix('0').unwrap_or(text).to_owned();
    parts[0] = value[..4].to_owned();
    parts[1] = number(&value[5..7]);
    parts[2] = number(&value[8..10]);
    parts[3] = value.get(11..16).unwrap_or("").to_owned();
    parts
}

/// What the fields come to, as far as a date is asked for.
pub(super) fn sum(parts: &Parts, until: Until) -> Sum {
    let asked = 1 + until as usize;
    let mut missing = Vec::new();
    for (place, part) in parts.iter().enumerate().take(asked) {
        let is_given = if place == 0 { year(part).is_some() } else { !part.is_empty() };
        if !is_given {
            missing.push(place);
        }
    }
    if parts.iter().take(asked).all(String::is_empty) {
        return Sum::Nothing;
    }
    if missing.is_empty() {
        let two = |place: usize| match &parts[place] {
            _ if place >= asked => "01".to_owned(),
            one if one.len() == 1 => joined(&["0", one], ""),
            other => other.clone(),
        };
        let date = joined(&[&parts[0], &two(1), &two(2)], "-");
        if dates::parse_date(&date).is_some() {
            return Sum::Date(if until == Until::Time { joined(&[&date, &parts[3]], "T") } else { date });
        }
        missing.push(2);
    }
    Sum::Missing(missing)
}

/// A year of four digits.
fn year(text: &str) -> Option<i64> {
    let year = text.parse().ok()?;
    (text.len() == 4 && year > 0).then_some(year)
}

/// How many days there are to choose from; as many as can be while year or month are not known.
pub(super) fn days(parts: &Parts) -> u32 {
    let month = parts[1].parse().unwrap_or(1);
    dates::days_in_month(year(&parts[0]).unwrap_or(2000), month)
}

/// The date of an answer that may have a time.
pub(super) fn date_of(value: &str) -> &str {
    cut(value, b'T').0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(parts: [&str; 4]) -> Parts {
        parts.map(str::to_owned)
    }

    #[test]
    fn times_carry_the_phones_offset() {
        assert_eq!(with_offset("10:30", 480), "10:30:00.000+08:00");
        assert_eq!(with_offset("2026-11-23T10:30", -90), "2026-11-23T10:30:00.000-01:30");
        assert_eq!(with_offset("", 480), "");
        assert_eq!(without_offset("2026-11-23T10:30:00.000+08:00", 16), "2026-11-23T10:30");
        assert_eq!(without_offset("", 5), "");
    }

    #[test]
    fn a_date_is_kept_when_all_that_is_asked_of_it_is_given() {
        let date = |text: &str| Sum::Date(text.to_owned());
        assert_eq!(sum(&given(["2026", "3", "9", ""]), Until::Day), date("2026-03-09"));
        assert_eq!(sum(&given(["2026", "11", "", ""]), Until::Month), date("2026-11-01"));
        assert_eq!(sum(&given(["1956", "", "", ""]), Until::Year), date("1956-01-01"));
        assert_eq!(sum(&given(["2026", "3", "9", "10:30"]), Until::Time), date("2026-03-09T10:30"));
        assert_eq!(sum(&given(["", "", "", ""]), Until::Day), Sum::Nothing);
        // What is not asked for does not matter.
        assert_eq!(sum(&given(["", "", "9", ""]), Until::Month), Sum::Nothing);
    }

    #[test]
    fn what_is_missing_of_a_date_is_named() {
        assert_eq!(sum(&given(["2026", "", "", ""]), Until::Day), Sum::Missing(vec![1, 2]));
        assert_eq!(sum(&given(["26", "3", "9", ""]), Until::Day), Sum::Missing(vec![0]));
        assert_eq!(sum(&given(["2026", "2", "30", ""]), Until::Day), Sum::Missing(vec![2]));
        assert_eq!(sum(&given(["2026", "3", "9", ""]), Until::Time), Sum::Missing(vec![3]));
        assert_eq!(sum(&given(["0000", "3", "9", ""]), Until::Day), Sum::Missing(vec![0]));
    }

    #[test]
    fn a_kept_date_stands_in_its_fields() {
        assert_eq!(parts("2026-03-09"), given(["2026", "3", "9", ""]));
        assert_eq!(parts("2026-11-23T10:30:00.000+08:00"), given(["2026", "11", "23", "10:30"]));
        assert_eq!(parts("soon"), Parts::default());
        assert_eq!(date_of("2026-11-23T10:30:00.000+08:00"), "2026-11-23");
    }

    #[test]
    fn a_month_has_its_days() {
        assert_eq!(days(&given(["2026", "2", "", ""])), 28);
        assert_eq!(days(&given(["", "2", "", ""])), 29);
        assert_eq!(days(&given(["2026", "", "", ""])), 31);
    }
}
