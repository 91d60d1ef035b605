//! The desk: township and county read what their villages have sent. Online only.

mod admin;
mod place;
mod shown;
mod sign_in;
mod unseen;
mod village;
mod visit;
mod visits;

use leptos::task::spawn_local;
use place::Place;
use serde::de::DeserializeOwned;
use zhucun_api::Me;
use zhucun_domain::access::Role;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, admin as admin_words, common, desk as words};

use crate::{
    platform::{dom, http, http::HttpError, settings},
    state::use_app,
    ui::{Button, ButtonKind, Loading, icons},
};

/// Where the language is kept between visits to the desk.
const LANG: &str = "desk.lang";
/// Who was signed in last here: an account's id.
const LAST: &str = "desk.last";

/// What every part of the desk knows.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    lang: RwSignal<Lang>,
    me: RwSignal<Option<Me>>,
    place: RwSignal<Place>,
    /// Whether the session has been asked for.
    asked: RwSignal<bool>,
}

impl Desk {
    fn word(self, word: Word) -> &'static str {
        word.get(self.lang.get())
    }

    fn fill(self, word: Word, values: &[(&str, &str)]) -> String {
        word.fill(self.lang.get(), values)
    }

    /// A name in the active language, else in any.
    fn name(self, names: &zhucun_api::Names) -> String {
        let key = if self.lang.get() == Lang::Zh { "zh" } else { "en" };
        names.get(key).or_else(|| names.values().next()).cloned().unwrap_or_default()
    }

    /// Somebody is signed in. An address that was passed on is kept, unless it stands there since somebody else's time.
    fn enter(self, me: Me) {
        let last: Option<String> = settings::get(LAST);
        if last.is_some_and(|last| last != me.user) {
            place::restart(self.place);
        }
        settings::set(LAST, me.user.as_str());
        self.me.set(Some(me));
    }

    fn sign_out(self) {
        spawn_local(async move {
            // The cookie is gone or the server was not reached: either way the person has to sign in again here.
            let _ = http::delete("/api/v1/session").await;
            self.me.set(None);
            place::restart(self.place);
        });
    }
}

/// What a request has brought so far.
#[derive(Clone)]
pub(crate) enum Fetched<T> {
    Waiting,
    Here(T),
    Failed(Word),
}

/// The words for a failed request.
fn why(error: &HttpError) -> Word {
    match error {
        HttpError::Offline => words::OFFLINE,
        HttpError::Refused { status: 401, .. } => admin_words::SIGNED_OUT,
        HttpError::Refused { status: 403, .. } => admin_words::FORBIDDEN,
        HttpError::Refused { .. } => words::FAILED,
    }
}

/// Fetches JSON into a signal.
pub(crate) fn fetch<T: DeserializeOwned + 'static>(url: String, into: RwSignal<Fetched<T>>) {
    into.set(Fetched::Waiting);
    spawn_local(async move {
        let fetched = match http::get_json(&url).await {
            Ok(value) => Fetched::Here(value),
            Err(error) => Fetched::Failed(why(&error)),
        };
        // The part that asked may be gone.
        let _ = into.try_set(fetched);
    });
}

/// A fetched thing, or the word for its state with a way to try again.
pub(crate) fn fetched<T: Clone + 'static>(
    desk: Desk,
    signal: RwSignal<Fetched<T>>,
    again: Callback<()>,
    draw: impl Fn(T) -> View + 'static,
) -> View {
    View::of(move || match signal.get() {
        Fetched::Waiting => view! { <Loading text=desk.word(words::LOADING)/> },
        Fetched::Here(value) => draw(value),
        Fetched::Failed(why) => view! {
            <p role="alert">{desk.word(why)}</p>
            <Button kind=ButtonKind::Line on_tap=Some(again)>{desk.word(words::RETRY)}</Button>
        },
    })
}

/// Puts the desk into the page.
pub fn mount_desk() {
    zhucun_view::mount(|| view! { <DeskRoot/> });
    dom::remove_skeleton();
}

#[derive(Default)]
struct DeskRoot;

