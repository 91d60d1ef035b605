//! Reading an archive: first all of it is checked, then it is put in.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom},
    path::Path,
};

use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tar::Archive;

use super::{BackupError, FORMAT, MANIFEST, MANIFEST_HASH, Manifest, Progress, Table, space, write::in_archive};
use crate::{
    service::{
        files::{Files, Lying},
        random,
    },
    store::Store,
};

/// Longest manifest, bytes: it grows only with what was missing.
const MANIFEST_MAX: u64 = 64 * 1024 * 1024;

/// Largest attachment, bytes: far more than is taken over the network, and it still fits into memory.
pub(super) const FILE_MAX: u64 = 256 * 1024 * 1024;

/// Rows between two tellings.
pub(super) const TELL: u64 = 50_000;

/// What was put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// The database's version now.
    pub schema: i64,
    /// Links of invitation and for new passwords that were left out: one that was used since would be good again.
    pub links: u64,
}

/// Reads an archive whole and checks every byte of it.
///
/// # Errors
/// [`BackupError::Damaged`] when anything differs from what was written.
pub fn verify(path: &Path) -> Result<Manifest, BackupError> {
    let file = File::open(path).map_err(BackupError::archive(path))?;
    checked(&file, path)
}

/// Puts a backup into a database and a folder in which nothing is. All of it is checked before anything is written. The
/// database is put in as it was and then brought up to date; every stream gets a new epoch.
///
/// # Errors
/// When the archive is damaged or newer than we are, there is something already, or there is no room.
pub async fn restore(
    path: &Path,
    url: &str,
    data: &Path,
    files: &Files,
    progress: &dyn Fn(Progress),
) -> Result<Restored, BackupError> {
    let file = File::open(path).map_err(BackupError::archive(path))?;
    let manifest = checked(&file, path)?;
    let there = Store::look(url).await?;
    if manifest.schema > there.needs {
        let Manifest { program, schema, .. } = manifest;
        return Err(BackupError::Newer { path: path.to_owned(), program, schema, needs: there.needs });
    }
    if there.has.is_some_and(|has| has > manifest.schema) {
        return Err(BackupError::NotEmpty("the database has tables of a later version than the backup".to_owned()));
    }
    let attachments = manifest.attachments.as_ref();
    space::require(data, manifest.database_bytes + attachments.map_or(0, |kept| kept.bytes))?;
    let store = Store::open_at(url, manifest.schema).await?;
    let restored = put_in(&file, path, &manifest, &store, files, progress).await;
    store.close().await;
    let links = restored?;
    let store = Store::open(url).await?;
    let schema = store.schema().await?.needs;
    store.close().await;
    Ok(Restored { manifest, schema, links })
}

async fn put_in(
    file: &File,
    path: &Path,
    manifest: &Manifest,
    store: &Store,
    files: &Files,
    progress: &dyn Fn(Progress),
) -> Result<u64, BackupError> {
    if let Some(table) = store.snapshot().await?.filled().await? {
        return Err(BackupError::NotEmpty(format!("the database is not empty (table {table})")));
    }
    if manifest.attachments.is_some() {
        files
            .each(|_| Err(BackupError::NotEmpty("there are attachments in the data folder already".to_owned())))
            .await?;
    }
    let failed = BackupError::archive(path);
    let all = manifest.attachments.as_ref().map_or(0, |kept| kept.count);
    let mut loading = store.loading().await?;
    let (mut rows, mut done) = (0_u64, 0);
    for entry in archive(file).map_err(&failed)?.entries().map_err(&failed)? {
        let mut entry = entry.map_err(&failed)?;
        let name = entry.path().map_err(&failed)?.to_string_lossy().into_owned();
        if let Some(table) = table_of(&name) {
            let mut lines = BufReader::new(GzDecoder::new(&mut entry)).lines();
            let columns: Vec<String> = match lines.next() {
                Some(line) => parsed(path, &line.map_err(&failed)?)?,
                None => continue,
            };
            for line in lines {
                let row: Vec<Value> = parsed(path, &line.map_err(&failed)?)?;
                loading.row(table, &columns, row).await?;
                rows += 1;
                if rows.is_multiple_of(TELL) {
                    progress(Progress::Rows(rows));
                }
            }
        } else if let Some(lying) = attachment_of(&name, entry.size()) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(&failed)?;
            files.put(&lying.stream, &lying.sha256, bytes.into()).await?;
            done += 1;
            progress(Progress::Attachments(done, all));
        }
    }
    Ok(loading.finish().await?)
}

