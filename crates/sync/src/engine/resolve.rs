//! What a person may do about a change that the server refused.

use super::{Engine, overlay::overlaid};
use crate::{Batch, Clock, Committed, Net, Rng, Store, StreamId};

impl<C: Clock, R: Rng, N: Net, S: Store> Engine<C, R, N, S> {
    /// Takes a refused change away for good: out of the outbox and out of the view. Only ever at the person's wish.
    /// False when there is no refused change of this number.
    ///
    /// # Errors
    /// When storage fails: then nothing is changed.
    pub async fn discard_refused(&self, stream: &StreamId, number: i64) -> Result<bool, S::Error> {
        self.note_write();
        loop {
            let expect = Some(self.store.generation().await?);
            let outbox = self.store.outbox(stream).await?;
            let Some(row) = outbox.iter().find(|row| row.number == number && row.refused.is_some()) else {
                return Ok(false);
            };
            let key = row.change.record.clone();
            let base = self.store.record(stream, &key).await?.unwrap_or_default().base;
            let others: Vec<_> = outbox.iter().filter(|row| row.number != number).collect();
            let stored = overlaid(base, &key, &others);
            let batch = Batch {
                expect,
                strict: true,
                records: vec![(stream.clone(), key, stored)],
                outbox_remove: vec![number],
                ..Batch::default()
            };
            if self.store.commit(batch).await? == Committed::Done {
                return Ok(true);
            }
        }
    }

    /// Sends a refused change once more with the next sync, e.g. after the person's rights were put right.
    /// False when there is no refused change of this number.
    ///
    /// # Errors
    /// When storage fails: then nothing is changed.
    pub async fn retry_refused(&self, stream: &StreamId, number: i64) -> Result<bool, S::Error> {
        loop {
            let expect = Some(self.store.generation().await?);
            let outbox = self.store.outbox(stream).await?;
            let Some(mut row) = outbox.into_iter().find(|row| row.number == number && row.refused.is_some()) else {
                return Ok(false);
            };
            row.refused = None;
            let batch = Batch { expect, strict: true, outbox_put: vec![row], ..Batch::default() };
            if self.store.commit(batch).await? == Committed::Done {
                return Ok(true);
            }
        }
    }
}
