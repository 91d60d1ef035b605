//! Why storage failed.

use super::dialect::Dialect;

/// Why storage failed. All are the server's fault or the disk's; a person is told to try again.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The tables could not be brought up to date.
    #[error("the database could not be brought up to date: {0}; was it written by a newer version?")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A newer program wrote it.
    #[error(
        "the database is of version {has}, and this program knows versions up to {needs}: it was used by a newer zhucun. \
         Run that one, or go back to the backup made before the upgrade: zhucun restore (docs/operations.md)"
    )]
    Newer {
        /// The database's version.
        has: i64,
        /// Ours.
        needs: i64,
    },
    /// Something stored cannot be read back.
    #[error("stored {0} cannot be read")]
    Corrupt(&'static str),
    /// Something with this name is there already.
    #[error("{0} is taken; choose another")]
    Taken(&'static str),
    /// What was looked at is not so any more.
    #[error("somebody else changed this meanwhile: look at it again")]
    Changed,
    /// Another definition has the same version.
    #[error(
        "this version of the form is known with other content, and visits are read by it: write a new version into the \
         sheet settings, column version"
    )]
    VersionUsed,
    /// The county would be without an administrator who can sign in.
    #[error("the last administrator of a county stays one: make another first")]
    LastAdministrator,
}

impl StoreError {
    /// Whether it passes by itself: the database is restarting, full of work or locked. Who asks again later gets through.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Database(error) if Dialect::is_passing(error))
    }
}

/// Why the database could not be opened, and what to do about it. None of the texts holds a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No driver for this address.
    #[error(
        "--database is sqlite:///path/to/file.db?mode=rwc or postgres://user:password@host:5432/database; leave it out for a \
         file in the data folder"
    )]
    Scheme,
    /// Not an address.
    #[error(
        "the address of --database cannot be read ({0}); in a user or a password write @ as %40, : as %3A, / as %2F, ? as \
         %3F, # as %23 and % as %25"
    )]
    Address(String),
    /// A part after `?` that means nothing: it may be a slip of the pen in `sslmode`.
    #[error("--database has an unknown part after `?`, {0}; known are {known}", known = Dialect::PARAMETERS.join(", "))]
    Parameter(String),
    /// Not a number of connections.
    #[error("`connections` in --database is a number, 2 or more")]
    Connections,
    /// A SQLite file.
    #[error("{place} cannot be opened as a database ({cause}); is its folder there, and may it be written to?")]
    File {
        /// The file.
        place: String,
        /// What the system says.
        cause: String,
    },
    /// Nobody listens, or the name is unknown.
    #[error(
        "PostgreSQL cannot be reached at {place} ({cause}); is it running, does it listen there, and does a firewall let this \
         machine through?"
    )]
    Unreachable {
        /// Host, port and database.
        place: String,
        /// What the system says.
        cause: String,
    },
    /// Wrong password, or none.
    #[error(
        "PostgreSQL at {place} does not take this user and password ({cause}); put them right in --database, or give the role \
         a new password: ALTER ROLE … PASSWORD …"
    )]
    Password {
        /// Host, port and database.
        place: String,
        /// What the server says.
        cause: String,
    },
    /// `pg_hba.conf`, or the role, does not allow it.
    #[error(
        "PostgreSQL at {place} does not let this user in ({cause}); make the role (createuser --pwprompt …), or allow it in \
         pg_hba.conf and reload"
    )]
    NotLetIn {
        /// Host, port and database.
        place: String,
        /// What the server says.
        cause: String,
    },
    /// No such database.
    #[error(
        "PostgreSQL is there, but not the database ({place}); make it: createdb --owner=ROLE --encoding=UTF8 \
         --template=template0 NAME"
    )]
    NoDatabase {
        /// Host, port and database.
        place: String,
    },
    /// The database cannot hold every character.
    #[error(
        "the database at {place} has the encoding {encoding}, which does not hold every Chinese character; make it anew: \
         createdb --owner=ROLE --encoding=UTF8 --template=template0 NAME"
    )]
    Encoding {
        /// Host, port and database.
        place: String,
        /// Its encoding.
        encoding: String,
    },
    /// The role may not make tables.
    #[error(
        "the user may not make tables in the database at {place} ({cause}); let it own the database: ALTER DATABASE … OWNER \
         TO …"
    )]
    NoRights {
        /// Host, port and database.
        place: String,
        /// What the server says.
        cause: String,
    },
    /// A standby server.
    #[error("the database at {place} is read-only: it may be a standby; give the address of the primary")]
    ReadOnly {
        /// Host, port and database.
        place: String,
    },
    /// No connection is left.
    #[error(
        "PostgreSQL at {place} has no connection left ({cause}); raise its max_connections, or let each server process keep \
         fewer: --database postgres://…?connections=8"
    )]
    Full {
        /// Host, port and database.
        place: String,
        /// What the server says.
        cause: String,
    },
    /// TLS to the database failed.
    #[error(
        "no encrypted connection to PostgreSQL at {place} ({cause}); look at sslmode and sslrootcert in --database"
    )]
    Tls {
        /// Host, port and database.
        place: String,
        /// What went wrong.
        cause: String,
    },
}

/// Whether an insert failed because the key is there already.
pub(super) fn taken(error: sqlx::Error, what: &'static str) -> StoreError {
    match &error {
        sqlx::Error::Database(inner) if inner.is_unique_violation() => StoreError::Taken(what),
        _ => StoreError::Database(error),
    }
}
