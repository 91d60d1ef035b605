//! What the engine needs from the outside. The same engine runs on the phone (IndexedDB, reqwasm) and in the simulator.
#![expect(async_fn_in_trait, reason = "everything runs on one thread: no Send bounds wanted")]

use zhucun_json::{Fields, FromJson, JsonError, ToJson, Value, Writer};

use crate::{Change, Cursor, PullPage, PushReply, PushRequest, Record, RecordKey, RefusalCode, StreamId};

/// The device's clock.
pub trait Clock {
    /// Milliseconds since 1970 UTC, as this device believes.
    fn now(&self) -> i64;
}

/// Randomness: ids and retry times.
pub trait Rng {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);
}

/// Why a request brought no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetError {
    /// Nothing came back, or not in time; or what came is not ours (a captive portal's page).
    Offline,
    /// The session is over: sign in again. The outbox stays.
    SignedOut,
    /// This user may not (any more) use the stream.
    Forbidden,
    /// The batch is too large: send half.
    TooLarge,
    /// The server is busy; wait at least so long where it says (milliseconds).
    Busy(Option<u32>),
    /// The server answered with an error of its own.
    Server(u16),
}

/// The server, seen from the device. An answer must be complete and of the right form, else it is [`NetError::Offline`].
pub trait Net {
    /// POST of a batch.
    async fn push(&self, stream: &StreamId, request: &PushRequest) -> Result<PushReply, NetError>;
    /// GET of the page after a cursor.
    async fn pull(&self, stream: &StreamId, after: &Cursor) -> Result<PullPage, NetError>;
    /// PUT of one attachment whose bytes the store has.
    async fn put_attachment(&self, stream: &StreamId, sha256: &str) -> Result<(), NetError>;
}

/// A change that waits in the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingChange {
    /// Its place in the device's own order (P4); grows with every write.
    pub number: i64,
    /// Where it belongs.
    pub stream: StreamId,
    /// The change.
    pub change: Change,
    /// Set once the server has it: its seq. It stays until a pull has brought it back.
    pub acknowledged: Option<i64>,
    /// Set when the server refused it: shown under "needs attention", not sent again by itself.
    pub refused: Option<RefusalCode>,
}

impl PendingChange {
    /// Whether it is still to be sent.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.acknowledged.is_none() && self.refused.is_none()
    }
}

/// How far an attachment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachmentState {
    /// Only on this phone.
    Waiting,
    /// The server has it.
    Sent,
    /// The server will not take it.
    Refused,
}

/// An attachment of a finalised record.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingAttachment {
    /// Where it belongs.
    pub stream: StreamId,
    /// SHA-256 of its bytes, lower-case hex: its name everywhere.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// E.g. `image/jpeg`.
    pub mime: String,
    /// How far it has come.
    pub state: AttachmentState,
}

/// A record on the device: what the server's log says, and that plus what is only here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredRecord {
    /// The fold of the pulled entries: equal on all devices with the same cursor.
    pub base: Record,
    /// `base` plus this device's own changes that no pull has brought back; absent when there are none.
    pub view: Option<Record>,
}

impl StoredRecord {
    /// What the screens show.
    #[must_use]
    pub fn shown(&self) -> &Record {
        self.view.as_ref().unwrap_or(&self.base)
    }
}

/// Everything one transaction writes. All of it or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The [`Store::generation`] that was read before everything this batch was computed from. When it is set and another
    /// commit has come between (another tab, a write during a pull), nothing is written: [`Committed::Stale`].
    pub expect: Option<i64>,
    /// Streams whose records and cursor are taken away first, in the same transaction; outbox and attachments stay.
    pub forget: Vec<StreamId>,
    /// Strict durability wanted: the person will be told "saved" (a local write). Otherwise relaxed (a pull can be redone).
    pub strict: bool,
    /// Records to put.
    pub records: Vec<(StreamId, RecordKey, StoredRecord)>,
    /// Outbox rows to put, by their number.
    pub outbox_put: Vec<PendingChange>,
    /// Outbox rows to take away.
    pub outbox_remove: Vec<i64>,
    /// Attachments to put, by stream and hash.
    pub attachments: Vec<PendingAttachment>,
    /// Cursors to put.
    pub cursors: Vec<(StreamId, Cursor)>,
    /// Drafts that become changes with this transaction and are taken away in it.
    pub drafts_remove: Vec<String>,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Committed {
    /// Written, all of it.
    Done,
    /// Not written, nothing of it: [`Batch::expect`] was not the generation any more. Read again and try again.
    Stale,
}

