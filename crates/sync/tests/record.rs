//! The rules of a record's view, with random changes.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use zhucun_sync::{Change, Cursor, DELETED, Record, RecordKey, StreamId};

const FIELDS: [&str; 3] = ["name", "phone", "plan"];

/// A change that names some of the earlier ones, as devices that have seen more or less would.
#[derive(Clone, Debug)]
struct Step {
    fields: Vec<usize>,
    seen: Vec<prop::sample::Index>,
    value: i64,
    device_time: i64,
}

fn step() -> impl Strategy<Value = Step> {
    let fields = prop::collection::vec(0..FIELDS.len(), 1..3);
    let seen = prop::collection::vec(any::<prop::sample::Index>(), 0..4);
    (fields, seen, any::<i64>(), -1_000_000_i64..1_000_000).prop_map(|(fields, seen, value, device_time)| Step {
        fields,
        seen,
        value,
        device_time,
    })
}

fn changes(steps: &[Step]) -> Vec<Change> {
    let mut made: Vec<Change> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let names: Vec<_> = step.fields.iter().map(|field| FIELDS[*field].to_owned()).collect();
        let mut prev: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for index in step.seen.iter().filter(|_| !made.is_empty()) {
            let seen = index.get(&made);
            for name in names.iter().filter(|name| seen.patch.contains_key(*name)) {
                prev.entry(name.clone()).or_default().push(seen.id.clone());
            }
        }
        made.push(Change {
            id: format!("{at:04}"),
            record: RecordKey::new("households", "h1"),
            patch: names.into_iter().map(|name| (name, json!(step.value))).collect(),
            prev: prev.into_iter().collect(),
            device: "phone".into(),
            device_time: step.device_time,
            format: Change::FORMAT,
            extra: BTreeMap::new(),
        });
    }
    made
}

fn fold(changes: &[Change], order: impl Fn(&Change) -> i64) -> Record {
    let mut record = Record::default();
    changes.iter().for_each(|change| record.apply(change, order(change), "user"));
    record
}

