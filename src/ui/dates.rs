//! Days, times and numbers in words: 11月23日 周一, Mon 23 Nov.

use zhucun_domain::calendar;
use zhucun_words::{Lang, Word, app as words, visit};

fn nth(list: &'static str, index: usize) -> &'static str {
    list.split(',').nth(index).unwrap_or_default()
}

fn say(word: Word, lang: Lang, day: i64) -> String {
    let (year, month, number) = calendar::civil(day);
    let weekday = nth(words::WEEKDAYS.get(lang), calendar::weekday(day) as usize);
    let month = nth(words::MONTHS.get(lang), month as usize - 1);
    let (year, day) = (year.to_string(), number.to_string());
    word.fill(lang, &[("year", &year), ("month", month), ("day", &day), ("weekday", weekday)])
}

/// A day since 1970 in words; with the year when it is not this one.
#[must_use]
pub fn day(lang: Lang, day: i64, today: i64) -> String {
    let is_this_year = calendar::civil(today).0 == calendar::civil(day).0;
    say(if is_this_year { words::DATE } else { words::DATE_YEAR }, lang, day)
}

/// An ISO date in words; as it is when it is none.
#[must_use]
pub fn iso(lang: Lang, text: &str, today: i64) -> String {
    calendar::parse_iso(text).map_or_else(|| text.to_owned(), |number| day(lang, number, today))
}

/// An ISO date in words with year and weekday, as the desk says it; as it is when it is none.
#[must_use]
pub fn whole(lang: Lang, text: &str) -> String {
    calendar::parse_iso(text).map_or_else(|| text.to_owned(), |number| say(visit::DATE, lang, number))
}

/// The time of a moment on the phone's wall clock (milliseconds, see `clock::local`): `11:20`.
#[must_use]
pub fn time(local_ms: i64) -> String {
    let minutes = local_ms.div_euclid(60_000).rem_euclid(24 * 60);
    let mut text = String::with_capacity(5);
    for part in [minutes / 60, minutes % 60] {
        if !text.is_empty() {
            text.push(':');
        }
        if part < 10 {
            text.push('0');
        }
        text.push_str(&part.to_string());
    }
    text
}

/// A moment on the phone's wall clock: only the time when it is today, else day and time.
#[must_use]
pub fn moment(lang: Lang, local_ms: i64, today: i64) -> String {
    let number = local_ms.div_euclid(calendar::DAY_MS);
    let time = time(local_ms);
    if number == today {
        return time;
    }
    let mut text = day(lang, number, today);
    text.push(' ');
    text.push_str(&time);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_said_as_people_say_it_and_with_its_year_when_that_is_another() {
        let today = calendar::day_of(2026, 11, 24);
        let monday = calendar::day_of(2026, 11, 23);
        assert_eq!(day(Lang::Zh, monday, today), "11月23日 周一");
        assert_eq!(day(Lang::En, monday, today), "Mon 23 Nov");
        let before = calendar::day_of(2025, 3, 1);
        assert_eq!(day(Lang::Zh, before, today), "2025年3月1日");
        assert_eq!(day(Lang::En, before, today), "1 Mar 2025");
    }

    #[test]
    fn a_moment_of_today_is_its_time_alone() {
        let today = calendar::day_of(2026, 11, 24);
        let at = today * calendar::DAY_MS + (9 * 60 + 5) * 60_000;
        assert_eq!(moment(Lang::Zh, at, today), "09:05");
        assert_eq!(moment(Lang::Zh, at, today + 1), "11月24日 周二 09:05");
    }

    #[test]
    fn a_whole_day_has_year_and_weekday() {
        assert_eq!(whole(Lang::Zh, "2099-01-05"), "2099年1月5日 周一");
        assert_eq!(whole(Lang::En, "1986-03-12"), "Wed 12 Mar 1986");
        assert_eq!(whole(Lang::En, "soon"), "soon");
    }

    #[test]
    fn what_is_no_date_stays_as_it_is() {
        assert_eq!(iso(Lang::En, "soon", 0), "soon");
    }
}
