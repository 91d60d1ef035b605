//! The desk's reading endpoints: villages, visits, needs, households, exports.

mod answers;
mod csv;
mod export;
mod lists;
mod table;
mod unseen;
mod visit_forms;
mod visits;
mod xlsx;

use axum::{Router, routing::get};
use serde::Deserialize;
use zhucun_words::Lang;

use crate::state::AppState;

/// `/api/v1/villages` and below.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/villages", get(lists::villages))
        .route("/api/v1/villages/{village}/needs", get(lists::needs))
        .route("/api/v1/villages/{village}/households", get(lists::households))
        .route("/api/v1/villages/{village}/visits", get(visits::list))
        .route("/api/v1/villages/{village}/visits/{visit}", get(visits::show))
        .route("/api/v1/villages/{village}/visits.csv", get(export::csv))
        .route("/api/v1/villages/{village}/visits.xlsx", get(export::xlsx_of_village))
        .route("/api/v1/visits.xlsx", get(export::xlsx_of_all))
        .route("/api/v1/villages/{village}/visit-forms", get(visit_forms::of_village))
        .route("/api/v1/visit-forms", get(visit_forms::of_all))
        .route("/api/v1/unseen", get(unseen::list))
        .route("/api/v1/unseen.csv", get(unseen::csv))
}

/// The query that says the language of words.
#[derive(Debug, Deserialize)]
struct LangQuery {
    #[serde(default)]
    lang: String,
}

impl LangQuery {
    fn lang(&self) -> Lang {
        Lang::from_tag(&self.lang)
    }
}
