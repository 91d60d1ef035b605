//! The messages of push and pull, as JSON.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Change, ChangeId};

/// A place in a stream's log: `<epoch>.<seq>` in text. `seq` counts from 1; 0 is before the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PullPage {
    /// The stream's epoch; when it differs from the cursor's, the entries start from the beginning.
    pub epoch: String,
    /// The entries after the cursor, by seq.
    pub entries: Vec<Entry>,
    /// The last seq of the stream when the page was made.
    pub head: i64,
}

/// A batch of changes of one stream, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PushReply {
    /// One a change.
    pub verdicts: Vec<Verdict>,
    /// The server's clock, milliseconds since 1970 UTC.
    pub server_now: i64,
}

/// The verdict on one change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    #[serde(other)]
    Unknown,
}
