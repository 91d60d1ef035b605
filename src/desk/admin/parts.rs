//! What the screens of the administration share: asking the server, fields, the link that is shown once, two columns.

use leptos::task::spawn_local;
use serde::{Serialize, de::DeserializeOwned};
use zhucun_api::{
    Names, ProblemCode,
    admin::{Invitation, UserList, UserSearch},
};
use zhucun_domain::{access::Role, calendar};
use zhucun_view::prelude::*;
use zhucun_words::{Word, admin as words, desk as desk_words};

use crate::{
    desk::{Desk, Fetched, Place, why},
    platform::{
        crypto, dom,
        http::{self, HttpError, Method},
    },
    ui::{Button, ButtonKind, Notice, NoticeKind, dates, icons},
};

/// The words for what the server refused.
pub(super) fn word_for(error: &HttpError) -> Word {
    match error {
        HttpError::Offline => desk_words::OFFLINE,
        HttpError::Refused { code: ProblemCode::Taken, .. } => words::TAKEN,
        HttpError::Refused { code: ProblemCode::Changed, .. } => words::CHANGED_MEANWHILE,
        HttpError::Refused { code: ProblemCode::LastAdministrator, .. } => words::LAST_ADMINISTRATOR,
        HttpError::Refused { code: ProblemCode::TooLarge, .. } => words::TOO_LARGE,
        HttpError::Refused { code: ProblemCode::BadRequest, .. } => words::NOT_UNDERSTOOD,
        HttpError::Refused { status: 401, .. } => words::SIGNED_OUT,
        HttpError::Refused { status: 403, .. } => words::FORBIDDEN,
        HttpError::Refused { status: 404, .. } => words::GONE,
        HttpError::Refused { .. } => words::NOT_DONE,
    }
}

/// An action of a screen: whether it is under way, what it came to.
#[derive(Clone, Copy)]
pub(super) struct Work {
    pub busy: RwSignal<bool>,
    /// What went wrong, or that it is done.
    pub said: RwSignal<Option<(NoticeKind, Word)>>,
}

impl Work {
    pub fn new() -> Self {
        Self { busy: RwSignal::new(false), said: RwSignal::new(None) }
    }

    /// Sends, one at a time; `then` gets the answer's text.
    pub fn send(self, method: Method, url: String, json: Option<String>, then: impl FnOnce(&str) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.said.set(None);
        spawn_local(async move {
            let answer = http::ask(method, &url, json).await;
            // The screen may be gone.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(text) => then(&text),
                Err(error) => self.said.set(Some((NoticeKind::Problem, word_for(&error)))),
            }
        });
    }

    /// Says what is wrong before anything was sent.
    pub fn refuse(self, word: Word) {
        self.said.set(Some((NoticeKind::Problem, word)));
    }

    /// Says that it is done.
    pub fn done(self, word: Word) {
        self.said.set(Some((NoticeKind::Info, word)));
    }

    /// What is to be said.
    pub fn notice(self, desk: Desk) -> View {
        View::of(move || self.said.get().map(|(kind, word)| view! { <Notice kind=kind text=desk.word(word)/> }))
    }
}

/// The people that are searched for. What is searched for goes in the body: addresses are kept in histories and logs.
pub(super) async fn find_users(search: UserSearch) -> Result<UserList, HttpError> {
    let text = http::ask(Method::POST, "/api/v1/admin/users/search", json(&search)).await?;
    read(&text).ok_or(HttpError::Offline)
}

/// Fetches the people that are searched for into a signal.
pub(super) fn search_users(search: UserSearch, into: RwSignal<Fetched<UserList>>) {
    into.set(Fetched::Waiting);
    spawn_local(async move {
        let found = find_users(search).await;
        // The part that asked may be gone.
        let _ = into.try_set(found.map_or_else(|error| Fetched::Failed(why(&error)), Fetched::Here));
    });
}

/// A body as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok()
}

/// An answer; one that cannot be read counts as none.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// The button that sends the form of a screen.
pub(super) fn submit(desk: Desk, work: Work, word: Word) -> View {
    sending(desk, work, word, ButtonKind::Fill)
}

/// The button that sends a form beside that: of filled ones there is one on a screen.
pub(super) fn submit_too(desk: Desk, work: Work, word: Word) -> View {
    sending(desk, work, word, ButtonKind::Line)
}

fn sending(desk: Desk, work: Work, word: Word, kind: ButtonKind) -> View {
    view! {
        <Button kind=kind submit=true disabled=Signal::derive(move || work.busy.get())>
            {move || desk.word(if work.busy.get() { words::BUSY } else { word })}
        </Button>
    }
}

