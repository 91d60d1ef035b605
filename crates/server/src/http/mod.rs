//! HTTP: one file per resource. Every handler takes [`extract::Signed`] (or says why not) and asks
//! [`zhucun_domain::access::Access::may`].

mod admin;
pub mod assets;
mod attachments;
mod capabilities;
mod changes;
pub(crate) mod cookie;
pub mod desk;
pub mod encoding;
pub mod extract;
mod form_files;
pub mod forms;
mod health;
mod layers;
mod links;
mod openrosa;
mod pages;
mod session;
mod unread;

use axum::{
    Router, middleware,
    routing::{any, get, post, put},
};

use crate::{error::ApiError, invite, state::AppState, villager};

/// The whole server.
pub fn app(state: AppState) -> Router {
    let api = Router::new()
        .route("/api/v1/capabilities", get(capabilities::show))
        .route("/api/v1/session", post(session::sign_in).get(session::show).delete(session::sign_out))
        .route("/api/v1/streams/{kind}/{id}/changes", post(changes::push).get(changes::pull))
        .route("/api/v1/streams/{kind}/{id}/attachments/{sha256}", put(attachments::put).get(attachments::show))
        .route("/api/v1/forms/{hash}", get(forms::show))
        .route("/api/v1/forms/{hash}/files", get(form_files::list))
        .route("/api/v1/forms/{hash}/files/{sha256}", get(form_files::show))
        .route("/api/v1/villages/{village}/link", get(links::show).post(links::make).delete(links::revoke))
        .merge(desk::router())
        .merge(admin::router())
        .route("/api", any(nothing))
        .route("/api/{*rest}", any(nothing))
        .layer(middleware::from_fn(layers::compressed))
        .layer(middleware::map_response(layers::api_headers));
    Router::new()
        .merge(api)
        .merge(villager::router())
        .merge(invite::router())
        .merge(openrosa::router())
        .route(health::LIVE, get(health::live))
        .route(health::READY, get(health::ready))
        .route("/share", post(pages::shared).get(pages::show))
        .fallback(pages::show)
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .layer(middleware::from_fn_with_state(state.clone(), layers::same_site))
        .layer(middleware::from_fn_with_state(state.clone(), layers::security_headers))
        .layer(middleware::from_fn(unread::read_to_end))
        .layer(middleware::from_fn_with_state(state.clone(), layers::log))
        .with_state(state)
}

async fn nothing() -> ApiError {
    ApiError::not_found()
}
