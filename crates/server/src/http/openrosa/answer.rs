//! What is answered: the headers of the standard, and its envelope for a message.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use zhucun_words::{Lang, Word, openrosa as w};

use super::{submission::ACCEPT_MAX, xml::Xml};
use crate::error::ApiError;

const NAMESPACE: &str = "http://openrosa.org/http/response";

/// The challenge for a name and a password. The characters are named, so that a name may be Chinese.
const CHALLENGE: &str = "Basic realm=\"zhucun\", charset=\"UTF-8\"";

/// The language of what is said.
pub(super) fn lang(headers: &HeaderMap) -> Lang {
    Lang::from_tag(headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or(""))
}

/// The headers that every answer has by the standard; what is made for one sender is kept by nobody.
pub(super) async fn headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-openrosa-version"), HeaderValue::from_static("1.0"));
    headers.insert(HeaderName::from_static("x-openrosa-accept-content-length"), HeaderValue::from(ACCEPT_MAX));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A document.
pub(super) fn document(body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
    response
}

/// A message in its envelope.
pub(super) fn message(status: StatusCode, lang: Lang, text: &str) -> Response {
    let mut xml = Xml::new("OpenRosaResponse", NAMESPACE);
    xml.leaf("message", text);
    let mut response = document((status, xml.end()));
    let language = if lang == Lang::Zh { "zh" } else { "en" };
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language));
    response
}

/// An answer that says why not, and what to do.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    lang: Lang,
    text: String,
    challenges: bool,
    /// Seconds.
    retry_after: Option<u64>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, lang: Lang, text: impl Into<String>) -> Self {
        Self { status, lang, text: text.into(), challenges: false, retry_after: None }
    }

    pub(super) fn of(status: StatusCode, lang: Lang, word: Word) -> Self {
        Self::new(status, lang, word.get(lang))
    }

    pub(super) fn not_found(lang: Lang, word: Word) -> Self {
        Self::of(StatusCode::NOT_FOUND, lang, word)
    }

    /// 401: asks for name and password.
    pub(super) fn challenge(lang: Lang, word: Word) -> Self {
        Self { challenges: true, ..Self::of(StatusCode::UNAUTHORIZED, lang, word) }
    }

    /// The same as the interface for the apps would answer.
    pub(super) fn from_api(lang: Lang, error: &ApiError) -> Self {
        let status = error.status();
        let mut refusal = match status {
            StatusCode::UNAUTHORIZED => Self::challenge(lang, w::WRONG_PASSWORD),
            StatusCode::TOO_MANY_REQUESTS => Self::of(status, lang, w::TOO_MANY_TRIES),
            StatusCode::FORBIDDEN => Self::of(status, lang, w::NOT_YOURS),
            StatusCode::NOT_FOUND => Self::of(status, lang, w::NOTHING),
            StatusCode::PAYLOAD_TOO_LARGE => Self::of(status, lang, w::TOO_LARGE),
            StatusCode::SERVICE_UNAVAILABLE => Self::of(status, lang, w::BUSY),
            _ if status.is_client_error() => Self::of(status, lang, w::NOT_UNDERSTOOD),
            _ => Self::of(status, lang, w::FAILED),
        };
        refusal.retry_after = error.retry_after();
        refusal
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = message(self.status, self.lang, &self.text);
        let headers = response.headers_mut();
        if self.challenges {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
