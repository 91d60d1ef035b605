//! Uploaded spreadsheets of forms: drafts, and what was published.

use sqlx::{Row as _, any::AnyRow};
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
    /// Keeps an upload. A draft of the same form that nobody published goes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_upload(&self, upload: &StoredUpload) -> Result<(), StoreError> {
        let facts = &upload.facts;
        let mut write = self.write().await?;
        if facts.published == 0 {
            sqlx::query("DELETE FROM form_upload WHERE county = $1 AND form = $2 AND published = 0")
                .bind(&facts.county)
                .bind(&facts.form)
                .execute(write.db())
                .await?;
        }
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
        .execute(write.db())
        .await?;
        write.commit().await
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

    /// Marks a draft as published.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_published(&self, id: &str, act: Act<'_>) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE form_upload SET published = $2 WHERE id = $1")
            .bind(id)
            .bind(act.at)
            .execute(write.db())
            .await?;
        note(write.db(), act).await?;
        write.commit().await
    }

    /// Throws a draft away. False when there is no such draft.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_draft(&self, county: &str, id: &str) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let gone = sqlx::query("DELETE FROM form_upload WHERE county = $1 AND id = $2 AND published = 0")
            .bind(county)
            .bind(id)
            .execute(write.db())
            .await?;
        write.commit().await?;
        Ok(gone.rows_affected() > 0)
    }

    /// How many visits of a county's villages were filled with a form, whatever its version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn visits_with_form(&self, county: &str, form: &str) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) FROM record WHERE collection = $2 AND deleted = 0 AND stream IN \
             (SELECT 'village/' || v.id FROM place v JOIN place t ON t.id = v.parent WHERE t.parent = $1) \
             AND state LIKE $3 ESCAPE '\\'",
        )
        .bind(county)
        .bind(collection::VISITS)
        .bind(holding(form))
        .fetch_one(&self.pool)
        .await?;
        Ok(row.try_get(0)?)
    }
}

/// The pattern of a record that has a text as the value of one of its fields. A visit's answers are one value together, so
/// none of them is taken for the form.
fn holding(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let mut pattern = String::from("%\"value\":");
    for c in json.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
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

#[cfg(test)]
mod tests {
    #[test]
    fn a_form_is_counted_by_its_whole_id() {
        assert_eq!(super::holding("a_b%"), r#"%"value":"a\_b\%"%"#);
    }
}
