//! JSON by hand against serde's derive: the same texts are read and refused, and what is read is written the same. Whole
//! samples are taken, and some of their values removed or replaced: missing, null, of another type, out of range, unknown.
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

mod derived;

use proptest::{prelude::*, sample::Index};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use zhucun_api::{FormFile, Me, Problem, ProblemCode, SignIn};
use zhucun_domain::{access::Role, need::State, need::Step};
use zhucun_forms::{Definition, contract::Draft, definition::Kind};
use zhucun_sync::{
    AttachmentState, Change, Cursor, PendingAttachment, PendingChange, PullPage, PushReply, PushRequest, Record,
    RefusalCode, StoredRecord,
};

/// What is done to one value of a sample.
#[derive(Clone, Debug)]
enum Edit {
    Remove,
    Put(Value),
    /// A field that nobody knows, beside it.
    Add(String, Value),
}

fn plain() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-70_000_i64..70_000).prop_map(Value::from),
        Just(json!(u64::MAX)),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("village/shiban")),
        Just(json!("solved")),
        Just(json!({})),
    ]
}

fn edits() -> impl Strategy<Value = Vec<(Index, Edit)>> {
    let edit = prop_oneof![
        2 => Just(Edit::Remove),
        3 => plain().prop_map(Edit::Put),
        1 => ("[a-z]{2,9}", plain()).prop_map(|(name, value)| Edit::Add(name, value)),
    ];
    prop::collection::vec((any::<Index>(), edit), 0..4)
}

/// The places of all values inside, as JSON pointers.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    let mut inside = |name: &str, value: &Value| {
        let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        places(value, &place, out);
        out.push(place);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| inside(name, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, value)| inside(&at.to_string(), value)),
        _ => {}
    }
}

fn edited(mut sample: Value, edits: &[(Index, Edit)]) -> Value {
    for (index, edit) in edits {
        let mut all = Vec::new();
        places(&sample, "", &mut all);
        if all.is_empty() {
            break;
        }
        let place = index.get(&all);
        let (parent, name) = place.rsplit_once('/').unwrap();
        match (edit, sample.pointer_mut(parent).unwrap()) {
            (Edit::Put(_), _) => {}
            (Edit::Remove, Value::Object(fields)) => drop(fields.remove(name)),
            (Edit::Remove, Value::Array(items)) => drop(items.remove(name.parse().unwrap())),
            (Edit::Add(name, value), Value::Object(fields)) => drop(fields.insert(name.clone(), value.clone())),
            _ => {}
        }
        if let Edit::Put(value) = edit {
            *sample.pointer_mut(place).unwrap() = value.clone();
        }
    }
    sample
}

/// Reads a text both ways and writes it again both ways.
fn agree<Hand, Derived>(value: &Value)
where
    Hand: DeserializeOwned + Serialize,
    Derived: DeserializeOwned + Serialize,
{
    let text = value.to_string();
    let hand = serde_json::from_str::<Hand>(&text).map(|read| serde_json::to_value(read).unwrap());
    let derived = serde_json::from_str::<Derived>(&text).map(|read| serde_json::to_value(read).unwrap());
    match (hand, derived) {
        (Ok(hand), Ok(derived)) => assert_eq!(hand, derived, "{text}"),
        (Err(_), Err(_)) => {}
        (hand, derived) => panic!("by hand: {hand:?}\nderived: {derived:?}\nof: {text}"),
    }
}

/// As [`agree`], of a sample that must be readable as it is.
fn agree_on<Hand, Derived>(sample: &Value, edits: &[(Index, Edit)])
where
    Hand: DeserializeOwned + Serialize,
    Derived: DeserializeOwned + Serialize,
{
    assert!(serde_json::from_value::<Hand>(sample.clone()).is_ok(), "{sample}");
    agree::<Hand, Derived>(&edited(sample.clone(), edits));
}

fn change() -> Value {
    json!({
        "id": "019e8088-1a79-737c-9542-0eeea2fdfc6e", "record": { "collection": "households", "id": "h1" },
        "patch": { "phone": "138", "geo": { "lat": 26.123_456_789, "lon": [1, -2, 1e300] }, "note": null, "_deleted": true },
        "prev": { "phone": ["a", "b"], "geo": [] }, "device": "d-7f3a", "device_time": 1_780_272_000_000_i64,
        "format": 1, "from_a_newer_build": [{ "x": 1.5 }],
    })
}

fn record() -> Value {
    json!({ "fields": {
        "phone": [
            { "change": "b", "order_time": 6, "author": "u-3", "value": "138" },
            { "change": "a", "order_time": 5, "value": { "x": [null, 1] } },
        ],
        "gone": [],
    } })
}

