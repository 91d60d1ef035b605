//! The first administrator: a server without anybody makes one, who joins by a link.

use zhucun_api::Names;
use zhucun_domain::access::Role;

use super::{invites::Link, random};
use crate::store::{Begun, NewAccount, Place, PlaceKind, Store, StoreError};

/// The first administrator's sign-in name; they may choose another.
pub const USERNAME: &str = "admin";
/// The id of a county that is made for them.
const COUNTY: &str = "county";
/// A link that another server has printed within this time stays good, milliseconds: several that start together each print
/// one.
const TOGETHER: i64 = 10 * 60_000;

/// Where nobody has a password yet, the link by which the county's administrator joins; every start makes a new one until one
/// was used. Without a county one is made, to be named in the settings.
///
/// # Errors
/// When the database fails.
pub async fn administrator(store: &Store, now: i64) -> Result<Option<Link>, StoreError> {
    // Asked at every start, and nearly always the end of it: without a lock.
    if !store.is_nobody_in().await? {
        return Ok(None);
    }
    let names = [("zh", "本县"), ("en", "Our county")].map(|(tag, name)| (tag.to_owned(), name.to_owned()));
    let county =
        Place { id: COUNTY.to_owned(), kind: PlaceKind::County, parent: String::new(), names: Names::from(names) };
    let account = NewAccount {
        id: random::user_id(),
        username: USERNAME.to_owned(),
        name: USERNAME.to_owned(),
        role: Role::County,
        place: COUNTY.to_owned(),
        county: COUNTY.to_owned(),
        password_hash: String::new(),
    };
    let link = Link::new(now);
    let begun = store.begin(&county, &account, link.kept(), now - TOGETHER).await?;
    Ok((begun == Begun::WithLink).then_some(link))
}
