//! What differs between databases; everything else is one SQL subset.

use sqlx::{AnyConnection, Executor as _};

use super::StoreError;

/// A database that the store runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A file, in WAL mode.
    Sqlite,
}

impl Dialect {
    /// The dialect of a database address.
    ///
    /// # Errors
    /// When this build has no driver for it.
    pub fn of(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") { Ok(Self::Sqlite) } else { Err(StoreError::UnknownDatabase) }
    }

    /// The statement that begins a writing transaction. SQLite must take the write lock at once: a reader that becomes a
    /// writer later fails when somebody else wrote in between.
    #[must_use]
    pub const fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
        }
    }

    /// Sets up a fresh connection.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn prepare(self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        match self {
            // The waiting time comes first: switching to WAL itself may have to wait.
            Self::Sqlite => connection
                .execute(
                    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
                )
                .await
                .map(|_| ()),
        }
    }
}
