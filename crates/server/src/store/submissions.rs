//! What came by `OpenRosa`: which submissions are known, and which of their files have arrived.

use std::collections::BTreeMap;

use sqlx::Row as _;
use zhucun_sync::StreamId;

use super::{AttachmentMeta, Store, StoreError, attachments};

/// A submission that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSubmission {
    /// SHA-256 of its answers.
    pub answers: String,
    /// When its first part came, milliseconds since 1970 UTC.
    pub received: i64,
}

impl Store {
    /// Notes a submission, and gives it as it was noted first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_submission(
        &self,
        stream: &StreamId,
        instance: &str,
        answers: &str,
        account: &str,
        now: i64,
    ) -> Result<KnownSubmission, StoreError> {
        let mut write = self.write().await?;
        sqlx::query(
            "INSERT INTO submission (stream, instance, answers, account, received) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (stream, instance) DO NOTHING",
        )
        .bind(stream.as_str())
        .bind(instance)
        .bind(answers)
        .bind(account)
        .bind(now)
        .execute(write.db())
        .await?;
        write.commit().await?;
        self.submission(stream, instance).await?.ok_or(StoreError::Corrupt("submission"))
    }

    /// A submission by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn submission(&self, stream: &StreamId, instance: &str) -> Result<Option<KnownSubmission>, StoreError> {
        let row = sqlx::query("SELECT answers, received FROM submission WHERE stream = $1 AND instance = $2")
            .bind(stream.as_str())
            .bind(instance)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok(KnownSubmission { answers: row.try_get(0)?, received: row.try_get(1)? })).transpose()
    }

    /// Notes that a file of a submission has arrived; the first one of its name stays, unless it is empty. Gives the SHA-256
    /// of the one that is noted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_submission_file(
        &self,
        stream: &StreamId,
        instance: &str,
        name: &str,
        meta: &AttachmentMeta,
        now: i64,
    ) -> Result<String, StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            sqlx::query(
                "INSERT INTO submission_file (stream, instance, name, sha256, size, mime) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (stream, instance, name) DO UPDATE \
                 SET sha256 = excluded.sha256, size = excluded.size, mime = excluded.mime \
                 WHERE submission_file.size = 0",
            )
            .bind(stream.as_str())
            .bind(instance)
            .bind(name)
            .bind(&meta.sha256)
            .bind(meta.size)
            .bind(&meta.mime)
            .execute(write.db())
            .await?;
            let noted = "SELECT sha256 FROM submission_file WHERE stream = $1 AND instance = $2 AND name = $3";
            let noted = sqlx::query(noted).bind(stream.as_str()).bind(instance).bind(name);
            let noted: String = noted.fetch_one(write.db()).await?.try_get(0)?;
            if noted == meta.sha256 {
                attachments::insert(write.db(), stream, meta, now).await?;
            }
            write.commit().await?;
            Ok(noted)
        })
        .await
    }

    /// The files of a submission that have arrived, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn submission_files(
        &self,
        stream: &StreamId,
        instance: &str,
    ) -> Result<BTreeMap<String, AttachmentMeta>, StoreError> {
        let rows =
            sqlx::query("SELECT name, sha256, size, mime FROM submission_file WHERE stream = $1 AND instance = $2")
                .bind(stream.as_str())
                .bind(instance)
                .fetch_all(&self.pool)
                .await?;
        let file = |row: &sqlx::any::AnyRow| {
            let meta = AttachmentMeta { sha256: row.try_get(1)?, size: row.try_get(2)?, mime: row.try_get(3)? };
            Ok((row.try_get(0)?, meta))
        };
        rows.iter().map(file).collect()
    }
}