/// A button with a line around it, off while something is under way.
pub(super) fn button(desk: Desk, work: Work, word: Word, tap: impl Fn() + 'static) -> View {
    view! {
        <Button disabled=Signal::derive(move || work.busy.get()) on_tap=Some(Callback::new(move |()| tap()))>
            {desk.word(word)}
        </Button>
    }
}

/// A labelled line of text.
pub(super) fn field(desk: Desk, id: &'static str, label: Word, hint: Option<Word>, value: RwSignal<String>) -> View {
    let hint_id = [id, "-hint"].concat();
    view! {
        <div class="field-block">
            <label class="q" for=id>{desk.word(label)}</label>
            <span class="hint" id=hint_id.clone()>{hint.map(|hint| desk.word(hint))}</span>
            <input class="field" id=id name=id type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                aria-describedby=hint_id prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))/>
        </div>
    }
}

/// A labelled choice of one; options are value and words.
pub(super) fn menu(
    desk: Desk,
    id: &'static str,
    label: Word,
    options: impl Fn() -> Vec<(String, String)> + 'static,
    value: RwSignal<String>,
) -> View {
    let option = move |(name, words): (String, String)| {
        let own = name.clone();
        view! { <option value=own prop:selected=move || value.with(|value| *value == name)>{words}</option> }
    };
    view! {
        <div class="field-block">
            <label class="q" for=id>{desk.word(label)}</label>
            <select class="field" id=id name=id on:change=move |event| value.set(event_target_value(&event))>
                {move || options().into_iter().map(option).collect::<Vec<_>>()}
            </select>
        </div>
    }
}

/// A list and what is open of it. `open` says whether something is.
pub(super) fn two(list: View, opened: View, is_open: impl Fn() -> bool + 'static) -> View {
    view! {
        <div class="desk-two admin" class:opened=is_open>
            <section>{list}</section>
            <section>{opened}</section>
        </div>
    }
}

/// The way back to a list, for narrow screens.
pub(super) fn back(desk: Desk, to: &Place, word: Word) -> View {
    view! { <a class="desk-link desk-back" href=to.to_hash()>{icons::draw(icons::BACK)}{desk.word(word)}</a> }
}

/// A moment as its day in China.
pub(super) fn day(desk: Desk, ms: i64) -> String {
    dates::iso(desk.lang.get(), &calendar::iso(calendar::china_day(ms)), i64::MAX / 2)
}

/// A role in words.
pub(super) fn role(desk: Desk, role: Role) -> &'static str {
    use zhucun_words::common as w;
    desk.word(match role {
        Role::Secretary => w::ROLE_SECRETARY,
        Role::Committee => w::ROLE_COMMITTEE,
        Role::Township => w::ROLE_TOWNSHIP,
        Role::County => w::ROLE_COUNTY,
        Role::Dispatcher => w::ROLE_DISPATCHER,
    })
}

/// A name in both languages, where they differ.
pub(super) fn both(names: &Names) -> String {
    let of = |tag: &str| names.get(tag).cloned().unwrap_or_default();
    let (zh, en) = (of("zh"), of("en"));
    if en.is_empty() || en == zh { zh } else { [zh, en].join(" · ") }
}

/// Names out of what is typed.
pub(super) fn names(zh: RwSignal<String>, en: RwSignal<String>) -> Names {
    let of = |tag: &str, name: RwSignal<String>| (tag.to_owned(), name.get_untracked().trim().to_owned());
    Names::from([of("zh", zh), of("en", en)])
}

/// A link that is good once: shown now, kept nowhere. To be read aloud, photographed, sent or printed.
pub(super) fn slip(desk: Desk, made: &Invitation) -> View {
    let link = made.link.clone();
    let copied = RwSignal::new(false);
    let copy = crypto::is_secure_context().then(|| {
        let link = link.clone();
        let tap = move |()| {
            dom::copy(&link);
            copied.set(true);
        };
        view! {
            <Button on_tap=Some(Callback::new(tap))>
                {move || desk.word(if copied.get() { words::COPIED } else { words::COPY })}
            </Button>
        }
    });
    let print = Callback::new(|()| dom::print());
    let until = desk.fill(words::LINK_UNTIL, &[("day", &day(desk, made.until))]);
    view! {
        <div class="slip" role="status">
            <h3>{desk.fill(words::LINK_FOR, &[("name", &made.name)])}</h3>
            <p>{desk.word(words::LINK_HOW)}</p>
            <div class="slip-qr" inner_html=made.qr.as_str()></div>
            <label class="q" for="slip-link">{desk.word(words::LINK)}</label>
            <input class="field" id="slip-link" type="text" readonly="" value=link/>
            <p><b>{until}</b>" "{desk.word(words::LINK_ONCE)}</p>
            <div class="desk-buttons no-print">{copy}<Button on_tap=Some(print)>{desk.word(words::PRINT)}</Button></div>
        </div>
    }
}
