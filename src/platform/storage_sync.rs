//! The phone's database as the sync engine sees it.

use wasm_bindgen::JsValue;
use zhucun_json::{FromJson, ToJson, from_text, to_text};
use zhucun_sync::{
    AttachmentState, Batch, Committed, Cursor, Moment, PendingAttachment, PendingChange, RecordKey, Store,
    StoredRecord, StreamId,
};

use super::storage::{
    ATTACHMENTS, AtStart, BLOBS, CURSORS, DRAFTS, Db, GENERATION, LAST_NUMBER, META, OUTBOX, Op, Ops, RECORDS, Rows,
    StorageError, Unsent, meta_number, whole,
};

fn json<T: ToJson>(value: &T) -> JsValue {
    to_text(value).into()
}

/// What cannot be read is an error and is left as it is: a newer version of the app may have written it. Were it passed
/// over, a change would never be sent, and a record would be written anew over a hole.
fn read<T: FromJson>(value: &JsValue) -> Result<T, StorageError> {
    value.as_string().and_then(|text| from_text(&text).ok()).ok_or(StorageError::Unreadable)
}

fn read_all<T: FromJson>(rows: &[(String, JsValue)]) -> Result<Vec<T>, StorageError> {
    let mut all = Vec::with_capacity(rows.len());
    for (_, value) in rows {
        all.push(read(value)?);
    }
    Ok(all)
}

fn prefix(stream: &StreamId) -> String {
    let mut text = stream.as_str().to_owned();
    text.push('|');
    text
}

fn record_key(stream: &StreamId, key: &RecordKey) -> String {
    let mut text = prefix(stream);
    text.push_str(&key.collection);
    text.push('|');
    text.push_str(&key.id);
    text
}

fn attachment_key(stream: &StreamId, sha256: &str) -> String {
    let mut text = prefix(stream);
    text.push_str(sha256);
    text
}

/// Zero-padded, so that keys sort as numbers do.
fn number_key(number: i64) -> String {
    let digits = number.to_string();
    let mut text = "0".repeat(16_usize.saturating_sub(digits.len()));
    text.push_str(&digits);
    text
}

/// The records of rows, those of some streams only.
fn records(rows: &[(String, JsValue)], streams: &[StreamId]) -> Result<Vec<(RecordKey, StoredRecord)>, StorageError> {
    let mut records = Vec::with_capacity(rows.len());
    for (key, value) in rows {
        let mut parts = key.splitn(3, '|');
        let (Some(stream), Some(collection), Some(id)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(StorageError::Unreadable);
        };
        if streams.iter().any(|one| one.as_str() == stream) {
            records.push((RecordKey::new(collection, id), read(value)?));
        }
    }
    Ok(records)
}

fn unsent(rows: &[(String, JsValue)]) -> Result<Vec<PendingAttachment>, StorageError> {
    let mut attachments: Vec<PendingAttachment> = read_all(rows)?;
    attachments.retain(|attachment| attachment.state != AttachmentState::Sent);
    Ok(attachments)
}

/// One that cannot be read counts as none: the stream is pulled anew, and the outbox stays.
fn cursor(kept: Option<JsValue>) -> Cursor {
    kept.and_then(|value| read(&value).ok()).unwrap_or_default()
}

impl AtStart {
    /// The records of these streams.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub fn records(&self, streams: &[StreamId]) -> Result<Vec<(RecordKey, StoredRecord)>, StorageError> {
        records(&self.records, streams)
    }

    /// What the server does not have: the outbox by number, and attachments.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub fn unsent(&self) -> Result<Unsent, StorageError> {
        Ok((read_all(&self.outbox)?, unsent(&self.attachments)?))
    }
}

/// Takes the photo of an attachment's row from a list, unless it is of this stream.
fn spare(hashes: &mut Vec<String>, stream: &StreamId, row: &str) {
    if !row.starts_with(&prefix(stream)) {
        hashes.retain(|sha256| !row.ends_with(sha256.as_str()));
    }
}

impl Db {
    /// All records of a stream.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn all_records(&self, stream: &StreamId) -> Result<Vec<(RecordKey, StoredRecord)>, StorageError> {
        records(&self.range(RECORDS, &prefix(stream)).await?, std::slice::from_ref(stream))
    }

    /// The streams that were pulled to this phone.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn streams(&self) -> Result<Vec<StreamId>, StorageError> {
        let rows = self.range(CURSORS, "").await?;
        Ok(rows.into_iter().filter_map(|(key, _)| key.parse().ok()).collect())
    }

    /// What the server does not have, of all streams: the outbox by number, and attachments.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn unsent(&self) -> Result<Unsent, StorageError> {
        let rows = self.ranges(&[OUTBOX, ATTACHMENTS], "").await?;
        let [outbox, attachments] = &rows[..] else { return Ok(Unsent::default()) };
        Ok((read_all(outbox)?, unsent(attachments)?))
    }

    /// The photos on this phone, by their hashes, that are no attachments of other streams than this one.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn blobs_but_of_others(&self, stream: &StreamId) -> Result<Vec<String>, StorageError> {
        let mut hashes = self.keys(BLOBS).await?;
        for (key, _) in self.range(ATTACHMENTS, "").await? {
            spare(&mut hashes, stream, &key);
        }
        Ok(hashes)
    }
}

