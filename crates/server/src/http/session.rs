//! `/api/v1/session`: sign in (anyone, limited), who am I, sign out.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use zhucun_api::SignIn;

use super::{
    cookie::Cookie,
    extract::{BaseUrl, JsonBody, Peer, Signed, json},
};
use crate::{error::ApiError, service::sessions, state::AppState};

/// Longest name or password, bytes.
const LONGEST: usize = 1000;

pub(super) async fn sign_in(
    State(state): State<AppState>,
    BaseUrl(base_url): BaseUrl,
    Peer(address): Peer,
    headers: HeaderMap,
    JsonBody(sign_in): JsonBody<SignIn, 8192>,
) -> Result<Response, ApiError> {
    let SignIn { username, password } = sign_in;
    if [&username, &password].into_iter().any(|text| text.contains('\0') || text.len() > LONGEST) {
        return Err(ApiError::bad_request("name or password is too long or holds NUL"));
    }
    let (token, session) = sessions::sign_in(&state, username.trim(), &password, &address).await?;
    let me = sessions::me(&state, &session, &base_url).await?;
    Ok(with(Cookie::new(&state.settings, &headers, &token).kept(), json(&me)))
}

pub(super) async fn show(
    State(state): State<AppState>,
    BaseUrl(base_url): BaseUrl,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let me = sessions::me(&state, &signed.0, &base_url).await?;
    Ok(with(Cookie::sent(&state.settings, &headers).and_then(|cookie| cookie.kept()), json(&me)))
}

pub(super) async fn sign_out(
    State(state): State<AppState>,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    state.store.end_session(&signed.0.token_hash).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    // All of them: what stayed would answer in the place of the one that is gone.
    for cookie in Cookie::all(&headers) {
        if let Some(session) = sessions::find(&state, cookie.token).await? {
            state.store.end_session(&session.token_hash).await?;
        }
        if let Some(gone) = cookie.gone() {
            response.headers_mut().append(header::SET_COOKIE, gone);
        }
    }
    Ok(response)
}

fn with(cookie: Option<HeaderValue>, mut response: Response) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
