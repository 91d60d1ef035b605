//! The desk: township and county read what their villages have sent. Online only.

mod admin;
mod place;
mod shown;
mod sign_in;
mod source;
mod unseen;
mod village;
mod visit;
mod visits;

use leptos::task::spawn_local;
use place::Place;
pub(crate) use source::Source;
use zhucun_api::Me;
use zhucun_domain::access::Role;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, admin as admin_words, common, desk as words};

use crate::{
    platform::{dom, events, http, http::HttpError, settings},
    state::use_app,
    ui::{Button, ButtonKind, Loading, icons},
};

/// Where the language is kept between visits to the desk.
const LANG: &str = "desk.lang";
/// Who was signed in last here: an account's id.
const LAST: &str = "desk.last";

/// Where a session is begun, asked for and ended.
const SESSION: &str = "/api/v1/session";

/// Whether it is known who is here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Session {
    /// The server is being asked.
    Asked,
    /// It could not say.
    Unknown(Word),
    /// Somebody signs out; the server is being told.
    Leaving,
    /// It is known: somebody, or nobody.
    Known,
}

/// What every part of the desk knows.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    lang: RwSignal<Lang>,
    me: RwSignal<Option<Me>>,
    place: RwSignal<Place>,
    session: RwSignal<Session>,
    /// Somebody has signed out and the server does not know it: the cookie would still open the desk.
    due: RwSignal<bool>,
    /// What is to be said at the place that is gone to.
    carried: StoredValue<Option<(Place, Word)>>,
}

impl Desk {
    fn new() -> Self {
        let lang: Option<String> = settings::get(LANG);
        Self {
            lang: RwSignal::new(Lang::from_tag(&lang.unwrap_or_default())),
            me: RwSignal::new(None),
            place: place::start(),
            session: RwSignal::new(Session::Asked),
            due: RwSignal::new(settings::get(settings::SIGN_OUT_DUE).unwrap_or(false)),
            carried: StoredValue::new(None),
        }
    }

    /// A word in the language of now; a closure that says it is run again with another.
    fn word(self, word: Word) -> &'static str {
        word.get(self.lang.get())
    }

    /// A word that follows the language by itself: pages are not made anew for it, so that what is typed stays.
    fn say(self, word: Word) -> impl Fn() -> &'static str + Copy + 'static {
        move || self.word(word)
    }

    fn fill(self, word: Word, values: &[(&str, &str)]) -> String {
        word.fill(self.lang.get(), values)
    }

    /// A name in the active language, else in any.
    fn name(self, names: &zhucun_api::Names) -> String {
        let key = if self.lang.get() == Lang::Zh { "zh" } else { "en" };
        names.get(key).into_iter().chain(names.values()).find(|name| !name.is_empty()).cloned().unwrap_or_default()
    }

    /// Asks who is here; where somebody has signed out and the server does not know it yet, it is told that instead.
    async fn begin(self) {
        if self.due.get_untracked() {
            return self.leave().await;
        }
        self.session.set(Session::Asked);
        self.session.set(match http::get_json(SESSION).await {
            Ok(me) => {
                self.enter(me);
                Session::Known
            }
            Err(error) if is_unsaid(&error) => Session::Unknown(why(&error)),
            Err(_) => Session::Known,
        });
    }

    /// Once more, by a button that goes with the answer.
    fn begin_again(self) {
        spawn_local(async move {
            self.begin().await;
            request_animation_frame(|| dom::focus_if_lost("main"));
        });
    }

    /// Somebody is signed in. An address that was passed on is kept, unless it stands there since somebody else's time.
    fn enter(self, me: Me) {
        let last: Option<String> = settings::get(LAST);
        if last.is_some_and(|last| last != me.user) {
            place::restart(self.place);
        }
        settings::set(LAST, me.user.as_str());
        // Their cookie has taken the place of the one before.
        settings::remove(settings::SIGN_OUT_DUE);
        self.due.set(false);
        self.me.set(Some(me));
    }

    /// Signs out: here at once, at the server as soon as it can be told. Until it is, nobody enters by the cookie.
    fn sign_out(self) {
        settings::set(settings::SIGN_OUT_DUE, true);
        self.due.set(true);
        self.session.set(Session::Leaving);
        self.me.set(None);
        place::restart(self.place);
        spawn_local(self.leave());
    }

    /// Tells the server that somebody has signed out.
    async fn leave(self) {
        self.session.set(Session::Leaving);
        let is_over = match http::delete(SESSION).await {
            Ok(()) | Err(HttpError::Refused { status: 401, .. }) => true,
            Err(_) => false,
        };
        if is_over {
            settings::remove(settings::SIGN_OUT_DUE);
        }
        self.due.set(!is_over);
        self.session.set(Session::Known);
    }
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

/// Whether an error leaves open what the server would have said.
const fn is_unsaid(error: &HttpError) -> bool {
    match error {
        HttpError::Offline => true,
        HttpError::Refused { status, .. } => *status >= 500 || *status == 429,
    }
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
        let desk = Desk::new();
        spawn_local(desk.begin());
        events::on_network(move |online| {
            if online && desk.due.get_untracked() && desk.session.get_untracked() == Session::Known {
                spawn_local(desk.leave());
            }
        });
        Effect::new(move |_| {
            // The parts that the phone has too, as in the preview of a form, follow this.
            use_app().lang.set(desk.lang.get());
            dom::set_lang(desk.lang.get());
            dom::set_title(desk.word(words::TITLE));
        });
        // A list stays as it is while another of its items is opened.
        let shell = Memo::new(move |_| desk.place.with(Place::shell));
        // Only these make a page anew: what it shows follows its own signals, and words the language.
        let page = move || {
            let (session, me, place) = (desk.session.get(), desk.me.get(), shell.get());
            untrack(|| drawn(desk, session, me.as_ref(), place))
        };
        view! {
            <div class="desk" class:with-places=move || desk.me.with(|me| me.as_ref().is_some_and(|me| has_bar(me.role)))>
                {header(desk)}
                <main tabindex="-1">{page}</main>
                {move || desk.me.get().map(|me| untrack(|| bar(desk, me.role)))}
            </div>
        }
    }
}

fn drawn(desk: Desk, session: Session, me: Option<&Me>, place: Place) -> View {
    let waiting = |word: Word| View::of(move || view! { <Loading text=desk.word(word)/> });
    match (session, me) {
        (Session::Asked, _) => waiting(words::LOADING),
        (Session::Leaving, _) => waiting(words::LEAVING),
        (Session::Unknown(why), _) => {
            let again = Callback::new(move |()| desk.begin_again());
            view! {
                <p role="alert">{desk.say(why)}</p>
                <Button kind=ButtonKind::Line on_tap=Some(again)>{desk.say(words::RETRY)}</Button>
            }
        }
        (Session::Known, None) => sign_in::form(desk),
        (Session::Known, Some(me)) if !me.role.at_desk() => view! {
            <p>{desk.say(words::PHONE_ROLE)}</p>
            <a class="desk-link" href="/">{desk.say(words::TO_PHONE)}</a>
        },
        (Session::Known, Some(me)) => at(desk, me, place),
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
                    {icons::draw(icon)}<span>{desk.say(word)}</span>
                </a>
            }
        })
        .collect();
    view! { <nav class="places" aria-label=desk.say(admin_words::PLACES)>{links}</nav> }
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
            {move || desk.me.get().map(|_| view! { <Button on_tap=Some(leave)>{desk.say(words::SIGN_OUT)}</Button> })}
        </header>
    }
}

/// The address of a place of the desk.
pub(crate) fn link(place: &Place) -> String {
    place.to_hash()
}
