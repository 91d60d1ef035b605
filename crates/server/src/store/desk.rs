//! What the desk's lists and the tickets ask: facts of visits without their answers, and secrets that are made once.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use serde::Deserialize;
use serde_json::Value;
use sqlx::Row as _;
use zhucun_domain::{access::Role, collection};
use zhucun_sync::StreamId;

use super::{FilledWith, Store, StoreError};
use crate::service::random;

/// A visit's record without what is not asked for: its answers may be long, and there are many.
#[derive(Deserialize)]
struct Light {
    fields: LightFields,
}

#[derive(Deserialize)]
struct LightFields {
    #[serde(default)]
    form: Vec<LightHead>,
    #[serde(default)]
    form_version: Vec<LightHead>,
    #[serde(default)]
    form_hash: Vec<LightHead>,
}

#[derive(Deserialize)]
struct LightHead {
    value: Value,
}

impl Store {
    /// When each household of a village was last seen: record id to the finish of its last visit, milliseconds since 1970
    /// UTC. Visits to the village itself are under the empty id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_seen(&self, stream: &StreamId) -> Result<BTreeMap<String, i64>, StoreError> {
        let rows = sqlx::query(
            "SELECT subject, MAX(sort_key) FROM record \
             WHERE stream = $1 AND collection = $2 AND deleted = 0 AND outdated = 0 GROUP BY subject",
        )
        .bind(stream.as_str())
        .bind(collection::VISITS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let seen = row.try_get::<String, _>(1)?.parse().map_err(|_| StoreError::Corrupt("sort key"))?;
                Ok((row.try_get(0)?, seen))
            })
            .collect()
    }

    /// The forms by which a village's visits were filled, each with the sort key of its newest visit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn visit_forms(&self, stream: &StreamId) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query(
            "SELECT form, MAX(sort_key) FROM record WHERE stream = $1 AND collection = $2 AND deleted = 0 GROUP BY form",
        )
        .bind(stream.as_str())
        .bind(collection::VISITS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// What a village's visits by a form were filled with, that of the newest visit first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn filled_with(&self, stream: &StreamId, form: &str) -> Result<Vec<FilledWith>, StoreError> {
        let mut rows = sqlx::query(
            "SELECT state FROM record WHERE stream = $1 AND collection = $2 AND form = $3 AND deleted = 0 \
             ORDER BY sort_key DESC",
        )
        .bind(stream.as_str())
        .bind(collection::VISITS)
        .bind(form)
        .fetch(&self.pool);
        let mut filled: Vec<FilledWith> = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let light: Light =
                serde_json::from_str(&row.try_get::<String, _>(0)?).map_err(|_| StoreError::Corrupt("record"))?;
            let text =
                |heads: &[LightHead]| heads.first().and_then(|head| head.value.as_str()).unwrap_or_default().to_owned();
            let LightFields { form, form_version, form_hash } = &light.fields;
            let this = FilledWith { form: text(form), version: text(form_version), hash: text(form_hash) };
            if !filled.contains(&this) {
                filled.push(this);
            }
        }
        Ok(filled)
    }

    /// Who is secretary where, among those who may sign in: village id to names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn secretaries(&self, county: &str) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
        let rows = sqlx::query(
            "SELECT place, name FROM account WHERE county = $1 AND role = $2 AND blocked = 0 ORDER BY place, name",
        )
        .bind(county)
        .bind(Role::Secretary.code())
        .fetch_all(&self.pool)
        .await?;
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in &rows {
            names.entry(row.try_get(0)?).or_default().push(row.try_get(1)?);
        }
        Ok(names)
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
