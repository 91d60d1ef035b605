//! What the desk's lists and the tickets ask: facts of visits without their answers, and secrets that are made once.

use futures_util::TryStreamExt as _;
use serde::Deserialize;
use serde_json::Value;
use sqlx::Row as _;
use zhucun_domain::collection;
use zhucun_sync::StreamId;

use super::{Store, StoreError, sort_key::moment_key};
use crate::service::random;

/// Which household was visited when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitFacts {
    /// Household's record id; empty for a visit to the village.
    pub household: String,
    /// Finished, milliseconds since 1970 UTC.
    pub finished_at: i64,
}

/// A visit's record without what is not asked for: its answers may be long, and there are many.
#[derive(Deserialize)]
struct Light {
    fields: LightFields,
}

#[derive(Deserialize)]
struct LightFields {
    #[serde(default)]
    household: Vec<LightHead>,
    #[serde(default)]
    finished_at: Vec<LightHead>,
}

#[derive(Deserialize)]
struct LightHead {
    value: Value,
}

impl Store {
    /// The facts of all visits of a stream that were finished at this moment (milliseconds since 1970 UTC) or later, newest
    /// first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn visit_facts(&self, stream: &StreamId, since: i64) -> Result<Vec<VisitFacts>, StoreError> {
        let mut rows = sqlx::query(
            "SELECT state FROM record WHERE stream = $1 AND collection = $2 AND deleted = 0 AND sort_key >= $3 \
             ORDER BY sort_key DESC",
        )
        .bind(stream.as_str())
        .bind(collection::VISITS)
        .bind(moment_key(since))
        .fetch(&self.pool);
        let mut facts = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let light: Light =
                serde_json::from_str(&row.try_get::<String, _>(0)?).map_err(|_| StoreError::Corrupt("record"))?;
            let household = light.fields.household.first().and_then(|head| head.value.as_str());
            facts.push(VisitFacts {
                household: household.unwrap_or_default().to_owned(),
                finished_at: light.fields.finished_at.first().and_then(|head| head.value.as_i64()).unwrap_or_default(),
            });
        }
        Ok(facts)
    }

    /// A secret of the server, made at the first asking and the same ever after: 256 bits as hex.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn secret(&self, name: &'static str) -> Result<String, StoreError> {
        let key = format!("secret.{name}");
        let select = "SELECT value FROM meta WHERE key = $1";
        if let Some(row) = sqlx::query(select).bind(&key).fetch_optional(&self.pool).await? {
            return Ok(row.try_get(0)?);
        }
        let mut write = self.write().await?;
        sqlx::query("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING")
            .bind(&key)
            .bind(random::token(32))
            .execute(write.db())
            .await?;
        write.commit().await?;
        Ok(sqlx::query(select).bind(&key).fetch_one(&self.pool).await?.try_get(0)?)
    }
}
