//! The household file, as far as the phone lists and prefills it.

use zhucun_json::texts::find;
use zhucun_sync::Record;

/// Household fields.
pub mod field {
    /// Head of household, text.
    pub const HEAD_NAME: &str = "head_name";
    /// Villagers' group number, text (`3`).
    pub const GROUP: &str = "group";
    /// Address, text.
    pub const ADDRESS: &str = "address";
    /// Telephone, text.
    pub const PHONE: &str = "phone";
    /// Kind by code list, e.g. `poor`.
    pub const KIND: &str = "kind";
    /// Main cause of poverty by code list, e.g. `illness`.
    pub const MAIN_CAUSE: &str = "main_cause";
    /// `latitude longitude altitude accuracy`, text.
    pub const PLACE: &str = "place";
}

/// Kinds a county starts with; code list, not an enum: a county may change it.
pub const KINDS: [&str; 7] =
    ["general", "poor", "low_income_allowance", "extreme_hardship", "unstable", "marginal", "sudden_hardship"];

/// Kinds that are monitored 监测对象.
pub const MONITORED: [&str; 3] = ["unstable", "marginal", "sudden_hardship"];

/// What is wrong with a new household as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HouseholdProblem {
    /// The head's name is shorter than two characters.
    HeadName,
    /// The group is not a number from 1 to 99.
    Group,
    /// The phone has other characters than digits, blanks, `+` and `-`.
    Phone,
}

/// Checks a household as typed on the phone; empty when all is well.
#[must_use]
pub fn check(head_name: &str, group: &str, phone: &str) -> Vec<HouseholdProblem> {
    let mut problems = Vec::new();
    if head_name.trim().chars().count() < 2 {
        problems.push(HouseholdProblem::HeadName);
    }
    if !group.trim().parse::<u8>().is_ok_and(|n| (1..=99).contains(&n)) {
        problems.push(HouseholdProblem::Group);
    }
    if !is_phone(phone) {
        problems.push(HouseholdProblem::Phone);
    }
    problems
}

/// Whether a phone has only digits, blanks, `+` and `-`; it may be empty.
#[must_use]
pub fn is_phone(phone: &str) -> bool {
    phone.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-'))
}

/// The external list that is the village's own households, made where a form is filled: never a file beside a form.
pub const LIST: &str = "households";

/// The columns of [`LIST`]; `name` is the record's id.
pub const COLUMNS: [&str; 5] = ["name", "label", field::HEAD_NAME, field::GROUP, field::KIND];

/// A household as a row of [`LIST`].
#[must_use]
pub fn row<'a>(id: &'a str, record: &'a Record, label: &'a str) -> [&'a str; 5] {
    [id, label, record.text(field::HEAD_NAME), record.text(field::GROUP), record.text(field::KIND)]
}

/// Whether a household is found by what was typed: every word must be in the head's name, address or phone, be the group
/// (`3`, `3组`), or be in the letters of the name (`hdg`), which are given as [`crate::pinyin::initials`] makes them.
#[must_use]
pub fn matches(record: &Record, typed: &str, initials: &str) -> bool {
    typed.split_whitespace().all(|word| {
        let group = word.trim_end_matches('组');
        let holds = |field| find(record.text(field), word).is_some();
        holds(field::HEAD_NAME)
            || holds(field::ADDRESS)
            || (word.len() >= 3 && holds(field::PHONE))
            || record.text(field::GROUP) == group
            || find(initials, &word.to_ascii_lowercase()).is_some()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use zhucun_sync::{Change, RecordKey};

    use super::*;

    fn household(head: &str, group: &str) -> Record {
        let mut record = Record::default();
        record.apply(
            &Change {
                id: "1".into(),
                record: RecordKey::new("households", "h"),
                patch: [("head_name".to_owned(), json!(head)), ("group".to_owned(), json!(group))].into(),
                prev: Default::default(),
                device: "d".into(),
                device_time: 0,
                format: 1,
                extra: Default::default(),
            },
            0,
            "",
        );
        record
    }

    #[test]
    fn households_are_found_by_name_and_group_together() {
        let record = household("何德贵", "1");
        let found = |typed| matches(&record, typed, "hdg");
        assert!(found("德贵") && found("1组 何") && found(""));
        assert!(!found("2组") && !found("罗"));
        assert!(found("hd") && found("DG 1组") && !found("hg"));
    }

    #[test]
    fn a_household_needs_a_name_and_a_group() {
        assert_eq!(check("何德贵", "1", ""), []);
        assert_eq!(
            check(" 何 ", "0", "abc"),
            [HouseholdProblem::HeadName, HouseholdProblem::Group, HouseholdProblem::Phone]
        );
    }
}
