//! What every page has around it: the top line, notices, the four places, the offer to undo.

use zhucun_sync::Record;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, app as words};

use crate::{
    platform::{clock, crypto, install},
    routes::{self, A, Route, back, navigate},
    state::{App, Headline, use_app},
    ui::{
        Button, ButtonKind, Empty, Notice, NoticeKind, Tag, TagKind, TopBar, counted,
        icons::{self, IconData},
        pictures, said, say,
    },
};

/// What is only on this phone, in the top line; leads to the page that tells more. Never says "uploaded" when something
/// waits or the last contact failed.
#[derive(Default)]
pub struct StateTag;

impl Component for StateTag {
    fn view(self) -> View {
        let app = use_app();
        let tag = move || {
            let lang = app.lang.get();
            let online = app.online.get();
            let (kind, text) = match app.status.with(|status| status.headline(online)) {
                Headline::Attention(n) => (TagKind::Attention, counted(&words::ATTENTION, lang, n)),
                Headline::PhoneOnly(n) => (TagKind::PhoneOnly, counted(&words::PHONE_ONLY, lang, n)),
                Headline::Photos(n) => (TagKind::PhoneOnly, counted(&words::PHOTOS_ONLY, lang, n)),
                Headline::Uploaded => (TagKind::Server, words::UPLOADED.get(lang).to_owned()),
                Headline::Checking => (TagKind::Checking, words::CHECKING.get(lang).to_owned()),
                Headline::Offline => (TagKind::Offline, words::OFFLINE.get(lang).to_owned()),
            };
            view! { <Tag kind text=text.as_str()/> }
        };
        view! {
            <A to=Route::Sync class="state-link">
                <span role="status" aria-live="polite">{tag}</span>
                <span class="heard">{say(&words::TO_SYNC)}</span>
            </A>
        }
    }
}

/// Whether a record is only on this phone or on the server too.
pub fn record_tag(app: App, collection: &'static str, id: String) -> View {
    view! {
        {move || {
            let lang = app.lang.get();
            if app.status.with(|status| status.has_refused(collection, &id)) {
                view! { <Tag kind=TagKind::Attention text=words::NEEDS_ATTENTION.get(lang)/> }
            } else if app.status.with(|status| status.holds(collection, &id)) {
                view! { <Tag kind=TagKind::PhoneOnly text=words::ONLY_HERE.get(lang)/> }
            } else {
                view! { <Tag kind=TagKind::Server text=words::ON_SERVER.get(lang)/> }
            }
        }}
    }
}

/// A whole page: heading, notices, content, and either the four places or the page's own actions at the thumb.
pub fn page(is_place: bool, title: Signal<String>, quiet: Signal<String>, body: View, actions: Option<View>) -> View {
    let back = (!is_place).then(|| Callback::new(|()| back()));
    view! {
        <TopBar title quiet back back_word=said(&words::BACK)>
            <StateTag/>
        </TopBar>
        <main class="page" class:with-bar=actions.is_some()>
            <Notices/>
            {body}
        </main>
        {actions}
        {is_place.then(|| view! { <Places/> })}
    }
}

/// What must be seen before anything else.
#[derive(Default)]
pub struct Notices {
    /// On the sign-in page itself: no button that leads there.
    pub signing_in: bool,
}

impl Component for Notices {
    fn view(self) -> View {
        let Self { signing_in } = self;
        let app = use_app();
        let secure = crypto::is_secure_context();
        view! {
            <div class="notices">
                {move || {
                    let lang = app.lang.get();
                    (!secure)
                        .then(|| view! { <Notice kind=NoticeKind::Problem text=words::NEEDS_HTTPS.get(lang)/> })
                }}
                {move || {
                    let lang = app.lang.get();
                    (install::browser() == install::Browser::InChat).then(|| {
                        view! { <Notice kind=NoticeKind::Problem text=words::IN_CHAT.get(lang)>{pictures::chat_menu()}</Notice> }
                    })
                }}
                {move || {
                    let lang = app.lang.get();
                    app.problem.with(|problem| problem.as_deref().map(|text| problem_notice(app, lang, text)))
                }}
                {move || {
                    let lang = app.lang.get();
                    let over = app.me.with(Option::is_some) && app.status.with(crate::state::SyncStatus::is_signed_out);
                    over.then(|| signed_out_notice(lang, signing_in))
                }}
                {move || {
                    let lang = app.lang.get();
                    let days = app.status.with(|status| status.stale_days(clock::now()));
                    let days = days.filter(|_| app.me.with(Option::is_some))?;
                    let text = counted(&words::STALE, lang, days as usize);
                    Some(view! { <Notice text=text.as_str()/> })
                }}
                {move || {
                    let lang = app.lang.get();
                    app.update_ready.get().then(|| update_notice(lang))
                }}
            </div>
        }
    }
}

