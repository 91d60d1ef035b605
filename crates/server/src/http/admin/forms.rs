//! Forms: what a spreadsheet holds, what is other than before, putting it into use, for whom it is, retiring it.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use zhucun_api::admin::{Assignment, FormChange, SHEET_MAX};
use zhucun_domain::access::Action;
use zhucun_words::Lang;

use super::BODY;
use crate::{
    error::ApiError,
    http::extract::{self, JsonBody, Params, Search, Signed, json, stream},
    service::{form_files, forms, uploads},
    state::AppState,
    store::{Act, Sheet},
};

/// Longest name of a file that is kept, characters.
const NAME_MAX: usize = 120;

#[derive(Debug, Deserialize)]
pub(super) struct UploadQuery {
    /// The file's name.
    #[serde(default)]
    name: String,
    /// Language of what is said of it.
    #[serde(default)]
    lang: String,
}

/// `GET /api/v1/admin/forms`, by title.
pub(super) async fn list(State(state): State<AppState>, signed: Signed) -> Result<Response, ApiError> {
    signed.require(Action::Administer)?;
    let county = stream("county", &signed.access().county)?;
    Ok(json(&uploads::rows(&state.store, &county).await?))
}

/// `POST /api/v1/admin/forms`: reads a spreadsheet and keeps it aside.
pub(super) async fn upload(
    State(state): State<AppState>,
    signed: Signed,
    Search(query): Search<UploadQuery>,
    request: Request,
) -> Result<Response, ApiError> {
    signed.require(Action::Administer)?;
    let county = stream("county", &signed.access().county)?;
    let bytes = extract::read(request, SHEET_MAX).await?;
    let name: String = query.name.chars().filter(|c| !c.is_control() && !"/\\".contains(*c)).take(NAME_MAX).collect();
    let file = uploads::File { name, bytes };
    let parts = uploads::Parts { store: &state.store, files: &state.files, county: &county, now: state.clock.now() };
    Ok(json(&uploads::take(parts, file, &signed.account().id, Lang::from_tag(&query.lang)).await?))
}

/// `GET /api/v1/admin/forms/drafts/{draft}`: the definition, for the preview.
pub(super) async fn draft(
    State(state): State<AppState>,
    signed: Signed,
    Params(draft): Params<String>,
) -> Result<Response, ApiError> {
    signed.require(Action::Administer)?;
    let upload = state.store.upload(&signed.access().county, &draft).await?.ok_or_else(ApiError::not_found)?;
    let mut response = upload.definition.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// `DELETE /api/v1/admin/forms/drafts/{draft}`.
pub(super) async fn drop_draft(
    State(state): State<AppState>,
    signed: Signed,
    Params(draft): Params<String>,
) -> Result<StatusCode, ApiError> {
    signed.require(Action::Administer)?;
    let county = &signed.access().county;
    let upload = state.store.upload(county, &draft).await?.ok_or_else(ApiError::not_found)?;
    let (by, at) = (&signed.account().id, state.clock.now());
    let act = Act { county, by, action: "draft_dropped", subject: &upload.facts.form, at };
    let gone = state.store.drop_draft(county, &draft, act).await?;
    if gone { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found()) }
}

/// `POST /api/v1/admin/forms/drafts/{draft}/publish`: the version is in force from now on.
pub(super) async fn publish(
    State(state): State<AppState>,
    signed: Signed,
    Params(draft): Params<String>,
    JsonBody(assignment): JsonBody<Assignment, BODY>,
) -> Result<StatusCode, ApiError> {
    signed.require(Action::Administer)?;
    let villages = own_villages(&signed, assignment.villages)?;
    let county = stream("county", &signed.access().county)?;
    let upload = state.store.upload(county.id(), &draft).await?.filter(|upload| upload.facts.published == 0);
    let upload = upload.ok_or_else(ApiError::not_found)?;
    let definition = serde_json::from_str(&upload.definition).map_err(|error| ApiError::internal(&error))?;
    let now = state.clock.now();
    let by = &signed.account().id;
    let version = forms::Version {
        definition: &definition,
        source_name: &upload.facts.source_name,
        sheet: Some(Sheet::Draft(&upload.facts)),
        wanted: forms::Use { villages: Some(villages), retired: Some(false) },
    };
    let act = Act { county: county.id(), by, action: "form_published", subject: &upload.facts.form, at: now };
    forms::put(&state.store, &county, version, by, now, Some(act)).await?;
    let parts = uploads::Parts { store: &state.store, files: &state.files, county: &county, now };
    form_files::announce(parts, &upload.facts.form).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/v1/admin/forms/{form}`: for whom it is, and whether it is in use.
pub(super) async fn change(
    State(state): State<AppState>,
    signed: Signed,
    Params(form): Params<String>,
    JsonBody(change): JsonBody<FormChange, BODY>,
) -> Result<StatusCode, ApiError> {
    signed.require(Action::Administer)?;
    let villages = own_villages(&signed, change.villages)?;
    let county = stream("county", &signed.access().county)?;
    let now = state.clock.now();
    let by = &signed.account().id;
    let wanted = forms::Use { villages: Some(villages), retired: Some(change.retired) };
    let found = forms::set_use(&state.store, &county, &form, wanted, by, now).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found()) }
}

/// `GET /api/v1/admin/forms/{form}/sheets/{upload}`: the spreadsheet as it was uploaded.
pub(super) async fn sheet(
    State(state): State<AppState>,
    signed: Signed,
    Params((form, upload)): Params<(String, String)>,
) -> Result<Response, ApiError> {
    signed.require(Action::Administer)?;
    let county = stream("county", &signed.access().county)?;
    let upload = state.store.upload(county.id(), &upload).await?.filter(|upload| upload.facts.form == form);
    let facts = upload.ok_or_else(ApiError::not_found)?.facts;
    let bytes = state.files.get(&county, &facts.source_sha256).await?;
    let ending = facts.source_name.rsplit_once('.').map_or("xlsx", |(_, ending)| ending);
    let ending = if ending.chars().all(|c| c.is_ascii_alphanumeric()) { ending } else { "xlsx" };
    let mut encoded = String::new();
    for byte in facts.source_name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let disposition = format!("attachment; filename=\"form.{ending}\"; filename*=UTF-8''{encoded}");
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).map_err(|error| ApiError::internal(&error))?,
    );
    Ok(response)
}

/// Villages that are the county's, each once.
fn own_villages(signed: &Signed, mut villages: Vec<String>) -> Result<Vec<String>, ApiError> {
    villages.sort_unstable();
    villages.dedup();
    if villages.iter().all(|village| signed.access().villages.contains(village)) {
        Ok(villages)
    } else {
        Err(ApiError::bad_request("one of the villages is not of this county"))
    }
}
