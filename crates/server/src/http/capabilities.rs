//! `/api/v1/capabilities`: for anyone; asked instead of guessing from versions.

use axum::{extract::State, response::Response};
use zhucun_api::{ATTACHMENT_MAX, Capabilities};

use super::extract::json;
use crate::{service::validate, state::AppState};

pub(super) async fn show(State(state): State<AppState>) -> Response {
    json(&Capabilities { formats: validate::formats(), attachment_max: ATTACHMENT_MAX, now: state.clock.now() })
}
