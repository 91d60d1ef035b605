//! `/invite/{token}`: a link that is good once leads here, to a page without script. Whoever has the link sets a password and
//! is signed in. The token is in no log (the log names routes) and goes to no other site.

mod pages;

use axum::{
    Form, Router,
    extract::{DefaultBodyLimit, Path, Query, State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde::Deserialize;
use zhucun_domain::account;
use zhucun_words::{Lang, invite as w};

use crate::{
    error::ApiError,
    http::cookie::Cookie,
    service::{invites, random},
    state::AppState,
    store::{Account, Act, StoreError},
    villager::{
        Keep, html,
        look::{Look, LookQuery},
        name_of, role_words,
    },
};
use pages::{Errors, GonePage, JoinPage, Typed};

/// `/invite/{token}`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/invite/{token}", get(show).post(join).layer(DefaultBodyLimit::max(16 * 1024)))
        .route("/invite", get(gone_page))
        .route("/invite/{token}/{*rest}", get(gone_page))
}

/// What the page sends.
#[derive(Default, Deserialize)]
struct Sent {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

async fn show(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(query): Query<LookQuery>,
    request: HeaderMap,
) -> Response {
    let look = Look::from(&query);
    match invites::find(&state.store, &token, state.clock.now()).await {
        Ok(Some(account)) => page(&state, look, &token, &account, None, &request).await,
        Ok(None) => gone(look, &request),
        Err(error) => failed(look, error, &request),
    }
}

async fn gone_page(Query(query): Query<LookQuery>, request: HeaderMap) -> Response {
    gone(Look::from(&query), &request)
}

async fn join(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(query): Query<LookQuery>,
    request: HeaderMap,
    sent: Result<Form<Sent>, FormRejection>,
) -> Response {
    let look = Look::from(&query);
    let sent = sent.map(|Form(sent)| sent).unwrap_or_default();
    let now = state.clock.now();
    let account = match invites::find(&state.store, &token, now).await {
        Ok(Some(account)) => account,
        Ok(None) => return gone(look, &request),
        Err(error) => return failed(look, error, &request),
    };
    // Who has a password keeps the sign-in name, whatever was sent.
    let is_joined = !account.password_hash.is_empty();
    let username = if is_joined { account.username.clone() } else { sent.username.trim().to_owned() };
    let mut errors = check(look.lang, &username, &sent, is_joined);
    if errors.is_empty() {
        let joined = Account { username: username.clone(), ..account.clone() };
        match finish(&state, &token, joined, &sent.password, now).await {
            Ok(Some(session)) => return signed_in(&state, &account, &session, &request),
            Ok(None) => return gone(look, &request),
            Err(ApiOrTaken::Taken) => errors.username = Some(look.w(w::USERNAME_TAKEN).to_owned()),
            Err(ApiOrTaken::Failed) => return busy(look, &request),
        }
    }
    page(&state, look, &token, &account, Some((Typed { username }, errors)), &request).await
}

fn check(lang: Lang, username: &str, sent: &Sent, is_joined: bool) -> Errors {
    use account::{PasswordProblem, UsernameProblem};
    let max = account::USERNAME_MAX.to_string();
    let min = account::PASSWORD_MIN.to_string();
    let username_error = match account::check_username(username) {
        Ok(()) => None,
        // It was good when it was given; nobody can change it here.
        Err(_) if is_joined => None,
        Err(UsernameProblem::Empty) => Some(w::USERNAME_EMPTY.get(lang).to_owned()),
        Err(UsernameProblem::Long) => Some(w::USERNAME_LONG.fill(lang, &[("max", &max)])),
        Err(UsernameProblem::Character) => Some(w::USERNAME_CHARACTER.get(lang).to_owned()),
    };
    let password = match account::check_password(&sent.password, username) {
        Ok(()) => None,
        Err(PasswordProblem::Short) => Some(w::PASSWORD_SHORT.fill(lang, &[("min", &min)])),
        Err(PasswordProblem::Long) => Some(w::PASSWORD_LONG.get(lang).to_owned()),
        Err(PasswordProblem::Guessable) => Some(w::PASSWORD_GUESSABLE.get(lang).to_owned()),
    };
    let is_other = password.is_none() && sent.password != sent.again;
    Errors { username: username_error, password, again: is_other.then(|| w::AGAIN_OTHER.get(lang).to_owned()) }
}

enum ApiOrTaken {
    Taken,
    Failed,
}

/// Uses the link up; gives the token of the session that begins. `None` when somebody else was quicker.
async fn finish(
    state: &AppState,
    token: &str,
    mut account: Account,
    password: &str,
    now: i64,
) -> Result<Option<String>, ApiOrTaken> {
    account.password_hash = state.passwords.hash(password).await.map_err(|error| {
        // Logged by the answer that an API would give.
        let _ = ApiError::from(error);
        ApiOrTaken::Failed
    })?;
    let session = random::token(32);
    let act = Act { county: &account.county, by: &account.id, action: "link_used", subject: &account.id, at: now };
    let joined = state.store.join(&random::sha256_hex(token), &account, &random::sha256_hex(&session), act).await;
    match joined {
        Ok(joined) => Ok(joined.then_some(session)),
        Err(StoreError::Taken(_)) => Err(ApiOrTaken::Taken),
        Err(error) => {
            let _ = ApiError::from(error);
            Err(ApiOrTaken::Failed)
        }
    }
}

/// To the app that the role works with, with the session's cookie.
fn signed_in(state: &AppState, account: &Account, session: &str, request: &HeaderMap) -> Response {
    let to = if account.role.at_desk() { "/desk" } else { "/" };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_static(to));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = Cookie::new(&state.settings, request, session).kept() {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn page(
    state: &AppState,
    look: Look,
    token: &str,
    account: &Account,
    again: Option<(Typed, Errors)>,
    request: &HeaderMap,
) -> Response {
    let place = match state.store.place(&account.place).await {
        Ok(place) => place.map(|place| name_of(&place, look.lang)).unwrap_or_default(),
        Err(error) => return failed(look, error, request),
    };
    let status = if again.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let role = look.w(role_words(account.role));
    html(status, &JoinPage::new(look, token, account, role, place, again), Keep::No, request)
}

fn gone(look: Look, request: &HeaderMap) -> Response {
    let page = GonePage::new(look, w::GONE_TITLE, w::GONE);
    html(StatusCode::NOT_FOUND, &page, Keep::No, request)
}

fn failed(look: Look, error: StoreError, request: &HeaderMap) -> Response {
    let _ = ApiError::from(error);
    busy(look, request)
}

fn busy(look: Look, request: &HeaderMap) -> Response {
    let page = GonePage::new(look, w::BUSY_TITLE, w::BUSY);
    html(StatusCode::SERVICE_UNAVAILABLE, &page, Keep::No, request)
}
