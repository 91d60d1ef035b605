//! `POST /api/v1/admin/places/{village}/secretary`: the change of a village's secretary.

use axum::{extract::State, response::Response};
use zhucun_api::admin::{Handover, NewSecretary};
use zhucun_domain::access::{Action, Role};

use super::{BODY, places, users};
use crate::{
    error::ApiError,
    http::extract::{BaseUrl, JsonBody, Params, Signed, json},
    service::invites::Link,
    state::AppState,
    store::{Act, PlaceKind, Successor},
};

pub(super) async fn change(
    State(state): State<AppState>,
    BaseUrl(base_url): BaseUrl,
    signed: Signed,
    Params(village): Params<String>,
    JsonBody(new): JsonBody<NewSecretary, BODY>,
) -> Result<Response, ApiError> {
    signed.require(Action::Administer)?;
    let village = places::own(&state, &signed, &village).await?;
    if village.kind != PlaceKind::Village {
        return Err(ApiError::not_found());
    }
    let now = state.clock.now();
    let county = signed.access().county.clone();
    // The action and subject of each row are the store's: it knows who the predecessor is.
    let act =
        Act { county: &county, by: &signed.account().id, action: "secretary_changed", subject: &village.id, at: now };
    let invitation = match (new.user, new.invite) {
        (Some(user), None) => {
            let account = state.store.account(&user).await?.filter(|account| account.county == county);
            let account = account.ok_or_else(ApiError::not_found)?;
            if account.blocked || !matches!(account.role, Role::Secretary | Role::Committee) {
                return Err(ApiError::bad_request(
                    "only a secretary or committee member who is not blocked can follow",
                ));
            }
            state.store.hand_over(&village.id, Successor::Known(&account.id), new.block, act).await?;
            None
        }
        (None, Some((name, username))) => {
            let account = users::new_account(&name, &username, Role::Secretary, village.id.clone(), county.clone())?;
            let link = Link::new(now);
            state.store.hand_over(&village.id, Successor::New(&account, link.kept()), new.block, act).await?;
            Some(link.told(&base_url, &account.id, &account.name))
        }
        _ => return Err(ApiError::bad_request("say either `user` or `invite`")),
    };
    Ok(json(&Handover { invitation }))
}
