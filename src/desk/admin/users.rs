//! People: who has an account, inviting, a link for a new password, blocking, role and place.

use leptos::task::spawn_local;
use zhucun_api::{
    Me, Names,
    admin::{Block, Invitation, NewUser, Places, UserChange, UserList, UserRow, UserSearch},
};
use zhucun_domain::{
    access::Role,
    account::{self, UsernameProblem},
};
use zhucun_view::prelude::*;
use zhucun_words::{admin as words, desk as desk_words};

use super::parts::{
    Work, back, button, day, field, find_users, json, menu, read, role, search_users, slip, submit, two,
};
use crate::{
    desk::{Desk, Fetched, Place, fetch, fetched, place},
    platform::{
        http::{self, Method},
        timer,
    },
    ui::{Button, Tag, TagKind},
};

const USERS: &str = "/api/v1/admin/users";
/// Milliseconds after the last letter until the list is asked for.
const TYPED: u32 = 250;

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    desk: Desk,
    role: Role,
    search: RwSignal<String>,
    filter: RwSignal<String>,
    list: RwSignal<Fetched<UserList>>,
    places: RwSignal<Fetched<Places>>,
}

impl Page {
    fn searched(self, after: usize) -> UserSearch {
        let (words, role) = (self.search.get_untracked(), self.filter.get_untracked());
        UserSearch { words, role, after, ..UserSearch::default() }
    }

    fn refresh(self) {
        search_users(self.searched(0), self.list);
    }

    /// The places for a role: id and name.
    fn places_for(self, role: Role) -> Vec<(String, String)> {
        let Fetched::Here(places) = self.places.get() else { return Vec::new() };
        let name = |names: &Names| self.desk.name(names);
        match role {
            Role::County | Role::Dispatcher => vec![(places.county.id.clone(), name(&places.county.names))],
            Role::Township => places.townships.iter().map(|place| (place.id.clone(), name(&place.names))).collect(),
            Role::Secretary | Role::Committee => {
                let township = |id: &str| places.townships.iter().find(|place| place.id == id);
                let shown = |village: &zhucun_api::admin::VillageRow| {
                    let township = township(&village.township).map(|place| name(&place.names)).unwrap_or_default();
                    (village.id.clone(), [township, name(&village.names)].join(" · "))
                };
                places.villages.iter().map(shown).collect()
            }
        }
    }

    fn roles(self) -> Vec<(String, String)> {
        let may: &[Role] = if self.role == Role::County { &Role::ALL } else { &[Role::Secretary, Role::Committee] };
        may.iter().map(|own| (own.code().to_owned(), role(self.desk, *own).to_owned())).collect()
    }
}

/// The page.
pub(crate) fn page(desk: Desk, me: &Me) -> View {
    let page = Page {
        desk,
        role: me.role,
        search: RwSignal::new(String::new()),
        filter: RwSignal::new(String::new()),
        list: RwSignal::new(Fetched::Waiting),
        places: RwSignal::new(Fetched::Waiting),
    };
    page.refresh();
    fetch("/api/v1/admin/places".into(), page.places);
    let opened = move || match desk.place.get() {
        Place::Users(Some(id)) if id == place::NEW => new(page),
        Place::Users(Some(id)) => open(page, &id),
        _ => View::default(),
    };
    two(list(page), View::of(opened), move || desk.place.with(|place| matches!(place, Place::Users(Some(_)))))
}

fn list(page: Page) -> View {
    let desk = page.desk;
    let typed = StoredValue::new(None::<i32>);
    let search = move |event| {
        page.search.set(event_target_value(&event));
        if let Some(before) = typed.get_value() {
            timer::cancel(before);
        }
        typed.set_value(Some(timer::after(TYPED, move || {
            // The page may be gone.
            if page.search.try_get_untracked().is_some() {
                page.refresh();
            }
        })));
    };
    let filter = move |event| {
        page.filter.set(event_target_value(&event));
        page.refresh();
    };
    let mut filters = vec![(String::new(), desk.word(words::ALL_ROLES).to_owned())];
    filters.extend(page.roles());
    filters.push(("invited".into(), desk.word(words::INVITED).to_owned()));
    filters.push(("blocked".into(), desk.word(words::BLOCKED).to_owned()));
    let options: Vec<_> =
        filters.into_iter().map(|(value, words)| view! { <option value=value>{words}</option> }).collect();
    let again = Callback::new(move |()| page.refresh());
    let rows = fetched(desk, page.list, again, move |found: UserList| {
        if found.users.is_empty() {
            return view! { <p class="quiet">{desk.word(words::NO_USERS)}</p> };
        }
        let rows: Vec<_> = found.users.iter().map(|user| row(desk, user)).collect();
        let count = desk.fill(words::USERS_COUNT, &[("n", &found.total.to_string())]);
        let more = found.next.map(|next| {
            let tap = Callback::new(move |()| more(page, next));
            view! { <Button on_tap=Some(tap)>{desk.word(desk_words::MORE)}</Button> }
        });
        view! { <p class="count" role="status">{count}</p><div class="rows">{rows}</div>{more} }
    });
    view! {
        <div class="desk-head">
            <h2>{desk.word(words::USERS)}</h2>
            <a class="btn" href=Place::Users(Some(place::NEW.into())).to_hash()>{desk.word(words::INVITE)}</a>
        </div>
        <div class="desk-filter">
            <input class="field" type="search" id="user-search" aria-label=desk.word(words::SEARCH_USERS)
                placeholder=desk.word(words::SEARCH_USERS) on:input=search/>
            <select class="field" aria-label=desk.word(words::FILTER) on:change=filter>{options}</select>
        </div>
        {rows}
    }
}

