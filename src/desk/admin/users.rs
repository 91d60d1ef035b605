//! People: who has an account, inviting, a link for a new password, blocking, role and place.

use zhucun_api::{
    Me, Names,
    admin::{Block, Invitation, NewUser, Places, UserChange, UserList, UserRow, UserSearch},
};
use zhucun_domain::{
    access::Role,
    account::{self, UsernameProblem},
};
use zhucun_view::prelude::*;
use zhucun_words::admin as words;

use super::parts::{TYPED, Work, back, button, day, field, json, menu, read, role, search_users, slip, submit, two};
use crate::{
    desk::{Desk, Place, Source, place},
    platform::{
        http::{self, Method},
        timer,
    },
    ui::{Tag, TagKind},
};

const USERS: &str = "/api/v1/admin/users";

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    desk: Desk,
    role: Role,
    search: RwSignal<String>,
    filter: RwSignal<String>,
    list: Source<UserList>,
    places: Source<Places>,
}

impl Page {
    fn new(desk: Desk, role: Role) -> Self {
        let (search, filter) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        let list = Source::new(move |after| {
            let (words, role) = (search.get_untracked(), filter.get_untracked());
            let after = after.and_then(|after| after.parse().ok()).unwrap_or_default();
            search_users(&UserSearch { words, role, after, ..UserSearch::default() })
        });
        Self { desk, role, search, filter, list, places: Source::of("/api/v1/admin/places".into()) }
    }

    /// The places for a role: id and name.
    fn places_for(self, role: Role) -> Vec<(String, String)> {
        self.places.read(|places| self.named(places, role)).unwrap_or_default()
    }

    fn named(self, places: &Places, role: Role) -> Vec<(String, String)> {
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
    let page = Page::new(desk, me.role);
    let opened = move || {
        let place = desk.place.get();
        untrack(|| match place {
            Place::Users(Some(id)) if id == place::NEW => new(page),
            Place::Users(Some(id)) => open(page, &id),
            _ => View::default(),
        })
    };
    two(list(page), View::of(opened), move || desk.place.with(|place| matches!(place, Place::Users(Some(_)))))
}

fn list(page: Page) -> View {
    let desk = page.desk;
    let rows = page.list.draw(desk, move || {
        let rows = move || page.list.read(|found| rows(desk, found));
        view! { {rows}{page.list.more(desk, "#users", "")} }
    });
    view! {
        <div class="desk-head">
            <h2>{desk.say(words::USERS)}</h2>
            <a class="btn" href=Place::Users(Some(place::NEW.into())).to_hash()>{desk.say(words::INVITE)}</a>
        </div>
        {filters(page)}
        {rows}
    }
}

/// A search, and whom to show.
fn filters(page: Page) -> View {
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
                page.list.ask();
            }
        })));
    };
    let filter = move |event| {
        page.filter.set(event_target_value(&event));
        page.list.ask();
    };
    let options = move || {
        let mut filters = vec![(String::new(), desk.word(words::ALL_ROLES).to_owned())];
        filters.extend(page.roles());
        filters.push(("invited".into(), desk.word(words::INVITED).to_owned()));
        filters.push(("blocked".into(), desk.word(words::BLOCKED).to_owned()));
        let option = |(value, words): (String, String)| {
            let own = value.clone();
            view! { <option value=own prop:selected=move || page.filter.with(|filter| *filter == value)>{words}</option> }
        };
        filters.into_iter().map(option).collect::<Vec<_>>()
    };
    view! {
        <div class="desk-filter">
            <input class="field" type="search" id="user-search" aria-label=desk.say(words::SEARCH_USERS)
                placeholder=desk.say(words::SEARCH_USERS) on:input=search/>
            <select class="field" id="user-filter" aria-label=desk.say(words::FILTER) on:change=filter>{options}</select>
        </div>
    }
}

fn rows(desk: Desk, found: &UserList) -> View {
    if found.users.is_empty() {
        return view! { <p class="quiet">{desk.word(words::NO_USERS)}</p> };
    }
    let rows: Vec<_> = found.users.iter().map(|user| row(desk, user)).collect();
    let count = desk.fill(words::USERS_COUNT, &[("n", &found.total.to_string())]);
    view! { <p class="count" role="status">{count}</p><div class="rows" id="users">{rows}</div> }
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
            page.list.refresh();
        });
    };
    let form = move || {
        let place_menu = page
            .places
            .draw(desk, move || menu(desk, "new-place", words::PLACE, move || page.places_for(chosen()), place));
        view! {
            <form class="desk-form" on:submit=send>
                {field(desk, "new-name", words::NAME, None, name)}
                {field(desk, "new-username", words::USERNAME, Some(words::USERNAME_HINT), username)}
                {menu(desk, "new-role", words::ROLE, move || page.roles(), role_code)}
                <div>{place_menu}</div>
                {work.notice(desk)}
                {submit(desk, work, words::MAKE_LINK)}
            </form>
        }
    };
    let shown = move || {
        let made = made.get();
        untrack(|| match made {
            Some(made) => slip(desk, made),
            None => form(),
        })
    };
    view! { {back(desk, &Place::Users(None), words::BACK_USERS)}<h2>{desk.say(words::INVITE)}</h2>{shown} }
}

