//! People: the list, invitations and links for a new password, blocking, roles.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, http::StatusCode, response::Response};
use zhucun_api::{
    Names,
    admin::{Block, NewUser, UserChange, UserList, UserRow, UserSearch},
};
use zhucun_domain::{
    access::{Action, Role, Subject},
    account,
};

use super::{BODY, name};
use crate::{
    error::ApiError,
    http::extract::{BaseUrl, JsonBody, Params, Signed, json},
    service::{invites, random},
    state::AppState,
    store::{Account, Act, NewAccount, Person, Place, PlaceKind, Post},
};

/// People a page unless asked otherwise, and at most.
const PAGE: (usize, usize) = (50, 200);

/// `POST /api/v1/admin/users/search`: with names in the body, since addresses are kept in histories and in proxies' logs.
pub(super) async fn search(
    State(state): State<AppState>,
    signed: Signed,
    JsonBody(query): JsonBody<UserSearch, BODY>,
) -> Result<Response, ApiError> {
    signed.require(Action::ListUsers)?;
    let mut places = BTreeMap::new();
    for kind in [PlaceKind::County, PlaceKind::Township, PlaceKind::Village] {
        places.extend(state.store.places(kind).await?.into_iter().map(|place| (place.id, place.names)));
    }
    let mut below: BTreeSet<String> = BTreeSet::new();
    if !query.place.is_empty() {
        below.extend(state.store.villages_of(&query.place).await?);
        below.extend(places_under(&state, &query.place).await?);
        below.insert(query.place.clone());
    }
    let people = state.store.people(&signed.access().county, state.clock.now()).await?;
    let words = query.words.trim().to_lowercase();
    let fits = |person: &Person| {
        let account = &person.account;
        let of_role = match query.role.as_str() {
            "" => true,
            "blocked" => account.blocked,
            "invited" => account.password_hash.is_empty(),
            role => account.role.code() == role,
        };
        of_role
            && signed.access().may(Action::Manage(subject(account)))
            && (below.is_empty() || below.contains(&account.place))
            && (words.is_empty() || holds(account, places.get(&account.place), &words))
    };
    let rows: Vec<_> = people.into_iter().filter(fits).collect();
    let limit = query.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1);
    let total = rows.len();
    let until = query.after.saturating_add(limit);
    let users = rows.into_iter().skip(query.after).take(limit).map(|person| row(person, &places)).collect();
    Ok(json(&UserList { users, total, next: (until < total).then_some(until) }))
}

/// The townships of a county; none under anything else.
async fn places_under(state: &AppState, place: &str) -> Result<Vec<String>, ApiError> {
    let townships = state.store.places(PlaceKind::Township).await?;
    Ok(townships.into_iter().filter(|township| township.parent == place).map(|township| township.id).collect())
}

fn holds(account: &Account, place: Option<&Names>, words: &str) -> bool {
    let names = place.into_iter().flat_map(Names::values).map(String::as_str);
    [account.name.as_str(), &account.username].into_iter().chain(names).any(|text| text.to_lowercase().contains(words))
}

fn row(person: Person, places: &BTreeMap<String, Names>) -> UserRow {
    let Person { account, link_until } = person;
    UserRow {
        place_name: places.get(&account.place).cloned().unwrap_or_default(),
        joined: !account.password_hash.is_empty(),
        id: account.id,
        username: account.username,
        name: account.name,
        role: account.role,
        place: account.place,
        blocked: account.blocked,
        link_until,
    }
}

fn subject(account: &Account) -> Subject<'_> {
    Subject { county: &account.county, role: account.role, place: &account.place }
}

/// Somebody whom the one who asks may manage.
async fn managed(state: &AppState, signed: &Signed, user: &str) -> Result<Account, ApiError> {
    signed.require(Action::ListUsers)?;
    let account = state.store.account(user).await?.ok_or_else(ApiError::not_found)?;
    signed.require(Action::Manage(subject(&account)))?;
    Ok(account)
}

/// The place for a role, and its county.
pub(super) async fn place_for(state: &AppState, role: Role, id: &str) -> Result<(Place, String), ApiError> {
    let place = state.store.place(id).await?.filter(|place| place.kind == PlaceKind::of(role));
    let place = place.ok_or_else(|| ApiError::bad_request("there is no such place for this role"))?;
    let county = state.store.county_of(&place).await?;
    Ok((place, county.ok_or_else(|| ApiError::bad_request("the place belongs to no county"))?))
}

