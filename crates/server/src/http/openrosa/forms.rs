//! `formList`, forms, manifests and what lies beside forms. Source: OpenRosa Form List API.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use serde::Deserialize;
use zhucun_domain::{collection, form::field, household};
use zhucun_forms::{Definition, files::files_needed};
use zhucun_words::{Lang, common, openrosa as w};

use super::{
    answer::{Refusal, document},
    auth::Secretary,
    xml::Xml,
};
use crate::{
    error::ApiError,
    http::extract::{BaseUrl, Params, Search},
    service::{
        form_files::{is_households, md5_hex},
        forms,
        xforms::{self, Xform},
    },
    state::AppState,
};

const LIST: &str = "http://openrosa.org/xforms/xformsList";
const MANIFEST: &str = "http://openrosa.org/xforms/xformsManifest";

#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    /// Only this form.
    #[serde(rename = "formID")]
    form_id: Option<String>,
    /// Whether a description is wanted.
    verbose: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct LangQuery {
    /// Language of the labels.
    #[serde(default)]
    lang: String,
}

/// `GET /openrosa/formList`: the forms that a visit in the secretary's village may begin with.
pub(super) async fn list(
    State(state): State<AppState>,
    secretary: Secretary,
    BaseUrl(base): BaseUrl,
    query: Result<Search<ListQuery>, ApiError>,
) -> Result<Response, Refusal> {
    let Secretary { sender, lang } = &secretary;
    let failed = |error: ApiError| Refusal::from_api(*lang, &error);
    let Search(query) = query.map_err(failed)?;
    let mut xml = Xml::new("xforms", LIST);
    for (id, record) in xforms::offered(&state, &sender.county, &sender.village).await.map_err(failed)? {
        if query.form_id.as_ref().is_some_and(|wanted| *wanted != id) {
            continue;
        }
        let hash = record.text(field::HASH);
        let Some(form) = xforms::written(&state, hash).await.map_err(failed)? else { continue };
        let address = |what: &str| format!("{base}/openrosa/forms/{hash}/{what}");
        xml.open("xform");
        xml.leaf("formID", &id);
        xml.leaf("name", &title(&form.definition, *lang));
        xml.leaf("version", &form.definition.version);
        xml.leaf("hash", &format!("md5:{}", form.md5));
        if query.verbose.as_deref() == Some("true") {
            xml.leaf("descriptionText", &w::DESCRIPTION.fill(*lang, &[("version", &form.definition.version)]));
        }
        xml.leaf("downloadUrl", &address("form.xml"));
        if !files_needed(&form.definition).is_empty() {
            xml.leaf("manifestUrl", &address("manifest"));
        }
        xml.close("xform");
    }
    Ok(document(xml.end()))
}

/// The title in a language, else in the form's own.
fn title(form: &Definition, lang: Lang) -> String {
    let titles = forms::titles(form);
    let tag = if lang == Lang::Zh { "zh" } else { "en" };
    let said = titles.get(tag).into_iter().chain(titles.values()).find(|title| !title.trim().is_empty());
    said.cloned().unwrap_or_else(|| form.id.clone())
}

/// A form that the secretary's village is offered, by the hash of its definition.
async fn offered(state: &AppState, secretary: &Secretary, hash: &str) -> Result<std::sync::Arc<Xform>, Refusal> {
    let Secretary { sender, lang } = secretary;
    let failed = |error: ApiError| Refusal::from_api(*lang, &error);
    let forms = xforms::offered(state, &sender.county, &sender.village).await.map_err(failed)?;
    let is_there = forms.iter().any(|(_, record)| record.text(field::HASH) == hash);
    let form = if is_there { xforms::written(state, hash).await.map_err(failed)? } else { None };
    form.ok_or_else(|| Refusal::not_found(*lang, w::NO_FORM_HERE))
}

/// `GET /openrosa/forms/{hash}/form.xml`.
pub(super) async fn form(
    State(state): State<AppState>,
    secretary: Secretary,
    params: Result<Params<String>, ApiError>,
) -> Result<Response, Refusal> {
    let Params(hash) = params.map_err(|error| Refusal::from_api(secretary.lang, &error))?;
    let form = offered(&state, &secretary, &hash).await?;
    Ok(document(form.xml.clone()))
}

