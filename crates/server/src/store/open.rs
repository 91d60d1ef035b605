//! Opening a database and bringing its tables up to date.

use std::{borrow::Cow, io, path::Path, sync::Arc, time::Duration};

use sqlx::{
    AnyConnection, AssertSqlSafe, Connection as _, Row as _, SqlSafeStr as _,
    any::AnyPoolOptions,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{Store, StoreError, derived, dialect::Dialect, error::OpenError, schema::schema};
use crate::service::random;

/// How long a database may take to answer the first time.
const ANSWER: Duration = Duration::from_secs(10);

/// The migrations: number, name, statements. A file, once released, is never edited. The numbers ascend and may leave some out
/// (there never was a 3); one that was left out is not taken later, for databases are told apart by their highest.
const MIGRATIONS: [(i64, &str, &str); 7] = [
    (1, "first", include_str!("../../migrations/0001_first.sql")),
    (2, "administration", include_str!("../../migrations/0002_administration.sql")),
    (4, "visit versions", include_str!("../../migrations/0004_visit_versions.sql")),
    (5, "link", include_str!("../../migrations/0005_link.sql")),
    (6, "visit forms", include_str!("../../migrations/0006_visit_forms.sql")),
    (7, "form files", include_str!("../../migrations/0007_form_files.sql")),
    (8, "submissions", include_str!("../../migrations/0008_submissions.sql")),
];

impl Store {
    /// Opens the database (`sqlite:///…` or `postgres://…`) and brings its tables up to date. `connections=N` after `?` is
    /// how many connections this process keeps at most.
    ///
    /// # Errors
    /// When it cannot be opened or is of a newer version.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let store = Self::open_at(url, i64::MAX).await?;
        // Only here: the columns are there in a database of our version alone.
        store.derive_again().await?;
        Ok(store)
    }

    /// Opens the database and changes nothing in it: to copy one of an older version.
    ///
    /// # Errors
    /// When it cannot be opened, or there are no tables in it.
    pub async fn open_as_it_is(url: &str) -> Result<Self, StoreError> {
        let version = Self::look(url).await?.not_ahead()?.has.unwrap_or(0);
        Self::open_at(url, version).await
    }

    /// Opens the database and brings its tables up to a version, at most ours: what an older backup is put into. Columns that
    /// are computed from a record are left as they are.
    ///
    /// # Errors
    /// See [`Store::open`].
    pub async fn open_at(url: &str, version: i64) -> Result<Self, StoreError> {
        let dialect = Dialect::of(url)?;
        let (url, connections) = without_connections(url)?;
        let url = url.as_str();
        let epoch = make_ready(dialect, url, version).await?;
        let pool = AnyPoolOptions::new()
            .max_connections(connections.unwrap_or(dialect.connections()))
            .acquire_timeout(Duration::from_secs(30))
            .after_connect(move |connection, _| Box::pin(dialect.prepare(connection)))
            .connect_lazy(url)?;
        let turn = dialect.has_one_writer().then(Arc::default);
        Ok(Self { pool, dialect, turn, epoch: epoch.into() })
    }

    /// The address of a SQLite file, made when absent.
    #[must_use]
    pub fn sqlite_url(path: &Path) -> String {
        let mut encoded = String::new();
        for byte in path.to_string_lossy().bytes() {
            match byte {
                b'?' | b'#' | b'%' | b' ' => encoded.push_str(&format!("%{byte:02X}")),
                _ if byte.is_ascii() => encoded.push(char::from(byte)),
                _ => encoded.push_str(&format!("%{byte:02X}")),
            }
        }
        format!("sqlite://{encoded}?mode=rwc")
    }
}

/// The address as the driver takes it, and the number of connections that it named.
pub(super) fn without_connections(url: &str) -> Result<(String, Option<u32>), OpenError> {
    let Some((address, query)) = url.split_once('?') else { return Ok((url.to_owned(), None)) };
    let mut connections = None;
    let mut rest = Vec::new();
    for part in query.split('&') {
        match part.strip_prefix("connections=") {
            // A transaction, and what is read meanwhile.
            Some(number) => match number.parse() {
                Ok(number @ 2..) => connections = Some(number),
                _ => return Err(OpenError::Connections),
            },
            None => rest.push(part),
        }
    }
    let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
    Ok((format!("{address}{query}"), connections))
}

/// Where a database is, for people: its address without user, password and settings.
pub(super) fn place(url: &str) -> &str {
    let rest = url.split_once(':').map_or(url, |(_, rest)| rest).trim_start_matches("//");
    let rest = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    rest.split_once('?').map_or(rest, |(place, _)| place)
}

