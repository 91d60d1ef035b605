//! A visit 走访: a filled checklist bound to one household.

/// Visit fields. A visit is one change, written when it is finalised.
pub mod field {
    /// Form id, text.
    pub const FORM: &str = "form";
    /// Form version, text.
    pub const FORM_VERSION: &str = "form_version";
    /// Household record id, text; empty for a visit to the village.
    pub const HOUSEHOLD: &str = "household";
    /// The relevant answers: objects for groups, arrays of objects for repeats, texts for answers. Answers to image
    /// questions are the attachment's SHA-256 with its ending, e.g. `9f…e1.jpg`.
    pub const ANSWERS: &str = "answers";
    /// `instance_name` of the form, text.
    pub const TITLE: &str = "title";
    /// Begun, milliseconds since 1970 UTC.
    pub const STARTED_AT: &str = "started_at";
    /// Finalised, milliseconds since 1970 UTC.
    pub const FINISHED_AT: &str = "finished_at";
    /// The phone's day of the visit, ISO date.
    pub const DAY: &str = "day";
    /// The user who made it, id.
    pub const BY: &str = "by";
    /// Attachments: array of `{name, sha256, mime, size}`.
    pub const ATTACHMENTS: &str = "attachments";
    /// Day planned for the next visit, ISO date; empty when none.
    pub const NEXT_VISIT: &str = "next_visit";
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
