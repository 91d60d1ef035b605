//! `/api/v1/villages/{village}/link`: the village's public link, for its secretary and committee.

use axum::{extract::State, response::Response};
use zhucun_api::MakeLink;
use zhucun_domain::access::Action;

use super::extract::{BaseUrl, JsonBody, Params, Signed, json, stream};
use crate::{error::ApiError, service::links, state::AppState};

fn allowed(signed: &Signed, village: &str) -> Result<(), ApiError> {
    signed.require(Action::ManageLink(&stream("village", village)?))
}

pub(super) async fn show(
    State(state): State<AppState>,
    BaseUrl(base_url): BaseUrl,
    signed: Signed,
    Params(village): Params<String>,
) -> Result<Response, ApiError> {
    allowed(&signed, &village)?;
    Ok(json(&links::list(&state, &village, &base_url).await?))
}

/// A new link in place of the one there is, or the one of before again.
pub(super) async fn make(
    State(state): State<AppState>,
    BaseUrl(base_url): BaseUrl,
    signed: Signed,
    Params(village): Params<String>,
    JsonBody(asked): JsonBody<MakeLink, 1024>,
) -> Result<Response, ApiError> {
    allowed(&signed, &village)?;
    let who = &signed.account().id;
    match asked.back_to {
        None => links::renew(&state, &village, who).await?,
        Some(token) if links::undo(&state, &village, &token, who).await? => {}
        Some(_) => return Err(ApiError::not_found()),
    }
    Ok(json(&links::list(&state, &village, &base_url).await?))
}

pub(super) async fn revoke(
    State(state): State<AppState>,
    BaseUrl(base_url): BaseUrl,
    signed: Signed,
    Params(village): Params<String>,
) -> Result<Response, ApiError> {
    allowed(&signed, &village)?;
    links::revoke(&state, &village, &signed.account().id).await?;
    Ok(json(&links::list(&state, &village, &base_url).await?))
}
