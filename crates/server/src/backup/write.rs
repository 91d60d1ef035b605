//! Writing an archive.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tar::{Builder, Header};

use super::{
    Attachments, BackupError, Beside, FORMAT, MANIFEST, MANIFEST_HASH, Manifest, Progress, Table, beside, moment,
    read::{FILE_MAX, TELL},
    space,
};
use crate::{
    service::{
        files::{Files, Lying},
        random,
    },
    store::{
        Store,
        dump::{Line, Snapshot},
    },
};

/// What to back up and where to.
pub struct Job<'a> {
    /// The database.
    pub store: &'a Store,
    /// The attachments.
    pub attach: Attach<'a>,
    /// Now, milliseconds since 1970 UTC.
    pub now: i64,
    /// The file to write, or a folder in which one is made.
    pub target: &'a Path,
    /// Told while it goes on.
    pub progress: &'a dyn Fn(Progress),
}

/// Where attachments go.
#[derive(Clone, Copy)]
pub enum Attach<'a> {
    /// All of them into the archive.
    Inside(&'a Files),
    /// Those that are not there yet into a folder of their own.
    Beside {
        /// Where they are.
        from: &'a Files,
        /// Where they go.
        to: &'a Files,
        /// The folder of `to`.
        folder: &'a Path,
    },
    /// Nowhere: the database alone.
    LeftOut,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where it is.
    pub path: PathBuf,
    /// Its bytes.
    pub size: u64,
    /// What it says of itself.
    pub manifest: Manifest,
    /// The attachments that were copied into a folder of their own.
    pub beside: Option<Beside>,
}

/// Makes a backup. It is written under another name and gets its own when it is whole and on the disk.
///
/// # Errors
/// When there is no room, something fails, or there is a file of this name.
pub async fn write(job: &Job<'_>) -> Result<Written, BackupError> {
    let path = named(job);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let mut partial = Partial::begin(&path)?;
    let schema = job.store.schema().await?.has.unwrap_or(0);
    let mut snapshot = job.store.snapshot().await?;
    let database_bytes = snapshot.bytes().await?;
    let (noted, attachment_bytes) = snapshot.attachments().await?;
    let inside = if matches!(job.attach, Attach::Inside(_)) { attachment_bytes } else { 0 };
    space::require(folder, database_bytes + inside)?;

    let mut archive = Builder::new(&mut partial.file);
    let mut told = 0;
    let mut tables = Vec::new();
    for name in snapshot.tables().await? {
        tables.push(table(job, &mut archive, &path, &mut snapshot, name, &mut told).await?);
    }
    drop(snapshot);
    let (mut attachments, mut beside) = (None, None);
    match job.attach {
        Attach::Inside(files) => {
            let mut kept = self::attachments(job, files, &mut archive, &path).await?;
            kept.missing = noted
                .into_iter()
                .map(|noted| format!("{}/{}", noted.stream, noted.sha256))
                .filter(|name| kept.there.binary_search(name).is_err())
                .collect();
            attachments = Some(kept.told());
        }
        Attach::Beside { from, to, folder } => {
            beside = Some(beside::copy((from, to), folder, &noted, job.progress).await?);
        }
        Attach::LeftOut => {}
    }
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema,
        created: moment(job.now),
        database_bytes,
        tables,
        attachments,
    };
    let json = serde_json::to_vec_pretty(&manifest).map_err(|error| BackupError::archive(&path)(error.into()))?;
    for (name, bytes) in [(MANIFEST, json.as_slice()), (MANIFEST_HASH, random::sha256_hex(&json).as_bytes())] {
        append(&mut archive, name, bytes, job.now).map_err(BackupError::archive(&path))?;
    }
    archive.finish().map_err(BackupError::archive(&path))?;
    drop(archive);
    let size = partial.end(&path)?;
    Ok(Written { path, size, manifest, beside })
}

/// The file's name: as it was given, or one of the moment in the folder that was given.
fn named(job: &Job<'_>) -> PathBuf {
    if job.target.is_dir() {
        let moment = moment(job.now).replace([':', '-'], "");
        job.target.join(format!("zhucun-{moment}.tar"))
    } else {
        job.target.to_owned()
    }
}

/// The file while it is not whole; deleted when it does not become so.
struct Partial {
    path: PathBuf,
    file: File,
    whole: bool,
}

