//! The villages' public links: made, renewed, revoked. None is forgotten: one that has ended still says so to a villager.

use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{Store, StoreError, places::in_turn, taken};

/// A village's public link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its token, the end of its address.
    pub token: String,
    /// The village.
    pub village: String,
    /// When it was made, milliseconds since 1970 UTC; 0 when that was not kept.
    pub made: i64,
    /// The account that made it; empty for the command line.
    pub made_by: String,
    /// When it ends or has ended, milliseconds since 1970 UTC.
    pub ends: Option<i64>,
    /// The account that ended it.
    pub ended_by: String,
}

impl Link {
    /// Whether it leads nowhere any more.
    #[must_use]
    pub fn has_ended(&self, now: i64) -> bool {
        self.ends.is_some_and(|ends| ends <= now)
    }
}

const COLUMNS: &str = "SELECT token, village, made, made_by, ends, ended_by FROM link";

impl Store {
    /// Adds a public link (its token) for a village that nobody administers: of the invented county, and of tests.
    ///
    /// # Errors
    /// When the token is taken or the database fails.
    pub async fn add_link(&self, token: &str, village: &str) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        insert(write.db(), token, village, "", 0).await?;
        write.commit().await
    }

    /// The link of a token, also one that has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link(&self, token: &str) -> Result<Option<Link>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE token = $1")))
            .bind(token)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(link).transpose()
    }

    /// The token of a village's link, if it has one that does not end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn village_link(&self, village: &str) -> Result<Option<String>, StoreError> {
        let links = self.links(village, i64::MAX).await?;
        Ok(links.into_iter().next().map(|link| link.token))
    }

    /// The links of a village that still work at a moment: first those that do not end, the newest of them first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn links(&self, village: &str, now: i64) -> Result<Vec<Link>, StoreError> {
        let order = "ORDER BY CASE WHEN ends = 0 THEN 0 ELSE 1 END, made DESC, token";
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{COLUMNS} WHERE village = $1 AND (ends = 0 OR ends > $2) {order}"
        )))
        .bind(village)
        .bind(now)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(link).collect()
    }

    /// Makes a link in place of those that a village has: they end at `ends`.
    ///
    /// # Errors
    /// When the token is taken or the database fails.
    pub async fn renew_village_link(
        &self,
        village: &str,
        token: &str,
        who: &str,
        now: i64,
        ends: i64,
    ) -> Result<(), StoreError> {
        // Two people who renew at once wait for each other, so that one link is left and not two.
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            in_turn(write.db(), village).await?;
            end(write.db(), village, who, ends).await?;
            insert(write.db(), token, village, who, now).await?;
            write.commit().await
        })
        .await
    }

    /// Ends the links of a village at `ends`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_links(&self, village: &str, who: &str, ends: i64) -> Result<(), StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            in_turn(write.db(), village).await?;
            end(write.db(), village, who, ends).await?;
            write.commit().await
        })
        .await
    }

    /// Takes back that a link ends, and ends at once what was made in its place. False when it has ended, or is another
    /// village's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_link(&self, village: &str, token: &str, who: &str, now: i64) -> Result<bool, StoreError> {
        self.again_when_met(|| async {
            let mut write = self.write().await?;
            in_turn(write.db(), village).await?;
            let found =
                sqlx::query("SELECT ends FROM link WHERE village = $1 AND token = $2 AND (ends = 0 OR ends > $3)")
                    .bind(village)
                    .bind(token)
                    .bind(now)
                    .fetch_optional(write.db())
                    .await?;
            if found.is_none() {
                return Ok(false);
            }
            end(write.db(), village, who, now).await?;
            sqlx::query("UPDATE link SET ends = 0, ended_by = '' WHERE village = $1 AND token = $2")
                .bind(village)
                .bind(token)
                .execute(write.db())
                .await?;
            write.commit().await?;
            Ok(true)
        })
        .await
    }
}

pub(super) async fn insert(
    db: &mut AnyConnection,
    token: &str,
    village: &str,
    who: &str,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO link (token, village, made, made_by) VALUES ($1, $2, $3, $4)")
        .bind(token)
        .bind(village)
        .bind(now)
        .bind(who)
        .execute(db)
        .await
        .map_err(|error| taken(error, "the link"))?;
    Ok(())
}

/// Those that do not end yet.
async fn end(db: &mut AnyConnection, village: &str, who: &str, ends: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE link SET ends = $2, ended_by = $3 WHERE village = $1 AND ends = 0")
        .bind(village)
        .bind(ends)
        .bind(who)
        .execute(db)
        .await?;
    Ok(())
}

fn link(row: &AnyRow) -> Result<Link, StoreError> {
    Ok(Link {
        token: row.try_get(0)?,
        village: row.try_get(1)?,
        made: row.try_get(2)?,
        made_by: row.try_get(3)?,
        ends: Some(row.try_get::<i64, _>(4)?).filter(|ends| *ends != 0),
        ended_by: row.try_get(5)?,
    })
}
