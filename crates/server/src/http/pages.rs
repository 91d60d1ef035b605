//! The apps: the phone's at `/`, the desk at `/desk`; any address of theirs that is no file answers their page.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Redirect, Response},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

use super::{assets::Asset, encoding::Encoding};
use crate::{error::ApiError, state::AppState};

/// What is said when the server was built without the apps.
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>\
    <title>zhucun</title><p>The server runs, but it was built without the app. Build both with <code>cargo xtask serve</code>.\
    <p lang=zh-CN>服务器已运行，但未包含应用。请用 <code>cargo xtask serve</code> 一并构建。";

pub(super) async fn show(State(state): State<AppState>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return ApiError::method_not_allowed().into_response();
    }
    let path = uri.path().trim_start_matches('/');
    // Villagers' addresses and invitations never fall through to an app.
    if matches!(path.split('/').next(), Some("n" | "t" | "invite" | "api" | "openrosa")) {
        return ApiError::not_found().into_response();
    }
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let name = match path {
        file if is_file => file,
        desk if desk == "desk" || desk.starts_with("desk/") => "desk.html",
        _ => "index.html",
    };
    match state.assets.get(name) {
        Some(asset) => send(&state, name, asset, &headers),
        None if is_file => (StatusCode::NOT_FOUND, "no such file").into_response(),
        None => {
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, html)], NOT_BUILT).into_response()
        }
    }
}

/// Photos shared with the app: its service worker takes them. Where that is not there yet they cannot be kept; the app's page
/// says that none have come.
pub(super) async fn shared() -> Redirect {
    Redirect::to("/share")
}

/// The styles that stand in an app's page, by the hash (SHA-256, base64) with which its policy allows them and no others.
#[derive(Clone)]
pub(super) struct OwnStyles(pub String);

impl OwnStyles {
    fn of(page: &[u8]) -> Option<Self> {
        let (_, after) = std::str::from_utf8(page).ok()?.split_once("<style>")?;
        let (styles, _) = after.split_once("</style>")?;
        Some(Self(BASE64_STANDARD.encode(Sha256::digest(styles))))
    }
}

fn send(state: &AppState, name: &str, plain: Asset, request: &HeaderMap) -> Response {
    let own_styles = name.ends_with(".html").then(|| OwnStyles::of(&plain.bytes)).flatten();
    let packed = Encoding::ALL
        .into_iter()
        .filter(|encoding| encoding.accepted(request))
        .find_map(|encoding| Some((encoding, state.assets.get(&format!("{name}.{}", encoding.ending()))?)));
    let (encoding, asset) = packed.map_or((None, plain), |(encoding, asset)| (Some(encoding), asset));
    let etag = format!("\"{}\"", asset.sha256.get(..32).unwrap_or(&asset.sha256));
    let known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag));
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { asset.bytes.into_response() };
    let cache = if is_hashed(name) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let fixed: [(HeaderName, &'static str); 3] = [
        (header::CONTENT_TYPE, content_type(name)),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "Accept-Encoding, User-Agent"),
    ];
    if let Some(own_styles) = own_styles {
        response.extensions_mut().insert(own_styles);
    }
    let headers = response.headers_mut();
    for (header, value) in fixed {
        headers.insert(header, HeaderValue::from_static(value));
    }
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    response
}

/// Whether a file's name carries a hash of its content, so that it never changes (see xtask's `app`).
fn is_hashed(name: &str) -> bool {
    name.starts_with("assets/") || name.starts_with("desk-assets/")
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
