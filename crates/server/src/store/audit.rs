//! What was administered: rows are added and never changed.

use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{AnyConnection, Row as _};

use super::{Store, StoreError};
use crate::service::random;

/// The author of what is done on the command line.
pub const CLI: &str = "cli";

/// An act: who did what to whom. No content: neither names nor what they were changed to.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// County's id.
    pub county: &'a str,
    /// User id, or [`CLI`].
    pub by: &'a str,
    /// What, by code: the desk has a word for each.
    pub action: &'static str,
    /// Id of the user, form or place.
    pub subject: &'a str,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
}

/// A row of what was administered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActRow {
    /// Sorts by time.
    pub id: String,
    /// See [`Act::at`].
    pub at: i64,
    /// See [`Act::by`].
    pub by: String,
    /// See [`Act::action`].
    pub action: String,
    /// See [`Act::subject`].
    pub subject: String,
}

impl Store {
    /// The acts of a county, newest first, after a row's id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acts(&self, county: &str, after: Option<&str>, limit: i64) -> Result<Vec<ActRow>, StoreError> {
        let clause = if after.is_some() { "AND id < $3" } else { "" };
        let sql = format!(
            "SELECT id, at, by_account, action, subject FROM audit WHERE county = $1 {clause} ORDER BY id DESC LIMIT $2"
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(county.to_owned()).bind(limit);
        if let Some(after) = after {
            query = query.bind(after.to_owned());
        }
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                Ok(ActRow {
                    id: row.try_get(0)?,
                    at: row.try_get(1)?,
                    by: row.try_get(2)?,
                    action: row.try_get(3)?,
                    subject: row.try_get(4)?,
                })
            })
            .collect()
    }
}

/// Notes an act within the transaction that does it.
pub(super) async fn note(db: &mut AnyConnection, act: Act<'_>) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO audit (county, id, at, by_account, action, subject) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(act.county)
        .bind(next_id(act.at))
        .bind(act.at)
        .bind(act.by)
        .bind(act.action)
        .bind(act.subject)
        .execute(db)
        .await?;
    Ok(())
}

/// An id that sorts by time and, within a moment, by order; random at its end, for other processes on the same database.
fn next_id(at: i64) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{:015}-{:08}-{}", at.max(0), COUNT.fetch_add(1, Ordering::Relaxed) % 100_000_000, random::token(4))
}
