//! The first administrator: a server without anybody makes one, who joins by a link.

use zhucun_api::Names;
use zhucun_domain::access::Role;

use super::{
    invites::{self, Link},
    random,
};
use crate::store::{CLI, NewAccount, Place, PlaceKind, Store, StoreError};

/// The first administrator's sign-in name; they may choose another.
pub const USERNAME: &str = "admin";
/// The id of a county that is made for them.
const COUNTY: &str = "county";

/// Where nobody has a password yet, the link by which the county's administrator joins; every start makes a new one until one
/// was used. Without a county one is made, to be named in the settings.
///
/// # Errors
/// When the database fails.
pub async fn administrator(store: &Store, now: i64) -> Result<Option<Link>, StoreError> {
    if !store.is_nobody_in().await? {
        return Ok(None);
    }
    if let Some(account) = store.account_by_username(USERNAME).await? {
        return invites::renew(store, &account, CLI, now).await.map(Some);
    }
    let county = match store.places(PlaceKind::County).await?.into_iter().next() {
        Some(place) => place.id,
        None => {
            let names = [("zh", "本县"), ("en", "Our county")].map(|(tag, name)| (tag.to_owned(), name.to_owned()));
            let place = Place {
                id: COUNTY.to_owned(),
                kind: PlaceKind::County,
                parent: String::new(),
                names: Names::from(names),
            };
            store.add_place(&place).await?;
            place.id
        }
    };
    let account = NewAccount {
        id: random::user_id(),
        username: USERNAME.to_owned(),
        name: USERNAME.to_owned(),
        role: Role::County,
        place: county.clone(),
        county,
        password_hash: String::new(),
    };
    invites::invite(store, &account, CLI, now).await.map(Some)
}
