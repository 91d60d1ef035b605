//! Where one is: typed paths over the History API. No router crate: it weighs 35 kB for what this file does.

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsValue;
use zhucun_view::prelude::*;

use crate::platform::{dom, events, http};

/// The places of the phone app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// `/`
    #[default]
    Today,
    /// `/households`
    Households,
    /// `/households/new`
    NewHousehold,
    /// `/households/{id}`
    Household(String),
    /// `/needs`
    Needs,
    /// `/needs/{id}`
    Need(String),
    /// `/needs/link`: the address for villagers.
    Link,
    /// `/needs/poster`
    Poster,
    /// `/say`: a villager says something on this phone.
    Say,
    /// `/share`: photos that another app has shared.
    Shared,
    /// `/mine`
    Mine,
    /// `/sync`
    Sync,
    /// `/sign-in`: for who is signed in but whose session is over.
    SignIn,
    /// `/visit/new`: a checklist is begun; its first question is whom it is about.
    NewVisit,
    /// `/visit/{draft}`: a checklist being filled.
    Visit(String),
    /// `/visits/{id}`: a finished one.
    SavedVisit(String),
}

impl Route {
    /// The route of a path; what is unknown is today.
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let mut parts = path.split(['?', '#']).next().unwrap_or_default().split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next()) {
            (Some("households"), None) => Self::Households,
            (Some("households"), Some("new")) => Self::NewHousehold,
            (Some("households"), Some(id)) => Self::Household(http::decode(id)),
            (Some("needs"), None) => Self::Needs,
            (Some("needs"), Some("link")) => Self::Link,
            (Some("needs"), Some("poster")) => Self::Poster,
            (Some("needs"), Some(id)) => Self::Need(http::decode(id)),
            (Some("say"), None) => Self::Say,
            (Some("share"), None) => Self::Shared,
            (Some("mine"), None) => Self::Mine,
            (Some("sync"), None) => Self::Sync,
            (Some("sign-in"), None) => Self::SignIn,
            (Some("visit"), Some("new")) => Self::NewVisit,
            (Some("visit"), Some(id)) => Self::Visit(http::decode(id)),
            (Some("visits"), Some(id)) => Self::SavedVisit(http::decode(id)),
            _ => Self::Today,
        }
    }

    /// The path of the route.
    #[must_use]
    pub fn to_path(&self) -> String {
        let (place, id) = match self {
            Self::Today => return "/".to_owned(),
            Self::Households => return "/households".to_owned(),
            Self::NewHousehold => return "/households/new".to_owned(),
            Self::Needs => return "/needs".to_owned(),
            Self::Link => return "/needs/link".to_owned(),
            Self::Poster => return "/needs/poster".to_owned(),
            Self::Say => return "/say".to_owned(),
            Self::Shared => return "/share".to_owned(),
            Self::Mine => return "/mine".to_owned(),
            Self::Sync => return "/sync".to_owned(),
            Self::SignIn => return "/sign-in".to_owned(),
            Self::NewVisit => return "/visit/new".to_owned(),
            Self::Household(id) => ("/households/", id),
            Self::Need(id) => ("/needs/", id),
            Self::Visit(id) => ("/visit/", id),
            Self::SavedVisit(id) => ("/visits/", id),
        };
        let mut path = place.to_owned();
        path.push_str(&http::encode(id));
        path
    }

    /// Where "back" leads when the app was opened at this very page.
    #[must_use]
    pub fn parent(&self) -> Self {
        match self {
            Self::Household(_) | Self::NewHousehold => Self::Households,
            Self::Need(_) | Self::Link | Self::Say => Self::Needs,
            Self::Poster => Self::Link,
            Self::Sync => Self::Mine,
            _ => Self::Today,
        }
    }
}

thread_local! {
    static ROUTE: Cell<Option<RwSignal<Route>>> = const { Cell::new(None) };
    /// The pages of the app that lie behind this one, and how far each was scrolled.
    static BEHIND: RefCell<Vec<(Option<Route>, f64)>> = const { RefCell::new(Vec::new()) };
}

fn history() -> Option<web_sys::History> {
    web_sys::window()?.history().ok()
}

fn address() -> Route {
    let path = web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    Route::parse(&path)
}

/// The place in the app's own history that the browser's entry carries.
fn depth() -> usize {
    history().and_then(|history| history.state().ok()?.as_f64()).map_or(0, |depth| depth as usize)
}

