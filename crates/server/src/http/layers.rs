//! What every request passes: the log, the headers of security, the check that no other site started it.

use axum::{
    body::{self, Body, HttpBody as _},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use zhucun_api::HEADER;

use super::{encoding::Encoding, extract, health, pages::OwnStyles};
use crate::{error::ApiError, state::AppState};

/// Logs method, route and status; never the address itself, which may hold a ticket code or a name.
pub(super) async fn log(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = state.clock.now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(page)", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let (status, ms) = (response.status().as_u16(), state.clock.now() - started);
    if matches!(route.as_str(), health::LIVE | health::READY) {
        tracing::debug!(%method, route, status, ms, "request");
    } else {
        tracing::info!(%method, route, status, ms, "request");
    }
    response
}

/// JSON answers carry our own header (a captive portal's page does not), and are kept by nobody.
pub(super) async fn api_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(HEADER, HeaderValue::from_static("1"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Shorter answers fit into one packet as they are.
const WORTH_COMPRESSING: u64 = 1024;

/// Compresses JSON that is made for one answer: on 2G the records of a village take a second longer without.
pub(super) async fn compressed(request: Request, next: Next) -> Response {
    let encoding = Encoding::best(request.headers());
    let response = next.run(request).await;
    match encoding {
        Some(encoding) if is_worth_compressing(&response) => compress(response, encoding).await,
        _ => response,
    }
}

fn is_worth_compressing(response: &Response) -> bool {
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.starts_with("application/") && kind.contains("json")));
    // What is streamed has no exact size and stays as it is.
    let is_long = response.body().size_hint().exact().is_some_and(|size| size >= WORTH_COMPRESSING);
    is_json && is_long && !response.headers().contains_key(header::CONTENT_ENCODING)
}

async fn compress(response: Response, encoding: Encoding) -> Response {
    let (mut parts, whole) = response.into_parts();
    // It is in memory already: its size was exact.
    let plain = match body::to_bytes(whole, usize::MAX).await {
        Ok(plain) => plain,
        Err(error) => return ApiError::internal(&error).into_response(),
    };
    let packing = tokio::task::spawn_blocking({
        let plain = plain.clone();
        move || encoding.compress_quickly(&plain)
    });
    let Ok(Ok(packed)) = packing.await else { return Response::from_parts(parts, Body::from(plain)) };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    parts.headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    Response::from_parts(parts, Body::from(packed))
}

/// Refuses requests that change something and were started by another site. Browsers say so in `Sec-Fetch-Site`; older
/// ones, and all on plain http in a local network, at least in `Origin`. What is no browser sends neither and carries no
/// stolen cookie.
pub(super) async fn same_site(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || starts_here(&state, &request) { next.run(request).await } else { ApiError::cross_site().into_response() }
}

fn starts_here(state: &AppState, request: &Request) -> bool {
    let text = |name| request.headers().get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?"));
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    // The host that the browser asked, which no other site can choose, or the public one: a proxy may pass on its own.
    let asked = extract::asked_host(&state.settings, request.headers(), request.uri());
    let public = state.settings.public_url.as_deref().and_then(host_of);
    host_of(origin).is_some_and(|host| Some(host) == asked || Some(host) == public)
}

fn host_of(url: &str) -> Option<&str> {
    url.split_once("://").map(|(_, host)| host)
}

const POLICY_START: &str = "default-src 'none'; script-src 'self'";
const POLICY_STYLES: &str = "; style-src 'self'";
const POLICY_END: &str = "; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// What is no page has nothing to allow: should somebody open it as one, nothing in it runs. Short, since a phone waits for
/// it with every answer.
const POLICY_OF_DATA: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// What only pages, and the service worker, follow.
const OF_PAGES: [(&str, &str); 4] = [
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

const OF_ALL: [(&str, &str); 2] =
    [("x-content-type-options", "nosniff"), ("cross-origin-resource-policy", "same-origin")];

/// Headers of security, where the handler has not set its own.
pub(super) async fn security_headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let wasm = if knows_wasm_unsafe_eval(request.headers()) { "'wasm-unsafe-eval'" } else { "'unsafe-eval'" };
    let is_worker = request.uri().path() == "/sw.js";
    let mut response = next.run(request).await;
    let own_styles = response.extensions_mut().remove::<OwnStyles>();
    let headers = response.headers_mut();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("text/html");
    let is_page = is_worker || kind.starts_with("text/html");
    let policy = if is_page {
        let own = own_styles.map_or_else(String::new, |OwnStyles(hash)| format!(" 'sha256-{hash}'"));
        format!("{POLICY_START} {wasm}{POLICY_STYLES}{own}{POLICY_END}")
    } else {
        POLICY_OF_DATA.to_owned()
    };
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&policy)
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in OF_ALL.iter().chain(if is_page { &OF_PAGES[..] } else { &[] }) {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if state.settings.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// Whether the browser takes `'wasm-unsafe-eval'`: Chrome from 97, Safari from 16, all else that does not say to be older.
fn knows_wasm_unsafe_eval(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("");
    let version = |mark: &str| -> Option<u32> {
        let (_, rest) = agent.split_once(mark)?;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    if let Some(chrome) = version("Chrome/") {
        return chrome >= 97;
    }
    // On iPhones every browser is Safari inside; some name only the system.
    let safari = if agent.contains("Safari/") || agent.contains("iPhone") || agent.contains("iPad") {
        version("Version/").or_else(|| version(" OS "))
    } else {
        None
    };
    safari.is_none_or(|safari| safari >= 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_browsers_get_the_policy_they_understand() {
        let table = [
            (
                "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.1 Mobile Safari/537.36",
                false,
            ),
            (
                "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.1 Mobile Safari/537.36",
                true,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.0.3 Mobile/15E148 Safari/604.1",
                false,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0",
                false,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
                true,
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", true),
            ("", true),
        ];
        for (agent, knows) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
            assert_eq!(knows_wasm_unsafe_eval(&headers), knows, "{agent}");
        }
    }
}
