//! Form definitions by the hash of their JSON.

use sqlx::Row as _;

use super::{Store, StoreError};

/// A definition to keep.
#[derive(Clone, Debug)]
pub struct StoredForm {
    /// SHA-256 of `json`, lower-case hex.
    pub hash: String,
    /// Form id.
    pub id: String,
    /// Version, as the sheet says it.
    pub version: String,
    /// The definition.
    pub json: String,
    /// Name of the file it was read from.
    pub source_name: String,
    /// Milliseconds since 1970 UTC.
    pub created: i64,
}

impl Store {
    /// Keeps a definition; the same one again changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_form(&self, form: &StoredForm) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        sqlx::query(
            "INSERT INTO form (hash, id, version, json, source_name, created) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (hash) DO NOTHING",
        )
        .bind(&form.hash)
        .bind(&form.id)
        .bind(&form.version)
        .bind(&form.json)
        .bind(&form.source_name)
        .bind(form.created)
        .execute(write.db())
        .await?;
        write.commit().await
    }

    /// The JSON of a definition.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn form_json(&self, hash: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT json FROM form WHERE hash = $1").bind(hash).fetch_optional(&self.pool).await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    /// The versions of a form with the JSON of their definitions, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn form_versions(&self, id: &str) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query("SELECT version, json FROM form WHERE id = $1 ORDER BY created DESC, hash")
            .bind(id)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// The JSON of the definition of a form's version; of the newest one when that version is unknown.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn form_version_json(&self, id: &str, version: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query(
            "SELECT json FROM form WHERE id = $1 \
             ORDER BY CASE WHEN version = $2 THEN 0 ELSE 1 END, created DESC, hash LIMIT 1",
        )
        .bind(id)
        .bind(version)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }
}
