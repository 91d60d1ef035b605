//! `GET /api/v1/admin/audit`: who administered what, newest first.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use serde::Deserialize;
use zhucun_api::admin::{AuditPage, AuditRow};
use zhucun_domain::access::Action;

use crate::{
    error::ApiError,
    http::extract::{Search, Signed, json},
    state::AppState,
    store::PlaceKind,
};

/// Acts a page.
const PAGE: usize = 50;

#[derive(Debug, Deserialize)]
pub(super) struct AuditQuery {
    /// `next` of the page before.
    after: Option<String>,
}

pub(super) async fn list(
    State(state): State<AppState>,
    signed: Signed,
    Search(query): Search<AuditQuery>,
) -> Result<Response, ApiError> {
    signed.require(Action::Administer)?;
    let county = &signed.access().county;
    let mut rows = state.store.acts(county, query.after.as_deref(), PAGE as i64 + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let people = state.store.people(county, 0).await?;
    let mut names: BTreeMap<String, String> =
        people.into_iter().map(|person| (person.account.id, person.account.name)).collect();
    for kind in [PlaceKind::County, PlaceKind::Township, PlaceKind::Village] {
        for place in state.store.places(kind).await? {
            let name = place.names.get("zh").cloned().unwrap_or_default();
            names.entry(place.id).or_insert(name);
        }
    }
    let next = rows.last().filter(|_| more).map(|row| row.id.clone());
    let acts = rows
        .into_iter()
        .map(|row| AuditRow {
            at: row.at,
            by: names.get(&row.by).cloned().unwrap_or_default(),
            action: row.action,
            subject: names.get(&row.subject).cloned().unwrap_or(row.subject),
        })
        .collect();
    Ok(json(&AuditPage { acts, next }))
}
