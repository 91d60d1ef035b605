//! A village gets a new secretary: somebody new, who is invited, or somebody who has an account.

use zhucun_api::admin::{Handover, Invitation, NewSecretary, UserList, UserSearch, VillageRow};
use zhucun_domain::access::Role;
use zhucun_view::prelude::*;
use zhucun_words::admin as words;

use super::{
    parts::{Work, field, json, read, role, search_users, slip, submit},
    places::{PLACES, secretary_of},
};
use crate::{
    desk::{Desk, Fetched},
    platform::http::{self, Method},
    ui::Choice,
};

/// Shown of those who are found.
const MOST: usize = 12;

/// Who comes after.
#[derive(Clone, Copy)]
struct After {
    is_new: RwSignal<bool>,
    name: RwSignal<String>,
    username: RwSignal<String>,
    search: RwSignal<String>,
    found: RwSignal<Fetched<UserList>>,
    user: RwSignal<String>,
    block: RwSignal<bool>,
}

impl After {
    /// What to send; else what is missing.
    fn body(self) -> Result<NewSecretary, zhucun_words::Word> {
        let (name, username) = (self.name.get_untracked(), self.username.get_untracked());
        let block = self.block.get_untracked();
        if self.is_new.get_untracked() {
            if name.trim().is_empty() {
                return Err(words::NAME_MISSING);
            }
            let invite = Some((name.trim().to_owned(), username.trim().to_owned()));
            return Ok(NewSecretary { user: None, invite, block });
        }
        let user = Some(self.user.get_untracked()).filter(|user| !user.is_empty());
        if user.is_none() { Err(words::CHOOSE_USER) } else { Ok(NewSecretary { user, invite: None, block }) }
    }
}

pub(super) fn form(desk: Desk, village: &VillageRow, again: Callback<()>) -> View {
    let work = Work::new();
    let after = After {
        is_new: RwSignal::new(true),
        name: RwSignal::new(String::new()),
        username: RwSignal::new(String::new()),
        search: RwSignal::new(String::new()),
        found: RwSignal::new(Fetched::Waiting),
        user: RwSignal::new(String::new()),
        block: RwSignal::new(false),
    };
    let made = RwSignal::new(None::<Invitation>);
    let before = secretary_of(village);
    let url = [PLACES, "/", &http::encode(&village.id), "/secretary"].concat();
    let send = move |event: web_sys::Event| {
        event.prevent_default();
        match after.body() {
            Err(missing) => work.refuse(missing),
            Ok(body) => work.send(Method::POST, url.clone(), json(&body), move |text| {
                let invitation = read::<Handover>(text).and_then(|done| done.invitation);
                match invitation {
                    Some(invitation) => made.set(Some(invitation)),
                    None => {
                        work.done(words::HANDED_OVER);
                        again.run(());
                    }
                }
            }),
        }
    };
    let now = before.as_ref().map_or_else(
        || desk.word(words::NO_SECRETARY).to_owned(),
        |names| desk.fill(words::SECRETARY_NOW, &[("name", names)]),
    );
    let block = before.is_some().then(|| {
        view! {
            <fieldset class="ask">
                <legend class="q">{desk.word(words::PREDECESSOR)}</legend>
                {choice(desk, "block", after.block, false, words::PREDECESSOR_KEPT)}
                {choice(desk, "block", after.block, true, words::PREDECESSOR_BLOCKED)}
            </fieldset>
        }
    });
    let form = view! {
        <form class="desk-form" on:submit=send>
            <fieldset class="ask">
                <legend class="q">{desk.word(words::SUCCESSOR)}</legend>
                {choice(desk, "after", after.is_new, true, words::SUCCESSOR_NEW)}
                {choice(desk, "after", after.is_new, false, words::SUCCESSOR_KNOWN)}
            </fieldset>
            {move || if after.is_new.get() { invite(desk, after) } else { known(desk, after) }}
            {block}
            <p class="hint">{desk.word(words::HANDOVER_HINT)}</p>
            {work.notice(desk)}
            {submit(desk, work, words::HAND_OVER)}
        </form>
    };
    view! {
        <h3>{desk.word(words::NEW_SECRETARY)}</h3>
        <p>{now}</p>
        {move || made.get().map(|made| slip(desk, &made))}
        <div class:hidden=move || made.with(Option::is_some)>{form}</div>
    }
}

fn choice(desk: Desk, name: &'static str, of: RwSignal<bool>, value: bool, word: zhucun_words::Word) -> View {
    view! {
        <Choice name=name value=if value { "yes" } else { "no" } label=desk.word(word)
            chosen=Signal::derive(move || of.get() == value)
            on_choose=Some(Callback::new(move |_: String| of.set(value)))/>
    }
}

fn invite(desk: Desk, after: After) -> View {
    view! {
        {field(desk, "after-name", words::NAME, None, after.name)}
        {field(desk, "after-username", words::USERNAME, Some(words::USERNAME_HINT), after.username)}
    }
}

/// Somebody with an account, by a search.
fn known(desk: Desk, after: After) -> View {
    let ask = move || {
        let words = after.search.get_untracked();
        search_users(UserSearch { words, limit: Some(60), ..UserSearch::default() }, after.found);
    };
    ask();
    let search = move |event| {
        after.search.set(event_target_value(&event));
        ask();
    };
    let rows = move || {
        let Fetched::Here(found) = after.found.get() else { return Vec::new() };
        let fits = |user: &&zhucun_api::admin::UserRow| {
            matches!(user.role, Role::Secretary | Role::Committee) && !user.blocked
        };
        let row = |user: &zhucun_api::admin::UserRow| {
            let id = user.id.clone();
            let facts = [user.name.clone(), role(desk, user.role).to_owned(), desk.name(&user.place_name)];
            let facts: Vec<_> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
            let label = facts.join(" · ");
            view! {
                <Choice name="user" value=user.id.as_str() label=label.as_str()
                    chosen=Signal::derive(move || after.user.with(|user| *user == id))
                    on_choose=Some(Callback::new(move |user| after.user.set(user)))/>
            }
        };
        found.users.iter().filter(fits).take(MOST).map(row).collect()
    };
    view! {
        <label class="q" for="after-search">{desk.word(words::SEARCH_USERS)}</label>
        <input class="field" id="after-search" type="search" prop:value=move || after.search.get_untracked() on:input=search/>
        <div role="radiogroup" aria-label=desk.word(words::SUCCESSOR_KNOWN)>{rows}</div>
        <p class="hint">{desk.word(words::SUCCESSOR_LEAVES)}</p>
    }
}
