//! Days as people read them, in words of the catalogue.

use zhucun_domain::calendar;
use zhucun_words::{Lang, Word, server as w};

/// `11月23日 周一`, `Mon 23 Nov`.
#[must_use]
pub fn day(lang: Lang, day: i64) -> String {
    fill(lang, w::DAY, day)
}

/// `2026年11月23日 周一`, `Mon 23 Nov 2026`.
#[must_use]
pub fn day_with_year(lang: Lang, day: i64) -> String {
    fill(lang, w::DAY_YEAR, day)
}

fn fill(lang: Lang, pattern: Word, day: i64) -> String {
    let (year, month, of_month) = calendar::civil(day);
    let nth = |words: Word, n: usize| words.get(lang).split(' ').nth(n).unwrap_or_default();
    let weekday = usize::try_from(calendar::weekday(day)).unwrap_or_default();
    pattern.fill(
        lang,
        &[
            ("year", &year.to_string()),
            ("month", nth(w::MONTHS, month as usize - 1)),
            ("day", &of_month.to_string()),
            ("weekday", nth(w::WEEKDAYS, weekday)),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_said_as_people_say_it() {
        let monday = calendar::day_of(2026, 11, 23);
        assert_eq!(day(Lang::Zh, monday), "11月23日 周一");
        assert_eq!(day(Lang::En, monday), "Mon 23 Nov");
        assert_eq!(day_with_year(Lang::Zh, monday), "2026年11月23日 周一");
        assert_eq!(day_with_year(Lang::En, monday), "Mon 23 Nov 2026");
    }
}
