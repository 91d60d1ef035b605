//! Every request of the app; the only file that uses reqwasm.

use js_sys::{Function, Reflect, Uint8Array};
pub use reqwasm::http::Method;
use reqwasm::http::{Request, Response};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use zhucun_api::{HEADER, Problem, ProblemCode};
use zhucun_json::{FromJson, ToJson, from_text, texts::find, to_text};
use zhucun_sync::{Cursor, Net, NetError, PullPage, PushReply, PushRequest, StreamId};

use super::{asked, host::global, storage::Db, timer};

/// Time limit of an ordinary request, milliseconds.
const LIMIT: u32 = 30_000;
/// Time limit of an attachment, milliseconds: a photo over a weak signal.
const LIMIT_LONG: u32 = 180_000;

/// Why a request did not do what was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// Nothing came back in time, or what came is not from our server (a captive portal's page).
    Offline,
    /// The server said no.
    Refused {
        /// HTTP status.
        status: u16,
        /// The stable code; `Unknown` when the answer has none.
        code: ProblemCode,
        /// How long to wait before trying again, milliseconds, where the server says so.
        wait: Option<u32>,
    },
}

impl From<HttpError> for NetError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Offline => Self::Offline,
            HttpError::Refused { status: 401, .. } => Self::SignedOut,
            HttpError::Refused { status: 403, .. } => Self::Forbidden,
            HttpError::Refused { status: 413, .. } => Self::TooLarge,
            HttpError::Refused { status: 429 | 503, wait, .. } => Self::Busy(wait),
            HttpError::Refused { status, .. } => Self::Server(status),
        }
    }
}

/// Ends a request that takes too long; its timer is taken back when dropped.
struct Limit {
    controller: Option<web_sys::AbortController>,
    timer: i32,
}

impl Limit {
    fn new(ms: u32) -> Self {
        let controller = web_sys::AbortController::new().ok();
        let aborted = controller.clone();
        let timer = timer::after(ms, move || {
            if let Some(controller) = aborted {
                controller.abort();
            }
        });
        Self { controller, timer }
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        timer::cancel(self.timer);
    }
}

/// Sends; see [`ours`].
async fn send(request: Request, limit: &Limit) -> Result<Response, HttpError> {
    let signal = limit.controller.as_ref().map(web_sys::AbortController::signal);
    ours(request.abort_signal(signal.as_ref()).send().await.map_err(|_| HttpError::Offline)?).await
}

/// Lets through only what our own server answered with success.
async fn ours(response: Response) -> Result<Response, HttpError> {
    let headers = response.headers();
    let is_ours = headers.get(HEADER).is_some();
    match response.status() {
        204 => Ok(response),
        200..=299 if is_ours => Ok(response),
        status if is_ours => {
            let wait = headers.get("retry-after").and_then(|seconds| seconds.trim().parse::<u32>().ok());
            let body = response.text().await.unwrap_or_default();
            let code = from_text::<Problem>(&body).map_or(ProblemCode::Unknown, |problem| problem.code);
            Err(HttpError::Refused { status, code, wait: wait.map(|seconds| seconds.saturating_mul(1000)) })
        }
        _ => Err(HttpError::Offline),
    }
}

/// The text of an answer that must be JSON of ours.
async fn send_for_text(request: Request) -> Result<String, HttpError> {
    let limit = Limit::new(LIMIT);
    json_text(send(request, &limit).await?).await
}

async fn json_text(response: Response) -> Result<String, HttpError> {
    let is_json = response.headers().get("content-type").is_some_and(|kind| find(&kind, "json").is_some());
    if !is_json {
        return Err(HttpError::Offline);
    }
    response.text().await.map_err(|_| HttpError::Offline)
}

/// GET of JSON as text, e.g. a form definition that is stored as it comes.
///
/// # Errors
/// See [`HttpError`].
pub async fn get_text(url: &str) -> Result<String, HttpError> {
    if let Some(answer) = asked::take(url).await {
        return json_text(ours(Response::from_raw(answer)).await?).await;
    }
    send_for_text(Request::get(url)).await
}

/// GET of JSON for the desk, whose rows are read by serde; the phone reads all by hand.
///
/// # Errors
/// See [`HttpError`]; JSON of another form counts as offline, since it is not our server's.
pub async fn get_json<T: DeserializeOwned>(url: &str) -> Result<T, HttpError> {
    serde_json::from_str(&get_text(url).await?).map_err(|_| HttpError::Offline)
}

/// POST of JSON for JSON.
///
/// # Errors
/// See [`HttpError`].
pub async fn post_json<B: ToJson, T: FromJson>(url: &str, body: &B) -> Result<T, HttpError> {
    let request = Request::post(url).header("content-type", "application/json").body(to_text(body));
    from_text(&send_for_text(request).await?).map_err(|_| HttpError::Offline)
}

