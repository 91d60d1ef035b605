//! The view of a record: its base with the device's own changes on top.

use crate::{Change, PendingChange, Record, RecordKey, StoredRecord};

/// Puts the device's own changes of a record over its base, in the device's order. `rows` is the stream's outbox.
pub(super) fn overlaid(base: Record, key: &RecordKey, rows: &[&PendingChange]) -> StoredRecord {
    let mut view = None;
    for row in rows.iter().filter(|row| row.change.record == *key) {
        view.get_or_insert_with(|| base.clone()).apply(&row.change, row.change.device_time, "");
    }
    StoredRecord { base, view }
}

/// Whether a pulled change is the device's own from the outbox. Not by the whole payload: the last digit of a number
/// may come back otherwise, and the outbox row must go then too.
pub(super) fn is_same(own: &Change, pulled: &Change) -> bool {
    own.id == pulled.id
        && own.device == pulled.device
        && own.device_time == pulled.device_time
        && own.record == pulled.record
}
