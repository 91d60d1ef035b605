//! What differs between databases; everything else is one SQL subset.

use std::{borrow::Cow, io, time::Duration};

use sqlx::{AnyConnection, Executor as _, Row as _};

use super::error::{OpenError, StoreError};

/// A database that the store runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A file, in WAL mode.
    Sqlite,
    /// A server, which several processes may share.
    Postgres,
}

/// How long a fresh connection is set up again that another process keeps from it, and what lies between. Longer than
/// `busy_timeout`, which one try may take.
const SETTLES: (Duration, Duration) = (Duration::from_secs(15), Duration::from_millis(20));

/// SQLite's codes for: somebody else is at it (busy, locked, and busy while recovering or with an old snapshot).
const TAKEN: [&str; 4] = ["5", "6", "261", "517"];

/// SQLite. The waiting time comes first: switching to WAL itself may have to wait. LIKE tells `a` from `A`, as in PostgreSQL.
const PREPARE_SQLITE: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON;";

/// PostgreSQL. Nothing waits for ever, and a process that vanished within a transaction does not keep a stream's counter. A
/// commit is on the disk when it is said to be: `off` is for data that may be lost; what waits for a standby stays.
const PREPARE_POSTGRES: &str = "\
    SET lock_timeout = '10s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s'; \
    SELECT set_config('application_name', 'zhucun', false) WHERE current_setting('application_name') = ''; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';";

/// The lock that server processes starting at once take in turn: `zhucun` in ASCII.
const SCHEMA_LOCK: &str = "SET LOCAL lock_timeout = '5min'; SET LOCAL statement_timeout = 0; \
    SELECT pg_advisory_xact_lock(134589064639854);";

/// See [`Dialect::unlimited`].
const UNLIMITED: &str = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;";

impl Dialect {
    /// What may follow `?` in the address of a PostgreSQL database.
    pub const PARAMETERS: [&str; 13] = [
        "connections",
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
        "host",
        "hostaddr",
        "port",
        "dbname",
        "user",
        "application_name",
        "options",
        "statement-cache-capacity",
    ];

