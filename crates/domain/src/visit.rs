//! A visit 走访: a filled checklist bound to one household.
//!
//! A visit that is corrected stays as it was: the correction is a record of its own that names the one it replaces. It is
//! another **version** of the same visit, so it keeps when and by whom the household was seen, and only the newest version
//! counts ([`newest`]).

use litemap::LiteMap;
use zhucun_sync::Record;

use crate::calendar;

/// Visit fields. A visit is one change, written when it is finalised.
pub mod field {
    /// Form id, text.
    pub const FORM: &str = "form";
    /// Form version, text.
    pub const FORM_VERSION: &str = "form_version";
    /// Household record id, text; empty for a visit to the village.
    pub const HOUSEHOLD: &str = "household";
    /// The relevant answers: objects for groups, arrays of objects for repeats, texts for answers. Answers that are
    /// files are the attachment's SHA-256 with its ending, e.g. `9f…e1.jpg`.
    pub const ANSWERS: &str = "answers";
    /// `instance_name` of the form, text.
    pub const TITLE: &str = "title";
    /// Begun, milliseconds since 1970 UTC; of a correction: the visit, not the correcting.
    pub const STARTED_AT: &str = "started_at";
    /// Finalised, milliseconds since 1970 UTC; of a correction: the visit, not the correcting.
    pub const FINISHED_AT: &str = "finished_at";
    /// The phone's day of the visit, ISO date.
    pub const DAY: &str = "day";
    /// The user who made it, id.
    pub const BY: &str = "by";
    /// Attachments: array of `{name, sha256, mime, size}`; of a file that was chosen also `file`, its own name.
    pub const ATTACHMENTS: &str = "attachments";
    /// Day planned for the next visit, ISO date; empty when none.
    pub const NEXT_VISIT: &str = "next_visit";
    /// SHA-256 of the definition's JSON that it was filled with, text: what it is read with and corrected with.
    pub const FORM_HASH: &str = "form_hash";
    /// The version of this visit that this one replaces, record id; only a correction has it.
    pub const REPLACES: &str = "replaces";
    /// Of a correction: finalised, milliseconds since 1970 UTC.
    pub const CORRECTED_AT: &str = "corrected_at";
    /// Of a correction: the user who made it, id.
    pub const CORRECTED_BY: &str = "corrected_by";
    /// Of a correction: why, in a few words; empty when not said.
    pub const REASON: &str = "reason";
}

/// What of a visit decides which of its versions counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correction<'a> {
    /// Record id.
    pub id: &'a str,
    /// The version that it replaces.
    pub replaces: &'a str,
    /// When it was written, by the server's order.
    pub order: i64,
    /// Whether it is deleted: then it does not count, but what it joined stays joined.
    pub deleted: bool,
}

impl<'a> Correction<'a> {
    /// Of a visit's record; `None` when it replaces nothing.
    #[must_use]
    pub fn of(id: &'a str, record: &'a Record) -> Option<Self> {
        let replaces = record.text(field::REPLACES);
        let order =
            || record.fields.get(field::REPLACES).and_then(|heads| heads.first()).map_or(0, |head| head.order_time);
        (!replaces.is_empty() && replaces != id).then(|| Self {
            id,
            replaces,
            order: order(),
            deleted: record.is_deleted(),
        })
    }
}

/// The newest version of each visit that has several, under the id of every version: a visit counts when it is not in it, or
/// is its own newest. Of versions that replace the same one the latest written counts, then the greatest id.
#[must_use]
pub fn newest<'a>(corrections: &[Correction<'a>]) -> LiteMap<&'a str, &'a str> {
    let mut by_id: LiteMap<&str, &Correction<'a>> = LiteMap::new_vec();
    let mut is_replaced: LiteMap<&str, ()> = LiteMap::new_vec();
    for correction in corrections {
        by_id.insert(correction.id, correction);
        if !correction.deleted {
            is_replaced.insert(correction.replaces, ());
        }
    }
    // Up to the first version; where they replace each other in a circle, the least id is as good a first one as any.
    let first = |id: &'a str| {
        let (mut at, mut least) = (id, id);
        for step in 0..corrections.len() * 2 {
            let Some(above) = by_id.get(at) else { return at };
            at = above.replaces;
            if step < corrections.len() || at < least {
                least = at;
            }
        }
        least
    };
    let mut best: LiteMap<&'a str, (bool, i64, &'a str)> = LiteMap::new_vec();
    for correction in corrections.iter().filter(|correction| !correction.deleted) {
        let is_last = is_replaced.get(correction.id).is_none();
        let this = (is_last, correction.order, correction.id);
        let best = best.entry(first(correction.id)).or_insert(this);
        if *best < this {
            *best = this;
        }
    }
    let mut newest = LiteMap::new_vec();
    for correction in corrections {
        let first = first(correction.id);
        if let Some((_, _, best)) = best.get(first) {
            newest.insert(correction.id, *best);
            newest.insert(correction.replaces, *best);
            newest.insert(first, *best);
        }
    }
    newest
}

