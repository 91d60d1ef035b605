//! Places of the desk, kept in the address after `#`, so that back works and an address can be passed on.

use wasm_bindgen::{JsCast, closure::Closure};
use zhucun_domain::access::Role;
use zhucun_view::prelude::*;
use zhucun_words::{Word, admin as words};

use crate::{
    platform::http::{decode, encode},
    ui::icons::{self, IconData},
};

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Villages,
    Village(String),
    /// A visit of a village, with the list it stands in.
    Visit(String, String),
    /// Households of a village (of all when empty) that were not seen for so many days; without, as many as the county has set.
    Unseen(String, Option<i64>),
    /// Townships and villages as they are administered; with the one that is open.
    Places(Option<String>),
    /// The forms; with the one that is open, or [`NEW`].
    Forms(Option<String>),
    /// The people; with the one that is open, or [`NEW`].
    Users(Option<String>),
    Settings,
}

/// Stands for the one that is to be made, where the address names the one that is open.
pub(crate) const NEW: &str = "+";

/// Begins the addresses of what is no village: no village's id does.
const MARK: char = '!';

impl Place {
    fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches(['#', '/']);
        let mut parts = path.trim_start_matches(MARK).split('/').map(decode);
        let (first, second) = (parts.next().unwrap_or_default(), parts.next().filter(|part| !part.is_empty()));
        if path.starts_with(MARK) {
            return match first.as_str() {
                "places" => Self::Places(second),
                "forms" => Self::Forms(second),
                "users" => Self::Users(second),
                "settings" => Self::Settings,
                "unseen" => {
                    let days = parts.next().and_then(|days| days.parse().ok());
                    Self::Unseen(second.unwrap_or_default(), days)
                }
                _ => Self::Villages,
            };
        }
        match second {
            None if !first.is_empty() => Self::Village(first),
            Some(visit) => Self::Visit(first, visit),
            None => Self::Villages,
        }
    }

    pub(super) fn to_hash(&self) -> String {
        let of = |what: &str, open: &Option<String>| match open {
            Some(open) => ["#!", what, "/", &encode(open)].concat(),
            None => ["#!", what].concat(),
        };
        match self {
            Self::Villages => "#/".into(),
            Self::Village(village) => ["#/", &encode(village)].concat(),
            Self::Unseen(village, None) => ["#!unseen/", &encode(village)].concat(),
            Self::Unseen(village, Some(days)) => ["#!unseen/", &encode(village), "/", &days.to_string()].concat(),
            Self::Visit(village, visit) => ["#/", &encode(village), "/", &encode(visit)].concat(),
            Self::Places(open) => of("places", open),
            Self::Forms(open) => of("forms", open),
            Self::Users(open) => of("users", open),
            Self::Settings => "#!settings".into(),
        }
    }

    /// The place without what is open of it, where a list stands beside that, and without what is filtered.
    pub(super) fn shell(&self) -> Self {
        match self {
            Self::Places(_) => Self::Places(None),
            Self::Forms(_) => Self::Forms(None),
            Self::Users(_) => Self::Users(None),
            Self::Visit(village, _) => Self::Visit(village.clone(), String::new()),
            Self::Unseen(..) => Self::Unseen(String::new(), None),
            other => other.clone(),
        }
    }

    /// Which of the [`places`] it belongs to.
    pub(super) const fn root(&self) -> usize {
        match self {
            Self::Villages | Self::Village(_) | Self::Visit(..) | Self::Unseen(..) | Self::Places(_) => 0,
            Self::Forms(_) => 1,
            Self::Users(_) => 2,
            Self::Settings => 3,
        }
    }

    /// Whether somebody of a role may be here.
    pub(super) const fn is_for(&self, role: Role) -> bool {
        match self {
            Self::Villages | Self::Village(_) | Self::Visit(..) | Self::Unseen(..) => true,
            Self::Users(_) => matches!(role, Role::Township | Role::County),
            Self::Places(_) | Self::Forms(_) | Self::Settings => matches!(role, Role::County),
        }
    }
}

/// The places of the bar: where each begins, its icon and its word.
pub(super) fn places() -> [(Place, IconData, Word); 4] {
    [
        (Place::Villages, icons::HOUSE, words::PLACE_VILLAGES),
        (Place::Forms(None), icons::LIST, words::PLACE_FORMS),
        (Place::Users(None), icons::USERS, words::PLACE_USERS),
        (Place::Settings, icons::SETTINGS, words::PLACE_SETTINGS),
    ]
}

fn current() -> Place {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    Place::parse(&hash.unwrap_or_default())
}

/// Goes to a place, by the address: a step that "back" takes back.
pub(crate) fn go(place: &Place) {
    if let Some(window) = web_sys::window() {
        // The change of the address is heard, as that of a link is.
        let _ = window.location().set_hash(&place.to_hash());
    }
}

/// Back to the start, in the address too: the next person must not begin at a place of the last one's.
pub(super) fn restart(place: RwSignal<Place>) {
    place.set(Place::Villages);
    go(&Place::Villages);
}

/// The current place, following the address.
pub(super) fn start() -> RwSignal<Place> {
    let place = RwSignal::new(current());
    let changed = Closure::<dyn Fn()>::new(move || place.set(current()));
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback("hashchange", changed.as_ref().unchecked_ref());
    }
    // Lives as long as the page.
    changed.forget();
    place
}
