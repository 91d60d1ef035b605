//! Name and password with every request, as `OpenRosa` clients send them. The same limits as for signing in.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest as _, Sha256};

use super::{random, sessions};
use crate::{error::ApiError, state::AppState, store::Account};

/// How long a password that was right need not be hashed again, milliseconds.
const KNOWN_FOR: i64 = 10 * 60 * 1000;
/// The most that are kept; then all are forgotten.
const MOST: usize = 5_000;

/// Passwords that were right a moment ago, so that a client with thirty files does not wait for thirty slow hashes. What is kept
/// of one is a quick hash with a secret of this process and the slow hash in it: of no use elsewhere, and void with the password.
pub struct Known {
    secret: [u8; 32],
    until: Mutex<BTreeMap<[u8; 32], i64>>,
}

impl Default for Known {
    fn default() -> Self {
        let mut secret = [0; 32];
        random::fill(&mut secret);
        Self { secret, until: Mutex::default() }
    }
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Known")
    }
}

impl Known {
    fn key(&self, account: &Account, password: &str) -> [u8; 32] {
        let hash = Sha256::new().chain_update(self.secret).chain_update(&account.id).chain_update([0]);
        hash.chain_update(&account.password_hash).chain_update([0]).chain_update(password).finalize().into()
    }

    fn has(&self, key: &[u8; 32], now: i64) -> bool {
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until.get(key).is_some_and(|until| now < *until)
    }

    fn add(&self, key: [u8; 32], now: i64) {
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.len() >= MOST {
            until.clear();
        }
        until.insert(key, now + KNOWN_FOR);
    }
}

/// Whose name and password these are.
///
/// # Errors
/// As [`sessions::account`].
pub async fn who(state: &AppState, username: &str, password: &str, address: &str) -> Result<Account, ApiError> {
    let now = state.clock.now();
    // First of all: what is known here must not be guessed any faster.
    state.attempts.look(username, address, now).map_err(ApiError::too_many_tries)?;
    let account = state.store.account_by_username(username).await?.filter(|account| !account.blocked);
    if let Some(account) = account.filter(|account| !account.password_hash.is_empty()) {
        let key = state.known().key(&account, password);
        if state.known().has(&key, now) {
            return Ok(account);
        }
    }
    let account = sessions::account(state, username, password, address).await?;
    state.known().add(state.known().key(&account, password), now);
    Ok(account)
}
