//! `/healthz` and `/readyz`: for monitors and load balancers, without a session; they hold nothing about anybody.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use super::extract::json;
use crate::{
    service::health::{self, Checks},
    state::AppState,
};

/// Asked every few seconds: not in the log.
pub(super) const LIVE: &str = "/healthz";
/// See [`LIVE`].
pub(super) const READY: &str = "/readyz";

#[derive(Serialize)]
struct Ready {
    ready: bool,
    checks: Checks,
}

/// The process lives.
pub(super) async fn live() -> Response {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], "ok\n").into_response()
}

/// The process can do its work; 503 when it cannot or is about to stop.
pub(super) async fn ready(State(state): State<AppState>) -> Response {
    let checks = health::look(&state).await;
    let ready = checks.all_ok();
    let mut response = json(&Ready { ready, checks });
    if !ready {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