impl Partial {
    fn begin(path: &Path) -> Result<Self, BackupError> {
        if path.exists() {
            return Err(BackupError::Exists(path.to_owned()));
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".partial");
        let partial = PathBuf::from(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        // It holds everything about everybody.
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&partial).map_err(BackupError::archive(&partial))?;
        match file.try_lock() {
            Ok(()) | Err(TryLockError::Error(_)) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::Busy(partial)),
        }
        // What one that was cut off has left.
        file.set_len(0).map_err(BackupError::archive(&partial))?;
        Ok(Self { path: partial, file, whole: false })
    }

    /// Gives it its name. Gives its size.
    fn end(mut self, path: &Path) -> Result<u64, BackupError> {
        let named = || {
            self.file.sync_all()?;
            let size = self.file.metadata()?.len();
            if path.exists() {
                return Ok(None);
            }
            std::fs::rename(&self.path, path)?;
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                File::open(folder)?.sync_all()?;
            }
            Ok(Some(size))
        };
        let size = named().map_err(BackupError::archive(path))?;
        self.whole = size.is_some();
        size.ok_or_else(|| BackupError::Exists(path.to_owned()))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.whole {
            // Nothing more can be done about it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn header(size: u64, now: i64) -> Header {
    let mut header = Header::new_gnu();
    header.set_mode(0o600);
    header.set_size(size);
    header.set_mtime(u64::try_from(now / 1000).unwrap_or(0));
    header
}

fn append(archive: &mut Builder<&mut File>, path: &str, bytes: &[u8], now: i64) -> io::Result<()> {
    archive.append_data(&mut header(bytes.len() as u64, now), path, bytes)
}

async fn table(
    job: &Job<'_>,
    archive: &mut Builder<&mut File>,
    path: &Path,
    snapshot: &mut Snapshot,
    name: String,
    told: &mut u64,
) -> Result<Table, BackupError> {
    let failed = BackupError::archive(path);
    let mut header = header(0, job.now);
    let entry = archive.append_writer(&mut header, format!("database/{name}.jsonl.gz")).map_err(&failed)?;
    let mut lines = GzEncoder::new(Hashing { to: entry, hash: Sha256::new(), size: 0 }, Compression::default());
    let rows = snapshot
        .rows(&name, |line| {
            let json = match line {
                Line::Columns(columns) => Value::from(columns),
                Line::Row(row) => {
                    *told += 1;
                    if (*told).is_multiple_of(TELL) {
                        (job.progress)(Progress::Rows(*told));
                    }
                    Value::from(row)
                }
            };
            writeln!(lines, "{json}").map_err(&failed)
        })
        .await?;
    let Hashing { to, hash, size } = lines.finish().map_err(&failed)?;
    to.finish().map_err(&failed)?;
    Ok(Table { name, rows, size, sha256: random::hex(&hash.finalize()) })
}

/// Attachments in the archive, and what the database knows of beyond them.
struct Kept {
    /// `kind/id/sha256`, sorted.
    there: Vec<String>,
    told: Attachments,
    missing: Vec<String>,
}

impl Kept {
    fn told(self) -> Attachments {
        Attachments { missing: self.missing, ..self.told }
    }
}

/// Copies all that lie in the folder: what the database knew of at its moment, and perhaps some that came after it. Bytes that
/// are not what their name says are left out.
async fn attachments(
    job: &Job<'_>,
    files: &Files,
    archive: &mut Builder<&mut File>,
    path: &Path,
) -> Result<Kept, BackupError> {
    let mut lying = Vec::new();
    files
        .each(|file| {
            lying.push(file);
            Ok::<(), BackupError>(())
        })
        .await?;
    lying.sort_unstable();
    let mut hash = Sha256::new();
    let mut kept = Kept { there: Vec::new(), told: Attachments::default(), missing: Vec::new() };
    let all = lying.len() as u64;
    for (done, file) in (1..).zip(&lying) {
        let bytes = match files.get(&file.stream, &file.sha256).await {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::warn!(%error, sha256 = file.sha256, "an attachment cannot be read");
                continue;
            }
        };
        if random::sha256_hex(&bytes) == file.sha256 && bytes.len() as u64 <= FILE_MAX {
            let name = in_archive(file);
            append(archive, &name, &bytes, job.now).map_err(BackupError::archive(path))?;
            hash.update(name);
            hash.update("\n");
            kept.told.count += 1;
            kept.told.bytes += bytes.len() as u64;
            kept.there.push(format!("{}/{}", file.stream.as_str(), file.sha256));
        } else {
            tracing::warn!(sha256 = file.sha256, "an attachment is damaged");
        }
        (job.progress)(Progress::Attachments(done, all));
    }
    kept.told.paths_sha256 = random::hex(&hash.finalize());
    kept.there.sort_unstable();
    Ok(kept)
}

/// An attachment's path in the archive.
pub(super) fn in_archive(file: &Lying) -> String {
    format!("attachments/{}", file.path())
}

/// Counts and hashes what goes through.
struct Hashing<W> {
    to: W,
    hash: Sha256,
    size: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