    /// The dialect of a database address.
    ///
    /// # Errors
    /// When this build has no driver for it, or it has a part that means nothing.
    pub fn of(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("sqlite:") {
            return Ok(Self::Sqlite);
        }
        if !["postgres:", "postgresql:"].into_iter().any(|scheme| url.starts_with(scheme)) {
            return Err(OpenError::Scheme);
        }
        // The driver would only log it, with its value: `sslmod=verify-full` must not go on unencrypted.
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let mut names =
            query.split('&').filter(|part| !part.is_empty()).map(|part| part.split('=').next().unwrap_or(part));
        let unknown =
            |name: &&str| name != &"password" && !Self::PARAMETERS.contains(name) && !name.starts_with("options");
        match names.find(unknown) {
            // Not a name: a password with a bare `?` in it.
            Some(name) if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) => {
                Err(OpenError::Address("something after `?` is no name".to_owned()))
            }
            Some(name) => Err(OpenError::Parameter(name.to_owned())),
            None => Ok(Self::Postgres),
        }
    }

    /// The connections a process keeps at most. PostgreSQL allows 100 for all together unless told otherwise.
    #[must_use]
    pub const fn connections(self) -> u32 {
        match self {
            Self::Sqlite => 8,
            Self::Postgres => 16,
        }
    }

    /// Whether the database has one writer at a time, so that waiting in a queue of our own is better than its polling.
    #[must_use]
    pub const fn has_one_writer(self) -> bool {
        matches!(self, Self::Sqlite)
    }

    /// The statement that begins a writing transaction. SQLite must take the write lock at once: a reader that becomes a
    /// writer later fails when somebody else wrote in between. PostgreSQL must not keep the view of the first statement:
    /// who waited for a stream's counter has to see what the one before wrote.
    #[must_use]
    pub const fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }

    /// The address with which a missing database is an error and not made.
    #[must_use]
    pub fn without_making(self, url: &str) -> String {
        match self {
            Self::Sqlite => url.replace("mode=rwc", "mode=rw"),
            Self::Postgres => url.to_owned(),
        }
    }

    /// Whether opening failed because the file is not there. PostgreSQL makes no database: there it is a mistake.
    #[must_use]
    pub fn is_no_database(self, error: &sqlx::Error) -> bool {
        self == Self::Sqlite && code(error).as_deref() == Some("14")
    }

    /// Whether a statement failed because its table is not there.
    #[must_use]
    pub fn is_no_table(self, error: &sqlx::Error) -> bool {
        match self {
            Self::Sqlite => error.as_database_error().is_some_and(|error| error.message().contains("no such table")),
            Self::Postgres => code(error).as_deref() == Some("42P01"),
        }
    }

    /// The statement that begins a look at one moment, beside which others write.
    #[must_use]
    pub const fn begin_snapshot(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Lets a transaction take its time: a backup of everything is longer than a request.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unlimited(self, transaction: &mut AnyConnection) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite => Ok(()),
            Self::Postgres => transaction.execute(UNLIMITED).await.map(|_| ()),
        }
    }

    /// The statement that gives the names of our tables, in order.
    #[must_use]
    pub const fn tables(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite^_%' ESCAPE '^' \
                 AND name <> '_sqlx_migrations' ORDER BY name"
            }
            Self::Postgres => {
                "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema() \
                 AND table_type = 'BASE TABLE' AND table_name <> '_sqlx_migrations' ORDER BY 1"
            }
        }
    }

    /// The statement that gives how much room the database takes, bytes.
    #[must_use]
    pub const fn size(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            Self::Postgres => "SELECT pg_database_size(current_database())",
        }
    }

    /// Sets up a fresh connection.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn prepare(self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        let statements = match self {
            Self::Sqlite => PREPARE_SQLITE,
            Self::Postgres => PREPARE_POSTGRES,
        };
        let (within, pause) = SETTLES;
        let mut taken = sqlx::Error::PoolTimedOut;
        let settled = tokio::time::timeout(within, async {
            loop {
                match connection.execute(statements).await {
                    // Two that switch one file to WAL, or one that opens what another closes as the last: SQLite tells one
                    // of them "locked" at once, whatever `busy_timeout` says, for waiting could be for ever.
                    #[expect(clippy::disallowed_methods, reason = "SQLite tells nobody when the file is free")]
                    Err(error) if self.is_taken(&error) => {
                        taken = error;
                        tokio::time::sleep(pause).await;
                    }
                    done => return done.map(|_| ()),
                }
            }
        });
        let settled = settled.await;
        settled.unwrap_or(Err(taken))
    }

    /// Whether another process had the file for itself just now.
    fn is_taken(self, error: &sqlx::Error) -> bool {
        self == Self::Sqlite && code(error).is_some_and(|code| TAKEN.contains(&code.as_str()))
    }

    /// Lets processes that start at once bring the tables up to date one after the other: held until the end of the
    /// transaction. SQLite's writing transaction is such a lock already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lock_schema(self, transaction: &mut AnyConnection) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite => Ok(()),
            Self::Postgres => transaction.execute(SCHEMA_LOCK).await.map(|_| ()),
        }
    }

    /// A migration as this database takes it. Text is compared by its bytes everywhere: SQLite does so anyway, PostgreSQL has
    /// to be told, else lists are in another order on a server whose language is another.
    #[must_use]
    pub fn migration(self, sql: &'static str) -> Cow<'static, str> {
        match self {
            Self::Sqlite => sql.into(),
            Self::Postgres => sql.lines().map(|line| by_bytes(line) + "\n").collect::<String>().into(),
        }
    }

    /// Whether the database is fit for us.
    ///
    /// # Errors
    /// When it is not, or does not answer.
    pub async fn examine(self, connection: &mut AnyConnection, place: &str) -> Result<(), StoreError> {
        if self == Self::Sqlite {
            return Ok(());
        }
        let row = connection.fetch_one("SELECT current_setting('server_encoding')").await?;
        let encoding: String = row.try_get(0)?;
        if encoding == "UTF8" { Ok(()) } else { Err(OpenError::Encoding { place: place.to_owned(), encoding }.into()) }
    }

    /// Why a database could not be opened. `place` is where it is, without user and password.
    #[must_use]
    pub fn explain(self, error: sqlx::Error, place: &str) -> StoreError {
        let place = place.to_owned();
        let cause = match &error {
            sqlx::Error::Database(said) => said.message().to_owned(),
            sqlx::Error::Io(cause) => cause.to_string(),
            sqlx::Error::Tls(cause) | sqlx::Error::Configuration(cause) => cause.to_string(),
            _ => return error.into(),
        };
        let error = match (self, &error, code(&error).as_deref()) {
            (_, sqlx::Error::Configuration(_), _) => OpenError::Address(cause),
            (Self::Sqlite, ..) => OpenError::File { place, cause },
            // What rustls says of a certificate comes as this.
            (_, sqlx::Error::Io(error), _) if error.kind() == io::ErrorKind::InvalidData => {
                OpenError::Tls { place, cause }
            }
            (_, sqlx::Error::Io(_), _) => OpenError::Unreachable { place, cause },
            (_, sqlx::Error::Tls(_), _) => OpenError::Tls { place, cause },
            (_, _, Some("28P01")) => OpenError::Password { place, cause },
            (_, _, Some("28000")) => OpenError::NotLetIn { place, cause },
            (_, _, Some("3D000")) => OpenError::NoDatabase { place },
            (_, _, Some("42501")) => OpenError::NoRights { place, cause },
            (_, _, Some("25006")) => OpenError::ReadOnly { place },
            (_, _, Some("53300")) => OpenError::Full { place, cause },
            _ => return error.into(),
        };
        error.into()
    }

    /// Whether a transaction that failed so has left nothing and may be done again: two met in a deadlock, or could not be
    /// put in an order. In SQLite neither happens.
    #[must_use]
    pub fn may_try_again(self, error: &sqlx::Error) -> bool {
        self == Self::Postgres && matches!(code(error).as_deref(), Some("40001" | "40P01"))
    }

    /// Whether a failure passes by itself: see [`StoreError::is_passing`].
    #[must_use]
    pub fn is_passing(error: &sqlx::Error) -> bool {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => true,
            // SQLite: busy, locked. PostgreSQL: class 08 connection, 40 order and deadlock, 53 resources, 57 stopped by an
            // operator or a limit; a lock that was not got.
            sqlx::Error::Database(_) => code(error).is_some_and(|code| {
                let passing = ["08", "40", "53", "57"];
                TAKEN.contains(&code.as_str())
                    || code == "55P03"
                    || (code.len() == 5 && passing.into_iter().any(|class| code.starts_with(class)))
            }),
            _ => false,
        }
    }
}

