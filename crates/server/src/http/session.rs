//! `/api/v1/session`: sign in (anyone, limited), who am I, sign out.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use zhucun_api::SignIn;

use super::extract::{self, BaseUrl, COOKIE, JsonBody, Peer, Signed, json};
use crate::{error::ApiError, service::sessions, state::AppState};

/// Seconds of a year: the cookie's life, renewed at every start of the app.
const YEAR: u32 = 365 * 24 * 3600;

/// Longest name or password, bytes.
const LONGEST: usize = 1000;

pub(super) async fn sign_in(
    State(state): State<AppState>,
    BaseUrl(base_url): BaseUrl,
    Peer(address): Peer,
    JsonBody(sign_in): JsonBody<SignIn, 8192>,
) -> Result<Response, ApiError> {
    let SignIn { username, password } = sign_in;
    if [&username, &password].into_iter().any(|text| text.contains('\0') || text.len() > LONGEST) {
        return Err(ApiError::bad_request("name or password is too long or holds NUL"));
    }
    let (token, session) = sessions::sign_in(&state, username.trim(), &password, &address).await?;
    let me = sessions::me(&state, &session, &base_url).await?;
    Ok(with_cookie(&token, YEAR, json(&me)))
}

pub(super) async fn show(
    State(state): State<AppState>,
    BaseUrl(base_url): BaseUrl,
    signed: Signed,
    headers: axum::http::HeaderMap,
) -> Result<Response, ApiError> {
    let me = sessions::me(&state, &signed.0, &base_url).await?;
    let token = extract::cookie(&headers).unwrap_or("");
    Ok(with_cookie(token, YEAR, json(&me)))
}

pub(super) async fn sign_out(State(state): State<AppState>, signed: Signed) -> Result<Response, ApiError> {
    state.store.end_session(&signed.0.token_hash).await?;
    Ok(with_cookie("", 0, StatusCode::NO_CONTENT.into_response()))
}

fn with_cookie(token: &str, max_age: u32, mut response: Response) -> Response {
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age={max_age}; HttpOnly; Secure; SameSite=Lax");
    if let Ok(value) = cookie.parse() {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
