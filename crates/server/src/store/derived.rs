//! Columns of a record that are computed from it, here, so that every database sorts and finds alike.

use serde_json::Value;
use sqlx::{AnyConnection, Row as _};
use zhucun_domain::{collection, household, need, visit};
use zhucun_sync::{Record, StreamId};

use super::{Store, StoreError, versions};

/// Raised when [`Derived`] is computed in another way and no migration comes with it: rows of before are computed anew at the
/// next start. After a migration they are in any case.
const EDITION: &str = "1";
/// Rows computed anew in one transaction.
const BATCH: i64 = 500;

/// What lists ask of a record without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Derived {
    /// Its place in lists: moments for visits and needs, group and name for households.
    pub(super) sort_key: String,
    /// Whom it is about: of a visit or a member the household.
    pub(super) subject: String,
    /// Of a corrected visit: the version it replaces.
    pub(super) replaces: String,
    /// Of a visit: the form it was filled with.
    pub(super) form: String,
}

impl Derived {
    /// Of a record.
    pub(super) fn of(collection: &str, record: &Record) -> Self {
        let field = |of: &str, name| if collection == of { record.text(name).to_owned() } else { String::new() };
        let subject = match collection {
            collection::MEMBERS => record.text("household").to_owned(),
            _ => field(collection::VISITS, visit::field::HOUSEHOLD),
        };
        Self {
            sort_key: sort_key(collection, record),
            subject,
            replaces: field(collection::VISITS, visit::field::REPLACES),
            form: field(collection::VISITS, visit::field::FORM),
        }
    }
}

impl Store {
    /// Computes the derived columns of all records anew where an earlier build wrote them otherwise.
    pub(super) async fn derive_again(&self) -> Result<(), StoreError> {
        let row = sqlx::query("SELECT value FROM meta WHERE key = 'derived'").fetch_optional(&self.pool).await?;
        if row.map(|row| row.try_get::<String, _>(0)).transpose()?.as_deref() == Some(EDITION) {
            return Ok(());
        }
        let mut after = (String::new(), String::new(), String::new());
        while let Some(last) = self.again_when_met(|| self.derive_batch(&after)).await? {
            after = last;
        }
        let mut write = self.write().await?;
        sqlx::query(
            "INSERT INTO meta (key, value) VALUES ('derived', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .bind(EDITION)
        .execute(write.db())
        .await?;
        write.commit().await
    }

    /// The rows after one, all of one stream; gives the last of them, none at the end. Whoever appends to the stream waits, as
    /// it does for another one that appends: what a row is computed from cannot change before the row is written.
    async fn derive_batch(
        &self,
        (stream, collection, id): &(String, String, String),
    ) -> Result<Option<(String, String, String)>, StoreError> {
        let mut write = self.write().await?;
        let next = sqlx::query(
            "SELECT stream FROM record WHERE (stream, collection, id) > ($1, $2, $3) \
             ORDER BY stream, collection, id LIMIT 1",
        )
        .bind(stream)
        .bind(collection)
        .bind(id)
        .fetch_optional(write.db())
        .await?;
        let Some(next) = next else { return Ok(None) };
        let next: String = next.try_get(0)?;
        // The counter, which everybody who writes a record takes first; the rows are read after it.
        sqlx::query("UPDATE stream SET head = head WHERE stream = $1").bind(&next).execute(write.db()).await?;
        let (collection, id) = if next == *stream { (collection.as_str(), id.as_str()) } else { ("", "") };
        let rows = sqlx::query(
            "SELECT collection, id, state FROM record WHERE stream = $1 AND (collection, id) > ($2, $3) \
             ORDER BY collection, id LIMIT $4",
        )
        .bind(&next)
        .bind(collection)
        .bind(id)
        .bind(BATCH)
        .fetch_all(write.db())
        .await?;
        let stream = next.parse::<StreamId>().map_err(|_| StoreError::Corrupt("stream"))?;
        let mut last = None;
        for row in &rows {
            let (collection, id): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            derive(write.db(), &stream, &collection, &id, &row.try_get::<String, _>(2)?).await?;
            last = Some((next.clone(), collection, id));
        }
        write.commit().await?;
        Ok(last)
    }
}

/// Forgets that the columns were computed: in the transaction that changes the tables, so that the next start computes them
/// whatever happens in between.
pub(super) async fn forget(db: &mut AnyConnection) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM meta WHERE key = 'derived'").execute(db).await?;
    Ok(())
}

/// Computes the columns of a row. The stream's counter has been taken.
async fn derive(
    db: &mut AnyConnection,
    stream: &StreamId,
    collection: &str,
    id: &str,
    state: &str,
) -> Result<(), StoreError> {
    let record: Record = serde_json::from_str(state).map_err(|_| StoreError::Corrupt("record"))?;
    let derived = Derived::of(collection, &record);
    sqlx::query(
        "UPDATE record SET sort_key = $4, subject = $5, replaces = $6, form = $7 \
         WHERE stream = $1 AND collection = $2 AND id = $3",
    )
    .bind(stream.as_str())
    .bind(collection)
    .bind(id)
    .bind(&derived.sort_key)
    .bind(&derived.subject)
    .bind(&derived.replaces)
    .bind(&derived.form)
    .execute(&mut *db)
    .await?;
    if !derived.replaces.is_empty() {
        versions::mark(db, stream, id).await?;
    }
    Ok(())
}

fn sort_key(collection: &str, record: &Record) -> String {
    match collection {
        collection::VISITS => moment(record, visit::field::FINISHED_AT),
        collection::NEEDS => moment(record, need::field::RECEIVED_AT),
        collection::HOUSEHOLDS => {
            format!("{:0>4} {}", record.text(household::field::GROUP), record.text(household::field::HEAD_NAME))
        }
        collection::MEMBERS => record.text("household").to_owned(),
        _ => String::new(),
    }
}

/// Milliseconds in text that sorts as the number does.
pub(super) fn moment_key(ms: i64) -> String {
    format!("{:015}", ms.clamp(0, 999_999_999_999_999))
}

fn moment(record: &Record, field: &str) -> String {
    moment_key(record.get(field).and_then(Value::as_i64).unwrap_or(0))
}
