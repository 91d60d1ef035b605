//! The log of a stream: append with a verdict per change, and pull.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, Row as _};
use zhucun_domain::collection;
use zhucun_sync::{Change, ChangeId, Cursor, Entry, PullPage, Record, RecordKey, RefusalCode, StreamId, Verdict};

use super::{Act, NewVersion, Store, StoreError, audit::note, derived::Derived, forms, tickets, versions};
use crate::service::random;

/// Bytes of payload after which a page of a pull ends, so that a page fits a slow connection.
const PAGE_BYTES: usize = 1024 * 1024;

/// The clocks at a push, milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The server's.
    pub server_now: i64,
    /// The device's while sending.
    pub device_now: i64,
}

impl Times {
    /// For changes that the server makes itself.
    #[must_use]
    pub const fn server(now: i64) -> Self {
        Self { server_now: now, device_now: now }
    }

    /// The order time of a change: the device's time with its skew taken out, never in the future.
    #[must_use]
    pub const fn order(self, device_time: i64) -> i64 {
        let skew = self.server_now.saturating_sub(self.device_now);
        let time = device_time.saturating_add(skew);
        if time < self.server_now { time } else { self.server_now }
    }
}

/// What goes along with changes.
#[derive(Clone, Copy, Default)]
struct Along<'a> {
    /// Why a change is refused that the log does not know, by its place among the changes.
    refusals: &'a [Option<RefusalCode>],
    /// A form's version that the changes put into force.
    version: Option<NewVersion<'a>>,
    /// The act of administration that they are.
    act: Option<Act<'a>>,
    /// Whether they are only for records as their writer saw them.
    only_as_seen: bool,
}

/// A change as the log has it.
struct Logged {
    author: String,
    seq: i64,
    order_time: i64,
    salt: String,
    hash: String,
}

/// What one `append` has in hand: the counter and the records it changes.
struct Appending<'a> {
    stream: &'a StreamId,
    author: &'a str,
    times: Times,
    /// The secret of tickets; empty when no change brings one.
    pepper: &'a str,
    head: i64,
    /// Whether a change is only for the record as its writer saw it.
    only_as_seen: bool,
    records: BTreeMap<RecordKey, Record>,
}

impl Store {
    /// Appends changes that have been checked, in one transaction, and brings the view up to date. Pushing again what is
    /// there answers `Duplicate`; the same id with another payload is refused.
    ///
    /// # Errors
    /// When the database fails; then nothing of the batch is written.
    pub async fn append(
        &self,
        stream: &StreamId,
        author: &str,
        times: Times,
        changes: &[Change],
    ) -> Result<Vec<Verdict>, StoreError> {
        if changes.is_empty() {
            Ok(Vec::new())
        } else {
            self.append_along(stream, author, times, changes, Along::default()).await
        }
    }

