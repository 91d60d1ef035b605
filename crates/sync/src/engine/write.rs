//! Writing on the device: one strict transaction, after which "saved on this phone" is true (P1).

use litemap::LiteMap;
use std::collections::BTreeMap;

use serde_json::Value;

use super::Engine;
use crate::{
    Batch, Change, ChangeId, Clock, Committed, DELETED, Net, PendingAttachment, PendingChange, Record, RecordKey, Rng,
    Store, StoredRecord, StreamId,
};

/// One record's part of a write.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// Where the record belongs.
    pub stream: StreamId,
    /// Which record; it need not exist yet.
    pub key: RecordKey,
    /// Field to new value.
    pub patch: BTreeMap<String, Value>,
}

impl<C: Clock, R: Rng, N: Net, S: Store> Engine<C, R, N, S> {
    /// Writes fields of one record, with the attachments it refers to, and takes away the drafts it came from.
    ///
    /// # Errors
    /// When storage fails (quota): then nothing is written, nothing was "saved" and the drafts are still there.
    pub async fn write(
        &self,
        stream: &StreamId,
        key: &RecordKey,
        patch: BTreeMap<String, Value>,
        attachments: Vec<PendingAttachment>,
        drafts_remove: Vec<String>,
    ) -> Result<Change, S::Error> {
        let write = Write { stream: stream.clone(), key: key.clone(), patch };
        let mut changes = self.write_many(vec![write], attachments, drafts_remove).await?;
        Ok(changes.pop().expect("one write makes one change"))
    }

    /// Writes several records in one transaction, in their order. The same record may come twice.
    ///
    /// Concurrent writes are safe: the one that commits second is computed again over the first.
    ///
    /// # Errors
    /// When storage fails: then nothing at all is written.
    pub async fn write_many(
        &self,
        writes: Vec<Write>,
        attachments: Vec<PendingAttachment>,
        drafts_remove: Vec<String>,
    ) -> Result<Vec<Change>, S::Error> {
        self.note_write();
        loop {
            let mut batch = Batch {
                expect: Some(self.store.generation().await?),
                strict: true,
                attachments: attachments.clone(),
                drafts_remove: drafts_remove.clone(),
                ..Batch::default()
            };
            let mut number = self.store.last_number().await?;
            for write in &writes {
                number += 1;
                let earlier = batch.records.iter().position(|(s, k, _)| *s == write.stream && *k == write.key);
                let StoredRecord { base, view } = match earlier {
                    Some(at) => batch.records.swap_remove(at).2,
                    None => self.store.record(&write.stream, &write.key).await?.unwrap_or_default(),
                };
                let mut view = view.unwrap_or_else(|| base.clone());
                let change = self.make_change(write, &view);
                view.apply(&change, change.device_time, "");
                batch.records.push((write.stream.clone(), write.key.clone(), StoredRecord { base, view: Some(view) }));
                let stream = write.stream.clone();
                batch.outbox_put.push(PendingChange { number, stream, change, acknowledged: None, refused: None });
            }
            let changes = batch.outbox_put.iter().map(|row| row.change.clone()).collect();
            if self.store.commit(batch).await? == Committed::Done {
                return Ok(changes);
            }
        }
    }

    fn make_change(&self, write: &Write, shown: &Record) -> Change {
        let device_time = self.clock.now();
        let is_delete = write.patch.get(DELETED) == Some(&Value::Bool(true));
        // Not `collect`: it brings a sort along for every type of value.
        let mut prev = LiteMap::new_vec();
        for field in shown.fields.keys().filter(|field| is_delete || write.patch.contains_key(*field)) {
            let heads = shown.heads(field);
            if !heads.is_empty() {
                prev.insert(field.clone(), heads);
            }
        }
        Change {
            id: self.new_id(device_time),
            record: write.key.clone(),
            prev,
            patch: write.patch.clone(),
            device: self.device.clone(),
            device_time,
            format: Change::FORMAT,
            extra: BTreeMap::new(),
        }
    }

    /// A UUIDv7, also right as the id of a new record. `now` is in milliseconds since 1970 UTC.
    pub fn new_id(&self, now: i64) -> ChangeId {
        let mut random = [0; 10];
        self.rng.fill(&mut random);
        let millis = u64::try_from(now).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
    }
}
