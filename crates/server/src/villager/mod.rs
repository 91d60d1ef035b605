//! Pages for villagers: plain HTML without script.

use axum::Router;

use crate::state::AppState;

/// `/n/{link}`, `/t` and below.
pub fn router() -> Router<AppState> {
    Router::new()
}
