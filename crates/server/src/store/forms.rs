//! Form definitions by the hash of their JSON, and which of them a visit was filled with.

use sqlx::{AnyConnection, Row as _, any::AnyRow};
use zhucun_domain::{collection, form, visit};
use zhucun_sync::{Change, Record, StreamId};

use super::{Store, StoreError, StoredUpload, UploadFacts, uploads};

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

/// A version of a form that comes into force in a county.
#[derive(Clone, Copy, Debug)]
pub struct NewVersion<'a> {
    /// The definition.
    pub form: &'a StoredForm,
    /// What it was read from, where that is kept.
    pub sheet: Option<Sheet<'a>>,
}

/// A version's spreadsheet.
#[derive(Clone, Copy, Debug)]
pub enum Sheet<'a> {
    /// That of a draft, which is none any more.
    Draft(&'a UploadFacts),
    /// One to keep.
    New(&'a StoredUpload),
    /// One that is kept already, by its SHA-256.
    Kept(&'a str),
}

impl Sheet<'_> {
    fn sha256(&self) -> &str {
        match self {
            Self::Draft(facts) => &facts.source_sha256,
            Self::New(upload) => &upload.facts.source_sha256,
            Self::Kept(sha256) => sha256,
        }
    }

    /// Whether it comes into force with the version.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        !matches!(self, Self::Kept(_))
    }
}

/// What a visit was filled with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilledWith {
    /// Form id.
    pub form: String,
    /// Version, as the sheet says it.
    pub version: String,
    /// The definition's hash; empty where the visit does not say it.
    pub hash: String,
}

impl FilledWith {
    /// Of a visit.
    #[must_use]
    pub fn of(visit: &Record) -> Self {
        let text = |name| visit.text(name).to_owned();
        Self {
            form: text(visit::field::FORM),
            version: text(visit::field::FORM_VERSION),
            hash: text(visit::field::FORM_HASH),
        }
    }
}

/// A definition that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundForm {
    /// The definition's hash.
    pub hash: String,
    /// Its JSON.
    pub json: String,
    /// When it came, milliseconds since 1970 UTC.
    pub created: i64,
}

impl Store {
    /// Whether a version of a form is known in a county with other content than a definition's. The same spreadsheet, read by
    /// another build of this program, is no other content.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_version_used(
        &self,
        county: &StreamId,
        form: &StoredForm,
        source_sha256: &str,
    ) -> Result<bool, StoreError> {
        let mut connection = self.pool.acquire().await?;
        is_used(&mut connection, county, form, Some(source_sha256)).await
    }

    /// The JSON of a definition.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn form_json(&self, hash: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT json FROM form WHERE hash = $1").bind(hash).fetch_optional(&self.pool).await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    /// The hash of the definition of a form's version, as the county has had it last; `None` when it never had that version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn form_version(&self, county: &StreamId, id: &str, version: &str) -> Result<Option<String>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let used = versions(&mut connection, county, id).await?;
        Ok(used.into_iter().rev().find(|(used, _)| used == version).map(|(_, hash)| hash))
    }

    /// The definition that a visit of a county was filled with: the one whose hash it names. Where it names none, or one that
    /// is not here, that of the version in its county, then that of another version there, then any of that name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn form_of(&self, county: &str, with: &FilledWith) -> Result<Option<FoundForm>, StoreError> {
        let by_hash = sqlx::query("SELECT hash, json, created FROM form WHERE hash = $1")
            .bind(&with.hash)
            .fetch_optional(&self.pool)
            .await?;
        let row = match by_hash {
            Some(row) => Some(row),
            None => self.guessed(county, with).await?,
        };
        let read =
            |row: AnyRow| Ok(FoundForm { hash: row.try_get(0)?, json: row.try_get(1)?, created: row.try_get(2)? });
        row.map(read).transpose()
    }

    async fn guessed(&self, county: &str, with: &FilledWith) -> Result<Option<AnyRow>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let stream = StreamId::new("county", county).map_err(|_| StoreError::Corrupt("county"))?;
        let used = versions(&mut connection, &stream, &with.form).await?;
        let of_version = used.iter().rev().find(|(version, _)| *version == with.version);
        let hash = of_version.or(used.last()).map_or("", |(_, hash)| hash);
        let found = sqlx::query(
            "SELECT hash, json, created FROM form WHERE id = $1 ORDER BY CASE WHEN hash = $3 THEN 0 ELSE 1 END, \
             CASE WHEN version = $2 THEN 0 ELSE 1 END, created DESC, hash LIMIT 1",
        )
        .bind(&with.form)
        .bind(&with.version)
        .bind(hash)
        .fetch_optional(&mut *connection)
        .await?;
        Ok(found)
    }
}

/// Keeps a definition and its spreadsheet, in the transaction in which it comes into force.
pub(super) async fn put(
    db: &mut AnyConnection,
    county: &StreamId,
    version: NewVersion<'_>,
    at: i64,
) -> Result<(), StoreError> {
    let NewVersion { form, sheet } = version;
    if is_used(db, county, form, sheet.as_ref().map(Sheet::sha256)).await? {
        return Err(StoreError::VersionUsed);
    }
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
    .execute(&mut *db)
    .await?;
    match sheet {
        None | Some(Sheet::Kept(_)) => Ok(()),
        Some(Sheet::New(upload)) => uploads::insert(db, upload).await,
        Some(Sheet::Draft(facts)) => uploads::publish(db, &facts.id, at).await,
    }
}

async fn is_used(
    db: &mut AnyConnection,
    county: &StreamId,
    form: &StoredForm,
    source_sha256: Option<&str>,
) -> Result<bool, StoreError> {
    let used = versions(db, county, &form.id).await?;
    let hashes: Vec<&String> =
        used.iter().filter(|(version, _)| *version == form.version).map(|(_, hash)| hash).collect();
    if hashes.is_empty() || hashes.contains(&&form.hash) {
        return Ok(false);
    }
    let same_sheet = sqlx::query(
        "SELECT 1 FROM form_upload \
         WHERE county = $1 AND form = $2 AND version = $3 AND source_sha256 = $4 AND published > 0 LIMIT 1",
    )
    .bind(county.id())
    .bind(&form.id)
    .bind(&form.version)
    .bind(source_sha256.unwrap_or(""))
    .fetch_optional(db)
    .await?;
    Ok(same_sheet.is_none())
}

/// The versions of a form that a county has had, with the hashes of their definitions, in order: the log of its stream knows
/// them all.
async fn versions(db: &mut AnyConnection, county: &StreamId, id: &str) -> Result<Vec<(String, String)>, StoreError> {
    let rows = sqlx::query(
        "SELECT p.json FROM change c JOIN payload p ON p.stream = c.stream AND p.change_id = c.id \
         WHERE c.stream = $1 ORDER BY c.seq",
    )
    .bind(county.as_str())
    .fetch_all(db)
    .await?;
    let (mut version, mut hash, mut found) = (String::new(), String::new(), Vec::new());
    for row in &rows {
        let change: Change =
            serde_json::from_str(&row.try_get::<String, _>(0)?).map_err(|_| StoreError::Corrupt("change"))?;
        if change.record.collection != collection::FORMS || change.record.id != id {
            continue;
        }
        // A change holds what is other than before.
        let text = |name| change.patch.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
        version = text(form::field::VERSION).unwrap_or(version);
        hash = text(form::field::HASH).unwrap_or(hash);
        found.push((version.clone(), hash.clone()));
    }
    Ok(found)
}