impl Component for DeskRoot {
    fn view(self) -> View {
        let kept: Option<String> = settings::get(LANG);
        let desk = Desk {
            lang: RwSignal::new(Lang::from_tag(&kept.unwrap_or_default())),
            me: RwSignal::new(None),
            place: place::start(),
            asked: RwSignal::new(false),
        };
        spawn_local(async move {
            if let Ok(me) = http::get_json("/api/v1/session").await {
                desk.enter(me);
            }
            desk.asked.set(true);
        });
        Effect::new(move |_| {
            // The parts that the phone has too, as in the preview of a form, follow this.
            use_app().lang.set(desk.lang.get());
            dom::set_lang(desk.lang.get());
            dom::set_title(desk.word(words::TITLE));
        });
        // A list stays as it is while another of its items is opened.
        let shell = Memo::new(move |_| desk.place.with(Place::shell));
        view! {
            <div class="desk" class:with-places=move || desk.me.with(|me| me.as_ref().is_some_and(|me| has_bar(me.role)))>
                {header(desk)}
                <main>
                    {move || match (desk.asked.get(), desk.me.get()) {
                        (false, _) => view! { <Loading text=desk.word(words::LOADING)/> },
                        (true, None) => sign_in::form(desk),
                        (true, Some(me)) if !me.role.at_desk() => view! {
                            <p>{desk.word(words::PHONE_ROLE)}</p>
                            <a class="desk-link" href="/">{desk.word(words::TO_PHONE)}</a>
                        },
                        (true, Some(me)) => at(desk, &me, shell.get()),
                    }}
                </main>
                {move || desk.me.get().map(|me| bar(desk, me.role))}
            </div>
        }
    }
}

/// Draws a place; who may not be at one is at the start.
fn at(desk: Desk, me: &Me, place: Place) -> View {
    match place {
        place if !place.is_for(me.role) => shown::at(desk, me, Place::Villages),
        Place::Villages => view! { {admin::ways(desk, me.role)}{shown::at(desk, me, Place::Villages)} },
        Place::Places(_) => admin::places(desk),
        Place::Forms(_) => admin::forms(desk),
        Place::Users(_) => admin::users(desk, me),
        Place::Settings => admin::settings(desk),
        place => shown::at(desk, me, place),
    }
}

/// The places a role may go to: at the thumb on a phone, a rail at the left on a wide screen. One alone needs no bar.
fn bar(desk: Desk, role: Role) -> View {
    if !has_bar(role) {
        return View::default();
    }
    let links: Vec<_> = place::places()
        .into_iter()
        .filter(|(place, ..)| place.is_for(role))
        .map(|(place, icon, word)| {
            let root = place.root();
            let is_here = move || desk.place.with(Place::root) == root;
            view! {
                <a href=place.to_hash() aria-current=move || is_here().then_some("page")>
                    {icons::draw(icon)}<span>{desk.word(word)}</span>
                </a>
            }
        })
        .collect();
    let label = desk.word(admin_words::PLACES);
    view! { <nav class="places" aria-label=label>{links}</nav> }
}

/// Whether there is more than one place to go to.
fn has_bar(role: Role) -> bool {
    Place::Users(None).is_for(role)
}

fn header(desk: Desk) -> View {
    let other = move || if desk.lang.get() == Lang::Zh { Lang::En } else { Lang::Zh };
    let switch = Callback::new(move |()| {
        let lang = other();
        settings::set(LANG, lang.tag());
        desk.lang.set(lang);
    });
    let leave = Callback::new(move |()| desk.sign_out());
    view! {
        <header>
            <h1>{move || desk.me.get().map_or_else(|| desk.word(common::PRODUCT).to_owned(), |me| desk.name(&me.place))}</h1>
            <Button on_tap=Some(switch)>{move || if other() == Lang::Zh { "中文" } else { "English" }}</Button>
            {move || desk.me.get().map(|_| view! { <Button on_tap=Some(leave)>{desk.word(words::SIGN_OUT)}</Button> })}
        </header>
    }
}

/// The address of a place of the desk.
pub(crate) fn link(place: &Place) -> String {
    place.to_hash()
}
