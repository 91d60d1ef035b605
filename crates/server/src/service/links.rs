//! A village's public link: made, renewed, revoked. What ends goes on working for a minute, in which it can be undone: posters
//! hang on walls.

use zhucun_api::{Links, VillageLink};

use super::random;
use crate::{
    state::AppState,
    store::{Link, StoreError},
};

/// How long a link that was renewed or revoked still works, milliseconds: the minute in which the app offers to undo, and what
/// a slow network needs for it.
const GRACE: i64 = 75_000;

/// The links of a village that work now. `base_url` begins their addresses.
///
/// # Errors
/// When the database fails.
pub async fn list(state: &AppState, village: &str, base_url: &str) -> Result<Links, StoreError> {
    let mut links = Links::default();
    for link in state.store.links(village, state.clock.now()).await? {
        let place = if link.ends.is_none() { &mut links.current } else { &mut links.ending };
        if place.is_none() {
            *place = Some(shown(state, link, base_url).await?);
        }
    }
    Ok(links)
}

async fn shown(state: &AppState, link: Link, base_url: &str) -> Result<VillageLink, StoreError> {
    let maker = if link.made_by.is_empty() { None } else { state.store.account(&link.made_by).await? };
    Ok(VillageLink {
        url: format!("{base_url}/n/{}", link.token),
        token: link.token,
        made_at: link.made,
        made_by: maker.map(|account| account.name).unwrap_or_default(),
        ends_at: link.ends,
    })
}

/// Makes a new link; those there were end a minute later.
///
/// # Errors
/// When the database fails.
pub async fn renew(state: &AppState, village: &str, who: &str) -> Result<(), StoreError> {
    let now = state.clock.now();
    state.store.renew_village_link(village, &random::link(), who, now, now + GRACE).await
}

/// Ends the link a minute from now.
///
/// # Errors
/// When the database fails.
pub async fn revoke(state: &AppState, village: &str, who: &str) -> Result<(), StoreError> {
    state.store.end_links(village, who, state.clock.now() + GRACE).await
}

/// Takes a renewal or a revocation back. False when its minute is over.
///
/// # Errors
/// When the database fails.
pub async fn undo(state: &AppState, village: &str, token: &str, who: &str) -> Result<bool, StoreError> {
    state.store.keep_link(village, token, who, state.clock.now()).await
}
