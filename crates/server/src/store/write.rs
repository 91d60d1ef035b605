//! Writing: every change to the database is made in a transaction that is whole or not at all.

use std::{ops::DerefMut, sync::Arc};

use sqlx::{Any, AnyConnection, Transaction};
use tokio::sync::OwnedMutexGuard;

use super::{Store, StoreError};

/// How often a transaction is done again that met another one.
const AGAIN: u32 = 5;

/// A writing transaction; dropped without `commit` it is rolled back.
pub(super) struct Write {
    transaction: Transaction<'static, Any>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Write {
    pub(super) fn db(&mut self) -> &mut AnyConnection {
        self.transaction.deref_mut()
    }

    pub(super) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

impl Store {
    /// Begins a writing transaction. One of several statements belongs into [`Store::again_when_met`].
    pub(super) async fn write(&self) -> Result<Write, StoreError> {
        let turn = match &self.turn {
            Some(turn) => Some(Arc::clone(turn).lock_owned().await),
            None => None,
        };
        let transaction = self.pool.begin_with(self.dialect.begin_write()).await?;
        Ok(Write { transaction, _turn: turn })
    }

    /// Does a whole transaction, and does it again, a few times, when it met another one in a deadlock or could not be put in
    /// an order with it: then it was rolled back and has left nothing. Without a pause: beginning again, it waits for the
    /// other one's locks.
    pub(super) async fn again_when_met<T, F>(&self, transaction: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        for again in 0..AGAIN {
            match transaction().await {
                Err(StoreError::Database(error)) if self.dialect.may_try_again(&error) => {
                    tracing::debug!(again, "two transactions met; once more");
                }
                done => return done,
            }
        }
        transaction().await
    }
}
