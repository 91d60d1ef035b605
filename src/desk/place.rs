//! Places of the desk, kept in the address after `#`, so that back works and an address can be passed on.

use wasm_bindgen::{JsCast, closure::Closure};
use zhucun_domain::visit::UNSEEN_DAYS;
use zhucun_view::prelude::*;

use crate::platform::http::{decode, encode};

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Villages,
    Village(String),
    /// A visit of a village, with the list it stands in.
    Visit(String, String),
    /// Households of a village (of all when empty) that were not seen for so many days.
    Unseen(String, i64),
}

/// Begins the address of a place that is no village: no id has this mark.
const UNSEEN: &str = "!unseen";

impl Place {
    fn parse(hash: &str) -> Self {
        let mut parts = hash.trim_start_matches(['#', '/']).split('/').map(decode);
        match (parts.next(), parts.next()) {
            (Some(place), village) if place == UNSEEN => {
                let days = parts.next().and_then(|days| days.parse().ok());
                Self::Unseen(village.unwrap_or_default(), days.unwrap_or(UNSEEN_DAYS))
            }
            (Some(village), None) if !village.is_empty() => Self::Village(village),
            (Some(village), Some(visit)) => Self::Visit(village, visit),
            _ => Self::Villages,
        }
    }

    pub(super) fn to_hash(&self) -> String {
        match self {
            Self::Villages => "#/".into(),
            Self::Village(village) => ["#/", &encode(village)].concat(),
            Self::Unseen(village, days) => ["#/", UNSEEN, "/", &encode(village), "/", &days.to_string()].concat(),
            Self::Visit(village, visit) => ["#/", &encode(village), "/", &encode(visit)].concat(),
        }
    }
}

fn current() -> Place {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    Place::parse(&hash.unwrap_or_default())
}

/// Goes to a place: a step that "back" takes back.
pub(super) fn go(place: &Place) {
    if let Some(window) = web_sys::window() {
        // The change of the address is heard, as that of a link is.
        let _ = window.location().set_hash(&place.to_hash());
    }
}

/// Back to the start, in the address too: the next person must not begin at a place of the last one's.
pub(super) fn restart(place: RwSignal<Place>) {
    place.set(Place::Villages);
    if let Some(window) = web_sys::window() {
        // A browser that refuses only keeps the old address.
        let _ = window.location().set_hash(&Place::Villages.to_hash());
    }
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
