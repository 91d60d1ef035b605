//! Files beside a form: of a draft, and of the version in force.

use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;
use zhucun_api::admin::{FORM_FILE_MAX, FileUpload};
use zhucun_domain::{access::Action, collection, form::field};
use zhucun_forms::Definition;
use zhucun_sync::{RecordKey, StreamId};
use zhucun_words::Lang;

use crate::{
    error::ApiError,
    http::extract::{self, Params, Search, Signed, json, stream},
    service::{
        form_files::{self, Of},
        random,
        uploads::Parts,
    },
    state::AppState,
};

#[derive(Debug, Deserialize)]
pub(super) struct FileQuery {
    /// Language of what is said of it.
    #[serde(default)]
    lang: String,
}

/// A definition with its hash and its county.
struct Found {
    county: StreamId,
    form: Definition,
    hash: String,
}

/// `GET /api/v1/admin/forms/drafts/{draft}/files`.
pub(super) async fn of_draft(
    State(state): State<AppState>,
    signed: Signed,
    Params(draft): Params<String>,
) -> Result<Response, ApiError> {
    let found = draft_of(&state, &signed, &draft).await?;
    list(&state, &found).await
}

/// `GET /api/v1/admin/forms/{form}/files`.
pub(super) async fn of_version(
    State(state): State<AppState>,
    signed: Signed,
    Params(form): Params<String>,
) -> Result<Response, ApiError> {
    let found = version_of(&state, &signed, &form).await?;
    list(&state, &found).await
}

/// `PUT /api/v1/admin/forms/drafts/{draft}/files/{name}`.
pub(super) async fn put_to_draft(
    State(state): State<AppState>,
    signed: Signed,
    Params((draft, name)): Params<(String, String)>,
    Search(query): Search<FileQuery>,
    request: Request,
) -> Result<Response, ApiError> {
    let found = draft_of(&state, &signed, &draft).await?;
    put(&state, &signed, found, &name, &query, request).await
}

/// `PUT /api/v1/admin/forms/{form}/files/{name}`: phones get it at their next contact.
pub(super) async fn put_to_version(
    State(state): State<AppState>,
    signed: Signed,
    Params((form, name)): Params<(String, String)>,
    Search(query): Search<FileQuery>,
    request: Request,
) -> Result<Response, ApiError> {
    let found = version_of(&state, &signed, &form).await?;
    put(&state, &signed, found, &name, &query, request).await
}

async fn draft_of(state: &AppState, signed: &Signed, draft: &str) -> Result<Found, ApiError> {
    signed.require(Action::Administer)?;
    let county = stream("county", &signed.access().county)?;
    let upload = state.store.upload(county.id(), draft).await?.filter(|upload| upload.facts.published == 0);
    let json = upload.ok_or_else(ApiError::not_found)?.definition;
    let form = serde_json::from_str(&json).map_err(|error| ApiError::internal(&error))?;
    Ok(Found { county, form, hash: random::sha256_hex(&json) })
}

async fn version_of(state: &AppState, signed: &Signed, form: &str) -> Result<Found, ApiError> {
    signed.require(Action::Administer)?;
    let county = stream("county", &signed.access().county)?;
    let record = state.store.record(&county, &RecordKey::new(collection::FORMS, form)).await?;
    let record = record.filter(|record| !record.is_deleted()).ok_or_else(ApiError::not_found)?;
    let hash = record.text(field::HASH).to_owned();
    let json = state.store.form_json(&hash).await?.ok_or_else(ApiError::not_found)?;
    let form = serde_json::from_str(&json).map_err(|error| ApiError::internal(&error))?;
    Ok(Found { county, form, hash })
}

fn parts<'a>(state: &'a AppState, found: &'a Found) -> Parts<'a> {
    Parts { store: &state.store, files: &state.files, county: &found.county, now: state.clock.now() }
}

async fn list(state: &AppState, found: &Found) -> Result<Response, ApiError> {
    let of = Of { form: &found.form, hash: &found.hash };
    Ok(json(&form_files::rows(parts(state, found), of).await?))
}

async fn put(
    state: &AppState,
    signed: &Signed,
    found: Found,
    name: &str,
    query: &FileQuery,
    request: Request,
) -> Result<Response, ApiError> {
    let bytes = extract::read(request, FORM_FILE_MAX).await?;
    let of = Of { form: &found.form, hash: &found.hash };
    let taken = form_files::take(parts(state, &found), of, name, bytes, &signed.account().id).await;
    let lang = Lang::from_tag(&query.lang);
    let (problem, warning) = match taken {
        Ok(lacks) => (None, lacks.map(|lacks| lacks.words(lang.tag()))),
        Err(not_taken) => (Some(not_taken.words(lang)?), None),
    };
    Ok(json(&FileUpload { problem, warning, files: form_files::rows(parts(state, &found), of).await? }))
}
