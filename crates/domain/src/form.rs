//! A form of the county 表单, as the county's stream has it; the record's id is the form's id.

use zhucun_json::Value;
use zhucun_sync::Record;

/// Form fields.
pub mod field {
    /// The version in force, as the sheet says it, text.
    pub const VERSION: &str = "version";
    /// The title: language tag to words.
    pub const TITLE: &str = "title";
    /// SHA-256 of the definition's JSON, the name under which it is fetched.
    pub const HASH: &str = "hash";
    /// Ids of the villages that it is for: a list. Absent or empty: all.
    pub const VILLAGES: &str = "villages";
    /// `true` when no phone begins with it any more; drafts go on, visits stay readable.
    pub const RETIRED: &str = "retired";
    /// A text that is another whenever the files beside the version in force are others (`/api/v1/forms/{hash}/files`); absent
    /// when it never had any.
    pub const FILES: &str = "files";
}

/// Whether a visit with a form may begin in a village.
#[must_use]
pub fn is_offered(form: &Record, village: &str) -> bool {
    if form.get(field::RETIRED) == Some(&Value::Bool(true)) {
        return false;
    }
    match form.get(field::VILLAGES).and_then(Value::as_array) {
        Some(villages) if !villages.is_empty() => villages.iter().any(|id| id.as_str() == Some(village)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use zhucun_json::parse;
    use zhucun_sync::{Change, RecordKey};

    use super::*;

    fn form(fields: &[(&str, &str)]) -> Record {
        let mut record = Record::default();
        let change = Change {
            id: "1".into(),
            record: RecordKey::new("forms", "f"),
            patch: fields.iter().map(|(name, json)| ((*name).to_owned(), parse(json).expect("JSON"))).collect(),
            prev: Default::default(),
            device: "d".into(),
            device_time: 0,
            format: 1,
            extra: BTreeMap::new(),
        };
        record.apply(&change, 0, "");
        record
    }

    #[test]
    fn a_form_is_for_all_villages_unless_some_are_named_and_for_none_once_retired() {
        assert!(is_offered(&form(&[("hash", "\"a\"")]), "shiban"));
        assert!(is_offered(&form(&[("villages", "[]"), ("retired", "false")]), "shiban"));
        assert!(is_offered(&form(&[("villages", "[\"zhulin\",\"shiban\"]")]), "shiban"));
        assert!(!is_offered(&form(&[("villages", "[\"zhulin\"]")]), "shiban"));
        assert!(!is_offered(&form(&[("retired", "true")]), "shiban"));
        assert!(!is_offered(&form(&[("villages", "[\"shiban\"]"), ("retired", "true")]), "shiban"));
    }
}