/// Begins to follow the address. To be called once, by the root.
pub fn start() -> RwSignal<Route> {
    let route = RwSignal::new(address());
    ROUTE.set(Some(route));
    events::on_popstate(move || {
        // A page that keeps steps of its own in the history (a visit's pages) is not drawn again for them.
        if route.get_untracked() != address() {
            route.set(address());
        }
        after_draw(behind(depth()).1);
    });
    route
}

fn after_draw(top: f64) {
    request_animation_frame(move || {
        dom::scroll_to(top);
        dom::focus_heading();
    });
}

fn keep_scroll(depth: usize) {
    BEHIND.with_borrow_mut(|pages| {
        pages.resize(depth + 1, (None, 0.0));
        pages[depth] = (Some(address()), dom::scroll_top());
    });
}

/// `None` for the page: it was left before this page was loaded.
fn behind(depth: usize) -> (Option<Route>, f64) {
    BEHIND.with_borrow(|pages| pages.get(depth).cloned().unwrap_or_default())
}

/// The page one is on, to be followed. There is none before [`start`].
#[must_use]
pub fn current() -> Route {
    ROUTE.get().map(RwSignal::get).unwrap_or_default()
}

/// Goes to a page.
pub fn navigate(to: Route) {
    let (Some(route), Some(history)) = (ROUTE.get(), history()) else { return };
    if route.get_untracked() == to {
        after_draw(0.0);
        return;
    }
    let depth = depth();
    keep_scroll(depth);
    let _ = history.push_state_with_url(&JsValue::from_f64((depth + 1) as f64), "", Some(&to.to_path()));
    route.set(to);
    after_draw(0.0);
}

/// Makes a step within a page, so that "back" comes to that page as it is now. It is told of it by `popstate`.
pub fn step() {
    let Some(history) = history() else { return };
    let depth = depth();
    keep_scroll(depth);
    let _ = history.push_state_with_url(&JsValue::from_f64((depth + 1) as f64), "", None);
}

/// Whether the address is the one of a route.
#[must_use]
pub fn is_here(route: &Route) -> bool {
    address() == *route
}

/// Goes back by so many [`step`]s.
pub fn back_by(steps: usize) {
    if let Some(history) = history() {
        let _ = history.go_with_delta(-(steps as i32));
    }
}

/// Leaves a page together with so many [`step`]s that were made in it.
pub fn leave(steps: usize) {
    match history() {
        Some(history) if depth() > steps => drop(history.go_with_delta(-(steps as i32) - 1)),
        _ => replace(ROUTE.get().map_or(Route::Today, |route| route.get_untracked().parent())),
    }
}

/// Goes to a page that takes the place of this one: "back" does not come here again.
pub fn replace(to: Route) {
    let (Some(route), Some(history)) = (ROUTE.get(), history()) else { return };
    let _ = history.replace_state_with_url(&JsValue::from_f64(depth() as f64), "", Some(&to.to_path()));
    route.set(to);
    after_draw(0.0);
}

/// Goes to a page for good: back, when one came from there, else in place of this one. "Back" does not find it twice.
pub fn return_to(to: Route) {
    match (depth().checked_sub(1).map(behind), history()) {
        (Some((Some(from), _)), Some(history)) if from == to => drop(history.back()),
        _ => replace(to),
    }
}

/// Goes back: to the page one came from, else to the page above.
pub fn back() {
    match history() {
        Some(history) if depth() > 0 => drop(history.back()),
        _ => replace(ROUTE.get().map_or(Route::Today, |route| route.get_untracked().parent())),
    }
}

/// A link to a page of the app: an ordinary link for a new tab or a long press, without loading for a tap.
#[derive(Default)]
pub struct A {
    /// Where to.
    pub to: Route,
    /// Classes.
    pub class: &'static str,
    /// `page` when it is the page one is on.
    pub current: Signal<bool>,
    /// What it shows.
    pub children: View,
}

impl Component for A {
    fn view(self) -> View {
        let Self { to, class, current, children } = self;
        let path = to.to_path();
        let go = move |event: web_sys::MouseEvent| {
            if event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
                event.prevent_default();
                navigate(to.clone());
            }
        };
        view! {
            <a href=path class=class aria-current=move || current.get().then_some("page") on:click=go>
                {children}
            </a>
        }
    }
}
