//! Storage in SQL: streams of changes with their view, accounts, places, forms. One SQL subset for all databases (`$n`,
//! BIGINT, DOUBLE PRECISION, TEXT); the differences are in [`dialect`].

mod accounts;
mod attachments;
mod changes;
mod desk;
pub mod dialect;
mod forms;
mod places;
mod records;
mod sessions;
mod sort_key;

use std::{ops::DerefMut, path::Path, sync::Arc, time::Duration};

pub use accounts::{Account, NewAccount};
pub use attachments::AttachmentMeta;
pub use changes::Times;
pub use desk::VisitFacts;
use dialect::Dialect;
pub use forms::StoredForm;
pub use places::{Place, PlaceKind};
pub use records::RecordRow;
use sqlx::{
    Any, AnyPool, Row as _, SqlSafeStr as _, Transaction,
    any::AnyPoolOptions,
    migrate::{Migration, MigrationType, Migrator},
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::service::random;

/// Why storage failed. All are the server's fault or the disk's; a person is told to try again.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the database could not be brought up to date: {0}; was it written by a newer version?")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// No driver for this address.
    #[error("this build stores in SQLite only; give --database sqlite:///path/to/file.db or leave it out")]
    UnknownDatabase,
    /// Something stored cannot be read back.
    #[error("stored {0} cannot be read")]
    Corrupt(&'static str),
    /// Something with this name is there already.
    #[error("{0} is taken; choose another")]
    Taken(&'static str),
}

/// The store. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    dialect: Dialect,
    /// SQLite has one writer: waiting in a fair queue here beats its own polling.
    turn: Arc<Mutex<()>>,
    epoch: Arc<str>,
}

/// A writing transaction; dropped without `commit` it is rolled back.
struct Write {
    transaction: Transaction<'static, Any>,
    _turn: OwnedMutexGuard<()>,
}

impl Write {
    fn db(&mut self) -> &mut sqlx::AnyConnection {
        self.transaction.deref_mut()
    }

    async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

impl Store {
    /// Opens the database (`sqlite:///…`) and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be opened or is of a newer version.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let dialect = Dialect::of(url)?;
        sqlx::any::install_default_drivers();
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(30))
            .after_connect(move |connection, _| Box::pin(dialect.prepare(connection)))
            .connect(url)
            .await?;
        migrator().run(&pool).await?;
        let epoch = first_epoch(&pool).await?;
        Ok(Self { pool, dialect, turn: Arc::default(), epoch: epoch.into() })
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

    /// Closes all connections, so that the file is complete by itself.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn write(&self) -> Result<Write, StoreError> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let transaction = self.pool.begin_with(self.dialect.begin_write()).await?;
        Ok(Write { transaction, _turn: turn })
    }
}

/// The embedded migrations, in order. A file, once released, is never edited.
fn migrator() -> Migrator {
    let first = Migration::new(
        1,
        "first".into(),
        MigrationType::Simple,
        include_str!("../../migrations/0001_first.sql").into_sql_str(),
        false,
    );
    Migrator::with_migrations(vec![first])
}

/// The epoch of new streams; written once when the database is made.
async fn first_epoch(pool: &AnyPool) -> Result<String, StoreError> {
    sqlx::query("INSERT INTO meta (key, value) VALUES ('epoch', $1) ON CONFLICT (key) DO NOTHING")
        .bind(random::token(8))
        .execute(pool)
        .await?;
    Ok(sqlx::query("SELECT value FROM meta WHERE key = 'epoch'").fetch_one(pool).await?.try_get(0)?)
}

/// Whether an insert failed because the key is there already.
fn taken(error: sqlx::Error, what: &'static str) -> StoreError {
    match &error {
        sqlx::Error::Database(inner) if inner.is_unique_violation() => StoreError::Taken(what),
        _ => StoreError::Database(error),
    }
}