    /// As [`Store::append`], of changes some of which are refused: by their place, as far as the list goes. One that the log
    /// has from this author is known nevertheless.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn append_judged(
        &self,
        stream: &StreamId,
        author: &str,
        times: Times,
        changes: &[Change],
        refusals: &[Option<RefusalCode>],
    ) -> Result<Vec<Verdict>, StoreError> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        self.append_along(stream, author, times, changes, Along { refusals, ..Along::default() }).await
    }

    /// As [`Store::append_judged`], of a change that the server makes of a record as it has just read it: whatever came between
    /// is not written over, and makes no conflict.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when something did; else as [`Store::append`].
    pub async fn append_as_seen(
        &self,
        stream: &StreamId,
        author: &str,
        times: Times,
        change: &Change,
        refusal: Option<RefusalCode>,
    ) -> Result<Verdict, StoreError> {
        let along = Along { refusals: &[refusal], only_as_seen: true, ..Along::default() };
        let verdicts = self.append_along(stream, author, times, std::slice::from_ref(change), along).await?;
        verdicts.into_iter().next().ok_or(StoreError::Corrupt("verdict"))
    }

    /// As [`Store::append`], of changes that are an act of administration: its row is written in their transaction, and so is
    /// what a form's new version needs.
    ///
    /// # Errors
    /// [`StoreError::VersionUsed`], [`StoreError::Changed`] when the version's draft is gone; else as [`Store::append`].
    pub async fn administer(
        &self,
        stream: &StreamId,
        author: &str,
        changes: &[Change],
        version: Option<NewVersion<'_>>,
        act: Act<'_>,
    ) -> Result<(), StoreError> {
        let along = Along { version, act: Some(act), ..Along::default() };
        self.append_along(stream, author, Times::server(act.at), changes, along).await.map(drop)
    }

    /// As [`Store::append`], with a form's version that the changes put into force: of the invented county, and of tests.
    ///
    /// # Errors
    /// [`StoreError::VersionUsed`]; else as [`Store::append`].
    pub async fn put_version(
        &self,
        stream: &StreamId,
        author: &str,
        now: i64,
        changes: &[Change],
        version: NewVersion<'_>,
    ) -> Result<(), StoreError> {
        let along = Along { version: Some(version), ..Along::default() };
        self.append_along(stream, author, Times::server(now), changes, along).await.map(drop)
    }

    async fn append_along(
        &self,
        stream: &StreamId,
        author: &str,
        times: Times,
        changes: &[Change],
        along: Along<'_>,
    ) -> Result<Vec<Verdict>, StoreError> {
        // Before the transaction: the secret is made at the first asking.
        let pepper =
            if changes.iter().any(tickets::brings_one) { self.secret(tickets::SECRET).await? } else { String::new() };
        self.again_when_met(|| self.append_once(stream, author, times, &pepper, (changes, along))).await
    }

    async fn append_once(
        &self,
        stream: &StreamId,
        author: &str,
        times: Times,
        pepper: &str,
        (changes, along): (&[Change], Along<'_>),
    ) -> Result<Vec<Verdict>, StoreError> {
        let mut write = self.write().await?;
        // First of all the counter: it makes the writers of a stream wait for each other, so seq has no gaps.
        let head = sqlx::query(
            "INSERT INTO stream (stream, epoch, head) VALUES ($1, $2, 0) \
             ON CONFLICT (stream) DO UPDATE SET head = stream.head RETURNING head",
        )
        .bind(stream.as_str())
        .bind(&*self.epoch)
        .fetch_one(write.db())
        .await?
        .try_get(0)?;
        // Before the changes: it looks at what the log had.
        if let Some(version) = along.version {
            forms::put(write.db(), stream, version, times.server_now).await?;
        }
        let only_as_seen = along.only_as_seen;
        let mut appending = Appending { stream, author, times, pepper, head, only_as_seen, records: BTreeMap::new() };
        let mut verdicts = Vec::with_capacity(changes.len());
        for (index, change) in changes.iter().enumerate() {
            let refusal = along.refusals.get(index).copied().flatten();
            verdicts.push(appending.one(write.db(), change, refusal).await?);
        }
        appending.finish(write.db()).await?;
        if let Some(act) = along.act {
            note(write.db(), act).await?;
        }
        write.commit().await?;
        Ok(verdicts)
    }

    /// The page of a stream's log after a cursor: at most `limit` entries. With a cursor of another epoch it starts from the
    /// beginning.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pull(&self, stream: &StreamId, after: &Cursor, limit: i64) -> Result<PullPage, StoreError> {
        let row = sqlx::query("SELECT epoch, head FROM stream WHERE stream = $1")
            .bind(stream.as_str())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else {
            return Ok(PullPage { epoch: self.epoch.to_string(), entries: Vec::new(), head: 0 });
        };
        let (epoch, head): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        let from = if after.epoch == epoch { after.seq } else { 0 };
        let mut rows = sqlx::query(
            "SELECT c.seq, c.order_time, c.author, p.json FROM change c \
             JOIN payload p ON p.stream = c.stream AND p.change_id = c.id \
             WHERE c.stream = $1 AND c.seq > $2 AND c.seq <= $3 ORDER BY c.seq LIMIT $4",
        )
        .bind(stream.as_str())
        .bind(from)
        .bind(head)
        .bind(limit)
        .fetch(&self.pool);
        let mut entries = Vec::new();
        let mut bytes = 0;
        while bytes < PAGE_BYTES
            && let Some(row) = rows.try_next().await?
        {
            let json: String = row.try_get(3)?;
            bytes += json.len();
            let change = serde_json::from_str(&json).map_err(|_| StoreError::Corrupt("change"))?;
            entries.push(Entry { seq: row.try_get(0)?, order_time: row.try_get(1)?, author: row.try_get(2)?, change });
        }
        Ok(PullPage { epoch, entries, head })
    }
}

