//! What the screens of the administration share: asking the server, fields, the link that is shown once, two columns.

use leptos::task::spawn_local;
use serde::{Serialize, de::DeserializeOwned};
use zhucun_api::{
    Names, ProblemCode,
    admin::{Invitation, UserSearch},
};
use zhucun_domain::{access::Role, calendar};
use zhucun_view::{El, prelude::*};
use zhucun_words::{Word, admin as words, desk as desk_words};

use crate::{
    desk::{Desk, Place, place, source::Question},
    platform::{
        crypto, dom,
        http::{self, HttpError, Method},
    },
    ui::{Button, Notice, NoticeKind, dates, icons},
};

/// Milliseconds after the last letter until what is searched is asked for.
pub(super) const TYPED: u32 = 250;

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

    /// Of the place that was gone to when something was done: says that first.
    pub fn arrived(desk: Desk) -> Self {
        let work = Self::new();
        let carried = desk.carried.try_update_value(Option::take).flatten();
        if let Some((_, word)) = carried.filter(|(to, _)| desk.place.with_untracked(|place| place == to)) {
            work.done(word);
        }
        work
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

    /// What is to be said. It must be seen: it comes onto the screen, and takes the focus when what was tapped is gone. It
    /// stands where no answer draws anything anew.
    pub fn notice(self, desk: Desk) -> View {
        let place = El::new("div\0class\0work-said\0tabindex\0-1");
        place.child(View::of(move || {
            self.said.get().map(|(kind, word)| view! { <Notice kind=kind text=desk.word(word)/> })
        }));
        let shown = place.element().clone();
        Effect::new(move |_| {
            if self.said.with(Option::is_some) {
                let shown = shown.clone();
                request_animation_frame(move || dom::show(&shown));
            }
        });
        place.into_view()
    }
}

/// Goes to a place and says there that something is done.
pub(super) fn go_saying(desk: Desk, to: &Place, word: Word) {
    desk.carried.set_value(Some((to.clone(), word)));
    place::go(to);
}

/// Asks for people. What is searched for goes in the body: addresses are kept in histories and logs.
pub(super) fn search_users(search: &UserSearch) -> Question {
    Question { url: "/api/v1/admin/users/search".into(), body: json(search) }
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
    submit_saying(desk, work, move || desk.word(word).to_owned())
}

/// The same, with words that change.
pub(super) fn submit_saying(desk: Desk, work: Work, words: impl Fn() -> String + 'static) -> View {
    tapped(work, ("btn fill", "submit"), sending(desk, work, words), || {})
}

/// The button that sends a form beside that: of filled ones there is one on a screen.
pub(super) fn submit_too(desk: Desk, work: Work, word: Word) -> View {
    tapped(work, ("btn", "submit"), sending(desk, work, move || desk.word(word).to_owned()), || {})
}

fn sending(desk: Desk, work: Work, words: impl Fn() -> String + 'static) -> impl Fn() -> String + 'static {
    move || if work.busy.get() { desk.word(words::BUSY).to_owned() } else { words() }
}

/// A button with a line around it.
pub(super) fn button(desk: Desk, work: Work, word: impl Fn() -> Word + 'static, tap: impl Fn() + 'static) -> View {
    tapped(work, ("btn", "button"), move || desk.word(word()).to_owned(), tap)
}

/// It does nothing while something is under way, and says so. It is not `disabled`: that would take the focus from it, and a
/// keyboard would begin again at the top of the page.
fn tapped(
    work: Work,
    (class, kind): (&'static str, &'static str),
    words: impl Fn() -> String + 'static,
    tap: impl Fn() + 'static,
) -> View {
    view! {
        <button class=class type=kind aria-disabled=move || work.busy.get().then_some("true") on:click=move |_| tap()>
            {words}
        </button>
    }
}

/// A labelled line of text.
pub(super) fn field(desk: Desk, id: &'static str, label: Word, hint: Option<Word>, value: RwSignal<String>) -> View {
    let hint_id = [id, "-hint"].concat();
    view! {
        <div class="field-block">
            <label class="q" for=id>{desk.say(label)}</label>
            <span class="hint" id=hint_id.clone()>{hint.map(|hint| desk.say(hint))}</span>
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
            <label class="q" for=id>{desk.say(label)}</label>
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
    view! { <a class="desk-link desk-back" href=to.to_hash()>{icons::draw(icons::BACK)}{desk.say(word)}</a> }
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

/// A link that is good once: shown now, kept nowhere. To be read aloud, photographed, sent or printed. It takes the focus
/// where the form that asked for it is gone.
pub(super) fn slip(desk: Desk, made: Invitation) -> View {
    let Invitation { name, link, qr, until, .. } = made;
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
    request_animation_frame(|| dom::focus_if_lost(".slip"));
    view! {
        <div class="slip" role="status" tabindex="-1">
            <h3>{move || desk.fill(words::LINK_FOR, &[("name", &name)])}</h3>
            <p>{desk.say(words::LINK_HOW)}</p>
            <div class="slip-qr" inner_html=qr.as_str()></div>
            <label class="q" for="slip-link">{desk.say(words::LINK)}</label>
            <input class="field" id="slip-link" type="text" readonly="" value=link/>
            <p><b>{move || desk.fill(words::LINK_UNTIL, &[("day", &day(desk, until))])}</b>" "{desk.say(words::LINK_ONCE)}</p>
            <div class="desk-buttons no-print">
                {copy}<Button on_tap=Some(print)>{desk.say(words::PRINT)}</Button>
            </div>
        </div>
    }
}
