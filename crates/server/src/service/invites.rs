//! Links that are good once: for somebody new, or for a new password. Only the hash of a link's token is kept.

use zhucun_api::admin::Invitation;

use super::random;
use crate::{
    store::{Account, Act, NewAccount, NewLink, Store, StoreError},
    villager::qr,
};

/// How long a link is good, milliseconds.
pub const GOOD_FOR: i64 = 7 * 24 * 3_600_000;
/// Bytes of a token: 160 bits.
const TOKEN: usize = 20;

/// A link as it is shown, once.
pub struct Link {
    token: String,
    token_hash: String,
    created: i64,
}

impl Link {
    /// A new one.
    #[must_use]
    pub fn new(now: i64) -> Self {
        let token = random::token(TOKEN);
        Self { token_hash: random::sha256_hex(&token), token, created: now }
    }

    /// What is kept of it.
    #[must_use]
    pub fn kept(&self) -> NewLink<'_> {
        NewLink { token_hash: &self.token_hash, created: self.created, expires: self.created + GOOD_FOR }
    }

    /// Its address; `base_url` has no slash at its end.
    #[must_use]
    pub fn address(&self, base_url: &str) -> String {
        format!("{base_url}/invite/{}", self.token)
    }

    /// As it is told to who made it.
    #[must_use]
    pub fn told(&self, base_url: &str, user: &str, name: &str) -> Invitation {
        let link = self.address(base_url);
        Invitation {
            user: user.to_owned(),
            name: name.to_owned(),
            qr: qr::svg(&link),
            link,
            until: self.created + GOOD_FOR,
        }
    }
}

/// The account of a link's token, while it is good.
///
/// # Errors
/// When the database fails.
pub async fn find(store: &Store, token: &str, now: i64) -> Result<Option<Account>, StoreError> {
    store.linked(&random::sha256_hex(token), now).await
}

/// Adds somebody who joins by a link.
///
/// # Errors
/// [`StoreError::Taken`] when the sign-in name is; else when the database fails.
pub async fn invite(store: &Store, account: &NewAccount, by: &str, now: i64) -> Result<Link, StoreError> {
    let link = Link::new(now);
    let act = Act { county: &account.county, by, action: "user_invited", subject: &account.id, at: now };
    store.invite(account, link.kept(), act).await?;
    Ok(link)
}

/// A new link for somebody who has an account; the ones before are good no more.
///
/// # Errors
/// When the database fails.
pub async fn renew(store: &Store, account: &Account, by: &str, now: i64) -> Result<Link, StoreError> {
    let link = Link::new(now);
    let action = if account.password_hash.is_empty() { "invite_renewed" } else { "password_reset" };
    store
        .renew_link(account, link.kept(), Act { county: &account.county, by, action, subject: &account.id, at: now })
        .await?;
    Ok(link)
}
