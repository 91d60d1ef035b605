//! Sort keys, computed here so that every database sorts alike.

use serde_json::Value;
use zhucun_domain::{collection, household, need, visit};
use zhucun_sync::Record;

/// The place of a record in lists: moments for visits and needs, group and name for households.
pub(super) fn sort_key(collection: &str, record: &Record) -> String {
    match collection {
        collection::VISITS => moment(record, visit::field::FINISHED_AT),
        collection::NEEDS => moment(record, need::field::RECEIVED_AT),
        collection::HOUSEHOLDS => {
            format!("{:0>4} {}", record.text(household::field::GROUP), record.text(household::field::HEAD_NAME))
        }
        collection::MEMBERS => record.text("household").to_owned(),
        _ => String::new(),
    }
}

/// Milliseconds in text that sorts as the number does.
pub(super) fn moment_key(ms: i64) -> String {
    format!("{:015}", ms.clamp(0, 999_999_999_999_999))
}

fn moment(record: &Record, field: &str) -> String {
    moment_key(record.get(field).and_then(Value::as_i64).unwrap_or(0))
}
