//! Change, merge, push and pull as a state machine over traits ([`Clock`], [`Rng`], [`Net`], [`Store`]). Pure: no async
//! runtime, no clock and no randomness of its own. The protocol is written down in docs/SYNC.md.

mod change;
mod engine;
mod record;
mod traits;
mod wire;

pub use change::{Change, ChangeId, DELETED, Format, RecordKey, StreamId, StreamIdError};
pub use engine::{Backoff, Engine, Outcome, Status, Write};
pub use record::{Head, Record};
pub use traits::{
    AttachmentState, Batch, Clock, Committed, Moment, Net, NetError, PendingAttachment, PendingChange, Rng, Store,
    StoredRecord,
};
pub use wire::{Cursor, Entry, PullPage, PushReply, PushRequest, RefusalCode, Verdict};
