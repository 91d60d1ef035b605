//! Backups: one archive (tar) with the database as rows of plain values and the attachments as they are.
//!
//! ```text
//! database/<table>.jsonl.gz                       the columns' names, then a row a line
//! attachments/<kind>/<id>/<ab>/<sha256>           the bytes, named by their SHA-256
//! manifest.json                                   what is in it, with the SHA-256 of every table
//! manifest.json.sha256                            at the end: without it the archive is not whole
//! ```
//!
//! Attachments may lie beside the archives instead, in a folder like that of the server: see [`Beside`].
//!
//! It is consistent while the server runs: the database is looked at as it is at one moment, and the attachments that it knows
//! of are there by then, for their bytes are kept first and never change or go.

mod beside;
pub mod keep;
mod read;
pub mod space;
mod write;

use std::{io, path::PathBuf};

pub use beside::Beside;
pub use read::{Restored, restore, verify};
use serde::{Deserialize, Serialize};
pub use write::{Attach, Job, Written, write};
use zhucun_domain::calendar;

use crate::{service::files::FilesError, store::StoreError};

/// The form of the archive; a later one that differs gets the next number.
pub const FORMAT: u32 = 1;

/// The manifest's name in the archive.
const MANIFEST: &str = "manifest.json";
/// The name of what holds the manifest's SHA-256.
const MANIFEST_HASH: &str = "manifest.json.sha256";

/// The name of an archive in a folder, with 0 for every digit of its moment.
const MOMENT_NAME: &str = "zhucun-00000000T000000Z.tar";

/// What an archive says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// See [`FORMAT`].
    pub format: u32,
    /// The program's version.
    pub program: String,
    /// The database's version: it is put into one of this version, which is then brought up to date.
    pub schema: i64,
    /// When the database was looked at, UTC.
    pub created: String,
    /// The room that the database took, bytes.
    pub database_bytes: u64,
    /// The tables.
    pub tables: Vec<Table>,
    /// The attachments; none when they were left out.
    pub attachments: Option<Attachments>,
}

/// A table in the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Rows.
    pub rows: u64,
    /// Bytes of its file.
    pub size: u64,
    /// SHA-256 of its file.
    pub sha256: String,
}

/// The attachments in the archive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachments {
    /// How many.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// SHA-256 over their paths in the archive's order, each followed by a line feed. The paths hold the SHA-256 of the bytes.
    pub paths_sha256: String,
    /// Those that the database knows of and whose bytes were gone or damaged when the backup was made.
    pub missing: Vec<String>,
}

/// Something to tell while it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Rows of the database, so far.
    Rows(u64),
    /// Attachments, so far and in all.
    Attachments(u64, u64),
}

/// Why a backup could not be made or put back. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The attachments' folder.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The archive.
    #[error("{}: {source}", path.display())]
    Archive {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A backup never takes another one's place.
    #[error("{} is there already; a backup is never written over: choose another name, or name a folder", .0.display())]
    Exists(PathBuf),
    /// Somebody else writes the same one.
    #[error("{} is being written by another zhucun", .0.display())]
    Busy(PathBuf),
    /// Not enough room.
    #[error(
        "{} has room for {}, and {} are needed; free some, or choose another disk",
        folder.display(), space::shown(*free), space::shown(*needed)
    )]
    Space {
        /// Where.
        folder: PathBuf,
        /// Bytes.
        free: u64,
        /// Bytes.
        needed: u64,
    },
    /// The archive is not what was written.
    #[error("{} is damaged or not whole ({why}); nothing was restored. Take another backup", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A newer program wrote the archive.
    #[error(
        "{} was made by zhucun {program} (database version {schema}); this one knows versions up to {needs}: restore with \
         that version or a newer one", path.display()
    )]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its program.
        program: String,
        /// Its database's version.
        schema: i64,
        /// Ours.
        needs: i64,
    },
    /// There is something already.
    #[error(
        "{0}; a backup is restored only where nothing is: name another folder (--data) or database, or move the old one away"
    )]
    NotEmpty(String),
}

impl BackupError {
    fn archive(path: &std::path::Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Archive { path: path.to_owned(), source }
    }
}

/// A moment as `2026-11-24T21:05:00Z`.
#[must_use]
pub fn moment(ms: i64) -> String {
    let (day, second) = (ms.div_euclid(86_400_000), ms.div_euclid(1000).rem_euclid(86_400));
    format!("{}T{:02}:{:02}:{:02}Z", calendar::iso(day), second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_everybody_reads_it() {
        assert_eq!(moment(0), "1970-01-01T00:00:00Z");
        assert_eq!(moment(1_795_399_200_999), "2026-11-23T02:00:00Z");
    }
}