proptest! {
    #[test]
    fn the_same_entries_give_the_same_bytes(steps in prop::collection::vec(step(), 0..30), cut in 0_usize..30) {
        let changes = changes(&steps);
        let whole = fold(&changes, |change| change.device_time);
        // In two pieces, with the stored form written and read in between.
        let cut = cut.min(changes.len());
        let first = fold(&changes[..cut], |change| change.device_time);
        let mut again: Record = serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
        changes[cut..].iter().for_each(|change| again.apply(change, change.device_time, "user"));
        prop_assert_eq!(serde_json::to_string(&whole).unwrap(), serde_json::to_string(&again).unwrap());
    }

    #[test]
    fn the_heads_are_the_changes_that_no_other_change_names(steps in prop::collection::vec(step(), 0..30)) {
        let changes = changes(&steps);
        let record = fold(&changes, |change| change.device_time);
        for field in FIELDS {
            let named = |id: &String| changes.iter().any(|c| c.prev.get(field).is_some_and(|prev| prev.contains(id)));
            let mut expected: Vec<_> =
                changes.iter().filter(|c| c.patch.contains_key(field) && !named(&c.id)).map(|c| c.id.clone()).collect();
            let mut heads = record.heads(field);
            heads.sort();
            expected.sort();
            prop_assert_eq!(heads, expected);
        }
    }

    #[test]
    fn a_wrong_clock_moves_what_is_shown_but_never_which_values_are_kept(
        steps in prop::collection::vec(step(), 0..30),
        skew in -10_000_000_i64..10_000_000,
    ) {
        let changes = changes(&steps);
        let right = fold(&changes, |change| change.device_time);
        let wrong = fold(&changes, |change| change.device_time + if change.id.ends_with('3') { skew } else { 0 });
        for field in FIELDS {
            let (mut a, mut b) = (right.heads(field), wrong.heads(field));
            a.sort();
            b.sort();
            prop_assert_eq!(a, b);
        }
    }

    #[test]
    fn the_shown_head_has_the_greatest_order_time_and_id(steps in prop::collection::vec(step(), 0..30)) {
        let record = fold(&changes(&steps), |change| change.device_time);
        for heads in record.fields.values().filter(|heads| !heads.is_empty()) {
            let greatest = heads.iter().map(|head| (head.order_time, &head.change)).max().unwrap();
            prop_assert_eq!((heads[0].order_time, &heads[0].change), greatest);
        }
    }

    #[test]
    fn a_change_that_names_every_head_ends_the_conflict(steps in prop::collection::vec(step(), 1..30)) {
        let mut changes = changes(&steps);
        let record = fold(&changes, |change| change.device_time);
        let mut resolution = changes[0].clone();
        resolution.id = "resolution".into();
        resolution.patch = FIELDS.map(|field| (field.to_owned(), json!("settled"))).into();
        resolution.prev = FIELDS.map(|field| (field.to_owned(), record.heads(field))).into_iter().collect();
        // Even from a device whose clock is years behind.
        resolution.device_time = i64::MIN;
        changes.push(resolution);
        let record = fold(&changes, |change| change.device_time);
        prop_assert_eq!(record.conflicts().count(), 0);
        prop_assert_eq!(record.text("name"), "settled");
    }

    #[test]
    fn applying_a_change_twice_is_applying_it_once(steps in prop::collection::vec(step(), 1..20)) {
        let changes = changes(&steps);
        let mut record = fold(&changes, |change| change.device_time);
        let before = record.clone();
        let last = changes.last().unwrap();
        record.apply(last, last.device_time, "user");
        prop_assert_eq!(record, before);
    }

    #[test]
    fn unknown_fields_of_a_change_travel_along_and_count_in_its_payload(name in "[a-z]{12,20}", value in any::<i32>()) {
        let text = json!({
            "id": "1", "record": {"collection": "new_things", "id": "x"}, "patch": {"a": 1}, "device": "d",
            "device_time": 5, "format": 9, name.clone(): value,
        });
        let change: Change = serde_json::from_value(text).unwrap();
        prop_assert_eq!(change.extra.get(&name), Some(&json!(value)));
        let again: Change = serde_json::from_str(&change.canonical()).unwrap();
        prop_assert_eq!(again.canonical(), change.canonical());
    }

    #[test]
    fn a_cursor_and_a_stream_id_read_back(epoch in "[a-z0-9.-]{0,12}", seq in 0_i64.., id in "[a-z0-9~_-]{1,90}") {
        let cursor = Cursor { epoch, seq };
        prop_assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        let stream = StreamId::new("village", &id).unwrap();
        prop_assert_eq!(stream.as_str().parse::<StreamId>().unwrap(), stream);
    }
}

#[test]
fn a_deleted_record_keeps_its_values() {
    let mut record = Record::default();
    let mut change = changes(&[Step { fields: vec![0], seen: vec![], value: 7, device_time: 1 }]).remove(0);
    record.apply(&change, 1, "user");
    change.prev = [("name".to_owned(), vec![change.id.clone()])].into_iter().collect();
    change.id = "delete".into();
    change.patch = BTreeMap::from([(DELETED.to_owned(), Value::Bool(true))]);
    record.apply(&change, 2, "user");
    assert!(record.is_deleted());
    assert_eq!(record.get("name"), Some(&json!(7)));
}

#[test]
fn a_stream_id_with_other_characters_or_too_long_is_refused() {
    for bad in ["village", "village/", "/a", "village/A", "village/a/b", "village/a b", "village/村"] {
        assert!(bad.parse::<StreamId>().is_err(), "{bad}");
    }
    assert!(StreamId::new("village", &"a".repeat(93)).is_err());
}

#[test]
fn the_canonical_text_has_sorted_keys_at_every_level_and_no_white_space() {
    let text = r#"{"record": {"id": "x", "collection": "c"}, "patch": {"b": {"z": [{"y": 1, "x": 2}], "a": null}},
        "id": "1", "format": 1, "device_time": 5, "device": "d"}"#;
    let change: Change = serde_json::from_str(text).unwrap();
    let canonical =
        r#"{"device":"d","device_time":5,"format":1,"id":"1","patch":{"b":{"a":null,"z":[{"x":2,"y":1}]}},"#;
    assert_eq!(change.canonical(), format!(r#"{canonical}"record":{{"collection":"c","id":"x"}}}}"#));
}
