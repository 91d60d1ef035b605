//! The forms by which visits were filled: each is exported for itself, since its questions are its columns.

use std::cmp::Reverse;

use axum::{extract::State, response::Response};
use zhucun_api::VisitForm;
use zhucun_domain::access::{Action, Role};
use zhucun_sync::StreamId;

use super::visits::definition;
use crate::{
    error::ApiError,
    http::extract::{self, Params, Signed, json},
    service::forms::titles,
    state::AppState,
    store::FilledWith,
};

/// `GET /api/v1/villages/{village}/visit-forms`, that of the newest visit first.
pub(super) async fn of_village(
    State(state): State<AppState>,
    signed: Signed,
    Params(village): Params<String>,
) -> Result<Response, ApiError> {
    let stream = extract::stream("village", &village)?;
    signed.require(Action::Export(&stream))?;
    Ok(json(&of(&state, &signed.access().county, &[stream]).await?))
}

/// `GET /api/v1/visit-forms`: of all villages that the role covers.
pub(super) async fn of_all(State(state): State<AppState>, signed: Signed) -> Result<Response, ApiError> {
    let streams = exported(&signed)?;
    Ok(json(&of(&state, &signed.access().county, &streams).await?))
}

/// The villages whose visits somebody may export together.
pub(super) fn exported(signed: &Signed) -> Result<Vec<StreamId>, ApiError> {
    let access = signed.access();
    if !matches!(access.role, Role::Township | Role::County) {
        return Err(ApiError::forbidden());
    }
    let mut streams = Vec::new();
    for village in &access.villages {
        let stream = extract::stream("village", village)?;
        signed.require(Action::Export(&stream))?;
        streams.push(stream);
    }
    Ok(streams)
}

async fn of(state: &AppState, county: &str, streams: &[StreamId]) -> Result<Vec<VisitForm>, ApiError> {
    let mut newest: Vec<(String, String)> = Vec::new();
    for stream in streams {
        for (form, key) in state.store.visit_forms(stream).await? {
            match newest.iter_mut().find(|(known, _)| *known == form) {
                Some((_, latest)) => *latest = key.max(std::mem::take(latest)),
                None => newest.push((form, key)),
            }
        }
    }
    newest.sort_by_key(|(form, key)| (Reverse(key.clone()), form.clone()));
    let mut forms = Vec::with_capacity(newest.len());
    for (id, _) in newest {
        let with = FilledWith { form: id.clone(), version: String::new(), hash: String::new() };
        let found = state.store.form_of(county, &with).await?;
        let title = found.as_ref().map(definition).transpose()?.map(|form| titles(&form)).unwrap_or_default();
        forms.push(VisitForm { id, title });
    }
    Ok(forms)
}