impl Store for Db {
    type Error = StorageError;

    async fn generation(&self) -> Result<i64, StorageError> {
        meta_number(self, GENERATION).await
    }

    async fn record(&self, stream: &StreamId, key: &RecordKey) -> Result<Option<StoredRecord>, StorageError> {
        self.get(RECORDS, &record_key(stream, key)).await?.as_ref().map(read).transpose()
    }

    async fn outbox(&self, stream: &StreamId) -> Result<Vec<PendingChange>, StorageError> {
        let mut rows: Vec<PendingChange> = read_all(&self.range(OUTBOX, "").await?)?;
        rows.retain(|row| row.stream == *stream);
        Ok(rows)
    }

    async fn last_number(&self) -> Result<i64, StorageError> {
        meta_number(self, LAST_NUMBER).await
    }

    async fn moment(&self, stream: &StreamId) -> Result<Moment, StorageError> {
        let rows = self.ranges(&[META, CURSORS, OUTBOX], "").await?;
        let [meta, cursors, outbox] = &rows[..] else { return Ok(Moment::default()) };
        let named =
            |rows: &'_ Rows, name: &str| rows.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let mut outbox: Vec<PendingChange> = read_all(outbox)?;
        outbox.retain(|row| row.stream == *stream);
        let generation = named(meta, GENERATION).as_ref().map_or(0, whole);
        Ok(Moment { generation, cursor: cursor(named(cursors, stream.as_str())), outbox })
    }

    async fn cursor(&self, stream: &StreamId) -> Result<Cursor, StorageError> {
        Ok(cursor(self.get(CURSORS, stream.as_str()).await?))
    }

    async fn attachments(&self, stream: &StreamId) -> Result<Vec<PendingAttachment>, StorageError> {
        let mut unsent = unsent(&self.range(ATTACHMENTS, &prefix(stream)).await?)?;
        unsent.sort_unstable_by_key(|attachment| attachment.size);
        Ok(unsent)
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StorageError> {
        let mut list = Vec::new();
        for stream in &batch.forget {
            list.push(Op::DeletePrefix(RECORDS, prefix(stream)));
            list.push(Op::Delete(CURSORS, stream.as_str().to_owned()));
        }
        for (stream, key, record) in &batch.records {
            list.push(Op::Put(RECORDS, record_key(stream, key), json(record)));
        }
        for number in batch.outbox_remove {
            list.push(Op::Delete(OUTBOX, number_key(number)));
        }
        for row in &batch.outbox_put {
            list.push(Op::Put(OUTBOX, number_key(row.number), json(row)));
        }
        for attachment in &batch.attachments {
            list.push(Op::Put(ATTACHMENTS, attachment_key(&attachment.stream, &attachment.sha256), json(attachment)));
        }
        for (stream, cursor) in &batch.cursors {
            list.push(Op::Put(CURSORS, stream.as_str().to_owned(), json(cursor)));
        }
        list.extend(batch.drafts_remove.into_iter().map(|id| Op::Delete(DRAFTS, id)));
        let number = batch.outbox_put.iter().map(|row| row.number).max();
        self.write(&Ops { list, expect: batch.expect, strict: batch.strict, number, counts: true }).await
    }

    async fn erase(&self, stream: &StreamId) -> Result<(), StorageError> {
        loop {
            let expect = Some(self.generation().await?);
            let mut list = vec![
                Op::DeletePrefix(RECORDS, prefix(stream)),
                Op::DeletePrefix(ATTACHMENTS, prefix(stream)),
                Op::Delete(CURSORS, stream.as_str().to_owned()),
            ];
            for row in self.outbox(stream).await? {
                list.push(Op::Delete(OUTBOX, number_key(row.number)));
            }
            let ops = Ops { list, expect, strict: true, number: None, counts: true };
            if self.write(&ops).await? == Committed::Done {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_of_two_villages_outlives_the_one() {
        let [a, b]: [StreamId; 2] = ["village/a", "village/b"].map(|id| id.parse().unwrap());
        let mut hashes = ["1", "2", "3"].map(String::from).to_vec();
        for (stream, sha256) in [(&a, "1"), (&a, "2"), (&b, "2")] {
            spare(&mut hashes, &a, &attachment_key(stream, sha256));
        }
        assert_eq!(hashes, ["1", "3"]);
    }
}