/// Adds the next page; when it cannot be fetched the button stays for another try.
fn more(page: Page, after: usize) {
    spawn_local(async move {
        if let Ok(next) = find_users(page.searched(after)).await {
            let _ = page.list.try_update(|list| {
                if let Fetched::Here(all) = list {
                    all.users.extend(next.users);
                    all.next = next.next;
                }
            });
        }
    });
}

fn row(desk: Desk, user: &UserRow) -> View {
    let facts = [user.username.clone(), role(desk, user.role).to_owned(), desk.name(&user.place_name)];
    let facts: Vec<_> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    let id = user.id.clone();
    let is_here = move || desk.place.with(|place| *place == Place::Users(Some(id.clone())));
    view! {
        <a class="desk-row" href=Place::Users(Some(user.id.clone())).to_hash() aria-current=move || is_here().then_some("true")>
            <b>{user.name.clone()}</b>
            <small>{facts.join(" · ")}</small>
            {state(desk, user)}
        </a>
    }
}

/// What somebody's account is, when it is not as usual.
fn state(desk: Desk, user: &UserRow) -> Option<View> {
    let (kind, text) = match (user.blocked, user.joined, user.link_until) {
        (true, ..) => (TagKind::Attention, desk.word(words::BLOCKED).to_owned()),
        (false, false, Some(until)) => {
            (TagKind::Checking, desk.fill(words::INVITED_UNTIL, &[("day", &day(desk, until))]))
        }
        (false, false, None) => (TagKind::Late, desk.word(words::INVITE_OVER).to_owned()),
        (false, true, Some(until)) => (TagKind::Checking, desk.fill(words::RESET_UNTIL, &[("day", &day(desk, until))])),
        (false, true, None) => return None,
    };
    Some(view! { <Tag kind=kind text=text.as_str()/> })
}

/// Inviting somebody.
fn new(page: Page) -> View {
    let desk = page.desk;
    let (name, username) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let role_code = RwSignal::new(Role::Secretary.code().to_owned());
    let place = RwSignal::new(String::new());
    let made = RwSignal::new(None::<Invitation>);
    let work = Work::new();
    let chosen = move || Role::from_code(&role_code.get()).unwrap_or(Role::Secretary);
    // The first place of the list is what the menu shows.
    let place_now = move || {
        let options = page.places_for(chosen());
        let place = place.get_untracked();
        let is_one = options.iter().any(|(id, _)| *id == place);
        if is_one { place } else { options.first().map(|(id, _)| id.clone()).unwrap_or_default() }
    };
    let send = move |event: web_sys::Event| {
        event.prevent_default();
        let username = username.get_untracked().trim().to_owned();
        let body = NewUser {
            name: name.get_untracked().trim().to_owned(),
            username,
            role: chosen(),
            place: untrack(place_now),
        };
        if body.name.is_empty() {
            return work.refuse(words::NAME_MISSING);
        }
        if !body.username.is_empty() && is_wrong(&body.username) {
            return work.refuse(words::USERNAME_WRONG);
        }
        if body.place.is_empty() {
            return work.refuse(words::PLACE_MISSING);
        }
        work.send(Method::POST, USERS.into(), json(&body), move |text| {
            made.set(read(text));
            page.refresh();
        });
    };
    let form = move || {
        view! {
            <form class="desk-form" on:submit=send>
                {field(desk, "new-name", words::NAME, None, name)}
                {field(desk, "new-username", words::USERNAME, Some(words::USERNAME_HINT), username)}
                {menu(desk, "new-role", words::ROLE, move || page.roles(), role_code)}
                {menu(desk, "new-place", words::PLACE, move || page.places_for(chosen()), place)}
                {work.notice(desk)}
                {submit(desk, work, words::MAKE_LINK)}
            </form>
        }
    };
    view! {
        {back(desk, &Place::Users(None), words::BACK_USERS)}
        <h2>{desk.word(words::INVITE)}</h2>
        {move || match made.get() {
            Some(made) => slip(desk, &made),
            None => form(),
        }}
    }
}

