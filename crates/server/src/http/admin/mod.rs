//! `/api/v1/admin`: what the desk administers. The county may all of it, a township invites and blocks those who work in its
//! villages.

mod audit;
mod form_files;
mod forms;
mod places;
mod secretary;
mod settings;
mod users;

use axum::{
    Router,
    routing::{get, post, put},
};

use crate::{error::ApiError, state::AppState};

/// `/api/v1/admin` and below.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/admin/users", post(users::invite))
        .route("/api/v1/admin/users/search", post(users::search))
        .route("/api/v1/admin/users/{user}", get(users::show).put(users::change))
        .route("/api/v1/admin/users/{user}/blocked", put(users::block))
        .route("/api/v1/admin/users/{user}/invitation", post(users::renew).delete(users::revoke))
        .route("/api/v1/admin/places", get(places::list).post(places::add))
        .route("/api/v1/admin/places/{place}", put(places::rename))
        .route("/api/v1/admin/places/{place}/secretary", post(secretary::change))
        .route("/api/v1/admin/forms", get(forms::list).post(forms::upload))
        .route("/api/v1/admin/forms/drafts/{draft}", get(forms::draft).delete(forms::drop_draft))
        .route("/api/v1/admin/forms/drafts/{draft}/publish", post(forms::publish))
        .route("/api/v1/admin/forms/drafts/{draft}/files", get(form_files::of_draft))
        .route("/api/v1/admin/forms/drafts/{draft}/files/{name}", put(form_files::put_to_draft))
        .route("/api/v1/admin/forms/{form}/files", get(form_files::of_version))
        .route("/api/v1/admin/forms/{form}/files/{name}", put(form_files::put_to_version))
        .route("/api/v1/admin/forms/{form}", put(forms::change))
        .route("/api/v1/admin/forms/{form}/sheets/{upload}", get(forms::sheet))
        .route("/api/v1/admin/settings", get(settings::show).put(settings::change))
        .route("/api/v1/admin/audit", get(audit::list))
}

/// Most bytes of the JSON bodies here.
const BODY: usize = 256 * 1024;

/// A name that people read: not empty, not long, no NUL; without blanks at its ends.
fn name(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > zhucun_domain::account::NAME_MAX || text.contains(char::is_control) {
        return Err(ApiError::bad_request("a name has 1 to 60 characters"));
    }
    Ok(text.to_owned())
}
