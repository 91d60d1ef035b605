//! Files beside forms; their bytes are in [`crate::service::files::Files`].

use sqlx::{Row as _, any::AnyRow};
use zhucun_sync::StreamId;

use super::{Act, AttachmentMeta, Store, StoreError, attachments, audit::note};

/// What is known of a file beside a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormFileFacts {
    /// As the form names it.
    pub name: String,
    /// SHA-256 of the file as it was given.
    pub sha256: String,
    /// MD5 of it, for `OpenRosa`.
    pub md5: String,
    /// Bytes of it.
    pub size: i64,
    /// Its type.
    pub mime: String,
    /// Of a list: SHA-256 of what phones get; else empty.
    pub table_sha256: String,
    /// Bytes of that.
    pub table_size: i64,
    /// Rows of a list.
    pub rows: i64,
    /// When it was given, milliseconds since 1970 UTC.
    pub added: i64,
}

const FACTS: &str = "SELECT name, sha256, md5, size, mime, table_sha256, table_size, row_count, added FROM form_file";

impl Store {
    /// The files beside a county's form, by name. `definition` is the hash of its definition.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn form_files(&self, county: &str, definition: &str) -> Result<Vec<FormFileFacts>, StoreError> {
        let sql = format!("{FACTS} WHERE county = $1 AND definition = $2 ORDER BY name");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(county).bind(definition).fetch_all(&self.pool).await?;
        rows.iter().map(facts).collect()
    }

    /// Notes a file beside a form in the place of one of its name, with the attachments that hold its bytes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_form_file(
        &self,
        county: &StreamId,
        definition: &str,
        file: &FormFileFacts,
        act: Act<'_>,
    ) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            let list = (&file.table_sha256, file.table_size, "application/json");
            for (sha256, size, mime) in [(&file.sha256, file.size, file.mime.as_str()), list] {
                if !sha256.is_empty() {
                    let meta = AttachmentMeta { sha256: sha256.clone(), size, mime: mime.to_owned() };
                    attachments::insert(write.db(), county, &meta, file.added).await?;
                }
            }
            sqlx::query(
                "INSERT INTO form_file (county, definition, name, sha256, md5, size, mime, table_sha256, table_size, \
                 row_count, added) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                 ON CONFLICT (county, definition, name) DO UPDATE SET sha256 = excluded.sha256, md5 = excluded.md5, \
                 size = excluded.size, mime = excluded.mime, table_sha256 = excluded.table_sha256, \
                 table_size = excluded.table_size, row_count = excluded.row_count, added = excluded.added",
            )
            .bind(county.id())
            .bind(definition)
            .bind(&file.name)
            .bind(&file.sha256)
            .bind(&file.md5)
            .bind(file.size)
            .bind(&file.mime)
            .bind(&file.table_sha256)
            .bind(file.table_size)
            .bind(file.rows)
            .bind(file.added)
            .execute(write.db())
            .await?;
            note(write.db(), act).await?;
            write.commit().await
        })
        .await
    }

    /// Takes files of these names over from one definition of a county to another, where that has none of the name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_form_files_over(
        &self,
        county: &str,
        from: &str,
        to: &str,
        names: &[String],
    ) -> Result<(), StoreError> {
        if names.is_empty() || from == to {
            return Ok(());
        }
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            for name in names {
                sqlx::query(
                    "INSERT INTO form_file (county, definition, name, sha256, md5, size, mime, table_sha256, \
                     table_size, row_count, added) SELECT county, $3, name, sha256, md5, size, mime, table_sha256, \
                     table_size, row_count, added FROM form_file WHERE county = $1 AND definition = $2 AND name = $4 \
                     ON CONFLICT (county, definition, name) DO NOTHING",
                )
                .bind(county)
                .bind(from)
                .bind(to)
                .bind(name)
                .execute(write.db())
                .await?;
            }
            write.commit().await
        })
        .await
    }

    /// The definitions of a form's drafts in a county.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draft_definitions(&self, county: &str, form: &str) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("SELECT definition FROM form_upload WHERE county = $1 AND form = $2 AND published = 0")
            .bind(county)
            .bind(form)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

fn facts(row: &AnyRow) -> Result<FormFileFacts, StoreError> {
    Ok(FormFileFacts {
        name: row.try_get(0)?,
        sha256: row.try_get(1)?,
        md5: row.try_get(2)?,
        size: row.try_get(3)?,
        mime: row.try_get(4)?,
        table_sha256: row.try_get(5)?,
        table_size: row.try_get(6)?,
        rows: row.try_get(7)?,
        added: row.try_get(8)?,
    })
}