/// GET of JSON that the phone reads by hand.
///
/// # Errors
/// See [`HttpError`].
pub async fn read_json<T: FromJson>(url: &str) -> Result<T, HttpError> {
    from_text(&get_text(url).await?).map_err(|_| HttpError::Offline)
}

/// DELETE that answers JSON.
///
/// # Errors
/// See [`HttpError`].
pub async fn delete_for<T: FromJson>(url: &str) -> Result<T, HttpError> {
    from_text(&send_for_text(Request::delete(url)).await?).map_err(|_| HttpError::Offline)
}

/// Sends JSON, or nothing, by any method, for the desk; gives the answer's text, empty when it has none.
///
/// # Errors
/// See [`HttpError`].
pub async fn ask(method: Method, url: &str, json: Option<String>) -> Result<String, HttpError> {
    let limit = Limit::new(LIMIT);
    let mut request = Request::new(url).method(method);
    if let Some(json) = json {
        request = request.header("content-type", "application/json").body(json);
    }
    send(request, &limit).await?.text().await.map_err(|_| HttpError::Offline)
}

/// GET of bytes and what they are, in so many milliseconds.
///
/// # Errors
/// See [`HttpError`].
pub async fn get_bytes(url: &str, limit: u32) -> Result<(String, Uint8Array), HttpError> {
    let limit = Limit::new(limit);
    let response = send(Request::get(url), &limit).await?;
    let mime = response.headers().get("content-type").unwrap_or_default();
    let bytes = response.as_raw().array_buffer().map_err(|_| HttpError::Offline)?;
    let bytes = JsFuture::from(bytes).await.map_err(|_| HttpError::Offline)?;
    Ok((mime, Uint8Array::new(&bytes)))
}

/// PUT of bytes; the answer has no body.
///
/// # Errors
/// See [`HttpError`].
pub async fn put_bytes(url: &str, mime: &str, bytes: &Uint8Array) -> Result<(), HttpError> {
    let limit = Limit::new(LIMIT_LONG);
    let body: JsValue = bytes.clone().into();
    send(Request::new(url).method(Method::PUT).header("content-type", mime).body(body), &limit).await.map(|_| ())
}

/// DELETE; the answer has no body.
///
/// # Errors
/// See [`HttpError`].
pub async fn delete(url: &str) -> Result<(), HttpError> {
    let limit = Limit::new(LIMIT);
    send(Request::delete(url), &limit).await.map(|_| ())
}

/// A text as a part of a path or query.
#[must_use]
pub fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// A part of a path as the text it stands for.
#[must_use]
pub fn decode(part: &str) -> String {
    // decodeURIComponent throws on broken escapes: called with a catch.
    let decoded = global("decodeURIComponent")
        .dyn_into::<Function>()
        .ok()
        .and_then(|decode| decode.call1(&JsValue::UNDEFINED, &part.into()).ok())
        .and_then(|text| text.as_string());
    decoded.unwrap_or_else(|| part.to_owned())
}

/// Where a stream's attachment is to be had.
#[must_use]
pub fn attachment_url(stream: &StreamId, sha256: &str) -> String {
    let mut url = stream_url(stream);
    url.push_str("/attachments/");
    url.push_str(sha256);
    url
}

fn stream_url(stream: &StreamId) -> String {
    let mut url = String::from("/api/v1/streams/");
    // A stream id has no character that must be escaped but `~`, which need not be.
    url.push_str(stream.as_str());
    url
}

/// The server as the sync engine sees it.
#[derive(Clone)]
pub struct HttpNet {
    db: Db,
}

impl HttpNet {
    /// `db` has the bytes of the attachments.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

impl Net for HttpNet {
    async fn push(&self, stream: &StreamId, request: &PushRequest) -> Result<PushReply, NetError> {
        let mut url = stream_url(stream);
        url.push_str("/changes");
        Ok(post_json(&url, request).await?)
    }

    async fn pull(&self, stream: &StreamId, after: &Cursor) -> Result<PullPage, NetError> {
        let mut url = stream_url(stream);
        url.push_str("/changes?after=");
        url.push_str(&encode(&after.to_string()));
        from_text(&get_text(&url).await?).map_err(|_| NetError::Offline)
    }

    async fn put_attachment(&self, stream: &StreamId, sha256: &str) -> Result<(), NetError> {
        // Bytes that are not here cannot be sent: counts as refused, so that a person sees it.
        let Ok(Some((mime, bytes))) = self.db.blob(sha256).await else { return Err(NetError::Server(422)) };
        Ok(put_bytes(&attachment_url(stream, sha256), &mime, &bytes).await?)
    }
}

/// Whether a property of an object is a function: what newer browsers have and older have not.
#[must_use]
pub fn has_function(object: &JsValue, name: &str) -> bool {
    Reflect::get(object, &name.into()).is_ok_and(|value| value.is_function())
}
