//! `/api/v1/streams/{kind}/{id}/attachments/{sha256}`: images, named by their hash.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use zhucun_api::ATTACHMENT_MAX;
use zhucun_domain::access::Action;
use zhucun_sync::StreamId;

use super::extract::{self, Params, Signed, stream};
use crate::{
    error::ApiError,
    service::{files, push, random},
    state::AppState,
};

pub(super) async fn put(
    State(state): State<AppState>,
    signed: Signed,
    Params((kind, id, sha256)): Params<(String, String, String)>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let stream = stream(&kind, &id)?;
    if !is_sha256(&sha256) {
        signed.require(Action::Attach(&stream))?;
        return Err(ApiError::not_found());
    }
    if !signed.access().may(Action::Attach(&stream)) && !may_still(&state, &signed, &stream, &sha256).await? {
        return Err(ApiError::forbidden());
    }
    let bytes = extract::read(request, ATTACHMENT_MAX).await?;
    if random::sha256_hex(&bytes) != sha256 {
        return Err(ApiError::wrong_hash());
    }
    files::keep(&state.files, &state.store, &state.clock, &stream, bytes).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether somebody who has handed the village over may still send a photo: one that a change of their own names, which came
/// in time.
async fn may_still(state: &AppState, signed: &Signed, stream: &StreamId, sha256: &str) -> Result<bool, ApiError> {
    let before = push::before(&state.store, signed.access(), stream, state.clock.now()).await?;
    let may = before.is_some_and(|before| before.access.may(Action::Attach(stream)));
    Ok(may && state.store.is_named_by(stream.as_str(), &signed.account().id, sha256).await?)
}

pub(super) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Params((kind, id, sha256)): Params<(String, String, String)>,
    request_headers: HeaderMap,
) -> Result<Response, ApiError> {
    let stream = stream(&kind, &id)?;
    signed.require(Action::Read(&stream))?;
    let meta = state.store.attachment(&stream, &sha256).await?.ok_or_else(ApiError::not_found)?;
    let etag = format!("\"{}\"", meta.sha256);
    if request_headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let bytes = state.files.get(&stream, &meta.sha256).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    // Shown by <img>; opened by itself it may do nothing.
    let fixed: [(HeaderName, &str); 4] = [
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [(header::CONTENT_TYPE, meta.mime), (header::ETAG, etag)] {
        headers.insert(name, HeaderValue::from_str(&value).map_err(|error| ApiError::internal(&error))?);
    }
    Ok(response)
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