fn archive(mut file: &File) -> io::Result<Archive<BufReader<&File>>> {
    file.seek(SeekFrom::Start(0))?;
    Ok(Archive::new(BufReader::with_capacity(256 * 1024, file)))
}

fn parsed<T: serde::de::DeserializeOwned>(path: &Path, line: &str) -> Result<T, BackupError> {
    serde_json::from_str(line)
        .map_err(|_| BackupError::Damaged { path: path.to_owned(), why: "a row is not JSON".to_owned() })
}

fn table_of(name: &str) -> Option<&str> {
    name.strip_prefix("database/")?.strip_suffix(".jsonl.gz")
}

fn attachment_of(name: &str, size: u64) -> Option<Lying> {
    let lying = Lying::at(name.strip_prefix("attachments/")?, size)?;
    // Under no other name than ours.
    (in_archive(&lying) == name && size <= FILE_MAX).then_some(lying)
}

/// What is in an archive, in its order.
#[derive(Default)]
struct Found {
    tables: BTreeMap<String, (u64, String)>,
    count: u64,
    bytes: u64,
    paths: Sha256,
    manifest: Option<(Manifest, String)>,
    whole: bool,
}

fn checked(file: &File, path: &Path) -> Result<Manifest, BackupError> {
    let damaged = |why: String| BackupError::Damaged { path: path.to_owned(), why };
    let found = look(file).map_err(|error| match error {
        Look::Io(error) if error.raw_os_error().is_some() => BackupError::archive(path)(error),
        Look::Io(error) => damaged(error.to_string()),
        Look::Wrong(why) => damaged(why),
    })?;
    let Some((manifest, _)) = found.manifest.filter(|_| found.whole) else {
        return Err(damaged("its end is missing".to_owned()));
    };
    let tables: BTreeMap<String, (u64, String)> = manifest
        .tables
        .iter()
        .map(|Table { name, size, sha256, .. }| (name.clone(), (*size, sha256.clone())))
        .collect();
    if found.tables != tables {
        let wrong = tables.iter().find(|(name, told)| found.tables.get(*name) != Some(told));
        return Err(damaged(format!("table {}", wrong.map_or("too many", |(name, _)| name))));
    }
    let (count, bytes, paths) = (found.count, found.bytes, random::hex(&found.paths.finalize()));
    let same = match &manifest.attachments {
        Some(kept) => (kept.count, kept.bytes, kept.paths_sha256.as_str()) == (count, bytes, paths.as_str()),
        None => count == 0,
    };
    if same { Ok(manifest) } else { Err(damaged("attachments".to_owned())) }
}

/// What is wrong with an archive.
enum Look {
    Io(io::Error),
    Wrong(String),
}

impl From<io::Error> for Look {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn look(file: &File) -> Result<Found, Look> {
    let mut found = Found::default();
    for entry in archive(file)?.entries()? {
        let mut entry = entry?;
        let name = entry.path()?.to_string_lossy().into_owned();
        let size = entry.size();
        if name == MANIFEST && size <= MANIFEST_MAX {
            let mut json = Vec::new();
            entry.read_to_end(&mut json)?;
            let manifest: Manifest =
                serde_json::from_slice(&json).map_err(|_| Look::Wrong("the manifest cannot be read".to_owned()))?;
            if manifest.format != FORMAT {
                return Err(Look::Wrong(format!("form {} of a backup, known is {FORMAT}", manifest.format)));
            }
            found.manifest = Some((manifest, random::sha256_hex(&json)));
            continue;
        }
        if let Some((_, sha256)) = &found.manifest {
            let mut told = String::new();
            entry.take(100).read_to_string(&mut told)?;
            if found.whole || name != MANIFEST_HASH || told != *sha256 {
                return Err(Look::Wrong("the manifest".to_owned()));
            }
            found.whole = true;
            continue;
        }
        let sha256 = hash(&mut entry)?;
        if let Some(table) = table_of(&name) {
            found.tables.insert(table.to_owned(), (size, sha256));
        } else if let Some(lying) = attachment_of(&name, size) {
            if lying.sha256 != sha256 {
                return Err(Look::Wrong(format!("attachment {}", lying.sha256)));
            }
            found.count += 1;
            found.bytes += size;
            found.paths.update(&name);
            found.paths.update("\n");
        } else {
            return Err(Look::Wrong(format!("{name} is nothing of ours")));
        }
    }
    Ok(found)
}

fn hash(read: &mut impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match read.read(&mut buffer)? {
            0 => return Ok(random::hex(&hash.finalize())),
            n => hash.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}
