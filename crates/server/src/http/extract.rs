//! Extractors that answer problem+json: who is signed in, path, query and JSON of a request.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, HeaderValue, Uri, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde::{Serialize, de::DeserializeOwned};
use zhucun_domain::access::{Access, Action};
use zhucun_sync::StreamId;

use super::cookie::Cookie;
use crate::{
    error::ApiError,
    service::sessions::{self, Session},
    state::{AppState, Settings},
    store::Account,
};

/// Somebody signed in; without a session the answer is 401, for a blocked account 403.
pub struct Signed(pub Session);

impl Signed {
    /// What they may.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.0.access
    }

    /// Their account.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.0.account
    }

    /// Goes on only if they may.
    ///
    /// # Errors
    /// 403.
    pub fn require(&self, action: Action<'_>) -> Result<(), ApiError> {
        if self.0.access.may(action) { Ok(()) } else { Err(ApiError::forbidden()) }
    }
}

impl FromRequestParts<AppState> for Signed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let cookie = Cookie::sent(&state.settings, &parts.headers).ok_or_else(ApiError::signed_out)?;
        let session = sessions::find(state, cookie.token).await?.ok_or_else(ApiError::signed_out)?;
        // Not 401: a phone that is told "forbidden" puts away what it holds, one that is signed out keeps it.
        if session.account.blocked { Err(ApiError::blocked()) } else { Ok(Self(session)) }
    }
}

/// Whether a path or a query holds NUL, which databases do not take.
fn has_nul(text: &str) -> bool {
    text.contains("%00")
}

/// Path parameters; what does not fit is 404.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        if has_nul(parts.uri.path()) {
            return Err(ApiError::not_found());
        }
        let Path(params) = Path::from_request_parts(parts, state).await.map_err(|_| ApiError::not_found())?;
        Ok(Self(params))
    }
}

/// The stream of `kind` and `id` in a path.
///
/// # Errors
/// 404 when it cannot be one.
pub fn stream(kind: &str, id: &str) -> Result<StreamId, ApiError> {
    StreamId::new(kind, id).map_err(|_| ApiError::not_found())
}

/// The query; what does not fit is 400.
pub struct Search<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Search<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let wrong = || ApiError::bad_request("the part of the address after `?` is not understood");
        if parts.uri.query().is_some_and(has_nul) {
            return Err(wrong());
        }
        let Query(query) = Query::from_request_parts(parts, state).await.map_err(|_| wrong())?;
        Ok(Self(query))
    }
}

/// A JSON body of at most `MAX` bytes.
pub struct JsonBody<T, const MAX: usize>(pub T);

impl<T: DeserializeOwned, const MAX: usize> FromRequest<AppState> for JsonBody<T, MAX> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, ApiError> {
        let json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        if !json {
            return Err(ApiError::wrong_type("application/json"));
        }
        let bytes = read(request, MAX).await?;
        // Not serde's own words: they repeat what was sent.
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            ApiError::bad_request(format!("the JSON is wrong at line {}, column {}", error.line(), error.column()))
        })
    }
}

/// Reads a body of at most `max` bytes. What is left of one that is too large is thrown away by the layer `read_to_end`.
///
/// # Errors
/// 413 when there is more; 400 when it breaks off.
pub async fn read(request: Request, max: usize) -> Result<Bytes, ApiError> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    read_body(request.into_body(), announced, max).await
}

async fn read_body(body: Body, announced: Option<usize>, max: usize) -> Result<Bytes, ApiError> {
    if announced.is_some_and(|length| length > max) {
        return Err(ApiError::too_large(max));
    }
    let mut chunks = body.into_data_stream();
    let mut bytes = BytesMut::with_capacity(announced.unwrap_or(0));
    let mut total = 0_usize;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ApiError::bad_request("the body broke off; send it again"))?;
        total = total.saturating_add(chunk.len());
        if total > max {
            return Err(ApiError::too_large(max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// An answer in JSON.
pub fn json<T: Serialize>(value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response(),
        Err(error) => ApiError::internal(&error).into_response(),
    }
}

/// The address this request's sender reaches the server by, without a slash at the end; begins links and QR codes.
pub struct BaseUrl(pub String);

impl FromRequestParts<AppState> for BaseUrl {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        Ok(Self(base_url(&state.settings, &parts.headers, &parts.uri)))
    }
}

pub(super) fn base_url(settings: &Settings, headers: &HeaderMap, uri: &Uri) -> String {
    if let Some(url) = &settings.public_url {
        return url.clone();
    }
    let host = asked_host(settings, headers, uri).unwrap_or("localhost");
    let proto = if over_https(settings, headers) { "https" } else { "http" };
    format!("{proto}://{host}")
}

/// The host this request asks for, with its port.
pub(super) fn asked_host<'a>(settings: &Settings, headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    forwarded(settings, headers, "x-forwarded-host")
        .or_else(|| text(headers, header::HOST.as_str()))
        .or_else(|| uri.authority().map(axum::http::uri::Authority::as_str))
}

/// Whether people reach us over https: always when we speak TLS or our public address says so, else as a trusted proxy says.
pub(super) fn over_https(settings: &Settings, headers: &HeaderMap) -> bool {
    settings.is_https() || forwarded(settings, headers, "x-forwarded-proto") == Some("https")
}

fn forwarded<'a>(settings: &Settings, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    if settings.trust_proxy { text(headers, name) } else { None }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The sender's network address, for limits; never logged.
pub struct Peer(pub String);

impl FromRequestParts<AppState> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        // The last one is the one that our proxy saw; those before it are the sender's word.
        let forwarded = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()
            .filter(|_| state.settings.trust_proxy)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .map(|address| address.trim().to_owned());
        let direct = || {
            let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
            connection.map_or_else(String::new, |ConnectInfo(address)| address.ip().to_string())
        };
        Ok(Self(forwarded.unwrap_or_else(direct)))
    }
}