fn is_wrong(username: &str) -> bool {
    matches!(account::check_username(username), Err(UsernameProblem::Long | UsernameProblem::Character))
}

/// Somebody, and what can be done.
fn open(page: Page, id: &str) -> View {
    let desk = page.desk;
    let url = [USERS, "/", &http::encode(id)].concat();
    let signal = RwSignal::new(Fetched::Waiting);
    fetch(url.clone(), signal);
    let again = Callback::new(move |()| fetch(url.clone(), signal));
    let drawn = fetched(desk, signal, again, move |user: UserRow| one(page, &user, again));
    view! { {back(desk, &Place::Users(None), words::BACK_USERS)}{drawn} }
}

fn one(page: Page, user: &UserRow, again: Callback<()>) -> View {
    let desk = page.desk;
    let work = Work::new();
    let made = RwSignal::new(None::<Invitation>);
    let url = [USERS, "/", &http::encode(&user.id)].concat();
    let invitation = [&url, "/invitation"].concat();
    let renew = {
        let invitation = invitation.clone();
        move || {
            work.send(Method::POST, invitation.clone(), None, move |text| {
                made.set(read(text));
                page.refresh();
            });
        }
    };
    let changed = move |_: &str| {
        page.refresh();
        again.run(());
    };
    let revoke = move || work.send(Method::DELETE, invitation.clone(), None, changed);
    let (blocked, block_url) = (user.blocked, [&url, "/blocked"].concat());
    let block = move || work.send(Method::PUT, block_url.clone(), json(&Block { blocked: !blocked }), changed);
    let link_word = if user.joined { words::RESET } else { words::NEW_LINK };
    let link = (!user.blocked).then(|| button(desk, work, link_word, renew));
    let revoke = user.link_until.map(|_| button(desk, work, words::REVOKE, revoke));
    let block = button(desk, work, if blocked { words::UNBLOCK } else { words::BLOCK }, block);
    let facts = [
        (words::USERNAME, user.username.clone()),
        (words::ROLE, role(desk, user.role).to_owned()),
        (words::PLACE, desk.name(&user.place_name)),
    ];
    let facts: Vec<_> = facts
        .into_iter()
        .map(|(label, value)| {
            let value = if value.is_empty() { desk.word(words::NO_PLACE).to_owned() } else { value };
            view! { <dt>{desk.word(label)}</dt><dd>{value}</dd> }
        })
        .collect();
    view! {
        <h2>{user.name.clone()}</h2>
        {state(desk, user)}
        <dl class="facts">{facts}</dl>
        {work.notice(desk)}
        <div class="desk-buttons">{link}{revoke}{block}</div>
        <p class="hint">{desk.word(if blocked { words::BLOCKED_HINT } else { words::RESET_HINT })}</p>
        {move || made.get().map(|made| slip(desk, &made))}
        {(page.role == Role::County).then(|| change(page, user, url, again))}
    }
}

/// Name, role and place: for the county.
fn change(page: Page, user: &UserRow, url: String, again: Callback<()>) -> View {
    let desk = page.desk;
    let work = Work::new();
    let name = RwSignal::new(user.name.clone());
    let role_code = RwSignal::new(user.role.code().to_owned());
    let place = RwSignal::new(user.place.clone());
    let (role_before, place_before) = (user.role, user.place.clone());
    let chosen = move || Role::from_code(&role_code.get()).unwrap_or(role_before);
    let is_without = place_before.is_empty();
    let options = move || {
        let mut options = page.places_for(chosen());
        if is_without && chosen() == role_before {
            options.insert(0, (String::new(), desk.word(words::NO_PLACE).to_owned()));
        }
        options
    };
    let send = move |event: web_sys::Event| {
        event.prevent_default();
        let listed = untrack(options);
        let place = place.get_untracked();
        let is_one = listed.iter().any(|(id, _)| *id == place);
        let place = if is_one { place } else { listed.first().map(|(id, _)| id.clone()).unwrap_or_default() };
        let body = UserChange { name: name.get_untracked().trim().to_owned(), role: untrack(chosen), place };
        if body.name.is_empty() {
            return work.refuse(words::NAME_MISSING);
        }
        work.send(Method::PUT, url.clone(), json(&body), move |_| {
            page.refresh();
            again.run(());
        });
    };
    view! {
        <form class="desk-form" on:submit=send>
            <h3>{desk.word(words::CHANGE)}</h3>
            {field(desk, "user-name", words::NAME, None, name)}
            {menu(desk, "user-role", words::ROLE, move || page.roles(), role_code)}
            {menu(desk, "user-place", words::PLACE, options, place)}
            {work.notice(desk)}
            {submit(desk, work, words::SAVE)}
        </form>
    }
}