/// `GET /api/v1/admin/users/{user}`.
pub(super) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Params(user): Params<String>,
) -> Result<Response, ApiError> {
    let account = managed(&state, &signed, &user).await?;
    let link_until = state.store.link_until(&account.id, state.clock.now()).await?;
    let place = state.store.place(&account.place).await?;
    let places = place.into_iter().map(|place| (place.id, place.names)).collect();
    Ok(json(&row(Person { account, link_until }, &places)))
}

/// An account that is not there yet; without a proposed sign-in name it gets one that nobody has.
pub(super) fn new_account(
    shown: &str,
    username: &str,
    role: Role,
    place: String,
    county: String,
) -> Result<NewAccount, ApiError> {
    let username = match username.trim() {
        "" => format!("u{}", random::digits::<6>().map(|digit| char::from(b'0' + digit)).iter().collect::<String>()),
        username => username.to_owned(),
    };
    account::check_username(&username)
        .map_err(|_| ApiError::bad_request("a sign-in name has up to 32 letters, digits, `.`, `-`, `_`"))?;
    Ok(NewAccount {
        id: random::user_id(),
        username,
        name: name(shown)?,
        role,
        county,
        place,
        password_hash: String::new(),
    })
}

/// `POST /api/v1/admin/users`.
pub(super) async fn invite(
    State(state): State<AppState>,
    BaseUrl(base_url): BaseUrl,
    signed: Signed,
    JsonBody(new): JsonBody<NewUser, BODY>,
) -> Result<Response, ApiError> {
    signed.require(Action::ListUsers)?;
    let (place, county) = place_for(&state, new.role, &new.place).await?;
    signed.require(Action::Manage(Subject { county: &county, role: new.role, place: &place.id }))?;
    let account = new_account(&new.name, &new.username, new.role, place.id, county)?;
    let link = invites::invite(&state.store, &account, &signed.account().id, state.clock.now()).await?;
    Ok(json(&link.told(&base_url, &account.id, &account.name)))
}

/// `POST /api/v1/admin/users/{user}/invitation`: a new link, to join or for a new password.
pub(super) async fn renew(
    State(state): State<AppState>,
    BaseUrl(base_url): BaseUrl,
    signed: Signed,
    Params(user): Params<String>,
) -> Result<Response, ApiError> {
    let account = managed(&state, &signed, &user).await?;
    if account.blocked {
        return Err(ApiError::bad_request("the account is blocked: unblock it first"));
    }
    let link = invites::renew(&state.store, &account, &signed.account().id, state.clock.now()).await?;
    Ok(json(&link.told(&base_url, &account.id, &account.name)))
}

/// `DELETE /api/v1/admin/users/{user}/invitation`.
pub(super) async fn revoke(
    State(state): State<AppState>,
    signed: Signed,
    Params(user): Params<String>,
) -> Result<StatusCode, ApiError> {
    let account = managed(&state, &signed, &user).await?;
    state.store.revoke_links(&account, act(&state, &signed, &account, "link_revoked")).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/v1/admin/users/{user}/blocked`.
pub(super) async fn block(
    State(state): State<AppState>,
    signed: Signed,
    Params(user): Params<String>,
    JsonBody(Block { blocked }): JsonBody<Block, BODY>,
) -> Result<StatusCode, ApiError> {
    let account = managed(&state, &signed, &user).await?;
    let action = if blocked { "user_blocked" } else { "user_unblocked" };
    state.store.set_blocked(&account, blocked, act(&state, &signed, &account, action)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/v1/admin/users/{user}`: name, role and place.
pub(super) async fn change(
    State(state): State<AppState>,
    signed: Signed,
    Params(user): Params<String>,
    JsonBody(change): JsonBody<UserChange, BODY>,
) -> Result<StatusCode, ApiError> {
    signed.require(Action::Administer)?;
    let account = managed(&state, &signed, &user).await?;
    let shown = name(&change.name)?;
    // Who has handed over stays without a village until one is given.
    let is_without = change.place.is_empty() && account.place.is_empty() && change.role == account.role;
    if !is_without {
        let (_, county) = place_for(&state, change.role, &change.place).await?;
        signed.require(Action::Manage(Subject { county: &county, role: change.role, place: &change.place }))?;
    }
    let post = Post { name: &shown, role: change.role, place: &change.place };
    state.store.set_post(&account, post, act(&state, &signed, &account, "user_changed")).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn act<'a>(state: &AppState, signed: &'a Signed, account: &'a Account, action: &'static str) -> Act<'a> {
    Act { county: &account.county, by: &signed.account().id, action, subject: &account.id, at: state.clock.now() }
}
