//! Sessions: an opaque token in a cookie, kept hashed.

use zhucun_api::{Me, Names};
use zhucun_domain::access::{Access, Role};

use super::random;
use crate::{
    error::ApiError,
    state::AppState,
    store::{Account, StoreError},
};

/// A session unused for so long is over, milliseconds.
const IDLE: i64 = 365 * DAY;
/// A session's last use is written down at most this often, milliseconds.
const DAY: i64 = 24 * 3_600_000;

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Session {
    /// Hash of the token; ends the session.
    pub token_hash: String,
    /// The account.
    pub account: Account,
    /// What it may.
    pub access: Access,
}

/// Signs in: the token for the cookie, and the session.
///
/// # Errors
/// Wrong name or password, too many tries, or a failing database.
pub async fn sign_in(
    state: &AppState,
    username: &str,
    password: &str,
    address: &str,
) -> Result<(String, Session), ApiError> {
    let account = account(state, username, password, address).await?;
    let now = state.clock.now();
    let token = random::token(32);
    let token_hash = random::sha256_hex(&token);
    state.store.add_session(&token_hash, &account.id, now).await?;
    let access = state.store.access(&account).await?;
    Ok((token, Session { token_hash, account, access }))
}

/// Whose name and password these are.
///
/// # Errors
/// Wrong name or password, too many tries, or a failing database.
pub async fn account(state: &AppState, username: &str, password: &str, address: &str) -> Result<Account, ApiError> {
    state.attempts.begin(username, address, state.clock.now()).map_err(ApiError::too_many_tries)?;
    let account = state.store.account_by_username(username).await?.filter(|account| !account.blocked);
    // Who was invited and has not come has none.
    let hash = account.as_ref().map(|account| account.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let right = state.passwords.verify(password, hash).await?;
    let account = account.filter(|_| right).ok_or_else(ApiError::wrong_password)?;
    state.attempts.right(username, address);
    Ok(account)
}

/// The session of a token, its life renewed.
///
/// # Errors
/// When the database fails.
pub async fn find(state: &AppState, token: &str) -> Result<Option<Session>, StoreError> {
    let now = state.clock.now();
    let token_hash = random::sha256_hex(token);
    let Some((account, seen)) = state.store.session(&token_hash, now - IDLE).await? else {
        return Ok(None);
    };
    if now - seen > DAY {
        state.store.touch_session(&token_hash, now).await?;
    }
    let access = state.store.access(&account).await?;
    Ok(Some(Session { token_hash, account, access }))
}

/// What the app is told about who is signed in. `base_url` begins absolute links.
///
/// # Errors
/// When the database fails.
pub async fn me(state: &AppState, session: &Session, base_url: &str) -> Result<Me, StoreError> {
    let Session { account, access, .. } = session;
    // Who has handed their village over belongs to the county still.
    let place = if account.place.is_empty() { &account.county } else { &account.place };
    let place = state.store.place(place).await?.map_or_else(Names::new, |place| place.names);
    let needs_link = match account.role {
        Role::Secretary | Role::Committee => state.store.village_link(&account.place).await?,
        Role::Township | Role::County | Role::Dispatcher => None,
    };
    Ok(Me {
        user: account.id.clone(),
        username: account.username.clone(),
        name: account.name.clone(),
        role: account.role,
        place,
        streams: access.streams(),
        needs_link: needs_link.map(|token| format!("{base_url}/n/{token}")),
    })
}
