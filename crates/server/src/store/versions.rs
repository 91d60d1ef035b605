//! Versions of corrected visits: which of them counts is decided by the domain; here it is kept in a column, so that lists
//! and counts need not read them.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, Row as _};
use zhucun_domain::{collection, visit};
use zhucun_sync::{Record, RecordKey, StreamId};

use super::{RecordRow, Store, StoreError, records};

impl Store {
    /// All versions of a visit, the version asked for among them, deleted ones left out; oldest first. One alone for a visit
    /// that was never corrected.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn visit_versions(&self, stream: &StreamId, id: &str) -> Result<Vec<RecordRow>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut versions: Vec<RecordRow> = family(&mut connection, stream, id)
            .await?
            .into_iter()
            .filter(|(_, record)| !record.is_deleted())
            .map(|(id, record)| RecordRow { id, sort_key: String::new(), record })
            .collect();
        let order = |row: &RecordRow| visit::Correction::of(&row.id, &row.record).map_or(i64::MIN, |c| c.order);
        versions.sort_by(|a, b| (order(a), &a.id).cmp(&(order(b), &b.id)));
        Ok(versions)
    }
}

/// What a visit's row says it replaces, before it is written again.
pub(super) async fn replaced(
    db: &mut AnyConnection,
    stream: &StreamId,
    key: &RecordKey,
) -> Result<Option<String>, StoreError> {
    if key.collection != collection::VISITS {
        return Ok(None);
    }
    let row = sqlx::query("SELECT replaces FROM record WHERE stream = $1 AND collection = $2 AND id = $3")
        .bind(stream.as_str())
        .bind(collection::VISITS)
        .bind(&key.id)
        .fetch_optional(db)
        .await?;
    let replaced: Option<String> = row.map(|row| row.try_get(0)).transpose()?;
    Ok(replaced.filter(|replaced| !replaced.is_empty()))
}

/// Marks the versions of a visit that do not count, given any of them.
pub(super) async fn mark(db: &mut AnyConnection, stream: &StreamId, id: &str) -> Result<(), StoreError> {
    let family = family(db, stream, id).await?;
    let corrections: Vec<_> = family.iter().filter_map(|(id, record)| visit::Correction::of(id, record)).collect();
    let newest = visit::newest(&corrections);
    for id in family.keys() {
        let outdated = newest.get(id.as_str()).is_some_and(|newest| *newest != id.as_str());
        sqlx::query(
            "UPDATE record SET outdated = $4 WHERE stream = $1 AND collection = $2 AND id = $3 AND outdated <> $4",
        )
        .bind(stream.as_str())
        .bind(collection::VISITS)
        .bind(id)
        .bind(i64::from(outdated))
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// All that replace each other, up and down from one of them.
async fn family(db: &mut AnyConnection, stream: &StreamId, id: &str) -> Result<BTreeMap<String, Record>, StoreError> {
    let mut family = BTreeMap::new();
    let mut asked = vec![id.to_owned()];
    let mut next = 0;
    while let Some(id) = asked.get(next).cloned() {
        next += 1;
        let mut found = Vec::new();
        if let Some(record) = records::read(db, stream, &RecordKey::new(collection::VISITS, &id)).await? {
            found.push(record.text(visit::field::REPLACES).to_owned());
            family.insert(id.clone(), record);
        }
        // The last clause is the index's own: only with it the index can be used.
        let sql = "SELECT id FROM record WHERE stream = $1 AND collection = $2 AND replaces = $3 AND replaces <> ''";
        let rows =
            sqlx::query(sql).bind(stream.as_str()).bind(collection::VISITS).bind(&id).fetch_all(&mut *db).await?;
        for row in &rows {
            found.push(row.try_get(0)?);
        }
        for id in found {
            if !id.is_empty() && !asked.contains(&id) {
                asked.push(id);
            }
        }
    }
    Ok(family)
}
