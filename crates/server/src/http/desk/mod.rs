//! The desk's reading endpoints: villages, visits, needs, households, exports.

use axum::Router;

use crate::state::AppState;

/// `/api/v1/villages` and below.
pub fn router() -> Router<AppState> {
    Router::new()
}
