//! What the reader and writer promise: any JSON comes through whole, and an error names the place, not what was read.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Writer, from_text, to_text};

#[derive(Debug, Default, PartialEq)]
struct Sample {
    name: String,
    size: u16,
    note: Option<String>,
    tags: Vec<String>,
    rest: BTreeMap<String, Value>,
}

impl FromJson for Sample {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            name: fields.read("name")?,
            size: fields.read("size")?,
            note: fields.option("note")?,
            tags: fields.read_or_default("tags")?,
            rest: fields.others(&["name", "size", "note", "tags"]),
        })
    }
}

impl ToJson for Sample {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("name", &self.name);
        object.put("size", &self.size);
        object.put_some("note", self.note.as_ref());
        object.put("tags", &self.tags);
        for (name, value) in &self.rest {
            object.put(name, value);
        }
        object.into_value()
    }
}

zhucun_json::deserialize_by_hand!(Sample);
zhucun_json::serialize_by_hand!(Sample);

fn sample() -> impl Strategy<Value = Sample> {
    let rest =
        prop::collection::btree_map("[A-Z]{1,3}", any::<i64>().prop_map(|number| json!([{ "x": number }])), 0..4);
    (any::<String>(), any::<u16>(), any::<Option<String>>(), any::<Vec<String>>(), rest)
        .prop_map(|(name, size, note, tags, rest)| Sample { name, size, note, tags, rest })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_with_what_is_not_known(sample in sample()) {
        let text = to_text(&sample);
        prop_assert_eq!(&from_text::<Sample>(&text).unwrap(), &sample);
        prop_assert_eq!(&serde_json::from_str::<Sample>(&text).unwrap(), &sample);
        prop_assert_eq!(serde_json::to_string(&sample).unwrap(), text);
    }

    #[test]
    fn numbers_are_whole_and_fit(number in any::<i64>()) {
        prop_assert_eq!(i64::from_json(json!(number)).ok(), Some(number));
        prop_assert_eq!(u16::from_json(json!(number)).ok(), u16::try_from(number).ok());
        prop_assert!(i64::from_json(json!(number as f64 + 0.5)).is_err());
    }
}

#[test]
fn null_counts_as_missing_only_where_it_may() {
    let read = |text| from_text::<Sample>(text);
    assert_eq!(read(r#"{"name": "a", "size": 1, "note": null}"#).unwrap().note, None);
    assert!(read(r#"{"name": "a", "size": 1, "tags": null}"#).is_err());
    assert!(read(r#"{"name": null, "size": 1}"#).is_err());
}

#[test]
fn an_error_names_the_place_and_nothing_that_was_read() {
    let why = |text| from_text::<BTreeMap<String, Sample>>(text).unwrap_err().to_string();
    assert_eq!(why(r#"{"何德贵": {"size": 1}}"#), "name: expected this field");
    assert_eq!(
        why(r#"{"何德贵": {"name": "何德贵", "size": "13800000000"}}"#),
        "size: expected a whole number from 0 up"
    );
    assert_eq!(why("何德贵"), "expected JSON");
    let nested = JsonError::expected("a text").inside("id").inside("record");
    assert_eq!(nested.to_string(), "record.id: expected a text");
}
