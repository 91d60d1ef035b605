//! Uploaded spreadsheets of forms: drafts, and what was published.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, Row as _, any::AnyRow};
use zhucun_domain::collection;

use super::{Act, Store, StoreError, audit::note};

/// An upload to keep.
#[derive(Clone, Debug)]
pub struct StoredUpload {
    /// What is known of it.
    pub facts: UploadFacts,
    /// The definition's JSON.
    pub definition: String,
}

/// What is known of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadFacts {
    /// Its id, a UUIDv7.
    pub id: String,
    /// County's id.
    pub county: String,
    /// Form id.
    pub form: String,
    /// Version, as the sheet says it.
    pub version: String,
    /// Name of the file.
    pub source_name: String,
    /// SHA-256 of the file.
    pub source_sha256: String,
    /// Milliseconds since 1970 UTC.
    pub created: i64,
    /// When it was published; 0 for a draft.
    pub published: i64,
}

const FACTS: &str =
    "SELECT id, county, form, version, source_name, source_sha256, created, published, definition FROM form_upload";

impl Store {
    /// Keeps a draft; one of the same form that nobody published goes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_draft(&self, upload: &StoredUpload, act: Act<'_>) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            sqlx::query("DELETE FROM form_upload WHERE county = $1 AND form = $2 AND published = 0")
                .bind(&upload.facts.county)
                .bind(&upload.facts.form)
                .execute(write.db())
                .await?;
            insert(write.db(), upload).await?;
            note(write.db(), act).await?;
            write.commit().await
        })
        .await
    }

    /// An upload of a county.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upload(&self, county: &str, id: &str) -> Result<Option<StoredUpload>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{FACTS} WHERE county = $1 AND id = $2")))
            .bind(county)
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok(StoredUpload { facts: facts(&row)?, definition: row.try_get(8)? })).transpose()
    }

    /// The uploads of a county that were published, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn published_uploads(&self, county: &str) -> Result<Vec<UploadFacts>, StoreError> {
        let sql = format!(
            "{} WHERE county = $1 AND published > 0 ORDER BY published DESC, id DESC",
            FACTS.replace(", definition", "")
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(county).fetch_all(&self.pool).await?;
        rows.iter().map(facts).collect()
    }

    /// Throws a draft away. False when there is no such draft.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_draft(&self, county: &str, id: &str, act: Act<'_>) -> Result<bool, StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            let gone = sqlx::query("DELETE FROM form_upload WHERE county = $1 AND id = $2 AND published = 0")
                .bind(county)
                .bind(id)
                .execute(write.db())
                .await?;
            if gone.rows_affected() == 0 {
                return Ok(false);
            }
            note(write.db(), act).await?;
            write.commit().await?;
            Ok(true)
        })
        .await
    }

    /// How many visits of a county's villages were filled with each form, whatever its version; a corrected visit is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn visits_by_form(&self, county: &str) -> Result<BTreeMap<String, i64>, StoreError> {
        // The clause about the form is the index's own: only with it the index can be used.
        let rows = sqlx::query(
            "SELECT form, COUNT(*) FROM record WHERE stream IN \
             (SELECT 'village/' || v.id FROM place v JOIN place t ON t.id = v.parent WHERE t.parent = $1) \
             AND collection = $2 AND form <> '' AND deleted = 0 AND outdated = 0 GROUP BY form",
        )
        .bind(county)
        .bind(collection::VISITS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }
}

pub(super) async fn insert(db: &mut AnyConnection, upload: &StoredUpload) -> Result<(), StoreError> {
    let facts = &upload.facts;
    sqlx::query(
        "INSERT INTO form_upload \
         (id, county, form, version, definition, source_name, source_sha256, created, published) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&facts.id)
    .bind(&facts.county)
    .bind(&facts.form)
    .bind(&facts.version)
    .bind(&upload.definition)
    .bind(&facts.source_name)
    .bind(&facts.source_sha256)
    .bind(facts.created)
    .bind(facts.published)
    .execute(db)
    .await?;
    Ok(())
}

/// Marks a draft as published.
pub(super) async fn publish(db: &mut AnyConnection, id: &str, at: i64) -> Result<(), StoreError> {
    let done = sqlx::query("UPDATE form_upload SET published = $2 WHERE id = $1 AND published = 0")
        .bind(id)
        .bind(at)
        .execute(db)
        .await?;
    // Thrown away or published by somebody else.
    if done.rows_affected() == 0 { Err(StoreError::Changed) } else { Ok(()) }
}

fn facts(row: &AnyRow) -> Result<UploadFacts, StoreError> {
    Ok(UploadFacts {
        id: row.try_get(0)?,
        county: row.try_get(1)?,
        form: row.try_get(2)?,
        version: row.try_get(3)?,
        source_name: row.try_get(4)?,
        source_sha256: row.try_get(5)?,
        created: row.try_get(6)?,
        published: row.try_get(7)?,
    })
}
