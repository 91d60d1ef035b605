//! The engine: writes on the device, and brings device and server together. One await point is as good as another to
//! be dropped at: what was committed stays, what was not is done again.

mod backoff;
mod overlay;
mod pull;
mod push;
mod resolve;
mod status;
mod write;

use std::cell::{Cell, RefCell};

pub use backoff::Backoff;
pub use status::Status;
pub use write::Write;

use crate::{
    AttachmentState, Batch, Clock, Net, NetError, PendingAttachment, PendingChange, RecordKey, Rng, Store,
    StoredRecord, StreamId,
};
use status::Contact;

/// The sync engine of one signed-in user on one device.
///
/// Writes may run at any time, also while a stream is synced and from several tabs: every commit is checked against
/// [`Store::generation`] and computed again when another one came between. Only one [`Engine::sync_stream`] a stream
/// should run at a time; a second one does no harm but work twice.
pub struct Engine<C, R, N, S> {
    device: String,
    clock: C,
    rng: R,
    net: N,
    store: S,
    /// One a stream, of which there are few.
    contacts: RefCell<Vec<(StreamId, Contact)>>,
    /// How many commits of records other than a pull's were begun by this engine.
    writes: Cell<u32>,
}

/// What one [`Engine::sync_stream`] did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Changes that the server has acknowledged in this call.
    pub pushed: usize,
    /// Entries of the stream's log that were brought in.
    pub pulled: usize,
    /// Changes that the server refused in this call.
    pub refused: usize,
    /// Changes that still wait to be sent.
    pub waiting: usize,
    /// Attachments that still wait to be sent.
    pub attachments_waiting: usize,
    /// The first thing that went wrong. [`NetError::Forbidden`]: the stream was taken away, or may only be read.
    pub error: Option<NetError>,
    /// Records whose stored form is new; sorted, each once.
    pub records_changed: Vec<RecordKey>,
    /// Their stored form as it was committed, in that order; a record may come twice. See [`Engine::writes`].
    pub records: Vec<(RecordKey, StoredRecord)>,
    /// The stream's log was read from its beginning: records that are not in it are gone.
    pub anew: bool,
    /// The pull itself was answered with [`NetError::Forbidden`]: this user has lost the stream.
    pub taken_away: bool,
}

impl Outcome {
    /// Whether there is nothing left to do: no retry has to be planned.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.error.is_none() && self.waiting == 0 && self.attachments_waiting == 0
    }

    /// How long the server asked to wait, milliseconds; goes into [`Backoff::next`].
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match self.error {
            Some(NetError::Busy(wait)) => wait,
            _ => None,
        }
    }

    fn fail(&mut self, error: NetError) {
        self.error.get_or_insert(error);
    }

    /// Whether it makes no sense to ask the server for anything more now.
    fn must_stop(&self) -> bool {
        matches!(self.error, Some(NetError::Offline | NetError::SignedOut | NetError::Busy(_)))
    }
}

impl<C: Clock, R: Rng, N: Net, S: Store> Engine<C, R, N, S> {
    /// An engine. `device` is this device's id, made once and kept with the user's data.
    pub fn new(device: impl Into<String>, clock: C, rng: R, net: N, store: S) -> Self {
        Self { device: device.into(), clock, rng, net, store, contacts: RefCell::default(), writes: Cell::default() }
    }

    /// How many times this device has begun to write records itself. When it is what it was before
    /// [`Engine::sync_stream`], what that gives as the stored records is what the storage holds; other tabs' writes aside,
    /// which raise [`Store::generation`].
    pub fn writes(&self) -> u32 {
        self.writes.get()
    }

    fn note_write(&self) {
        self.writes.set(self.writes.get().wrapping_add(1));
    }

    /// The storage, for reading.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// The network.
    pub fn net(&self) -> &N {
        &self.net
    }

    /// The randomness, e.g. for [`Backoff::next`].
    pub fn rng(&self) -> &R {
        &self.rng
    }