fn is_wrong(username: &str) -> bool {
    matches!(account::check_username(username), Err(UsernameProblem::Long | UsernameProblem::Character))
}

/// Somebody, and what can be done.
fn open(page: Page, id: &str) -> View {
    let desk = page.desk;
    let url = [USERS, "/", &http::encode(id)].concat();
    let user = Source::of(url.clone());
    let drawn = user.draw(desk, move || one(page, user, url.clone()));
    view! { {back(desk, &Place::Users(None), words::BACK_USERS)}{drawn} }
}

fn one(page: Page, user: Source<UserRow>, url: String) -> View {
    let desk = page.desk;
    let work = Work::new();
    let made = RwSignal::new(None::<Invitation>);
    let is = move |what: fn(&UserRow) -> bool| Memo::new(move |_| user.read(what).unwrap_or_default());
    let (blocked, joined, has_link) =
        (is(|user| user.blocked), is(|user| user.joined), is(|user| user.link_until.is_some()));
    let refresh = move || {
        page.list.refresh();
        user.refresh();
    };
    let invitation = StoredValue::new([&url, "/invitation"].concat());
    let renew = move || {
        work.send(Method::POST, invitation.get_value(), None, move |text| {
            made.set(read(text));
            refresh();
        });
    };
    let revoke = move || {
        work.send(Method::DELETE, invitation.get_value(), None, move |_| {
            made.set(None);
            work.done(words::LINK_REVOKED);
            refresh();
        });
    };
    let block_url = [&url, "/blocked"].concat();
    let block = move || {
        let is_blocked = !blocked.get_untracked();
        work.send(Method::PUT, block_url.clone(), json(&Block { blocked: is_blocked }), move |_| {
            made.set(None);
            work.done(if is_blocked { words::USER_BLOCKED } else { words::USER_UNBLOCKED });
            refresh();
        });
    };
    let link_word = move || if joined.get() { words::RESET } else { words::NEW_LINK };
    let block_word = move || if blocked.get() { words::UNBLOCK } else { words::BLOCK };
    let hint = move || desk.word(if blocked.get() { words::BLOCKED_HINT } else { words::RESET_HINT });
    view! {
        <h2>{move || user.read(|user| user.name.clone())}</h2>
        {move || user.read(|user| state(desk, user)).flatten()}
        {move || user.read(|user| facts(desk, user))}
        {work.notice(desk)}
        <div class="desk-buttons">
            {move || (!blocked.get()).then(|| untrack(|| button(desk, work, link_word, renew)))}
            {move || has_link.get().then(|| untrack(|| button(desk, work, || words::REVOKE, revoke)))}
            {button(desk, work, block_word, block)}
        </div>
        <p class="hint">{hint}</p>
        {move || made.get().map(|made| untrack(|| slip(desk, made)))}
        {(page.role == Role::County).then(|| change(page, user, url))}
    }
}

fn facts(desk: Desk, user: &UserRow) -> View {
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
    view! { <dl class="facts">{facts}</dl> }
}

/// Name, role and place: for the county.
fn change(page: Page, user: Source<UserRow>, url: String) -> View {
    let desk = page.desk;
    let work = Work::new();
    // As it was when it was opened, and as it is since.
    let before = move || user.read(|user| (user.role, user.place.clone())).unwrap_or((Role::Secretary, String::new()));
    let (role_now, place_now) = before();
    let name = RwSignal::new(user.read(|user| user.name.clone()).unwrap_or_default());
    let role_code = RwSignal::new(role_now.code().to_owned());
    let place = RwSignal::new(place_now);
    let chosen = move || Role::from_code(&role_code.get()).unwrap_or(role_now);
    let options = move || {
        let mut options = page.places_for(chosen());
        let (role_before, place_before) = before();
        if place_before.is_empty() && chosen() == role_before {
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
        if untrack(|| page.places.read(|_| ())).is_none() {
            return work.refuse(words::PLACE_MISSING);
        }
        work.send(Method::PUT, url.clone(), json(&body), move |_| {
            work.done(words::SAVED);
            page.list.refresh();
            user.refresh();
        });
    };
    let place_menu = page.places.draw(desk, move || menu(desk, "user-place", words::PLACE, options, place));
    view! {
        <form class="desk-form" on:submit=send>
            <h3>{desk.say(words::CHANGE)}</h3>
            {field(desk, "user-name", words::NAME, None, name)}
            {menu(desk, "user-role", words::ROLE, move || page.roles(), role_code)}
            <div>{place_menu}</div>
            {work.notice(desk)}
            {submit(desk, work, words::SAVE)}
        </form>
    }
}
