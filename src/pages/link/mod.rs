//! The address where villagers say what is needed: shown, given on, renewed, revoked.

mod poster;

use leptos::task::spawn_local;
use zhucun_api::VillageLink;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, errors, link as words};

use super::{page, today::place_name};
use crate::{
    platform::{
        clock,
        share::{Shared, share},
    },
    routes::{A, Route},
    state::{
        App,
        link::{self, SeenLinks, Want},
        use_app,
    },
    ui::{Button, ButtonKind, Empty, Notice, NoticeKind, Section, dates, icons, qr, said},
};
pub use poster::poster;

/// How the page stands to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contact {
    /// It is asked.
    Asking,
    /// What is shown is what it says.
    Fresh,
    /// It could not be asked, or did not do what was wanted.
    Failed(Word),
}

/// What the page's parts share.
#[derive(Clone, Copy)]
struct Page {
    app: App,
    seen: RwSignal<SeenLinks>,
    contact: RwSignal<Contact>,
}

impl Page {
    /// What this phone saw last, and the server is asked; again when the network comes.
    fn open(app: App) -> Self {
        let this = Self { app, seen: RwSignal::new(link::seen(app)), contact: RwSignal::new(Contact::Fresh) };
        this.do_it(Want::See);
        app.on_online(move || this.do_it(Want::See));
        this
    }

    fn do_it(self, want: Want) {
        if self.contact.get_untracked() == Contact::Asking {
            return;
        }
        self.contact.set(Contact::Asking);
        spawn_local(async move {
            let done = match want {
                Want::See => link::ask(self.app, want).await.map(|seen| drop(self.seen.try_set(seen))),
                _ => link::change(self.app, want, self.seen).await,
            };
            let contact = match done {
                Ok(()) => Contact::Fresh,
                Err(error) => Contact::Failed(link::problem(&error)),
            };
            let _ = self.contact.try_set(contact);
        });
    }
}

/// The page of the link.
pub fn link((): ()) -> View {
    let app = use_app();
    let this = Page::open(app);
    let quiet = Signal::derive(move || place_name(app));
    let body = move || {
        let lang = app.lang.get();
        let shown = this.seen.with(|seen| seen.links.current.clone());
        view! {
            {contact(this, lang)}
            {match shown {
                Some(link) => {
                    view! {
                        {card(this, lang, &link)}
                        {ways(this, lang, &link)}
                        {changes(this, lang)}
                    }
                }
                None => none(this, lang),
            }}
        }
    };
    page(false, said(&words::TITLE), quiet, View::of(body), None)
}

/// What went wrong, and that what is shown may be of another day.
fn contact(this: Page, lang: Lang) -> View {
    View::of(move || {
        let Contact::Failed(word) = this.contact.get() else { return View::default() };
        let again = Callback::new(move |()| this.do_it(Want::See));
        let mut text = word.get(lang).to_owned();
        let at = this.seen.with(|seen| seen.at);
        if at > 0 {
            let time = dates::moment(lang, clock::local(at), clock::today());
            text.push_str(&words::AS_OF.fill(lang, &[("time", &time)]));
        }
        view! {
            <Notice kind=NoticeKind::Problem text=text.as_str()>
                <Button on_tap=Some(again)>{errors::RETRY.get(lang)}</Button>
            </Notice>
        }
    })
}

fn card(this: Page, lang: Lang, link: &VillageLink) -> View {
    let (url, href) = (link.url.clone(), link.url.clone());
    let place = place_name(this.app);
    let made = (link.made_at > 0).then(|| {
        let day = dates::day(lang, clock::day_of(link.made_at), clock::today());
        let text = words::MADE.fill(lang, &[("day", &day), ("who", &link.made_by)]);
        view! { <p class="quiet small">{text}</p> }
    });
    view! {
        <p class="quiet">{words::LEAD.get(lang)}</p>
        <div class="link-card">
            {qr::draw(&url, &words::QR.fill(lang, &[("village", &place)]))}
            <p class="address"><a href=href target="_blank" rel="noopener">{url}</a></p>
            {made}
        </div>
    }
}

fn ways(this: Page, lang: Lang, link: &VillageLink) -> View {
    let told = RwSignal::new(None::<Shared>);
    let url = StoredValue::new(link.url.clone());
    let give = Callback::new(move |()| {
        let text = words::SHARE_TEXT.fill(lang, &[("village", &place_name(this.app))]);
        let url = url.get_value();
        spawn_local(async move {
            let _ = told.try_set(Some(share(&text, &url).await));
        });
    });
    let said = move || {
        told.get().and_then(|shared| match shared {
            Shared::Given => Some(words::SHARED.get(lang)),
            Shared::Copied => Some(words::COPIED.get(lang)),
            Shared::Failed => Some(words::SHARE_FAILED.get(lang)),
            Shared::Cancelled => None,
        })
    };
    view! {
        <div class="ways">
            <Button kind=ButtonKind::Fill icon=Some(icons::SHARE) on_tap=Some(give)>{words::SHARE.get(lang)}</Button>
            <A to=Route::Poster class="btn">{icons::draw(icons::PRINT)}{words::POSTER.get(lang)}</A>
        </div>
        <p class="link-told" role="status">{said}</p>
    }
}

/// Renewing and revoking: rare, so below.
fn changes(this: Page, lang: Lang) -> View {
    let off = off(this);
    let renew = Callback::new(move |()| this.do_it(Want::New));
    let revoke = Callback::new(move |()| this.do_it(Want::None));
    let why = move || {
        let is_failed = matches!(this.contact.get(), Contact::Failed(_));
        is_failed.then(|| view! { <p class="quiet">{words::NEEDS_NETWORK.get(lang)}</p> })
    };
    view! {
        <Section title=words::CHANGE.get(lang)>
            <p class="quiet">{words::CHANGE_HINT.get(lang)}</p>
            {why}
            <div class="ways">
                <Button icon=Some(icons::SYNC) disabled=off on_tap=Some(renew)>{words::RENEW.get(lang)}</Button>
                <Button icon=Some(icons::CLOSE) disabled=off on_tap=Some(revoke)>{words::REVOKE.get(lang)}</Button>
            </div>
        </Section>
    }
}

/// Only what the server has just confirmed is changed: else one would renew what a colleague renewed a moment ago.
fn off(this: Page) -> Signal<bool> {
    Signal::derive(move || this.contact.get() != Contact::Fresh)
}

fn none(this: Page, lang: Lang) -> View {
    let make = Callback::new(move |()| this.do_it(Want::New));
    view! {
        <Empty title=words::NONE.get(lang) hint=words::NONE_HINT.get(lang)>
            <Button kind=ButtonKind::Fill icon=Some(icons::ADD) disabled=off(this) on_tap=Some(make)>
                {words::MAKE.get(lang)}
            </Button>
        </Empty>
    }
}
