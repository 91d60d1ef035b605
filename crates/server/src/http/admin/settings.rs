//! `/api/v1/admin/settings`: what the county decides, kept as a record of its stream so that phones get it too.

use axum::{extract::State, http::StatusCode, response::Response};
use zhucun_domain::{access::Action, settings::CountySettings};

use super::BODY;
use crate::{
    error::ApiError,
    http::extract::{JsonBody, Signed, json, stream},
    service::settings,
    state::AppState,
};

pub(super) async fn show(State(state): State<AppState>, signed: Signed) -> Result<Response, ApiError> {
    signed.require(Action::Administer)?;
    Ok(json(&settings::of(&state.store, &signed.access().county).await?))
}

pub(super) async fn change(
    State(state): State<AppState>,
    signed: Signed,
    JsonBody(new): JsonBody<CountySettings, BODY>,
) -> Result<StatusCode, ApiError> {
    signed.require(Action::Administer)?;
    let wrong = new.wrong();
    if !wrong.is_empty() {
        return Err(ApiError::bad_request(wrong.join(" ")));
    }
    let county = stream("county", &signed.access().county)?;
    settings::write(&state.store, &county, &signed.account().id, &new, state.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
