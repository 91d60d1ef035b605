//! The server's rules of docs/SYNC.md, in memory.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use zhucun_sync::{
    Change, ChangeId, Cursor, Entry, NetError, PullPage, PushReply, PushRequest, Record, RecordKey, RefusalCode,
    StreamId, Verdict,
};

use crate::World;

#[derive(Clone, Debug)]
struct Log {
    epoch: String,
    entries: Vec<Entry>,
    /// Change id to payload and place.
    known: BTreeMap<String, (String, usize)>,
    attachments: BTreeSet<String>,
}

impl Default for Log {
    fn default() -> Self {
        Self { epoch: "e1".into(), entries: Vec::new(), known: BTreeMap::new(), attachments: BTreeSet::new() }
    }
}

/// What a backup keeps of a server.
#[derive(Clone, Debug)]
pub struct Backup(BTreeMap<StreamId, Log>);

#[derive(Debug, Default)]
struct State {
    logs: BTreeMap<StreamId, Log>,
    refused_collections: BTreeMap<String, RefusalCode>,
    taken_away: BTreeSet<(String, StreamId)>,
    ever_refused: BTreeSet<ChangeId>,
    largest_batch: Option<usize>,
    later_from: Option<usize>,
}

/// A server in memory. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct SimServer {
    world: World,
    page: usize,
    state: Rc<RefCell<State>>,
}

impl SimServer {
    /// A server whose pull pages hold `page` entries at most.
    #[must_use]
    pub fn new(world: &World, page: usize) -> Self {
        Self { world: world.clone(), page: page.max(1), state: Rc::default() }
    }

    /// From now on changes to this collection are refused, or accepted again.
    pub fn refuse_collection(&self, collection: &str, code: Option<RefusalCode>) {
        let refused = &mut self.state.borrow_mut().refused_collections;
        match code {
            Some(code) => refused.insert(collection.to_owned(), code),
            None => refused.remove(collection),
        };
    }

    /// Takes a stream away from a user.
    pub fn take_away(&self, user: &str, stream: &StreamId) {
        self.state.borrow_mut().taken_away.insert((user.to_owned(), stream.clone()));
    }

    /// Batches of more changes are answered with 413.
    pub fn limit_batch(&self, changes: Option<usize>) {
        self.state.borrow_mut().largest_batch = changes;
    }

    /// From the n-th change of a batch on (0 is the first), new changes get `retry_later`.
    pub fn retry_later_from(&self, n: Option<usize>) {
        self.state.borrow_mut().later_from = n;
    }

    /// The log of a stream.
    #[must_use]
    pub fn entries(&self, stream: &StreamId) -> Vec<Entry> {
        self.state.borrow().logs.get(stream).map_or_else(Vec::new, |log| log.entries.clone())
    }

    /// The records of a stream: the fold of its log.
    #[must_use]
    pub fn records(&self, stream: &StreamId) -> BTreeMap<RecordKey, Record> {
        let mut records: BTreeMap<RecordKey, Record> = BTreeMap::new();
        for entry in self.entries(stream) {
            let record = records.entry(entry.change.record.clone()).or_default();
            record.apply(&entry.change, entry.order_time, &entry.author);
        }
        records
    }

    /// The changes that were refused at some time, whether or not the device got to know.
    #[must_use]
    pub fn ever_refused(&self) -> BTreeSet<ChangeId> {
        self.state.borrow().ever_refused.clone()
    }

    /// The attachments that have arrived.
    #[must_use]
    pub fn attachments(&self, stream: &StreamId) -> BTreeSet<String> {
        self.state.borrow().logs.get(stream).map_or_else(BTreeSet::new, |log| log.attachments.clone())
    }

    /// Makes a backup.
    #[must_use]
    pub fn backup(&self) -> Backup {
        Backup(self.state.borrow().logs.clone())
    }

    /// Restores a backup: every stream gets the new epoch.
    pub fn restore(&self, backup: &Backup, epoch: &str) {
        let mut logs = backup.0.clone();
        for log in logs.values_mut() {
            epoch.clone_into(&mut log.epoch);
        }
        self.state.borrow_mut().logs = logs;
    }