/// Connects, looks whether the database is fit, and brings its tables up to date in one transaction, so that processes
/// starting at once do it one after the other. Gives the epoch of new streams.
async fn make_ready(dialect: Dialect, url: &str, version: i64) -> Result<String, StoreError> {
    let place = place(url);
    let explain = |error: StoreError| match error {
        StoreError::Database(error) => dialect.explain(error, place),
        StoreError::Migrate(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
            dialect.explain(error, place)
        }
        error => error,
    };
    let mut connection = connect(url).await?.map_err(|error| dialect.explain(error, place))?;
    let epoch = up_to_date(dialect, &mut connection, place, version).await.map_err(explain)?;
    connection.close().await?;
    Ok(epoch)
}

/// Connects; the inner error is the driver's.
pub(super) async fn connect(url: &str) -> Result<Result<AnyConnection, sqlx::Error>, OpenError> {
    sqlx::any::install_default_drivers();
    let silent = || OpenError::Unreachable { place: place(url).to_owned(), cause: io::ErrorKind::TimedOut.to_string() };
    tokio::time::timeout(ANSWER, AnyConnection::connect(url)).await.map_err(|_| silent())
}

async fn up_to_date(
    dialect: Dialect,
    connection: &mut AnyConnection,
    place: &str,
    version: i64,
) -> Result<String, StoreError> {
    dialect.prepare(connection).await?;
    dialect.examine(connection, place).await?;
    // Outside of the transaction: there a missing table would end it.
    let schema = schema(connection, dialect).await?.not_ahead()?;
    let mut transaction = connection.begin_with(dialect.begin_write()).await?;
    dialect.lock_schema(&mut transaction).await?;
    // Not `run`: its future cannot be sent between threads ("implementation of `Acquire` is not general enough").
    migrator(dialect).run_direct(Some(version), &mut *transaction, false).await?;
    let epoch = first_epoch(&mut transaction).await?;
    if schema.pending.iter().any(|pending| pending.version <= version) {
        derived::forget(&mut transaction).await?;
    }
    transaction.commit().await?;
    Ok(epoch)
}

/// The migrations by number and name.
pub(super) fn known() -> Vec<(i64, &'static str)> {
    MIGRATIONS.map(|(number, name, _)| (number, name)).to_vec()
}

/// The embedded migrations, in order.
fn migrator(dialect: Dialect) -> Migrator {
    let migrations = MIGRATIONS.into_iter().map(|(number, name, sql)| {
        let mut migration = Migration::new(number, name.into(), MigrationType::Simple, sql.into_sql_str(), false);
        // The check sum stays that of the file.
        if let Cow::Owned(sql) = dialect.migration(sql) {
            migration.sql = AssertSqlSafe(sql).into_sql_str();
        }
        migration
    });
    let mut migrator = Migrator::with_migrations(migrations.collect());
    // Ours is held until the tables are committed.
    migrator.set_locking(false);
    migrator
}

/// The epoch of new streams; written once when the database is made.
async fn first_epoch(db: &mut AnyConnection) -> Result<String, StoreError> {
    sqlx::query("INSERT INTO meta (key, value) VALUES ('epoch', $1) ON CONFLICT (key) DO NOTHING")
        .bind(random::token(8))
        .execute(&mut *db)
        .await?;
    Ok(sqlx::query("SELECT value FROM meta WHERE key = 'epoch'").fetch_one(db).await?.try_get(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_connections_is_ours_and_not_the_drivers() {
        let of = |url| without_connections(url).ok();
        assert_eq!(of("postgres://h/d"), Some(("postgres://h/d".to_owned(), None)));
        assert_eq!(of("postgres://h/d?connections=4"), Some(("postgres://h/d".to_owned(), Some(4))));
        let both = of("sqlite:///a.db?mode=rwc&connections=2&cache=private");
        assert_eq!(both, Some(("sqlite:///a.db?mode=rwc&cache=private".to_owned(), Some(2))));
        for wrong in ["postgres://h/d?connections=1", "postgres://h/d?connections=many"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn migrations_ascend_and_those_left_out_stay_so() {
        let numbers: Vec<i64> = known().into_iter().map(|(number, _)| number).collect();
        assert!(numbers.is_sorted_by(|before, after| before < after), "{numbers:?}");
        assert!(!numbers.contains(&3), "databases of version 4 would lack it");
    }

    #[test]
    fn where_a_database_is_holds_no_secret() {
        assert_eq!(
            place("postgres://u:p@ss@db.example:5432/zhucun?password=p&sslmode=require"),
            "db.example:5432/zhucun"
        );
        assert_eq!(place("postgres:///zhucun?host=/run/postgresql"), "/zhucun");
        assert_eq!(place("sqlite:///srv/zhucun.db?mode=rwc"), "/srv/zhucun.db");
    }
}
