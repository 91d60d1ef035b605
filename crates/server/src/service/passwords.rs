//! Passwords: Argon2id, at most a few at a time, and as slow for unknown names as for known ones.

use std::{sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::{PasswordHash, SaltString},
};
use tokio::sync::Semaphore;

use super::random;

/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many at once; try again.
    #[error("too many sign-ins at once")]
    Busy,
    /// Hashing failed.
    #[error("hashing failed: {0}")]
    Hash(String),
}

/// How dear a hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// 19 MiB, two passes, one lane.
    Full,
    /// As cheap as can be: for tests only.
    Least,
}

/// Hashes and checks.
#[derive(Debug)]
pub struct Passwords {
    cost: Cost,
    turns: Arc<Semaphore>,
    /// Checked when the name is unknown, so that the answer takes as long.
    decoy: String,
}

impl Passwords {
    /// Hashing at a cost, two at a time.
    ///
    /// # Errors
    /// When hashing does not work at all.
    pub fn new(cost: Cost) -> Result<Self, PasswordError> {
        let decoy = hash(cost, &random::token(16))?;
        Ok(Self { cost, turns: Arc::new(Semaphore::new(2)), decoy })
    }

    /// Hashes a password into PHC text.
    ///
    /// # Errors
    /// When too many wait, or hashing fails.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (cost, password) = (self.cost, password.to_owned());
        self.in_turn(move || hash(cost, &password)).await
    }

    /// Whether a password is the hash's. Without a hash (unknown name) it takes as long and is false.
    ///
    /// # Errors
    /// When too many wait, or the hash cannot be read.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let (hash, password) = (hash.unwrap_or(&self.decoy).to_owned(), password.to_owned());
        let same = self
            .in_turn(move || {
                let parsed = PasswordHash::new(&hash).map_err(|error| PasswordError::Hash(error.to_string()))?;
                Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
            })
            .await?;
        Ok(same && known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|_| PasswordError::Busy)?
            .map_err(|_| PasswordError::Busy)?;
        // The turn goes along: a sign-in whose connection is gone still counts until its hash is done.
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        })
        .await
        .map_err(|error| PasswordError::Hash(error.to_string()))?
    }
}

fn hash(cost: Cost, password: &str) -> Result<String, PasswordError> {
    let failed = |error: argon2::password_hash::Error| PasswordError::Hash(error.to_string());
    let params = match cost {
        Cost::Full => Params::new(19 * 1024, 2, 1, None),
        Cost::Least => Params::new(Params::MIN_M_COST, 1, 1, None),
    }
    .map_err(|error| PasswordError::Hash(error.to_string()))?;
    let mut salt = [0; 16];
    random::fill(&mut salt);
    let salt = SaltString::encode_b64(&salt).map_err(failed)?;
    let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.as_bytes(), &salt)
        .map_err(failed)?;
    Ok(hashed.to_string())
}
