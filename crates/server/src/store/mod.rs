//! Storage in SQL: streams of changes with their view, accounts, places, forms. One SQL subset for all databases (`$n`,
//! BIGINT, DOUBLE PRECISION, TEXT); the differences are in [`dialect`].

mod accounts;
mod attachments;
mod audit;
mod changes;
mod derived;
mod desk;
pub mod dialect;
pub mod dump;
mod error;
mod first;
mod form_files;
mod forms;
mod links;
mod open;
mod people;
mod places;
mod records;
pub mod schema;
mod sessions;
mod submissions;
mod tickets;
mod uploads;
mod versions;
mod write;

use std::sync::Arc;

pub use accounts::{Account, NewAccount};
pub use attachments::AttachmentMeta;
pub use audit::{Act, ActRow, CLI};
pub use changes::Times;
use dialect::Dialect;
use error::taken;
pub use error::{OpenError, StoreError};
pub use first::Begun;
pub use form_files::FormFileFacts;
pub use forms::{FilledWith, FoundForm, NewVersion, Sheet, StoredForm};
pub use links::Link;
pub use people::{Late, NewLink, Person, Post, Successor};
pub use places::{Place, PlaceKind};
pub use records::{RecordRow, Versions};
use sqlx::AnyPool;
pub use submissions::KnownSubmission;
pub use tickets::SECRET as TICKET_SECRET;
use tokio::sync::Mutex;
pub use uploads::{StoredUpload, UploadFacts};

/// The store. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    dialect: Dialect,
    /// Where the database has one writer: waiting in a fair queue here beats its own polling.
    turn: Option<Arc<Mutex<()>>>,
    epoch: Arc<str>,
}

impl Store {
    /// Closes all connections, so that a file is complete by itself.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
