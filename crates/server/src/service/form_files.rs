//! Files beside a form: taken in, told to phones, told as missing.
//!
//! They are of a definition, by its hash: a version, or a draft. A later version takes over what it needs from the one before.

use bytes::Bytes;
use md5::{Digest as _, Md5};
use serde_json::json;
use zhucun_api::{
    FormFile,
    admin::{FORM_FILE_MAX, FileRow},
};
use zhucun_domain::{collection, form::field, household};
use zhucun_forms::{
    Definition,
    columns::{ColumnsMissing, columns_missing},
    files::{FileKind, files_needed},
    tables::{self, TableProblem},
};
use zhucun_sync::RecordKey;
use zhucun_words::{Lang, admin as w};

use super::{
    files::{FilesError, KeepError},
    forms,
    import::server_change,
    kinds, random,
    uploads::Parts,
};
use crate::{
    error::ApiError,
    store::{Act, FormFileFacts, StoreError, Times},
};

/// Longest name of a file, characters.
const NAME_MAX: usize = 120;

/// A list as phones get it, and its columns.
type ListRead = (Bytes, Vec<String>);

/// Why a file is not taken; nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// The form names no file of this name.
    #[error("the form names no file of this name: is it spelt as in the form?")]
    NotNamed,
    /// The list of households is made by the app.
    #[error("households.csv is the village's own list of households, which the app makes itself: no file is needed")]
    Households,
    /// A list that cannot be read.
    #[error(transparent)]
    List(#[from] TableProblem),
    /// Not a picture, a sound or a video of a kind that phones show.
    #[error(
        "not a picture, a sound or a video that phones can show: JPEG, PNG, WebP, GIF, MP3, M4A, OGG, WAV, MP4, WebM, 3GP"
    )]
    WrongType,
    /// Larger than phones are to fetch.
    #[error("larger than 16 MB: every phone would have to fetch it")]
    TooLarge,
    /// Reading it broke off.
    #[error("reading the file broke off; try again")]
    Interrupted,
    /// Storage failed.
    #[error(transparent)]
    Keep(#[from] KeepError),
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        Self::Keep(error.into())
    }
}

impl From<FilesError> for NotTaken {
    fn from(error: FilesError) -> Self {
        Self::Keep(error.into())
    }
}

impl NotTaken {
    /// What to say of the file itself.
    ///
    /// # Errors
    /// Where it is not the file's fault.
    pub fn words(self, lang: Lang) -> Result<String, ApiError> {
        match (self.own_words(lang), self) {
            (Some(words), _) => Ok(words),
            (None, Self::Keep(error)) => Err(error.into()),
            (None, error) => Err(ApiError::internal(&error)),
        }
    }

    /// What is wrong with the file itself; `None` where it is not the file's fault.
    #[must_use]
    pub fn own_words(&self, lang: Lang) -> Option<String> {
        Some(match self {
            Self::NotNamed => w::FILE_NOT_NAMED.get(lang).to_owned(),
            Self::Households => w::FILE_HOUSEHOLDS.get(lang).to_owned(),
            Self::TooLarge => w::FILE_TOO_LARGE.get(lang).to_owned(),
            Self::WrongType => w::FILE_WRONG_TYPE.get(lang).to_owned(),
            Self::List(problem) => problem.words(lang.tag()),
            Self::Keep(_) | Self::Interrupted => return None,
        })
    }
}

/// A form whose files are meant: its definition and the hash of that.
#[derive(Clone, Copy, Debug)]
pub struct Of<'a> {
    /// The definition.
    pub form: &'a Definition,
    /// Its hash.
    pub hash: &'a str,
}

/// The files that somebody has to give: all that the form needs but the list of households.
#[must_use]
pub fn needed(form: &Definition) -> Vec<String> {
    files_needed(form).into_iter().filter(|name| !is_households(name)).collect()
}

/// Whether a file is the village's own list, which is made where a form is filled.
#[must_use]
pub fn is_households(name: &str) -> bool {
    name.strip_suffix(".csv") == Some(household::LIST)
}

/// Whether a text may be a file's name: clients write files under these names.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let plain = |c: char| !c.is_control() && !matches!(c, '/' | '\\');
    !name.is_empty() && !name.starts_with('.') && name.chars().count() <= NAME_MAX && name.chars().all(plain)
}

/// Takes a file beside a form in, in the place of one of its name. Says which columns a list lacks.
///
/// # Errors
/// [`NotTaken`].
pub async fn take(
    parts: Parts<'_>,
    of: Of<'_>,
    name: &str,
    bytes: Bytes,
    by: &str,
) -> Result<Option<ColumnsMissing>, NotTaken> {
    if is_households(name) {
        return Err(NotTaken::Households);
    }
    if !is_name(name) || !needed(of.form).iter().any(|needed| needed == name) {
        return Err(NotTaken::NotNamed);
    }
    let kind = FileKind::of(name);
    let read = tokio::task::spawn_blocking({
        let (name, bytes) = (name.to_owned(), bytes.clone());
        move || read(&name, kind, &bytes)
    });
    let (mut facts, list) = read.await.map_err(|_| NotTaken::Interrupted)??;
    facts.added = parts.now;
    parts.files.put(parts.county, &facts.sha256, bytes).await?;
    let mut lacks = None;
    if let Some((list, columns)) = list {
        lacks = columns_missing(of.form, name, &columns);
        parts.files.put(parts.county, &facts.table_sha256, list).await?;
    }
    let subject = &of.form.id;
    let act = Act { county: parts.county.id(), by, action: "form_file_added", subject, at: parts.now };
    parts.store.put_form_file(parts.county, of.hash, &facts, act).await?;
    announce(parts, &of.form.id).await?;
    Ok(lacks)
}