/// What a page of a stream is put on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    /// [`Store::generation`], read no later than the rest.
    pub generation: i64,
    /// [`Store::cursor`].
    pub cursor: Cursor,
    /// [`Store::outbox`].
    pub outbox: Vec<PendingChange>,
}

/// The device's storage. Reads see every committed batch; `commit` is one transaction.
pub trait Store {
    /// Why storage failed; shown to the person before "saved".
    type Error: std::fmt::Debug;

    /// A counter, kept in the storage itself (all tabs share it), that every `commit` and `erase` raises in its own
    /// transaction; 0 at first. It is how a read-compute-write is made safe without a lock.
    async fn generation(&self) -> Result<i64, Self::Error>;
    /// One record.
    async fn record(&self, stream: &StreamId, key: &RecordKey) -> Result<Option<StoredRecord>, Self::Error>;
    /// The whole outbox of a stream by number: waiting, acknowledged and refused.
    async fn outbox(&self, stream: &StreamId) -> Result<Vec<PendingChange>, Self::Error>;
    /// The greatest outbox number ever used, 0 at first.
    async fn last_number(&self) -> Result<i64, Self::Error>;
    /// How far a stream has been pulled.
    async fn cursor(&self, stream: &StreamId) -> Result<Cursor, Self::Error>;
    /// The attachments of a stream that are not [`AttachmentState::Sent`] (waiting and refused), smallest first.
    async fn attachments(&self, stream: &StreamId) -> Result<Vec<PendingAttachment>, Self::Error>;
    /// Generation, cursor and outbox of a stream. One by one; a storage that lets wait for each answer reads them in one go.
    async fn moment(&self, stream: &StreamId) -> Result<Moment, Self::Error> {
        let generation = self.generation().await?;
        Ok(Moment { generation, cursor: self.cursor(stream).await?, outbox: self.outbox(stream).await? })
    }
    /// Writes a batch in one transaction, which first compares the generation with [`Batch::expect`] and raises it.
    async fn commit(&self, batch: Batch) -> Result<Committed, Self::Error>;
    /// Takes away everything of a stream: records, outbox, attachments, cursor.
    async fn erase(&self, stream: &StreamId) -> Result<(), Self::Error>;
}

impl FromJson for PendingChange {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            number: fields.read("number")?,
            stream: fields.read("stream")?,
            change: fields.read("change")?,
            acknowledged: fields.option("acknowledged")?,
            refused: fields.option("refused")?,
        })
    }
}

impl ToJson for PendingChange {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("number", &self.number);
        object.put("stream", &self.stream);
        object.put("change", &self.change);
        object.put_some("acknowledged", self.acknowledged.as_ref());
        object.put_some("refused", self.refused.as_ref());
        object.into_value()
    }
}

impl FromJson for AttachmentState {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        match value.as_str() {
            Some("waiting") => Ok(Self::Waiting),
            Some("sent") => Ok(Self::Sent),
            Some("refused") => Ok(Self::Refused),
            _ => Err(JsonError::expected("waiting, sent or refused")),
        }
    }
}

impl ToJson for AttachmentState {
    fn to_json(&self) -> Value {
        let code = match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Refused => "refused",
        };
        code.to_json()
    }
}

impl FromJson for PendingAttachment {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            stream: fields.read("stream")?,
            sha256: fields.read("sha256")?,
            size: fields.read("size")?,
            mime: fields.read("mime")?,
            state: fields.read("state")?,
        })
    }
}

impl ToJson for PendingAttachment {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("stream", &self.stream);
        object.put("sha256", &self.sha256);
        object.put("size", &self.size);
        object.put("mime", &self.mime);
        object.put("state", &self.state);
        object.into_value()
    }
}

impl FromJson for StoredRecord {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self { base: fields.read("base")?, view: fields.option("view")? })
    }
}

impl ToJson for StoredRecord {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("base", &self.base);
        object.put_some("view", self.view.as_ref());
        object.into_value()
    }
}

zhucun_json::deserialize_by_hand!(PendingChange, AttachmentState, PendingAttachment, StoredRecord);
zhucun_json::serialize_by_hand!(PendingChange, AttachmentState, PendingAttachment, StoredRecord);