impl Appending<'_> {
    /// `refusal` is why it is refused unless the log has it from this author: then it was taken once, and only the answer was
    /// lost.
    async fn one(
        &mut self,
        db: &mut AnyConnection,
        change: &Change,
        refusal: Option<RefusalCode>,
    ) -> Result<Verdict, StoreError> {
        let id = change.id.clone();
        let payload = change.canonical();
        let logged = logged(db, self.stream, &id).await?;
        if let Some(logged) = logged.filter(|logged| refusal.is_none() || logged.author == self.author) {
            let same = salted(&logged.salt, &payload) == logged.hash;
            let Logged { seq, order_time, .. } = logged;
            return Ok(if same {
                Verdict::Duplicate { id, seq, order_time }
            } else {
                Verdict::Refused { id, code: RefusalCode::IdConflict }
            });
        }
        if let Some(code) = refusal {
            return Ok(Verdict::Refused { id, code });
        }
        let seq = self.head + 1;
        let order_time = self.times.order(change.device_time);
        if !self.records.contains_key(&change.record) {
            let record = super::records::read(db, self.stream, &change.record).await?.unwrap_or_default();
            self.records.insert(change.record.clone(), record);
        }
        let is_new = self.records.get(&change.record).is_some_and(|record| record.fields.is_empty());
        if self.only_as_seen && !self.records.get(&change.record).is_some_and(|record| is_as_seen(record, change)) {
            return Err(StoreError::Changed);
        }
        if let Some(code) = tickets::register(db, self.pepper, self.stream, change, is_new).await? {
            return Ok(Verdict::Refused { id, code });
        }
        self.insert(db, change, &payload, seq, order_time).await?;
        if let Some(record) = self.records.get_mut(&change.record) {
            record.apply(change, order_time, self.author);
        }
        self.head = seq;
        Ok(Verdict::Accepted { id, seq, order_time })
    }

    async fn insert(
        &self,
        db: &mut AnyConnection,
        change: &Change,
        payload: &str,
        seq: i64,
        order_time: i64,
    ) -> Result<(), StoreError> {
        let salt = random::token(16);
        let hash = salted(&salt, payload);
        sqlx::query(
            "INSERT INTO change (stream, seq, id, order_time, author, device, salt, hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(self.stream.as_str())
        .bind(seq)
        .bind(&change.id)
        .bind(order_time)
        .bind(self.author)
        .bind(&change.device)
        .bind(salt)
        .bind(hash)
        .execute(&mut *db)
        .await?;
        sqlx::query("INSERT INTO payload (stream, change_id, json) VALUES ($1, $2, $3)")
            .bind(self.stream.as_str())
            .bind(&change.id)
            .bind(payload)
            .execute(db)
            .await?;
        Ok(())
    }

    async fn finish(self, db: &mut AnyConnection) -> Result<(), StoreError> {
        // One that was read and not changed: all that was to change it was refused.
        for (key, record) in self.records.iter().filter(|(_, record)| !record.fields.is_empty()) {
            let state = serde_json::to_string(record).map_err(|_| StoreError::Corrupt("record"))?;
            let derived = Derived::of(&key.collection, record);
            let replaced = versions::replaced(db, self.stream, key).await?;
            sqlx::query(
                "INSERT INTO record (stream, collection, id, state, sort_key, updated, deleted, subject, replaces, form) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (stream, collection, id) DO UPDATE SET \
                 state = excluded.state, sort_key = excluded.sort_key, updated = excluded.updated, \
                 deleted = excluded.deleted, subject = excluded.subject, replaces = excluded.replaces, \
                 form = excluded.form",
            )
            .bind(self.stream.as_str())
            .bind(&key.collection)
            .bind(&key.id)
            .bind(state)
            .bind(&derived.sort_key)
            .bind(record.updated())
            .bind(i64::from(record.is_deleted()))
            .bind(&derived.subject)
            .bind(&derived.replaces)
            .bind(&derived.form)
            .execute(&mut *db)
            .await?;
            if key.collection == collection::VISITS {
                versions::mark(db, self.stream, &key.id).await?;
                // What it replaced before counts again.
                if let Some(before) = replaced.filter(|before| *before != derived.replaces) {
                    versions::mark(db, self.stream, &before).await?;
                }
            }
        }
        sqlx::query("UPDATE stream SET head = $2 WHERE stream = $1")
            .bind(self.stream.as_str())
            .bind(self.head)
            .execute(db)
            .await?;
        Ok(())
    }
}

/// Whether a change names all heads of the fields that it writes, and no others.
fn is_as_seen(record: &Record, change: &Change) -> bool {
    change.patch.keys().all(|field| {
        let heads: BTreeSet<ChangeId> = record.heads(field).into_iter().collect();
        let named = change.prev.get(field).map(Vec::as_slice).unwrap_or_default();
        heads == named.iter().cloned().collect()
    })
}

async fn logged(db: &mut AnyConnection, stream: &StreamId, id: &str) -> Result<Option<Logged>, StoreError> {
    let row = sqlx::query("SELECT seq, order_time, salt, hash, author FROM change WHERE stream = $1 AND id = $2")
        .bind(stream.as_str())
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.map(|row| {
        Ok(Logged {
            seq: row.try_get(0)?,
            order_time: row.try_get(1)?,
            salt: row.try_get(2)?,
            hash: row.try_get(3)?,
            author: row.try_get(4)?,
        })
    })
    .transpose()
}

/// The hash the log keeps of a payload.
fn salted(salt: &str, payload: &str) -> String {
    random::hex(&Sha256::new().chain_update(salt).chain_update(payload).finalize())
}

#[cfg(test)]
mod tests {
    use super::Times;

    #[test]
    fn order_time_takes_the_skew_out_and_never_lies_in_the_future() {
        let ten_behind = Times { server_now: 1_000, device_now: 990 };
        assert_eq!(ten_behind.order(900), 910);
        assert_eq!(ten_behind.order(5_000), 1_000);
        let wild = Times { server_now: 1_000, device_now: i64::MIN };
        assert_eq!(wild.order(i64::MAX), 1_000);
        assert_eq!(Times { server_now: 1_000, device_now: i64::MAX }.order(i64::MIN), i64::MIN);
    }
}
