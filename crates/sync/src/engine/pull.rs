//! Pull: the stream's log comes in page by page. The base of a record is the fold of the pulled entries in seq order,
//! so it is the same on every device with the same cursor (P3).

use litemap::LiteMap;

use super::{
    Engine, Outcome,
    overlay::{is_same, overlaid},
};
use crate::{
    Batch, Clock, Committed, Cursor, Entry, Moment, Net, NetError, PendingChange, PullPage, Record, RecordKey, Rng,
    Store, StreamId,
};

/// Whether a page is the answer to the question: entries without gaps after the cursor, and never short of the head
/// without moving on.
fn fits(page: &PullPage, asked: &Cursor) -> bool {
    let start = if page.epoch == asked.epoch { asked.seq } else { 0 };
    let in_order = page.entries.iter().zip(start + 1..).all(|(entry, seq)| entry.seq == seq);
    let last = page.entries.last().map_or(start, |entry| entry.seq);
    let moves = !page.entries.is_empty() || page.head == start;
    !page.epoch.is_empty() && in_order && moves && page.head >= last
}

/// What a page does to the outbox: rows that stay (un-acknowledged when the log is another one), and those that go.
struct Sorted {
    stay: Vec<PendingChange>,
    changed: Vec<PendingChange>,
    gone: Vec<PendingChange>,
}

fn sort_outbox(rows: Vec<PendingChange>, entries: &[Entry], forget_acknowledged: bool) -> Sorted {
    let mut sorted = Sorted { stay: Vec::new(), changed: Vec::new(), gone: Vec::new() };
    for mut row in rows {
        if entries.iter().any(|entry| is_same(&row.change, &entry.change)) {
            sorted.gone.push(row);
            continue;
        }
        if forget_acknowledged && row.acknowledged.take().is_some() {
            sorted.changed.push(row.clone());
        }
        sorted.stay.push(row);
    }
    sorted
}

impl<C: Clock, R: Rng, N: Net, S: Store> Engine<C, R, N, S> {
    /// Pulls until the stream's head, from a moment on. Says whether the log turned out to be another one than the device
    /// knew.
    pub(super) async fn pull_all(
        &self,
        stream: &StreamId,
        mut at: Moment,
        out: &mut Outcome,
    ) -> Result<bool, S::Error> {
        let mut restarted = false;
        loop {
            let asked = at.cursor.clone();
            let page = match self.net.pull(stream, &asked).await {
                Ok(page) if fits(&page, &asked) => page,
                Ok(_) => {
                    out.fail(NetError::Offline);
                    return Ok(restarted);
                }
                Err(error) => {
                    out.taken_away |= error == NetError::Forbidden;
                    out.fail(error);
                    return Ok(restarted);
                }
            };
            restarted |= !asked.epoch.is_empty() && asked.epoch != page.epoch;
            let more = page.entries.last().is_some_and(|entry| entry.seq < page.head);
            if more {
                // Until the head is reached the device is behind, also if this call is dropped here (P8).
                self.note_behind(stream);
            }
            self.apply_page(stream, at, page, out).await?;
            if !more {
                return Ok(restarted);
            }
            at = self.store.moment(stream).await?;
        }
    }

    /// Applies a page in one commit: bases, views, cursor, and the outbox rows that have come back. `at` is the moment it was
    /// asked for. When anything was written since it is computed again from fresh reads, so a local write in between is
    /// never lost.
    async fn apply_page(
        &self,
        stream: &StreamId,
        mut at: Moment,
        page: PullPage,
        out: &mut Outcome,
    ) -> Result<(), S::Error> {
        let asked = &at.cursor.clone();
        let anew = page.epoch != asked.epoch;
        let seq = page.entries.last().map_or(if anew { 0 } else { asked.seq }, |entry| entry.seq);
        let cursor = Cursor { epoch: page.epoch, seq };
        if cursor == *asked {
            return Ok(());
        }
        loop {
            if at.cursor != *asked {
                // Another uploader was faster; the next question starts from where it has come to.
                return Ok(());
            }
            let sorted = sort_outbox(at.outbox, &page.entries, anew && !asked.epoch.is_empty());
            let own = if anew { &sorted.stay[..] } else { &[] };
            let own = sorted.gone.iter().chain(own).map(|row| &row.change.record);
            let mut bases: LiteMap<&RecordKey, Record> = LiteMap::new_vec();
            for key in page.entries.iter().map(|entry| &entry.change.record).chain(own) {
                if bases.contains_key(key) {
                    continue;
                }
                let stored = if anew { None } else { self.store.record(stream, key).await? };
                bases.insert(key, stored.unwrap_or_default().base);
            }
            for entry in &page.entries {
                let base = bases.entry(&entry.change.record).or_default();
                base.apply(&entry.change, entry.order_time, &entry.author);
            }
            let own: Vec<_> = sorted.stay.iter().collect();
            let records: Vec<_> =
                bases.into_iter().map(|(key, base)| (stream.clone(), key.clone(), overlaid(base, key, &own))).collect();
            let stored: Vec<_> = records.iter().map(|(_, key, record)| (key.clone(), record.clone())).collect();
            let batch = Batch {
                expect: Some(at.generation),
                forget: if anew { vec![stream.clone()] } else { Vec::new() },
                records,
                outbox_put: sorted.changed,
                outbox_remove: sorted.gone.iter().map(|row| row.number).collect(),
                cursors: vec![(stream.clone(), cursor.clone())],
                ..Batch::default()
            };
            if self.store.commit(batch).await? == Committed::Done {
                out.pulled += page.entries.len();
                out.records_changed.extend(stored.iter().map(|(key, _)| key.clone()));
                out.records.extend(stored);
                out.anew |= anew;
                return Ok(());
            }
            at = self.store.moment(stream).await?;
        }
    }
}
