//! Townships and villages: the list with what is administered of them, adding, renaming.

use axum::{extract::State, http::StatusCode, response::Response};
use zhucun_api::{
    Names,
    admin::{Made, NewPlace, PlaceChange, PlaceRow, Places, UserRef, VillageRow},
};
use zhucun_domain::{
    access::{Action, Role},
    collection,
};

use super::{BODY, name};
use crate::{
    error::ApiError,
    http::extract::{JsonBody, Params, Signed, json, stream},
    service::random,
    state::AppState,
    store::{Act, Place, PlaceKind},
};

/// `GET /api/v1/admin/places`.
pub(super) async fn list(State(state): State<AppState>, signed: Signed) -> Result<Response, ApiError> {
    signed.require(Action::ListUsers)?;
    let access = signed.access();
    let store = &state.store;
    let county = store.place(&access.county).await?.ok_or_else(ApiError::not_found)?;
    let is_own = |township: &Place| match access.role {
        Role::Township => township.id == signed.account().place,
        _ => township.parent == access.county,
    };
    let townships = store.places(PlaceKind::Township).await?.into_iter().filter(is_own);
    let townships: Vec<_> = townships.map(|place| PlaceRow { id: place.id, names: place.names }).collect();
    let people = store.people(&access.county, state.clock.now()).await?;
    let mut villages = Vec::new();
    for village in store.places(PlaceKind::Village).await? {
        if !access.villages.contains(&village.id) {
            continue;
        }
        let mut users: Vec<_> = people
            .iter()
            .filter(|person| person.account.place == village.id && !person.account.blocked)
            .map(|person| UserRef {
                id: person.account.id.clone(),
                name: person.account.name.clone(),
                role: person.account.role,
            })
            .collect();
        users.sort_by_key(|user| user.role != Role::Secretary);
        villages.push(VillageRow {
            households: store.count(&stream("village", &village.id)?, collection::HOUSEHOLDS).await?,
            users,
            has_link: store.village_link(&village.id).await?.is_some(),
            id: village.id,
            names: village.names,
            township: village.parent,
        });
    }
    villages.sort_by(|a, b| (&a.township, &a.id).cmp(&(&b.township, &b.id)));
    Ok(json(&Places { county: PlaceRow { id: county.id, names: county.names }, townships, villages }))
}

/// `POST /api/v1/admin/places`: a township of the county, or a village of a township. A village gets its public link.
pub(super) async fn add(
    State(state): State<AppState>,
    signed: Signed,
    JsonBody(new): JsonBody<NewPlace, BODY>,
) -> Result<Response, ApiError> {
    signed.require(Action::Administer)?;
    let names = names(&new.names)?;
    let county = signed.access().county.clone();
    let (kind, parent) = match new.township {
        None => (PlaceKind::Township, county.clone()),
        Some(township) => {
            let above = state.store.place(&township).await?.filter(|place| place.kind == PlaceKind::Township);
            let above = above.filter(|place| place.parent == county).ok_or_else(ApiError::not_found)?;
            (PlaceKind::Village, above.id)
        }
    };
    let id = free_id(&state, kind, &names).await?;
    let place = Place { id: id.clone(), kind, parent, names };
    let link = (kind == PlaceKind::Village).then(random::link);
    state.store.found_place(&place, link.as_deref(), act(&state, &signed, "place_added", &id)).await?;
    Ok(json(&Made { id }))
}

/// `PUT /api/v1/admin/places/{place}`: another name, for the county too.
pub(super) async fn rename(
    State(state): State<AppState>,
    signed: Signed,
    Params(id): Params<String>,
    JsonBody(change): JsonBody<PlaceChange, BODY>,
) -> Result<StatusCode, ApiError> {
    signed.require(Action::Administer)?;
    let place = own(&state, &signed, &id).await?;
    let names = names(&change.names)?;
    state.store.rename_place(&place.id, &names, act(&state, &signed, "place_renamed", &place.id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A place of the administrator's county.
pub(super) async fn own(state: &AppState, signed: &Signed, id: &str) -> Result<Place, ApiError> {
    let place = state.store.place(id).await?.ok_or_else(ApiError::not_found)?;
    match state.store.county_of(&place).await? {
        Some(county) if county == signed.access().county => Ok(place),
        _ => Err(ApiError::forbidden()),
    }
}

/// The Chinese name, and the English one; the Chinese stands for it where there is none.
fn names(given: &Names) -> Result<Names, ApiError> {
    let zh = name(given.get("zh").map_or("", String::as_str))?;
    let en = match given.get("en").map(String::as_str).filter(|name| !name.trim().is_empty()) {
        Some(en) => name(en)?,
        None => zh.clone(),
    };
    Ok(Names::from([("zh".to_owned(), zh), ("en".to_owned(), en)]))
}

/// An id out of the English name, so that addresses can be read; a random one where there is none, or it is taken.
async fn free_id(state: &AppState, kind: PlaceKind, names: &Names) -> Result<String, ApiError> {
    let english = names.get("en").map_or("", String::as_str).to_ascii_lowercase();
    let mut slug: String = english.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(40).collect();
    slug = slug.trim_matches('-').to_owned();
    let is_plain = !slug.is_empty() && english.is_ascii() && stream(kind.code(), &slug).is_ok();
    if is_plain && state.store.place(&slug).await?.is_none() {
        return Ok(slug);
    }
    Ok(format!("{}-{}", kind.code(), random::token(4)))
}

fn act<'a>(state: &AppState, signed: &'a Signed, action: &'static str, place: &'a str) -> Act<'a> {
    Act { county: &signed.access().county, by: &signed.account().id, action, subject: place, at: state.clock.now() }
}