    /// Sends what waits, brings in what is new, then sends attachments. Safe to drop at any await point.
    ///
    /// What goes wrong between device and server is in [`Outcome::error`]; all of it can be tried again.
    ///
    /// # Errors
    /// When the device's storage fails. What was committed before stays, so read the screens' records again.
    pub async fn sync_stream(&self, stream: &StreamId) -> Result<Outcome, S::Error> {
        let result = self.exchange(stream).await;
        let ok = result.as_ref().is_ok_and(|outcome| outcome.error.is_none());
        self.note_contact(stream, ok);
        result
    }

    /// As [`Engine::sync_stream`] of a stream of which nothing waits to be sent; else `None`, and nothing was asked for. A
    /// program that begins in parts need not have what sends before there is something to send.
    ///
    /// # Errors
    /// As [`Engine::sync_stream`].
    pub async fn receive_stream(&self, stream: &StreamId) -> Result<Option<Outcome>, S::Error> {
        let at = self.store.moment(stream).await?;
        let is_photo = |attachment: &PendingAttachment| attachment.state == AttachmentState::Waiting;
        if at.outbox.iter().any(PendingChange::is_waiting) || self.store.attachments(stream).await?.iter().any(is_photo)
        {
            return Ok(None);
        }
        let mut out = Outcome::default();
        let result = self.pull_all(stream, at, &mut out).await;
        let ok = result.is_ok() && out.error.is_none();
        self.note_contact(stream, ok);
        result?;
        // What a log that was restored does not have any more waits again, and is seen here: it goes with the next call.
        self.close(stream, out).await.map(Some)
    }

    async fn exchange(&self, stream: &StreamId) -> Result<Outcome, S::Error> {
        let mut out = Outcome::default();
        let mut at = self.store.moment(stream).await?;
        if self.push_waiting(stream, &at.outbox, &mut out).await? {
            at = self.store.moment(stream).await?;
        }
        if !out.must_stop() && self.pull_all(stream, at, &mut out).await? && out.error.is_none() {
            // The server's log is another one (restored from a backup): what it had acknowledged waits again.
            let at = self.store.moment(stream).await?;
            self.push_waiting(stream, &at.outbox, &mut out).await?;
            if !out.must_stop() {
                let at = self.store.moment(stream).await?;
                self.pull_all(stream, at, &mut out).await?;
            }
        }
        // Also of a stream that was taken away: the server may still take what belongs to changes it has taken.
        if !out.must_stop() {
            self.send_attachments(stream, &mut out).await?;
        }
        self.close(stream, out).await
    }

    /// What an exchange came to, with what still waits.
    async fn close(&self, stream: &StreamId, mut out: Outcome) -> Result<Outcome, S::Error> {
        out.records_changed.sort_unstable();
        out.records_changed.dedup();
        let status = self.status(stream).await?;
        out.waiting = status.changes;
        out.attachments_waiting = status.attachments;
        Ok(out)
    }

    /// Smallest first, after the text. One that the server cannot take does not stop the others.
    async fn send_attachments(&self, stream: &StreamId, out: &mut Outcome) -> Result<(), S::Error> {
        for mut attachment in self.store.attachments(stream).await? {
            if attachment.state != AttachmentState::Waiting {
                continue;
            }
            attachment.state = match self.net.put_attachment(stream, &attachment.sha256).await {
                Ok(()) => AttachmentState::Sent,
                Err(NetError::TooLarge | NetError::Server(400 | 415 | 422)) => AttachmentState::Refused,
                Err(NetError::Forbidden) if out.taken_away => AttachmentState::Refused,
                Err(error) => {
                    let one_only = matches!(error, NetError::Server(_));
                    out.fail(error);
                    if one_only {
                        continue;
                    }
                    break;
                }
            };
            // No generation is expected: the row is this attachment's own and nothing is computed from other rows.
            let _ = self.store.commit(Batch { attachments: vec![attachment], ..Batch::default() }).await?;
        }
        Ok(())
    }
}