/// A line of a migration with its texts compared by their bytes; what follows `--` stays.
fn by_bytes(line: &str) -> String {
    let (code, comment) = line.split_at(line.find("--").unwrap_or(line.len()));
    code.replace(" TEXT", " TEXT COLLATE \"C\"") + comment
}

/// The database's own code of an error.
fn code(error: &sqlx::Error) -> Option<String> {
    match error {
        sqlx::Error::Database(error) => error.code().map(Cow::into_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_which_database_it_is() {
        assert_eq!(Dialect::of("sqlite:///a.db?mode=rwc").ok(), Some(Dialect::Sqlite));
        for url in ["postgres://h/d", "postgresql://u:p@h:1/d?sslmode=verify-full&options[search_path]=a"] {
            assert_eq!(Dialect::of(url).ok(), Some(Dialect::Postgres), "{url}");
        }
        assert!(matches!(Dialect::of("mysql://h/d"), Err(OpenError::Scheme)));
    }

    #[test]
    fn a_slip_in_the_address_is_told_and_not_passed_over() {
        let told = Dialect::of("postgres://u:secret@h/d?sslmod=verify-full").expect_err("a slip").to_string();
        assert!(told.contains("sslmod;") && told.contains("sslmode") && !told.contains("secret"), "{told}");
        let told = Dialect::of("postgres://u:pass?word@h/d").expect_err("no address").to_string();
        assert!(told.contains("%3F") && !told.contains("word@"), "{told}");
    }

    #[test]
    fn a_certificate_that_is_not_trusted_is_told_as_one() {
        let error = io::Error::new(io::ErrorKind::InvalidData, "invalid peer certificate: UnknownIssuer");
        let told = Dialect::Postgres.explain(error.into(), "h/d").to_string();
        assert!(told.contains("UnknownIssuer") && told.contains("sslrootcert"), "{told}");
    }

    #[test]
    fn text_is_compared_by_its_bytes() {
        let sql = "-- TEXT, BIGINT\nCREATE TABLE a (\n    key TEXT NOT NULL PRIMARY KEY, -- TEXT\n    note TEXT,\n    n BIGINT\n);\n";
        let postgres = "-- TEXT, BIGINT\nCREATE TABLE a (\n    key TEXT COLLATE \"C\" NOT NULL PRIMARY KEY, -- TEXT\n    note TEXT COLLATE \"C\",\n    n BIGINT\n);\n";
        assert_eq!(Dialect::Postgres.migration(sql), postgres);
        assert_eq!(Dialect::Sqlite.migration(sql), sql);
    }
}
