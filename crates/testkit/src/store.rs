//! The device's storage in memory, with faults.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use zhucun_sync::{
    AttachmentState, Batch, ChangeId, Committed, Cursor, PendingAttachment, PendingChange, RecordKey, Store,
    StoredRecord, StreamId,
};

use crate::yield_once;

/// The storage is full: nothing of the batch was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreFull;

#[derive(Clone, Debug, Default)]
struct State {
    generation: i64,
    last_number: i64,
    records: BTreeMap<(StreamId, RecordKey), StoredRecord>,
    outbox: BTreeMap<i64, PendingChange>,
    attachments: BTreeMap<(StreamId, String), PendingAttachment>,
    cursors: BTreeMap<StreamId, Cursor>,
    drafts: BTreeSet<String>,
    numbers: BTreeMap<ChangeId, i64>,
}

/// A device's disk. Clones are handles to the same disk: an app that was killed opens it again with a clone.
///
/// What was committed with relaxed durability is lost by [`MemStore::power_cut`], unless a strict commit came after it.
#[derive(Clone, Debug, Default)]
pub struct MemStore {
    current: Rc<RefCell<State>>,
    durable: Rc<RefCell<State>>,
    commits: Rc<Cell<usize>>,
    full_at: Rc<Cell<Option<usize>>>,
}

impl MemStore {
    /// An empty disk.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The n-th commit from now (1 is the next) fails with [`StoreFull`].
    pub fn fail_commit(&self, n: usize) {
        self.full_at.set(Some(self.commits.get() + n));
    }

    /// The phone loses power: only what strict commits have reached is left.
    pub fn power_cut(&self) {
        *self.current.borrow_mut() = self.durable.borrow().clone();
    }

    /// Puts a draft down, strictly.
    pub fn put_draft(&self, id: &str) {
        self.current.borrow_mut().drafts.insert(id.to_owned());
        self.flush();
    }

    /// Whether a draft is there.
    #[must_use]
    pub fn has_draft(&self, id: &str) -> bool {
        self.current.borrow().drafts.contains(id)
    }

    /// All records of a stream as they stand.
    #[must_use]
    pub fn records(&self, stream: &StreamId) -> BTreeMap<RecordKey, StoredRecord> {
        let state = self.current.borrow();
        let of_stream = state.records.iter().filter(|((s, _), _)| s == stream);
        of_stream.map(|((_, key), record)| (key.clone(), record.clone())).collect()
    }

    /// The whole outbox of a stream as it stands.
    #[must_use]
    pub fn outbox_now(&self, stream: &StreamId) -> Vec<PendingChange> {
        self.current.borrow().outbox.values().filter(|row| row.stream == *stream).cloned().collect()
    }

    /// The cursor of a stream as it stands.
    #[must_use]
    pub fn cursor_now(&self, stream: &StreamId) -> Cursor {
        self.current.borrow().cursors.get(stream).cloned().unwrap_or_default()
    }

    /// The outbox number of every change ever written on this device, also of those that have left the outbox.
    #[must_use]
    pub fn numbers(&self) -> BTreeMap<ChangeId, i64> {
        self.current.borrow().numbers.clone()
    }

    /// How many commits there were.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.commits.get()
    }

    fn flush(&self) {
        *self.durable.borrow_mut() = self.current.borrow().clone();
    }
}

impl State {
    fn forget(&mut self, stream: &StreamId) {
        self.records.retain(|(s, _), _| s != stream);
        self.cursors.remove(stream);
    }

    fn write(&mut self, batch: Batch) {
        for stream in &batch.forget {
            self.forget(stream);
        }
        for (stream, key, record) in batch.records {
            self.records.insert((stream, key), record);
        }
        for row in batch.outbox_put {
            self.last_number = self.last_number.max(row.number);
            self.numbers.insert(row.change.id.clone(), row.number);
            self.outbox.insert(row.number, row);
        }
        for number in batch.outbox_remove {
            self.outbox.remove(&number);
        }
        for attachment in batch.attachments {
            self.attachments.insert((attachment.stream.clone(), attachment.sha256.clone()), attachment);
        }
        self.cursors.extend(batch.cursors);
        for draft in batch.drafts_remove {
            self.drafts.remove(&draft);
        }
        self.generation += 1;
    }
}

impl Store for MemStore {
    type Error = StoreFull;

    async fn generation(&self) -> Result<i64, StoreFull> {
        yield_once().await;
        Ok(self.current.borrow().generation)
    }

    async fn record(&self, stream: &StreamId, key: &RecordKey) -> Result<Option<StoredRecord>, StoreFull> {
        yield_once().await;
        Ok(self.current.borrow().records.get(&(stream.clone(), key.clone())).cloned())
    }

    async fn outbox(&self, stream: &StreamId) -> Result<Vec<PendingChange>, StoreFull> {
        yield_once().await;
        Ok(self.outbox_now(stream))
    }

    async fn last_number(&self) -> Result<i64, StoreFull> {
        yield_once().await;
        Ok(self.current.borrow().last_number)
    }

    async fn cursor(&self, stream: &StreamId) -> Result<Cursor, StoreFull> {
        yield_once().await;
        Ok(self.cursor_now(stream))
    }

    async fn attachments(&self, stream: &StreamId) -> Result<Vec<PendingAttachment>, StoreFull> {
        yield_once().await;
        let state = self.current.borrow();
        let mut waiting: Vec<_> = state
            .attachments
            .values()
            .filter(|attachment| attachment.stream == *stream && attachment.state != AttachmentState::Sent)
            .cloned()
            .collect();
        waiting.sort_by_key(|attachment| attachment.size);
        Ok(waiting)
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreFull> {
        yield_once().await;
        self.commits.set(self.commits.get() + 1);
        if self.full_at.get() == Some(self.commits.get()) {
            return Err(StoreFull);
        }
        if batch.expect.is_some_and(|expected| expected != self.current.borrow().generation) {
            yield_once().await;
            return Ok(Committed::Stale);
        }
        let strict = batch.strict;
        self.current.borrow_mut().write(batch);
        if strict {
            self.flush();
        }
        yield_once().await;
        Ok(Committed::Done)
    }

    async fn erase(&self, stream: &StreamId) -> Result<(), StoreFull> {
        yield_once().await;
        let mut state = self.current.borrow_mut();
        state.forget(stream);
        state.outbox.retain(|_, row| row.stream != *stream);
        state.attachments.retain(|(s, _), _| s != stream);
        state.generation += 1;
        drop(state);
        self.flush();
        Ok(())
    }
}
