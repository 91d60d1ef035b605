//! What is written and replicated: an immutable change to one record of one stream.

use litemap::LiteMap;
use std::{collections::BTreeMap, fmt, str::FromStr};

use serde_json::Value;
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Writer, write_text};

/// A UUIDv7 in lower-case hyphenated text; sorts by the device's time of making.
pub type ChangeId = String;

/// The change format this build writes; the server accepts this one and the two before it.
pub type Format = u32;

/// The field that marks a record as deleted (`true`). A delete is a change that names the heads of all fields.
pub const DELETED: &str = "_deleted";

/// The unit of replication and permission: `village/shiban`, `work/u-3`, `county/qingxi`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(String);

/// Why a text is not a stream id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamIdError;

impl fmt::Display for StreamIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stream id is `kind/id` of lower-case letters, digits, `-`, `_` and `~`, 100 characters at most")
    }
}

impl std::error::Error for StreamIdError {}

impl StreamId {
    /// Puts a stream id together; `kind` is e.g. `village`.
    ///
    /// # Errors
    /// When a part is empty or holds another character than `a-z 0-9 - _ ~`.
    pub fn new(kind: &str, id: &str) -> Result<Self, StreamIdError> {
        format!("{kind}/{id}").parse()
    }

    /// The part before the slash: what kind of stream it is.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.split_once('/').map_or("", |(kind, _)| kind)
    }

    /// The part after the slash.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, id)| id)
    }

    /// The whole text, `kind/id`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StreamId {
    type Err = StreamIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'~'))
        };
        match text.split_once('/') {
            Some((kind, id)) if text.len() <= 100 && plain(kind) && plain(id) => Ok(Self(text.to_owned())),
            _ => Err(StreamIdError),
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which record of a stream: its collection (`households`, `visits`, `needs`…) and its id within it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    /// The kind of record, a plural noun.
    pub collection: String,
    /// Unique within the collection of the stream.
    pub id: String,
}

impl RecordKey {
    /// A key from its parts.
    pub fn new(collection: impl Into<String>, id: impl Into<String>) -> Self {
        Self { collection: collection.into(), id: id.into() }
    }
}

/// One immutable change to one record. Field names that this build does not know travel along untouched.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Made on the device; with the payload it is the key of idempotency.
    pub id: ChangeId,
    /// What it changes.
    pub record: RecordKey,
    /// Field to new value. `null` empties a field.
    pub patch: BTreeMap<String, Value>,
    /// Field to every head of it that the writer had seen: what this change replaces.
    pub prev: LiteMap<String, Vec<ChangeId>>,
    /// The device that wrote it.
    pub device: String,
    /// The device's clock then, milliseconds since 1970 UTC. Kept as data; order comes from the server's `order_time`.
    pub device_time: i64,
    /// The format it is written in.
    pub format: Format,
    /// What a newer build added to a change.
    pub extra: BTreeMap<String, Value>,
}

impl Change {
    /// The format this build writes.
    pub const FORMAT: Format = 1;

    /// The bytes whose SHA-256 is the payload hash: JSON with sorted keys and no white space, unknown fields included.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut value = self.to_json();
        // serde_json's maps keep another order as soon as any crate of a build turns on `preserve_order` (one of the
        // end-to-end tests' crates does). On the phone they are sorted, and this does nothing.
        value.sort_all_objects();
        write_text(&value)
    }
}

/// The fields of a change that this build knows.
const KNOWN: [&str; 7] = ["id", "record", "patch", "prev", "device", "device_time", "format"];

impl FromJson for Change {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            id: fields.read("id")?,
            record: fields.read("record")?,
            patch: fields.read("patch")?,
            prev: fields.read_or_default("prev")?,
            device: fields.read("device")?,
            device_time: fields.read("device_time")?,
            format: fields.read("format")?,
            extra: fields.others(&KNOWN),
        })
    }
}

impl ToJson for Change {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("id", &self.id);
        object.put("record", &self.record);
        object.put("patch", &self.patch);
        if !self.prev.is_empty() {
            object.put("prev", &self.prev);
        }
        object.put("device", &self.device);
        object.put("device_time", &self.device_time);
        object.put("format", &self.format);
        for (name, value) in &self.extra {
            object.put(name, value);
        }
        object.into_value()
    }
}

impl FromJson for RecordKey {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self { collection: fields.read("collection")?, id: fields.read("id")? })
    }
}

impl ToJson for RecordKey {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("collection", &self.collection);
        object.put("id", &self.id);
        object.into_value()
    }
}

impl FromJson for StreamId {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        String::from_json(value)?.parse().map_err(|_| JsonError::expected("a stream id"))
    }
}

impl ToJson for StreamId {
    fn to_json(&self) -> Value {
        self.0.to_json()
    }
}

zhucun_json::deserialize_by_hand!(Change, RecordKey, StreamId);
zhucun_json::serialize_by_hand!(Change, RecordKey, StreamId);