fn definition() -> Value {
    let text = json!([["住户 ", { "v": "/data/a" }], []]);
    json!({
        "id": "visit", "version": "3", "title": text, "languages": ["中文 (zh)", "English (en)"], "default_language": 1,
        "nodes": [
            { "n": "data", "p": 0, "k": "root" },
            {
                "n": "a", "p": 0, "k": "select_one", "rel": "1", "req": "2", "con": "3", "calc": "4", "ro": "5", "def": "6",
                "dyn": true, "l": text, "h": text, "cm": text, "rm": text, "a": ["minimal"], "par": { "max": "9" },
                "ch": { "list": "households", "x": true, "f": "7", "n": "/data/m", "v": "id", "lb": "who", "r": "42" },
                "rc": "8", "fix": true, "g": text, "m": { "image": text }, "sv": "age", "ty": "int",
                "set": [{ "e": ["first", "repeat"], "t": "/data/b", "v": "1" }, { "e": ["changed"], "t": "../b", "geo": true }],
            },
            { "n": "b", "p": 0, "k": "phonenumber" },
        ],
        "choices": {
            "yes_no": [{ "n": "yes", "l": text, "c": { "group": "1" }, "m": { "image": text } }, { "n": "no", "l": [] }],
        },
        "instance_name": "/data/a", "style": ["pages"], "files": [{ "id": "a", "file": "a.csv" }],
        "entities": [{
            "list": "households", "node": 0, "entity_id": "1", "create_if": "2", "update_if": "3", "label": "4",
        }],
        "first": { "a": "1" },
    })
}

proptest! {
    #[test]
    fn changes_and_records(edits in edits()) {
        agree_on::<Change, derived::Change>(&change(), &edits);
        agree_on::<Record, derived::Record>(&record(), &edits);
        let stored = json!({ "base": record(), "view": record() });
        agree_on::<StoredRecord, derived::StoredRecord>(&stored, &edits);
    }

    #[test]
    fn the_outbox(edits in edits()) {
        let pending = json!({
            "number": 7, "stream": "village/shiban", "change": change(), "acknowledged": 42, "refused": "too_large",
        });
        agree_on::<PendingChange, derived::PendingChange>(&pending, &edits);
        let photo = json!({
            "stream": "village/shiban", "sha256": "9f", "size": 7, "mime": "image/jpeg", "state": "waiting",
        });
        agree_on::<PendingAttachment, derived::PendingAttachment>(&photo, &edits);
        agree_on::<Cursor, derived::Cursor>(&json!({ "epoch": "e1", "seq": 42 }), &edits);
    }

    #[test]
    fn push_and_pull(edits in edits()) {
        let entry = json!({ "seq": 42, "order_time": 5, "author": "u-3", "change": change() });
        agree_on::<PullPage, derived::PullPage>(&json!({ "epoch": "e1", "head": 42, "entries": [entry] }), &edits);
        agree_on::<PushRequest, derived::PushRequest>(&json!({ "device_now": 5, "changes": [change()] }), &edits);
        let reply = json!({ "server_now": 5, "verdicts": [
            { "verdict": "accepted", "id": "a", "seq": 42, "order_time": 5 },
            { "verdict": "duplicate", "id": "b", "seq": 17, "order_time": 5 },
            { "verdict": "refused", "id": "c", "code": "invalid" },
            { "verdict": "retry_later", "id": "d" },
        ] });
        agree_on::<PushReply, derived::PushReply>(&reply, &edits);
    }

    #[test]
    fn forms_and_drafts(edits in edits()) {
        agree_on::<Definition, derived::Definition>(&definition(), &edits);
        let draft = json!({
            "form": ["visit", "3"], "answers": { "who": { "met": "yes" }, "member": [{ "p": "x" }] },
            "start": "2026-11-24T09:00:00.000+08:00", "language": 1, "page": "/data/who",
        });
        agree_on::<Draft, derived::Draft>(&draft, &edits);
    }

    #[test]
    fn sessions_problems_and_steps(edits in edits()) {
        let me = json!({
            "user": "u-3", "username": "shiban-1", "name": "王", "role": "secretary", "place": { "zh": "石板村", "en": "Shiban" },
            "streams": ["village/shiban", "county/qingxi"], "needs_link": "https://zhucun.example/n/shiban",
        });
        agree_on::<Me, derived::Me>(&me, &edits);
        let file = json!({ "name": "districts.csv", "sha256": "9f", "size": 7, "is_list": true });
        agree_on::<FormFile, derived::FormFile>(&file, &edits);
        agree_on::<SignIn, derived::SignIn>(&json!({ "username": "a", "password": "b" }), &edits);
        let problem = json!({
            "type": "https://zhucun.example/problems/busy", "title": "Busy", "status": 503, "code": "busy", "detail": { "s": 5 },
        });
        agree_on::<Problem, derived::Problem>(&problem, &edits);
        let step = json!({ "at": 5, "role": "secretary", "state": "doing", "words": "水管已换" });
        agree_on::<Step, derived::Step>(&step, &edits);
    }
}

#[test]
fn every_code_is_read_and_written_the_same() {
    let codes = "id_conflict forbidden too_large invalid format gone unknown waiting sent refused secretary committee \
        township county dispatcher received accepted doing referred solved rated explained reopened wrong_password \
        too_many_tries signed_out not_found bad_request wrong_hash wrong_type cross_site busy internal root group repeat \
        text integer decimal range select_one select_multiple note geopoint date time date_time dateTime image calculate \
        acknowledge hidden start end today username device_id deviceid Root";
    let more = [json!(null), json!(7), json!(""), json!({}), json!([])];
    for value in codes.split_whitespace().map(Value::from).chain(more) {
        agree::<RefusalCode, derived::RefusalCode>(&value);
        agree::<AttachmentState, derived::AttachmentState>(&value);
        agree::<Role, derived::Role>(&value);
        agree::<State, derived::State>(&value);
        agree::<ProblemCode, derived::ProblemCode>(&value);
        agree::<Kind, derived::Kind>(&value);
    }
}
