//! `/t`: a ticket by its code. The code comes in the body, or from the QR code in the query, which no log holds.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Query, State, rejection::FormRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;
use zhucun_domain::ticket;
use zhucun_words::villager as w;

use super::{
    Failed, Guards, Keep, html,
    look::{Look, LookQuery},
    needs,
    pages::{FindPage, TicketPage},
};
use crate::{http::extract::Peer, service::settings, state::AppState};

/// Most of a typed code that is shown again, characters.
const TYPED_MAX: usize = 60;

/// The form.
#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    code: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    Extension(guards): Extension<Arc<Guards>>,
    Query(query): Query<LookQuery>,
    Peer(address): Peer,
    request: HeaderMap,
) -> Response {
    let look = Look::from(&query);
    if query.c.is_empty() {
        let page = FindPage { look, typed: String::new(), error: None };
        return html(StatusCode::OK, &page, Keep::Yes, &request);
    }
    answer(&state, &guards, look, &address, &query.c, &request).await
}

pub(super) async fn look_up(
    State(state): State<AppState>,
    Extension(guards): Extension<Arc<Guards>>,
    Query(query): Query<LookQuery>,
    Peer(address): Peer,
    request: HeaderMap,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = typed.map_or_else(|_| String::new(), |Form(typed)| typed.code);
    answer(&state, &guards, Look::from(&query), &address, &typed, &request).await
}

async fn answer(
    state: &AppState,
    guards: &Guards,
    look: Look,
    address: &str,
    typed: &str,
    request: &HeaderMap,
) -> Response {
    let now = state.clock.now();
    let again = |status, error: String| {
        let typed = typed.chars().take(TYPED_MAX).collect();
        html(status, &FindPage { look, typed, error: Some(error) }, Keep::No, request)
    };
    if typed.trim().is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, look.w(w::CODE_EMPTY).to_owned());
    }
    // A slip of the finger is told without asking the database, and does not count as a guess.
    let Some(code) = ticket::parse(typed) else {
        return again(StatusCode::UNPROCESSABLE_ENTITY, look.w(w::CODE_SLIP).to_owned());
    };
    if let Some(wait) = guards.wrong_codes.wait(&address.to_owned(), now) {
        let minutes = (wait / 60_000 + 1).to_string();
        return again(StatusCode::TOO_MANY_REQUESTS, w::TOO_MANY.fill(look.lang, &[("minutes", &minutes)]));
    }
    match needs::find(state, &code).await {
        Ok(Some(ticket)) => {
            let county = settings::of_village(&state.store, ticket.stream.id()).await.unwrap_or_default();
            html(StatusCode::OK, &TicketPage::new(look, code, &ticket.record, now, &county), Keep::No, request)
        }
        Ok(None) => {
            guards.wrong_codes.count(address.to_owned(), now);
            again(StatusCode::NOT_FOUND, look.w(w::CODE_UNKNOWN).to_owned())
        }
        Err(error) => Failed::log(look, &error).respond(request),
    }
}