    /// POST of a batch by a user.
    ///
    /// # Errors
    /// 403 for a stream that was taken away, 413 for a batch that is too large.
    pub fn push(&self, user: &str, stream: &StreamId, request: &PushRequest) -> Result<PushReply, NetError> {
        let server_now = self.world.now();
        let state = &mut *self.state.borrow_mut();
        if state.taken_away.contains(&(user.to_owned(), stream.clone())) {
            return Err(NetError::Forbidden);
        }
        let largest = state.largest_batch.unwrap_or(PushRequest::MAX).min(PushRequest::MAX);
        if request.changes.len() > largest {
            return Err(NetError::TooLarge);
        }
        let log = state.logs.entry(stream.clone()).or_default();
        let mut verdicts = Vec::new();
        let mut later = false;
        for (at, change) in request.changes.iter().enumerate() {
            later |= state.later_from.is_some_and(|from| at >= from);
            let refused = state.refused_collections.get(&change.record.collection).copied();
            let verdict = match log.known(change) {
                Some(verdict) => verdict,
                None if later => Verdict::RetryLater { id: change.id.clone() },
                None => match refused {
                    Some(code) => {
                        state.ever_refused.insert(change.id.clone());
                        Verdict::Refused { id: change.id.clone(), code }
                    }
                    None => {
                        let order_time = (change.device_time + (server_now - request.device_now)).min(server_now);
                        log.append(user, change, order_time)
                    }
                },
            };
            verdicts.push(verdict);
        }
        Ok(PushReply { verdicts, server_now })
    }

    /// GET of a page by a user.
    ///
    /// # Errors
    /// 403 for a stream that was taken away.
    pub fn pull(&self, user: &str, stream: &StreamId, after: &Cursor) -> Result<PullPage, NetError> {
        let state = &mut *self.state.borrow_mut();
        if state.taken_away.contains(&(user.to_owned(), stream.clone())) {
            return Err(NetError::Forbidden);
        }
        let log = state.logs.entry(stream.clone()).or_default();
        let start = if after.epoch == log.epoch { usize::try_from(after.seq).unwrap_or(0) } else { 0 };
        let entries = log.entries.iter().skip(start).take(self.page).cloned().collect();
        Ok(PullPage { epoch: log.epoch.clone(), entries, head: seq(log.entries.len()) })
    }

    /// PUT of an attachment by a user.
    ///
    /// # Errors
    /// 403 for a stream that was taken away.
    pub fn put_attachment(&self, user: &str, stream: &StreamId, sha256: &str) -> Result<(), NetError> {
        let state = &mut *self.state.borrow_mut();
        if state.taken_away.contains(&(user.to_owned(), stream.clone())) {
            return Err(NetError::Forbidden);
        }
        state.logs.entry(stream.clone()).or_default().attachments.insert(sha256.to_owned());
        Ok(())
    }
}

fn seq(place: usize) -> i64 {
    i64::try_from(place).expect("a log in memory is shorter")
}

impl Log {
    /// The verdict on a change whose id is known: by the payload.
    fn known(&self, change: &Change) -> Option<Verdict> {
        let (payload, at) = self.known.get(&change.id)?;
        let id = change.id.clone();
        if *payload != change.canonical() {
            return Some(Verdict::Refused { id, code: RefusalCode::IdConflict });
        }
        let entry = &self.entries[*at];
        Some(Verdict::Duplicate { id, seq: entry.seq, order_time: entry.order_time })
    }

    fn append(&mut self, user: &str, change: &Change, order_time: i64) -> Verdict {
        self.known.insert(change.id.clone(), (change.canonical(), self.entries.len()));
        let seq = seq(self.entries.len() + 1);
        // The store keeps the payload as text.
        let stored = serde_json::from_str(&change.canonical()).expect("a change reads back");
        self.entries.push(Entry { seq, order_time, author: user.to_owned(), change: stored });
        Verdict::Accepted { id: change.id.clone(), seq, order_time }
    }
}
