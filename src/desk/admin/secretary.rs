//! A village gets a new secretary: somebody new, who is invited, or somebody who has an account.

use zhucun_api::admin::{Handover, Invitation, NewSecretary, Places, UserList, UserRow, UserSearch};
use zhucun_domain::access::Role;
use zhucun_view::prelude::*;
use zhucun_words::admin as words;

use super::{
    parts::{TYPED, Work, field, json, read, role, search_users, slip, submit_saying},
    places::{PLACES, secretary_of},
};
use crate::{
    desk::{Desk, Source},
    platform::{
        http::{self, Method},
        timer,
    },
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
    found: Source<UserList>,
    user: RwSignal<String>,
    /// Who is chosen, by id and name: only one whom the list shows now. While there is no list, nobody is unchosen: the button
    /// says whom it means.
    chosen: Memo<Option<(String, String)>>,
    block: RwSignal<bool>,
}

impl After {
    fn new() -> Self {
        let (search, user) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        let found = Source::later(move |_| {
            search_users(&UserSearch { words: search.get_untracked(), limit: Some(60), ..UserSearch::default() })
        });
        Self {
            is_new: RwSignal::new(true),
            name: RwSignal::new(String::new()),
            username: RwSignal::new(String::new()),
            search,
            found,
            user,
            chosen: Memo::new(move |before: Option<&Option<(String, String)>>| {
                let user = user.get();
                match found.read(|found| chosen(found, &user)) {
                    Some(chosen) => chosen,
                    None => still_chosen(before.cloned().flatten(), &user),
                }
            }),
            block: RwSignal::new(false),
        }
    }

    /// What to send; else what is missing.
    fn body(self) -> Result<NewSecretary, zhucun_words::Word> {
        let block = self.block.get_untracked();
        if self.is_new.get_untracked() {
            let (name, username) = (self.name.get_untracked(), self.username.get_untracked());
            if name.trim().is_empty() {
                return Err(words::NAME_MISSING);
            }
            let invite = Some((name.trim().to_owned(), username.trim().to_owned()));
            return Ok(NewSecretary { user: None, invite, block });
        }
        let (user, _) = self.chosen.get_untracked().ok_or(words::CHOOSE_USER)?;
        Ok(NewSecretary { user: Some(user), invite: None, block })
    }

    /// Nothing of a handover that is done is left for the next one.
    fn clear(self) {
        for typed in [self.name, self.username, self.search, self.user] {
            typed.set(String::new());
        }
        self.is_new.set(true);
        self.block.set(false);
    }
}

/// Those who can take over, as many as are shown; and whether there are others, who are not.
fn shown(found: &UserList) -> (Vec<&UserRow>, bool) {
    let can = |user: &&UserRow| matches!(user.role, Role::Secretary | Role::Committee) && !user.blocked;
    let mut shown: Vec<_> = found.users.iter().filter(can).collect();
    let is_cut = shown.len() > MOST || found.next.is_some();
    shown.truncate(MOST);
    (shown, is_cut)
}

/// Who is chosen, by id and name, if the list shows them: nobody gets a village by a choice that is not seen.
fn chosen(found: &UserList, user: &str) -> Option<(String, String)> {
    let row = shown(found).0.into_iter().find(|row| row.id == user)?;
    Some((row.id.clone(), row.name.clone()))
}

/// Who was chosen before, while there is no list: the letter typed last may have asked for it again under the finger.
fn still_chosen(before: Option<(String, String)>, user: &str) -> Option<(String, String)> {
    before.filter(|(id, _)| id == user)
}

pub(super) fn form(desk: Desk, places: Source<Places>, village: &str) -> View {
    let (work, done) = (Work::new(), Work::new());
    let after = After::new();
    let made = RwSignal::new(None::<Invitation>);
    let own = village.to_owned();
    let before = Memo::new(move |_| {
        let found = places.read(|found| found.villages.iter().find(|village| village.id == own).and_then(secretary_of));
        found.flatten()
    });
    let has_before = Memo::new(move |_| before.with(Option::is_some));
    let url = [PLACES, "/", &http::encode(village), "/secretary"].concat();
    let send = move |event: web_sys::Event| {
        event.prevent_default();
        done.said.set(None);
        match after.body() {
            Err(missing) => work.refuse(missing),
            Ok(body) => work.send(Method::POST, url.clone(), json(&body), move |text| {
                done.done(words::HANDED_OVER);
                made.set(read::<Handover>(text).and_then(|done| done.invitation));
                after.clear();
                places.refresh();
            }),
        }
    };
    let now = move || match before.get() {
        None => desk.word(words::NO_SECRETARY).to_owned(),
        Some(names) => desk.fill(words::SECRETARY_NOW, &[("name", &names)]),
    };
    let block = move || {
        has_before.get().then(|| {
            view! {
                <fieldset class="ask">
                    <legend class="q">{desk.say(words::PREDECESSOR)}</legend>
                    {choice(desk, "block", after.block, false, words::PREDECESSOR_KEPT)}
                    {choice(desk, "block", after.block, true, words::PREDECESSOR_BLOCKED)}
                </fieldset>
            }
        })
    };
    let hand_over = move || match after.chosen.get().filter(|_| !after.is_new.get()) {
        Some((_, name)) => desk.fill(words::HAND_OVER_TO, &[("name", &name)]),
        None => desk.word(words::HAND_OVER).to_owned(),
    };
    let who = move || {
        let is_new = after.is_new.get();
        untrack(|| if is_new { invite(desk, after) } else { known(desk, after) })
    };
    let form = view! {
        <form class="desk-form" on:submit=send>
            <fieldset class="ask">
                <legend class="q">{desk.say(words::SUCCESSOR)}</legend>
                {choice(desk, "after", after.is_new, true, words::SUCCESSOR_NEW)}
                {choice(desk, "after", after.is_new, false, words::SUCCESSOR_KNOWN)}
            </fieldset>
            {who}
            {block}
            <p class="hint">{desk.say(words::HANDOVER_HINT)}</p>
            {work.notice(desk)}
            {submit_saying(desk, work, hand_over)}
        </form>
    };
    view! {
        <h3>{desk.say(words::NEW_SECRETARY)}</h3>
        <p>{now}</p>
        {done.notice(desk)}
        {move || made.get().map(|made| untrack(|| slip(desk, made)))}
        <div class:hidden=move || made.with(Option::is_some)>{form}</div>
    }
}

