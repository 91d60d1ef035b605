//! Whether a change is of a form that is taken. What a newer build added travels along; only size, depth, ids, NUL and
//! format are looked at.

use serde_json::Value;
use zhucun_api::CHANGE_MAX;
use zhucun_sync::{Change, Format, RefusalCode};

/// Longest id, bytes.
const ID_MAX: usize = 100;

/// Lists and objects of a change may lie this deep in each other: a page that carries it, and the phone's record of it, are
/// deeper by some, and all readers stop at 127.
const DEEPEST: usize = 64;

/// The formats accepted, newest first: this build's and the two before it.
#[must_use]
pub fn formats() -> Vec<Format> {
    (Change::FORMAT.saturating_sub(2).max(1)..=Change::FORMAT).rev().collect()
}

/// Checks a change.
///
/// # Errors
/// The code it is refused with.
pub fn check(change: &Change) -> Result<(), RefusalCode> {
    if !formats().contains(&change.format) {
        return Err(RefusalCode::Format);
    }
    let ids = [&change.id, &change.record.collection, &change.record.id, &change.device];
    if ids.into_iter().any(|id| !is_id(id)) {
        return Err(RefusalCode::Invalid);
    }
    let collection = &change.record.collection;
    if !collection.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return Err(RefusalCode::Invalid);
    }
    let value = serde_json::to_value(change).map_err(|_| RefusalCode::Invalid)?;
    if has_nul(&value) || is_deep(&value, DEEPEST) {
        return Err(RefusalCode::Invalid);
    }
    if value.to_string().len() > CHANGE_MAX {
        return Err(RefusalCode::TooLarge);
    }
    Ok(())
}

/// Whether a text may be an id, and be asked for.
#[must_use]
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= ID_MAX && !text.contains('\0')
}

/// Whether lists and objects lie deeper in each other than `left`.
fn is_deep(value: &Value, left: usize) -> bool {
    match value {
        Value::Array(items) => left == 0 || items.iter().any(|item| is_deep(item, left - 1)),
        Value::Object(fields) => left == 0 || fields.values().any(|field| is_deep(field, left - 1)),
        _ => false,
    }
}

/// Whether a text or a name anywhere in it holds NUL, which databases do not take.
#[must_use]
pub fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(patch: &Value) -> Change {
        serde_json::from_value(json!({
            "id": "c1", "record": {"collection": "households", "id": "h1"}, "patch": patch, "device": "d",
            "device_time": 0, "format": 1,
        }))
        .expect("a change")
    }

    #[test]
    fn nul_is_refused_wherever_it_hides() {
        assert_eq!(check(&change(&json!({"a": 1}))), Ok(()));
        for patch in &[json!({"a": "x\0"}), json!({"a\0": 1}), json!({"a": [{"b": ["\0"]}]})] {
            assert_eq!(check(&change(patch)), Err(RefusalCode::Invalid));
        }
    }

    #[test]
    fn what_no_phone_could_read_any_more_is_refused() {
        let nested =
            |depth: usize| serde_json::from_str::<Value>(&("[".repeat(depth) + &"]".repeat(depth))).expect("JSON");
        // The change and its patch are two of them.
        assert_eq!(check(&change(&json!({"a": nested(DEEPEST - 2)}))), Ok(()));
        assert_eq!(check(&change(&json!({"a": nested(DEEPEST - 1)}))), Err(RefusalCode::Invalid));
    }

    #[test]
    fn size_ids_and_format_are_bounded() {
        assert_eq!(check(&change(&json!({"a": "x".repeat(CHANGE_MAX)}))), Err(RefusalCode::TooLarge));
        let mut long = change(&json!({}));
        long.record.id = "x".repeat(101);
        assert_eq!(check(&long), Err(RefusalCode::Invalid));
        let mut newer = change(&json!({}));
        newer.format = Change::FORMAT + 1;
        assert_eq!(check(&newer), Err(RefusalCode::Format));
    }
}