fn problem_notice(app: App, lang: Lang, text: &str) -> View {
    view! {
        <Notice kind=NoticeKind::Problem text>
            <Button on_tap=Some(Callback::new(move |()| app.problem.set(None)))>{words::CLOSE.get(lang)}</Button>
        </Notice>
    }
}

fn signed_out_notice(lang: Lang, signing_in: bool) -> View {
    if signing_in {
        return view! { <Notice text=words::SIGNED_OUT.get(lang)/> };
    }
    let again = Callback::new(|()| navigate(Route::SignIn));
    view! {
        <Notice kind=NoticeKind::Problem text=words::SIGNED_OUT.get(lang)>
            <Button on_tap=Some(again)>{words::SIGN_IN_AGAIN.get(lang)}</Button>
        </Notice>
    }
}

fn update_notice(lang: Lang) -> View {
    view! {
        <Notice text=words::UPDATE.get(lang)>
            <Button on_tap=Some(Callback::new(|()| install::activate()))>{words::UPDATE_NOW.get(lang)}</Button>
        </Notice>
    }
}

/// The four places: at the bottom, on wide screens at the left.
#[derive(Default)]
struct Places;

impl Component for Places {
    fn view(self) -> View {
        let app = use_app();
        let waiting = Memo::new(move |_| app.records.with(crate::state::Records::needs_waiting));
        let place = move |to: Route, icon: IconData, word: &'static zhucun_words::Word, badge: Option<Memo<usize>>| {
            let here = to.clone();
            let current = Signal::derive(move || routes::current() == here);
            view! {
                <A to current>
                    {icons::draw(icon)}
                    <span>{say(word)}</span>
                    {move || {
                        let count = badge.map_or(0, Memo::get);
                        (count > 0).then(|| view! { <i class="badge">{count.to_string()}</i> })
                    }}
                </A>
            }
        };
        view! {
            <nav class="places" aria-label=move || app.word(words::PLACES)>
                {place(Route::Today, icons::CLOCK, &words::TODAY, None)}
                {place(Route::Households, icons::HOUSE, &words::HOUSEHOLDS, None)}
                {place(Route::Needs, icons::NEED, &words::NEEDS, Some(waiting))}
                {place(Route::Mine, icons::USER, &words::MINE, None)}
            </nav>
        }
    }
}

/// What can be undone for a minute.
#[derive(Default)]
pub struct UndoBar;

impl Component for UndoBar {
    fn view(self) -> View {
        let app = use_app();
        view! {
            <div class="undo-space" role="status" aria-live="polite">
                {move || {
                    app.undo
                        .get()
                        .map(|text| {
                            view! {
                                <div class="undo">
                                    <span>{text}</span>
                                    <Button kind=ButtonKind::Plain on_tap=Some(Callback::new(move |()| app.undo_now()))>
                                        {say(&words::UNDO)}
                                    </Button>
                                </div>
                            }
                        })
                }}
            </div>
        }
    }
}

/// What a page says when its record is not here.
pub fn missing(lang: Lang) -> View {
    view! { <Empty title=words::NOT_FOUND.get(lang) hint=words::NOT_FOUND_HINT.get(lang)/> }
}

/// The button under a long list: so many more.
pub fn more(lang: Lang, left: usize, step: usize, on_tap: Callback<()>) -> Option<View> {
    (left > 0).then(|| {
        view! { <Button id="more" on_tap=Some(on_tap)>{counted(&words::MORE, lang, left.min(step))}</Button> }
    })
}

/// A row of a list with its place in it: the smaller first, then the second number.
pub type Placed<'a> = ((i64, i64), &'a str, &'a Record);

/// Puts rows in order; those at the same place stay as they are. One sort for all lists: each kind of row would bring its
/// own.
#[inline(never)]
pub fn in_order(rows: &mut [Placed<'_>]) {
    rows.sort_by_key(|(place, ..)| *place);
}

/// The beginning of a text, at most so many characters, on one line.
#[must_use]
pub fn short(text: &str, most: usize) -> String {
    let line = text.split(['\n', '\r']).find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    let mut out: String = line.chars().take(most).collect();
    if out.len() < line.len() {
        out.push('…');
    }
    out
}
