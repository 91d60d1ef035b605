//! Days: the county's calendar is China's (UTC+8, no summer time) by default.

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// The day since 1970-01-01 in China of a moment in milliseconds UTC.
#[must_use]
pub const fn china_day(ms: i64) -> i64 {
    (ms + 8 * 3_600_000).div_euclid(DAY_MS)
}

/// Monday 0 … Sunday 6 of a day since 1970-01-01 (a Thursday).
#[must_use]
pub const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// The day that lies so many working days (Monday to Friday) after a day.
#[must_use]
pub fn after_working_days(day: i64, count: u32) -> i64 {
    after_working_days_but(day, count, &[])
}

/// The day that lies so many working days (Monday to Friday, without these holidays) after a day.
#[must_use]
pub fn after_working_days_but(day: i64, count: u32, holidays: &[i64]) -> i64 {
    let mut day = day;
    let mut left = count;
    while left > 0 {
        day += 1;
        if weekday(day) < 5 && !holidays.contains(&day) {
            left -= 1;
        }
    }
    day
}

/// Year, month, day of a day since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
#[must_use]
pub const fn civil(day: i64) -> (i64, u32, u32) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = (doy - (153 * mp + 2) / 5 + 1) as u32;
    let month = if mp < 10 { mp + 3 } else { mp - 9 } as u32;
    (yoe + era * 400 + (month <= 2) as i64, month, day)
}

/// The day since 1970-01-01 of a date (Howard Hinnant). Months and days beyond their range run on.
#[must_use]
pub const fn day_of(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let yoe = year.rem_euclid(400);
    let month = month as i64;
    let mp = if month > 2 { month - 3 } else { month + 9 };
    let doy = (153 * mp + 2) / 5 + day as i64 - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

/// The day of an ISO date (`2026-11-23`); `None` when it is not one.
#[must_use]
pub fn parse_iso(text: &str) -> Option<i64> {
    let mut parts = text.get(..10)?.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let days = day_of(year, month, day);
    (civil(days) == (year, month, day)).then_some(days)
}

/// The ISO date of a day.
#[must_use]
pub fn iso(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_day_and_its_date_are_the_same(day in -1_000_000_i64..1_000_000) {
            let (y, m, d) = civil(day);
            prop_assert_eq!(day_of(y, m, d), day);
            if (0..=9999).contains(&y) {
                prop_assert_eq!(parse_iso(&iso(day)), Some(day));
            }
        }
    }

    #[test]
    fn working_days_skip_the_weekend() {
        // 2026-11-27 is a Friday.
        let friday = day_of(2026, 11, 27);
        assert_eq!(weekday(friday), 4);
        assert_eq!(iso(after_working_days(friday, 2)), "2026-12-01");
    }

    #[test]
    fn working_days_skip_holidays_too() {
        let friday = day_of(2026, 11, 27);
        let holidays = [day_of(2026, 11, 30), day_of(2026, 11, 28)];
        assert_eq!(iso(after_working_days_but(friday, 2, &holidays)), "2026-12-02");
    }

    #[test]
    fn a_date_that_does_not_exist_is_none() {
        assert_eq!(parse_iso("2026-02-30"), None);
        assert_eq!(parse_iso("2026"), None);
        assert_eq!(parse_iso("一二三四五六"), None);
    }
}
