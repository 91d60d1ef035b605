//! A database of a test's own. `ZHUCUN_TEST_DATABASE` says where: a PostgreSQL server's address
//! (`postgres://user:password@host:port/postgres`, of a user who may make databases) in which every test makes a database
//! and drops it at its end; without the variable it is a SQLite file. `cargo xtask test` runs the tests on both.
#![expect(clippy::print_stderr, reason = "only tests use it")]

use std::{
    future::Future,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    path::Path,
    thread,
};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqlSafeStr as _};
use tempfile::TempDir;

/// The variable that names the server.
pub const VARIABLE: &str = "ZHUCUN_TEST_DATABASE";

/// A new, empty database; gone when dropped.
#[derive(Debug)]
pub enum TestDatabase {
    /// A file in a folder of its own.
    Sqlite {
        /// Its address.
        url: String,
        /// Deletes itself.
        folder: TempDir,
    },
    /// A database on a server.
    Postgres(Postgres),
}

impl TestDatabase {
    /// A new one. `sqlite_url` makes an address of a file's path.
    ///
    /// # Panics
    /// When the server that is named does not make one.
    #[must_use]
    pub fn new(sqlite_url: impl Fn(&Path) -> String) -> Self {
        if let Some(postgres) = Postgres::if_wanted() {
            return Self::Postgres(postgres);
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        // A name that has to be written as an address.
        Self::Sqlite { url: sqlite_url(&folder.path().join("a #1 册.db")), folder }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite { url, .. } => url,
            Self::Postgres(postgres) => postgres.url(),
        }
    }
}

/// A database on a PostgreSQL server.
#[derive(Debug)]
pub struct Postgres {
    server: String,
    name: String,
    url: String,
}

impl Postgres {
    /// A new one when the tests are to run on PostgreSQL.
    ///
    /// # Panics
    /// When the server does not make one.
    #[must_use]
    pub fn if_wanted() -> Option<Self> {
        let server = std::env::var(VARIABLE).ok().filter(|server| !server.is_empty())?;
        Some(Self::on(server, ""))
    }

    /// A new one, for tests that are about PostgreSQL; `options` follow `CREATE DATABASE name`.
    ///
    /// # Panics
    /// When no server is named, or it does not make one.
    #[must_use]
    pub fn with(options: &str) -> Self {
        let server = std::env::var(VARIABLE).unwrap_or_default();
        assert!(
            !server.is_empty(),
            "this test is about PostgreSQL: {VARIABLE} names a server; cargo xtask test starts one"
        );
        Self::on(server, options)
    }

    fn on(server: String, options: &str) -> Self {
        // A hasher's keys are random, and that is all that is wanted of a name.
        let name = format!("zhucun_test_{:016x}", RandomState::new().build_hasher().finish());
        let url = with_database(&server, &name);
        block_on(execute(server.clone(), format!("CREATE DATABASE {name} {options}")))
            .unwrap_or_else(|error| panic!("the server that {VARIABLE} names makes no database: {error}"));
        Self { server, name, url }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A connection of the test's own.
    ///
    /// # Panics
    /// When there is none to be had.
    pub async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.expect("the server makes a connection")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let dropped = block_on(execute(self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name)));
        if let Err(error) = dropped {
            // A test that failed is told of first.
            eprintln!("{} was left behind: {error}", self.name);
        }
    }
}

/// The address of another database on the same server.
fn with_database(server: &str, name: &str) -> String {
    let (address, parameters) = server.split_once('?').map_or((server, None), |(address, rest)| (address, Some(rest)));
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address[host..].find('/').map_or(address.len(), |at| host + at);
    let parameters = parameters.map(|parameters| format!("?{parameters}")).unwrap_or_default();
    format!("{}/{name}{parameters}", &address[..path])
}

async fn execute(server: String, statement: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(&server).await?;
    connection.execute(AssertSqlSafe(statement).into_sql_str()).await?;
    connection.close().await
}

/// Runs to the end, also within a test that has a runtime: in a thread of its own.
fn block_on<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(work)
    };
    thread::scope(|scope| scope.spawn(run).join().expect("it does not panic"))
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn another_database_of_the_same_server() {
        assert_eq!(with_database("postgres://u:p@h:5433/postgres", "a"), "postgres://u:p@h:5433/a");
        assert_eq!(with_database("postgres://u@h", "a"), "postgres://u@h/a");
        assert_eq!(with_database("postgres:///postgres?host=/run", "a"), "postgres:///a?host=/run");
    }
}
