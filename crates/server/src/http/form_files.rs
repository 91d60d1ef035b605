//! `/api/v1/forms/{hash}/files`: what lies beside a form, for those who replicate their county's stream and those who administer
//! it. The list may grow; the bytes of a hash never change.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use zhucun_domain::access::Action;
use zhucun_sync::StreamId;

use super::extract::{Params, Signed, json, stream};
use crate::{error::ApiError, service::form_files, state::AppState};

/// The county whose forms somebody may see the files of: their own.
fn county(signed: &Signed) -> Result<StreamId, ApiError> {
    let county = stream("county", &signed.access().county)?;
    let may = signed.access().may(Action::Pull(&county)) || signed.access().may(Action::Administer);
    if may { Ok(county) } else { Err(ApiError::forbidden()) }
}

/// `GET /api/v1/forms/{hash}/files`. Of a form that the county does not have the list is empty, as of one without files.
pub(super) async fn list(
    State(state): State<AppState>,
    signed: Signed,
    Params(hash): Params<String>,
) -> Result<Response, ApiError> {
    let county = county(&signed)?;
    let files = state.store.form_files(county.id(), &hash).await?;
    Ok(json(&form_files::for_phones(&files)))
}

/// `GET /api/v1/forms/{hash}/files/{sha256}`.
pub(super) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Params((hash, sha256)): Params<(String, String)>,
    request: HeaderMap,
) -> Result<Response, ApiError> {
    let county = county(&signed)?;
    let files = state.store.form_files(county.id(), &hash).await?;
    let place = form_files::for_phones(&files).iter().position(|file| file.sha256 == sha256);
    let file = place.and_then(|place| files.get(place)).ok_or_else(ApiError::not_found)?;
    let mime = if file.table_sha256.is_empty() { file.mime.as_str() } else { "application/json" };
    let etag = format!("\"{sha256}\"");
    if request.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let mut response = state.files.get(&county, &sha256).await?.into_response();
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &str); 4] = [
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [(header::CONTENT_TYPE, mime), (header::ETAG, etag.as_str())] {
        headers.insert(name, HeaderValue::from_str(value).map_err(|error| ApiError::internal(&error))?);
    }
    Ok(response)
}