/// Whether a file can be taken, as far as it alone can tell.
///
/// # Errors
/// [`NotTaken`].
pub fn check(name: &str, bytes: &[u8]) -> Result<(), NotTaken> {
    if !is_name(name) {
        return Err(NotTaken::NotNamed);
    }
    if bytes.len() > FORM_FILE_MAX {
        return Err(NotTaken::TooLarge);
    }
    read(name, FileKind::of(name), bytes).map(drop)
}

/// What is to be known of a file, and what phones get of a list, with its columns.
fn read(name: &str, kind: FileKind, bytes: &[u8]) -> Result<(FormFileFacts, Option<ListRead>), NotTaken> {
    let length = |bytes: &[u8]| i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let mut facts = FormFileFacts {
        name: name.to_owned(),
        sha256: random::sha256_hex(bytes),
        md5: md5_hex(bytes),
        size: length(bytes),
        ..FormFileFacts::default()
    };
    let mime = match kind {
        FileKind::Csv => "text/csv",
        FileKind::Xml => "text/xml",
        FileKind::Geojson => "application/geo+json",
        FileKind::Media => kinds::sniff(bytes).filter(|mime| kinds::is_shown(mime)).ok_or(NotTaken::WrongType)?,
    };
    mime.clone_into(&mut facts.mime);
    if kind == FileKind::Media {
        return Ok((facts, None));
    }
    let table = tables::read(kind, bytes)?;
    let list = serde_json::to_vec(&table).map_err(|_| KeepError::from(StoreError::Corrupt("list")))?;
    facts.table_sha256 = random::sha256_hex(&list);
    facts.table_size = length(&list);
    facts.rows = i64::try_from(table.rows.len()).unwrap_or(i64::MAX);
    Ok((facts, Some((list.into(), table.columns))))
}

/// MD5 as hex: how `OpenRosa` names content. It guards against nothing but damage on the way.
#[must_use]
pub fn md5_hex(bytes: impl AsRef<[u8]>) -> String {
    random::hex(&Md5::digest(bytes))
}

/// The files that a form needs, whether they are there or not, by name.
///
/// # Errors
/// When the database fails.
pub async fn rows(parts: Parts<'_>, of: Of<'_>) -> Result<Vec<FileRow>, StoreError> {
    let there = parts.store.form_files(parts.county.id(), of.hash).await?;
    let row = |name: String| match there.iter().find(|file| file.name == name) {
        Some(file) => FileRow {
            is_list: is_list(&name),
            name,
            size: Some(file.size),
            rows: (!file.table_sha256.is_empty()).then_some(file.rows),
            sha256: file.sha256.clone(),
        },
        None => FileRow { is_list: is_list(&name), name, size: None, rows: None, sha256: String::new() },
    };
    Ok(needed(of.form).into_iter().map(row).collect())
}

fn is_list(name: &str) -> bool {
    FileKind::of(name) != FileKind::Media
}

/// The names of those that are missing.
#[must_use]
pub fn missing(rows: &[FileRow]) -> Vec<&str> {
    rows.iter().filter(|row| row.size.is_none()).map(|row| row.name.as_str()).collect()
}

/// What a phone gets of a form's files, by name.
#[must_use]
pub fn for_phones(files: &[FormFileFacts]) -> Vec<FormFile> {
    let phone = |file: &FormFileFacts| {
        let is_list = !file.table_sha256.is_empty();
        let (sha256, size) = if is_list { (&file.table_sha256, file.table_size) } else { (&file.sha256, file.size) };
        FormFile { name: file.name.clone(), sha256: sha256.clone(), size, is_list }
    };
    files.iter().map(phone).collect()
}

/// Gives a definition the files it needs from the form's drafts and, where those have none, from the version in force.
///
/// # Errors
/// When the database fails.
pub async fn take_over(parts: Parts<'_>, of: Of<'_>) -> Result<(), StoreError> {
    let (id, county) = (&of.form.id, parts.county.id());
    let drafts = parts.store.draft_definitions(county, id).await?;
    let record = parts.store.record(parts.county, &RecordKey::new(collection::FORMS, id)).await?;
    let in_force = record.map(|record| record.text(field::HASH).to_owned());
    for from in drafts.iter().map(random::sha256_hex).chain(in_force) {
        parts.store.take_form_files_over(county, &from, of.hash, &needed(of.form)).await?;
    }
    Ok(())
}

/// Tells phones that the files beside the version in force are others than they know of; it says nothing when they are the
/// same. To be called after either has changed: whoever comes second sees both.
///
/// # Errors
/// When the database fails.
pub async fn announce(parts: Parts<'_>, form: &str) -> Result<(), StoreError> {
    let key = RecordKey::new(collection::FORMS, form);
    let Some(record) = parts.store.record(parts.county, &key).await?.filter(|record| !record.is_deleted()) else {
        return Ok(());
    };
    let files = parts.store.form_files(parts.county.id(), record.text(field::HASH)).await?;
    let mut list = String::new();
    for file in for_phones(&files) {
        list.push_str(&[&file.sha256, " ", &file.name, "\n"].concat());
    }
    let said = if list.is_empty() { String::new() } else { random::sha256_hex(&list) };
    let change = server_change(key, Some(&record), [(field::FILES, json!(said))], forms::AUTHOR, parts.now);
    parts.store.append(parts.county, forms::AUTHOR, Times::server(parts.now), change.as_slice()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_none() {
        for good in ["a.csv", "村 1.jpg", "a..b"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", ".", "..", "../a.csv", "a/b.csv", "a\\b.csv", ".hidden", "a\nb", &"x".repeat(121)] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