/// Days after which a household that nobody saw is told to township and county, where the county has set no other number.
pub const UNSEEN_DAYS: i64 = 30;

/// Whole days by the county's calendar since a household was last seen (milliseconds since 1970 UTC); `None` when it never
/// was.
#[must_use]
pub fn days_since(last: Option<i64>, now: i64) -> Option<i64> {
    last.map(|last| (calendar::china_day(now) - calendar::china_day(last)).max(0))
}

/// Whether nobody saw a household for so many days.
#[must_use]
pub fn is_unseen(last: Option<i64>, now: i64, days: i64) -> bool {
    days_since(last, now).is_none_or(|since| since >= days)
}

/// Days after which a household counts as due when no next visit was agreed.
pub const DUE_AFTER_DAYS: i64 = 30;

/// When a household is to be visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// Overdue by so many days (0: today).
    Overdue(i64),
    /// Never visited.
    Never,
    /// Not before so many days.
    In(i64),
}

/// Decides whether a household is due. Days are counted since 1970 by the phone's calendar; `next` is the day agreed at the
/// last visit.
#[must_use]
pub fn due(last: Option<i64>, next: Option<i64>, today: i64) -> Due {
    let Some(last) = last else { return Due::Never };
    let day = next.filter(|next| *next > last).unwrap_or(last + DUE_AFTER_DAYS);
    if day <= today { Due::Overdue(today - day) } else { Due::In(day - today) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correction(id: &'static str, replaces: &'static str, order: i64) -> Correction<'static> {
        Correction { id, replaces, order, deleted: false }
    }

    fn counting(corrections: &[Correction<'static>]) -> Vec<(&'static str, &'static str)> {
        newest(corrections).iter().map(|(id, newest)| (*id, *newest)).collect()
    }

    #[test]
    fn of_a_chain_of_corrections_only_the_last_counts_also_when_its_clock_was_behind() {
        assert_eq!(counting(&[correction("b", "a", 5), correction("c", "b", 3)]), [("a", "c"), ("b", "c"), ("c", "c")]);
        assert_eq!(counting(&[]), []);
    }

    #[test]
    fn of_two_corrections_of_the_same_visit_the_one_written_last_counts() {
        let two = [correction("b", "a", 5), correction("c", "a", 3), correction("y", "x", 1)];
        assert_eq!(counting(&two), [("a", "b"), ("b", "b"), ("c", "b"), ("x", "y"), ("y", "y")]);
        // One of them was corrected again, before the other was written: it is replaced, the other is not.
        let three = [correction("b", "a", 5), correction("c", "a", 3), correction("d", "b", 4)];
        assert!(counting(&three).iter().all(|(_, newest)| *newest == "d"));
    }

    #[test]
    fn a_deleted_correction_does_not_count_and_what_it_joined_stays_joined() {
        let gone = |mut correction: Correction<'static>| {
            correction.deleted = true;
            correction
        };
        assert_eq!(counting(&[gone(correction("b", "a", 5))]), [], "the first version counts again");
        let middle = [gone(correction("b", "a", 5)), correction("c", "b", 6)];
        assert_eq!(counting(&middle), [("a", "c"), ("b", "c"), ("c", "c")]);
    }

    #[test]
    fn visits_that_replace_each_other_still_have_one_that_counts() {
        let circle =
            [correction("a", "b", 1), correction("b", "c", 4), correction("c", "a", 3), correction("d", "c", 2)];
        assert_eq!(counting(&circle), [("a", "d"), ("b", "d"), ("c", "d"), ("d", "d")], "d is replaced by none");
        assert_eq!(counting(&circle[..3]), [("a", "b"), ("b", "b"), ("c", "b")]);
    }

    #[test]
    fn unseen_is_counted_in_days_of_the_calendar() {
        // Half an hour before midnight in China, and half an hour after it.
        let (before, after) =
            (calendar::DAY_MS - 8 * 3_600_000 - 1_800_000, calendar::DAY_MS - 8 * 3_600_000 + 1_800_000);
        assert_eq!(days_since(Some(before), after), Some(1));
        assert!(is_unseen(Some(before), after + 29 * calendar::DAY_MS, 30));
        assert!(!is_unseen(Some(after), after + 29 * calendar::DAY_MS, 30));
        assert!(is_unseen(None, 0, 30) && days_since(None, 0).is_none());
        assert_eq!(days_since(Some(after), before), Some(0), "a phone's clock was ahead");
    }

    #[test]
    fn due_by_the_agreed_day_else_a_month_after_the_last_visit() {
        assert_eq!(due(None, None, 100), Due::Never);
        assert_eq!(due(Some(90), Some(95), 100), Due::Overdue(5));
        assert_eq!(due(Some(90), None, 100), Due::In(20));
        assert_eq!(due(Some(60), None, 100), Due::Overdue(10));
        // A day agreed before the last visit is spent.
        assert_eq!(due(Some(90), Some(80), 100), Due::In(20));
    }
}