fn choice(desk: Desk, name: &'static str, of: RwSignal<bool>, value: bool, word: zhucun_words::Word) -> View {
    View::of(move || {
        view! {
            <Choice name=name value=if value { "yes" } else { "no" } label=desk.word(word)
                chosen=Signal::derive(move || of.get() == value)
                on_choose=Some(Callback::new(move |_: String| of.set(value)))/>
        }
    })
}

fn invite(desk: Desk, after: After) -> View {
    view! {
        {field(desk, "after-name", words::NAME, None, after.name)}
        {field(desk, "after-username", words::USERNAME, Some(words::USERNAME_HINT), after.username)}
    }
}

/// Somebody with an account, by a search.
fn known(desk: Desk, after: After) -> View {
    after.found.ask();
    let typed = StoredValue::new(None::<i32>);
    let search = move |event| {
        after.search.set(event_target_value(&event));
        if let Some(before) = typed.get_value() {
            timer::cancel(before);
        }
        typed.set_value(Some(timer::after(TYPED, move || {
            // The part may be gone.
            if after.search.try_get_untracked().is_some() {
                after.found.ask();
            }
        })));
    };
    let rows = after.found.draw(desk, move || View::of(move || after.found.read(|found| rows(desk, after, found))));
    view! {
        <label class="q" for="after-search">{desk.say(words::SEARCH_USERS)}</label>
        <input class="field" id="after-search" type="search" prop:value=move || after.search.get() on:input=search/>
        {rows}
        <p class="hint">{desk.say(words::SUCCESSOR_LEAVES)}</p>
    }
}

fn rows(desk: Desk, after: After, found: &UserList) -> View {
    let (shown, is_cut) = shown(found);
    if shown.is_empty() {
        return view! { <p class="quiet" role="status">{desk.word(words::NO_SUCCESSOR)}</p> };
    }
    let row = |user: &UserRow| {
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
    let cut = is_cut.then(|| {
        let n = shown.len().to_string();
        view! { <p class="hint" role="status">{desk.fill(words::SUCCESSORS_CUT, &[("n", &n)])}</p> }
    });
    let rows: Vec<_> = shown.into_iter().map(row).collect();
    view! { <div role="radiogroup" aria-label=desk.word(words::SUCCESSOR_KNOWN)>{rows}</div>{cut} }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(names: &[(&str, Role, bool)]) -> UserList {
        let row = |(name, role, blocked): &(&str, Role, bool)| UserRow {
            id: ["u-", name].concat(),
            username: String::new(),
            name: (*name).to_owned(),
            role: *role,
            place: String::new(),
            place_name: Default::default(),
            blocked: *blocked,
            joined: true,
            link_until: None,
        };
        UserList { users: names.iter().map(row).collect(), total: names.len(), next: None }
    }

    #[test]
    fn who_is_not_listed_any_more_is_not_chosen() {
        let both = people(&[("Wang", Role::Secretary, false), ("Li", Role::Committee, false)]);
        assert_eq!(chosen(&both, "u-Wang"), Some(("u-Wang".to_owned(), "Wang".to_owned())));
        assert_eq!(chosen(&people(&[("Li", Role::Committee, false)]), "u-Wang"), None);
        assert_eq!(chosen(&people(&[("Wang", Role::Secretary, true)]), "u-Wang"), None, "blocked meanwhile");
        assert_eq!(chosen(&people(&[("Wang", Role::Township, false)]), "u-Wang"), None, "no secretary");
        let mut many = vec![("Li", Role::Secretary, false); MOST];
        many.push(("Wang", Role::Secretary, false));
        assert_eq!(chosen(&people(&many), "u-Wang"), None, "beyond those that are shown");
    }

    #[test]
    fn who_was_chosen_stays_so_while_there_is_no_list() {
        let wang = Some(("u-Wang".to_owned(), "Wang".to_owned()));
        assert_eq!(still_chosen(wang.clone(), "u-Wang"), wang);
        assert_eq!(still_chosen(wang.clone(), ""), None, "cleared after a handover");
        assert_eq!(still_chosen(wang, "u-Li"), None, "another was tapped");
        assert_eq!(still_chosen(None, "u-Li"), None, "nobody whom no list has shown");
    }

    #[test]
    fn it_is_said_when_there_are_more_than_are_shown() {
        let of = |n: usize| people(&vec![("Li", Role::Secretary, false); n]);
        assert_eq!((shown(&of(MOST)).0.len(), shown(&of(MOST)).1), (MOST, false));
        assert_eq!((shown(&of(MOST + 1)).0.len(), shown(&of(MOST + 1)).1), (MOST, true));
        let page = UserList { next: Some(60), ..of(1) };
        assert!(shown(&page).1, "others may stand on the next page");
    }
}
