//! `/openrosa`: what ODK Collect and other clients of the `OpenRosa` standards ask for. Source: docs.getodk.org, "OpenRosa". Whose
//! forms and whose village is meant says the name that comes with every request; only first secretaries fill checklists.

mod answer;
mod auth;
mod forms;
mod submission;
mod xml;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::HeaderMap,
    middleware,
    routing::{any, get},
};
use zhucun_words::openrosa as w;

use crate::state::AppState;
use answer::Refusal;

/// `/openrosa` and below.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/openrosa/formList", get(forms::list))
        .route("/openrosa/forms/{hash}/form.xml", get(forms::form))
        .route("/openrosa/forms/{hash}/manifest", get(forms::manifest))
        .route("/openrosa/forms/{hash}/files/{sha256}", get(forms::file))
        .route("/openrosa/households.csv", get(forms::households))
        .route("/openrosa/submission", get(nothing).head(submission::head).post(submission::take))
        .route("/openrosa", any(nothing))
        .route("/openrosa/", any(nothing))
        .route("/openrosa/{*rest}", any(nothing))
        .layer(DefaultBodyLimit::max(submission::BODY_MAX))
        .layer(middleware::map_response(answer::headers))
}

async fn nothing(headers: HeaderMap) -> Refusal {
    Refusal::not_found(answer::lang(&headers), w::NOTHING)
}
