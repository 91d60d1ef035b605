//! Where ticket codes lead. Codes themselves are kept nowhere.

use sqlx::{AnyConnection, Row as _};
use zhucun_domain::{collection, need::field};
use zhucun_sync::{Change, RefusalCode, StreamId};

use super::{Store, StoreError, taken};
use crate::service::tickets;

/// The secret that ticket codes are hashed with.
pub const SECRET: &str = "ticket";

impl Store {
    /// Keeps where a ticket's need is. `code_hash` is made by [`tickets::hash`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_ticket(&self, code_hash: &str, stream: &str, need: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        sqlx::query("INSERT INTO ticket (code_hash, stream, need) VALUES ($1, $2, $3)")
            .bind(code_hash)
            .bind(stream)
            .bind(need)
            .execute(write.db())
            .await
            .map_err(|error| taken(error, "the ticket"))?;
        write.commit().await
    }

    /// Whether any phone has made a ticket: where none has, nobody need wait for a verifier.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_tickets_of_phones(&self) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT code_hash FROM ticket WHERE code_hash >= $1 LIMIT 1")
            .bind(tickets::OF_PHONE)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.is_some())
    }

    /// The (stream, need) of a ticket.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ticket(&self, code_hash: &str) -> Result<Option<(String, String)>, StoreError> {
        let row = sqlx::query("SELECT stream, need FROM ticket WHERE code_hash = $1")
            .bind(code_hash)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
    }
}

/// Whether a change brings the ticket of a need that was taken down on a phone.
pub(super) fn brings_one(change: &Change) -> bool {
    change.record.collection == collection::NEEDS && change.patch.contains_key(field::TICKET)
}

/// Registers the ticket that a change brings, if it brings one. It comes with the need itself and never later, or somebody
/// could put a key of their own to a villager's ticket; and a ticket that leads elsewhere already stays where it leads.
pub(super) async fn register(
    db: &mut AnyConnection,
    pepper: &str,
    stream: &StreamId,
    change: &Change,
    is_new: bool,
) -> Result<Option<RefusalCode>, StoreError> {
    if !brings_one(change) {
        return Ok(None);
    }
    let verifier = change.patch.get(field::TICKET).and_then(serde_json::Value::as_str);
    let Some(verifier) = verifier.filter(|verifier| tickets::is_verifier(verifier)) else {
        return Ok(Some(RefusalCode::Invalid));
    };
    if !is_new {
        return Ok(Some(RefusalCode::Forbidden));
    }
    let added = sqlx::query(
        "INSERT INTO ticket (code_hash, stream, need) VALUES ($1, $2, $3) ON CONFLICT (code_hash) DO NOTHING",
    )
    .bind(tickets::hash_of_phone(pepper.as_bytes(), verifier))
    .bind(stream.as_str())
    .bind(&change.record.id)
    .execute(db)
    .await?;
    Ok((added.rows_affected() == 0).then_some(RefusalCode::IdConflict))
}
