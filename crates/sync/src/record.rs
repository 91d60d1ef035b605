//! The view of a record: per field the heads, which are the changes that no other change names.

use litemap::LiteMap;

use serde_json::Value;
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Writer};

use crate::{Change, ChangeId, DELETED};

/// A value of a field that nothing has replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The change that wrote it.
    pub change: ChangeId,
    /// When, by the server's order (milliseconds since 1970 UTC); the device's own time while it is only on the phone.
    pub order_time: i64,
    /// Who wrote it: a user id, or empty while it is only on this phone.
    pub author: String,
    /// The value itself.
    pub value: Value,
}

/// A record as the fold of its changes. The same entries in the same order give the same bytes everywhere (P3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Field to heads, the shown one first: greatest (order_time, change).
    pub fields: LiteMap<String, Vec<Head>>,
}

impl Record {
    /// Applies a change: the heads it names go, it becomes a head of every field it writes.
    pub fn apply(&mut self, change: &Change, order_time: i64, author: &str) {
        for (field, value) in &change.patch {
            let heads = self.fields.entry(field.clone()).or_default();
            let named = change.prev.get(field).map_or(&[][..], Vec::as_slice);
            heads.retain(|head| !named.contains(&head.change) && head.change != change.id);
            // The others are in order: into its place, without a sort.
            let place = heads.partition_point(|head| (head.order_time, &head.change) > (order_time, &change.id));
            let (change, author, value) = (change.id.clone(), author.to_owned(), value.clone());
            heads.insert(place, Head { change, order_time, author, value });
        }
        // A delete, or a resolution, may name heads of fields that it does not write.
        for (field, named) in &change.prev {
            if !change.patch.contains_key(field)
                && let Some(heads) = self.fields.get_mut(field)
                && !change.patch.contains_key(DELETED)
            {
                heads.retain(|head| !named.contains(&head.change));
            }
        }
    }

    /// The value shown for a field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).and_then(|heads| heads.first()).map(|head| &head.value)
    }

    /// The value shown for a field as text; empty when there is none or it is not text.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.get(field).and_then(Value::as_str).unwrap_or("")
    }

    /// The ids of all heads of a field: what a new change to it must name.
    #[must_use]
    pub fn heads(&self, field: &str) -> Vec<ChangeId> {
        self.fields.get(field).map_or_else(Vec::new, |heads| heads.iter().map(|head| head.change.clone()).collect())
    }

    /// The fields with more than one head: conflicts, all values kept (P5).
    pub fn conflicts(&self) -> impl Iterator<Item = (&str, &[Head])> {
        self.fields.iter().filter(|(_, heads)| heads.len() > 1).map(|(field, heads)| (field.as_str(), heads.as_slice()))
    }

    /// Whether the record is deleted.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.get(DELETED) == Some(&Value::Bool(true))
    }

    /// The newest order time of any field; 0 for an empty record.
    #[must_use]
    pub fn updated(&self) -> i64 {
        self.fields.values().flatten().map(|head| head.order_time).max().unwrap_or(0)
    }
}

impl FromJson for Head {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            change: fields.read("change")?,
            order_time: fields.read("order_time")?,
            author: fields.read_or_default("author")?,
            value: fields.read("value")?,
        })
    }
}

impl ToJson for Head {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("change", &self.change);
        object.put("order_time", &self.order_time);
        if !self.author.is_empty() {
            object.put("author", &self.author);
        }
        object.put("value", &self.value);
        object.into_value()
    }
}

impl FromJson for Record {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        Ok(Self { fields: Fields::of(value)?.read("fields")? })
    }
}

impl ToJson for Record {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("fields", &self.fields);
        object.into_value()
    }
}

zhucun_json::deserialize_by_hand!(Head, Record);
zhucun_json::serialize_by_hand!(Head, Record);
