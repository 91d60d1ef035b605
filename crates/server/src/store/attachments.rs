//! Which attachments have arrived; their bytes are in [`crate::service::files::Files`].

use std::collections::BTreeSet;

use sqlx::{AnyConnection, Row as _};
use zhucun_sync::StreamId;

use super::{Store, StoreError};

/// What is known of an attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentMeta {
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// By its content.
    pub mime: String,
}

impl Store {
    /// Notes that an attachment is there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_attachment(&self, stream: &StreamId, meta: &AttachmentMeta, now: i64) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        insert(write.db(), stream, meta, now).await?;
        write.commit().await
    }

    /// An attachment of a stream.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attachment(&self, stream: &StreamId, sha256: &str) -> Result<Option<AttachmentMeta>, StoreError> {
        let row = sqlx::query("SELECT sha256, size, mime FROM attachment WHERE stream = $1 AND sha256 = $2")
            .bind(stream.as_str())
            .bind(sha256)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok(AttachmentMeta { sha256: row.try_get(0)?, size: row.try_get(1)?, mime: row.try_get(2)? }))
            .transpose()
    }

    /// The hashes of all attachments of a stream that have arrived.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attachments_arrived(&self, stream: &StreamId) -> Result<BTreeSet<String>, StoreError> {
        let rows = sqlx::query("SELECT sha256 FROM attachment WHERE stream = $1")
            .bind(stream.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

/// Notes an attachment within a transaction.
pub(super) async fn insert(
    db: &mut AnyConnection,
    stream: &StreamId,
    meta: &AttachmentMeta,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO attachment (stream, sha256, size, mime, created) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (stream, sha256) DO NOTHING",
    )
    .bind(stream.as_str())
    .bind(&meta.sha256)
    .bind(meta.size)
    .bind(&meta.mime)
    .bind(now)
    .execute(db)
    .await?;
    Ok(())
}
