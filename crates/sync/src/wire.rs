//! The messages of push and pull, as JSON.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Value, Writer};

use crate::{Change, ChangeId};

/// A place in a stream's log: `<epoch>.<seq>` in text. `seq` counts from 1; 0 is before the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Changes when the server was restored from a backup; empty on a device that has never pulled.
    pub epoch: String,
    /// The last sequence number seen.
    pub seq: i64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (epoch, seq) = text.rsplit_once('.').ok_or("a cursor is <epoch>.<seq>")?;
        let seq = seq.parse().map_err(|_| "a cursor's seq is a whole number")?;
        Ok(Self { epoch: epoch.to_owned(), seq })
    }
}

/// A change that the server has accepted, as it stands in the stream's log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// Its place in the stream, without gaps.
    pub seq: i64,
    /// Set once at accept: `min(device_time + (server_now - device_now), server_now)`, milliseconds.
    pub order_time: i64,
    /// The user who pushed it; `villager` for what came through the public form.
    pub author: String,
    /// The change itself.
    pub change: Change,
}

/// A page of a stream's log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PullPage {
    /// The stream's epoch; when it differs from the cursor's, the entries start from the beginning.
    pub epoch: String,
    /// The entries after the cursor, by seq.
    pub entries: Vec<Entry>,
    /// The last seq of the stream when the page was made.
    pub head: i64,
}

/// A batch of changes of one stream, oldest first.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PushRequest {
    /// The device's clock while sending, so that the server can take its skew out.
    pub device_now: i64,
    /// At most [`PushRequest::MAX`] changes.
    pub changes: Vec<Change>,
}

impl PushRequest {
    /// The most changes a batch may hold.
    pub const MAX: usize = 200;
}

/// What the server did with each change of a batch, in the batch's order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PushReply {
    /// One a change.
    pub verdicts: Vec<Verdict>,
    /// The server's clock, milliseconds since 1970 UTC.
    pub server_now: i64,
}

/// The verdict on one change.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Written now.
    Accepted {
        /// Which change.
        id: ChangeId,
        /// Its place.
        seq: i64,
        /// Its order time.
        order_time: i64,
    },
    /// Was there already, with the same payload.
    Duplicate {
        /// Which change.
        id: ChangeId,
        /// Its place.
        seq: i64,
        /// Its order time.
        order_time: i64,
    },
    /// Will never be written as it is; kept on the phone under "needs attention".
    Refused {
        /// Which change.
        id: ChangeId,
        /// Why.
        code: RefusalCode,
    },
    /// Not now; push again later.
    RetryLater {
        /// Which change.
        id: ChangeId,
    },
}

impl Verdict {
    /// The change it speaks of.
    #[must_use]
    pub fn id(&self) -> &ChangeId {
        match self {
            Self::Accepted { id, .. }
            | Self::Duplicate { id, .. }
            | Self::Refused { id, .. }
            | Self::RetryLater { id } => id,
        }
    }
}

/// Why a change was refused. The words for people are in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalCode {
    /// The same id was pushed before with another payload.
    IdConflict,
    /// The writer may not write this collection of this stream.
    Forbidden,
    /// Larger than the server takes.
    TooLarge,
    /// Not of the collection's form (wrong type, missing field, NUL in a text).
    Invalid,
    /// Written in a format the server no longer takes.
    Format,
    /// The record was erased.
    Gone,
    /// A code that this build does not know.
    Unknown,
}

impl RefusalCode {
    const CODES: [(&str, Self); 7] = [
        ("id_conflict", Self::IdConflict),
        ("forbidden", Self::Forbidden),
        ("too_large", Self::TooLarge),
        ("invalid", Self::Invalid),
        ("format", Self::Format),
        ("gone", Self::Gone),
        ("unknown", Self::Unknown),
    ];
}

// What the phone only reads keeps serde's `Serialize`, what it only writes serde's `Deserialize`: they cost it nothing.

impl FromJson for Cursor {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self { epoch: fields.read("epoch")?, seq: fields.read("seq")? })
    }
}

impl ToJson for Cursor {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("epoch", &self.epoch);
        object.put("seq", &self.seq);
        object.into_value()
    }
}

impl FromJson for Entry {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            seq: fields.read("seq")?,
            order_time: fields.read("order_time")?,
            author: fields.read("author")?,
            change: fields.read("change")?,
        })
    }
}

impl FromJson for PullPage {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self { epoch: fields.read("epoch")?, entries: fields.read("entries")?, head: fields.read("head")? })
    }
}

impl ToJson for PushRequest {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("device_now", &self.device_now);
        object.put("changes", &self.changes);
        object.into_value()
    }
}

impl FromJson for PushReply {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self { verdicts: fields.read("verdicts")?, server_now: fields.read("server_now")? })
    }
}

impl FromJson for Verdict {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        let (kind, id) = (fields.read::<String>("verdict")?, fields.read("id")?);
        Ok(match kind.as_str() {
            "accepted" => Self::Accepted { id, seq: fields.read("seq")?, order_time: fields.read("order_time")? },
            "duplicate" => Self::Duplicate { id, seq: fields.read("seq")?, order_time: fields.read("order_time")? },
            "refused" => Self::Refused { id, code: fields.read("code")? },
            "retry_later" => Self::RetryLater { id },
            _ => return Err(JsonError::expected("a verdict that this build knows").inside("verdict")),
        })
    }
}

impl FromJson for RefusalCode {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let code = String::from_json(value)?;
        Ok(Self::CODES.iter().find(|(known, _)| *known == code).map_or(Self::Unknown, |(_, refusal)| *refusal))
    }
}

impl ToJson for RefusalCode {
    fn to_json(&self) -> Value {
        Self::CODES.iter().find(|(_, refusal)| refusal == self).map_or("unknown", |(code, _)| *code).to_json()
    }
}

zhucun_json::deserialize_by_hand!(Cursor, Entry, PullPage, PushReply, Verdict, RefusalCode);
zhucun_json::serialize_by_hand!(Cursor, PushRequest, RefusalCode);
