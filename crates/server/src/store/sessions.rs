//! Sessions, by the hash of their token.

use sqlx::Row as _;

use super::{Account, Store, StoreError, accounts};

impl Store {
    /// Begins a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_session(&self, token_hash: &str, account: &str, now: i64) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        sqlx::query("INSERT INTO session (token_hash, account, created, seen) VALUES ($1, $2, $3, $3)")
            .bind(token_hash)
            .bind(account)
            .bind(now)
            .execute(write.db())
            .await?;
        write.commit().await
    }

    /// The account of a session last seen after `not_before`, and when it was seen. That of a blocked account is given too:
    /// it may do nothing, but it can be told so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, token_hash: &str, not_before: i64) -> Result<Option<(Account, i64)>, StoreError> {
        let row = sqlx::query(
            "SELECT a.id, a.username, a.name, a.role, a.county, a.place, a.password_hash, a.blocked, s.seen \
             FROM session s JOIN account a ON a.id = s.account \
             WHERE s.token_hash = $1 AND s.seen >= $2",
        )
        .bind(token_hash)
        .bind(not_before)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| Ok((accounts::account(&row)?, row.try_get(8)?))).transpose()
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_session(&self, token_hash: &str, now: i64) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE session SET seen = $2 WHERE token_hash = $1")
            .bind(token_hash)
            .bind(now)
            .execute(write.db())
            .await?;
        write.commit().await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self, token_hash: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        sqlx::query("DELETE FROM session WHERE token_hash = $1").bind(token_hash).execute(write.db()).await?;
        write.commit().await
    }
}