/// `GET /openrosa/forms/{hash}/manifest`: what lies beside the form, with the village's own list of households.
pub(super) async fn manifest(
    State(state): State<AppState>,
    secretary: Secretary,
    BaseUrl(base): BaseUrl,
    params: Result<Params<String>, ApiError>,
) -> Result<Response, Refusal> {
    let failed = |error: ApiError| Refusal::from_api(secretary.lang, &error);
    let Params(hash) = params.map_err(failed)?;
    let form = offered(&state, &secretary, &hash).await?;
    let county = secretary.sender.county.id();
    let files = state.store.form_files(county, &hash).await.map_err(|error| failed(error.into()))?;
    let needed = files_needed(&form.definition);
    let mut xml = Xml::new("manifest", MANIFEST);
    let mut add = |name: &str, md5: &str, url: &str| {
        xml.open("mediaFile");
        xml.leaf("filename", name);
        xml.leaf("hash", &format!("md5:{md5}"));
        xml.leaf("downloadUrl", url);
        xml.close("mediaFile");
    };
    for file in files.iter().filter(|file| needed.contains(&file.name)) {
        add(&file.name, &file.md5, &format!("{base}/openrosa/forms/{hash}/files/{}", file.sha256));
    }
    for name in needed.iter().filter(|name| is_households(name)) {
        let list = household_list(&state, &secretary, secretary.lang).await?;
        let lang = secretary.lang.tag();
        add(name, &md5_hex(&list), &format!("{base}/openrosa/households.csv?lang={lang}"));
    }
    Ok(document(xml.end()))
}

/// `GET /openrosa/forms/{hash}/files/{sha256}`: a file as it was given.
pub(super) async fn file(
    State(state): State<AppState>,
    secretary: Secretary,
    params: Result<Params<(String, String)>, ApiError>,
) -> Result<Response, Refusal> {
    let failed = |error: ApiError| Refusal::from_api(secretary.lang, &error);
    let Params((hash, sha256)) = params.map_err(failed)?;
    offered(&state, &secretary, &hash).await?;
    let county = &secretary.sender.county;
    let files = state.store.form_files(county.id(), &hash).await.map_err(|error| failed(error.into()))?;
    let file = files.into_iter().find(|file| file.sha256 == sha256);
    let file = file.ok_or_else(|| Refusal::not_found(secretary.lang, w::NOTHING))?;
    let bytes = state.files.get(county, &sha256).await.map_err(|error| failed(error.into()))?;
    data(bytes, &file.mime, true)
}

/// `GET /openrosa/households.csv`: the households of the secretary's village, as the app lists them.
pub(super) async fn households(
    State(state): State<AppState>,
    secretary: Secretary,
    query: Result<Search<LangQuery>, ApiError>,
) -> Result<Response, Refusal> {
    let Search(query) = query.map_err(|error| Refusal::from_api(secretary.lang, &error))?;
    let list = household_list(&state, &secretary, Lang::from_tag(&query.lang)).await?;
    data(list.into(), "text/csv; charset=utf-8", false)
}

async fn household_list(state: &AppState, secretary: &Secretary, lang: Lang) -> Result<Vec<u8>, Refusal> {
    let failed = |error: &dyn std::fmt::Display| Refusal::from_api(secretary.lang, &ApiError::internal(error));
    let rows = state.store.records(&secretary.sender.village, collection::HOUSEHOLDS).await;
    let rows = rows.map_err(|error| Refusal::from_api(secretary.lang, &error.into()))?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(household::COLUMNS).map_err(|error| failed(&error))?;
    for row in rows {
        let record = &row.record;
        let group = common::GROUP_NAME.fill(lang, &[("n", record.text(household::field::GROUP))]);
        let label = [&group, " ", record.text(household::field::HEAD_NAME)].concat();
        writer.write_record(household::row(&row.id, record, &label)).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}

/// Bytes to be kept by the client; those of a hash for ever.
fn data(bytes: Bytes, mime: &str, forever: bool) -> Result<Response, Refusal> {
    let mut response = (StatusCode::OK, bytes).into_response();
    let headers = response.headers_mut();
    if let Ok(mime) = HeaderValue::from_str(mime) {
        headers.insert(header::CONTENT_TYPE, mime);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    if forever {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
    }
    Ok(response)
}
