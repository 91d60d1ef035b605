//! Reading the view.

use sqlx::{AnyConnection, Row as _, any::AnyRow};
use zhucun_sync::{Record, RecordKey, StreamId};

use super::{Store, StoreError};

/// A record with what lists need.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordRow {
    /// Its id within the collection.
    pub id: String,
    /// Its place in lists, computed from its fields.
    pub sort_key: String,
    /// Its fields.
    pub record: Record,
}

/// Which versions of corrected visits are read; other records have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versions {
    /// The one that counts.
    #[default]
    Newest,
    /// All of them.
    All,
}

impl Versions {
    const fn clause(self) -> &'static str {
        match self {
            Self::Newest => "deleted = 0 AND outdated = 0",
            Self::All => "deleted = 0",
        }
    }
}

const COLUMNS: &str = "SELECT id, sort_key, state FROM record WHERE stream = $1 AND collection = $2 AND";

impl Store {
    /// One record; deleted ones too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record(&self, stream: &StreamId, key: &RecordKey) -> Result<Option<Record>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        read(&mut connection, stream, key).await
    }

    /// All records of a collection that count (not deleted, not replaced by a correction), by sort key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn records(&self, stream: &StreamId, collection: &str) -> Result<Vec<RecordRow>, StoreError> {
        let counting = Versions::Newest.clause();
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} {counting} ORDER BY sort_key, id")))
            .bind(stream.as_str())
            .bind(collection)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(row).collect()
    }

    /// A page of a collection, greatest sort key first (newest, for visits and needs), after the (sort key, id) of the last
    /// row of the page before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn records_page(
        &self,
        stream: &StreamId,
        collection: &str,
        versions: Versions,
        after: Option<(&str, &str)>,
        limit: i64,
    ) -> Result<Vec<RecordRow>, StoreError> {
        let after_clause = if after.is_some() { "AND (sort_key, id) < ($4, $5)" } else { "" };
        let sql = format!("{COLUMNS} {} {after_clause} ORDER BY sort_key DESC, id DESC LIMIT $3", versions.clause());
        let mut query =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(stream.as_str()).bind(collection.to_owned()).bind(limit);
        if let Some((sort_key, id)) = after {
            query = query.bind(sort_key.to_owned()).bind(id.to_owned());
        }
        query.fetch_all(&self.pool).await?.iter().map(row).collect()
    }

    /// The ids of the records of a collection that count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ids(&self, stream: &StreamId, collection: &str) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT id FROM record WHERE stream = $1 AND collection = $2 AND deleted = 0 AND outdated = 0";
        let rows = sqlx::query(sql).bind(stream.as_str()).bind(collection).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// How many records of a collection count: deleted ones and replaced versions of visits left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&self, stream: &StreamId, collection: &str) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(*) FROM record WHERE stream = $1 AND collection = $2 AND deleted = 0 AND outdated = 0";
        let row = sqlx::query(sql).bind(stream.as_str()).bind(collection).fetch_one(&self.pool).await?;
        Ok(row.try_get(0)?)
    }
}

/// One record within a transaction.
pub(super) async fn read(
    db: &mut AnyConnection,
    stream: &StreamId,
    key: &RecordKey,
) -> Result<Option<Record>, StoreError> {
    let row = sqlx::query("SELECT state FROM record WHERE stream = $1 AND collection = $2 AND id = $3")
        .bind(stream.as_str())
        .bind(&key.collection)
        .bind(&key.id)
        .fetch_optional(db)
        .await?;
    row.map(|row| state(&row.try_get::<String, _>(0)?)).transpose()
}

fn row(row: &AnyRow) -> Result<RecordRow, StoreError> {
    Ok(RecordRow { id: row.try_get(0)?, sort_key: row.try_get(1)?, record: state(&row.try_get::<String, _>(2)?)? })
}

fn state(json: &str) -> Result<Record, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Corrupt("record"))
}
