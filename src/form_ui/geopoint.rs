//! `geopoint`: looks for the place until it is good enough or the person takes what there is.

use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::ask::{Ask, button, line, several};
use super::values::{geopoint_accuracy, geopoint_text};
use crate::platform::location::{Fix, LocationError, Watch, watch};
use crate::platform::timer;
use crate::ui::{counted, icons, say};

/// Metres: good enough to stop by itself.
const GOOD: f64 = 10.0;

/// What the receiver is doing.
#[derive(Clone, Copy, PartialEq)]
enum Search {
    Off,
    On(Option<Fix>),
    Failed(LocationError),
}

/// The widget's state; the watch ends with the page.
#[derive(Clone, Copy)]
struct Place {
    ask: Ask,
    search: RwSignal<Search>,
    watch: StoredValue<Option<Watch>>,
}

impl Place {
    fn begin(self) {
        self.search.set(Search::On(None));
        let started = watch(Box::new(move |report| self.hear(report)));
        match started {
            Ok(watch) => self.watch.set_value(Some(watch)),
            Err(error) => self.search.set(Search::Failed(error)),
        }
    }

    fn hear(self, report: Result<Fix, LocationError>) {
        let Some(now) = self.search.try_get_untracked() else { return };
        match (report, now) {
            (Ok(fix), _) if fix.accuracy <= GOOD => self.take(fix),
            // A worse fix after a better one is no news.
            (Ok(fix), Search::On(Some(best))) if fix.accuracy >= best.accuracy => {}
            (Ok(fix), _) => self.search.set(Search::On(Some(fix))),
            (Err(LocationError::NoFix), Search::On(Some(_))) => {}
            (Err(error), _) => self.search.set(Search::Failed(error)),
        }
    }

    fn take(self, fix: Fix) {
        self.ask.answer(&geopoint_text(fix.latitude, fix.longitude, fix.altitude, fix.accuracy));
        self.stop();
    }

    fn stop(self) {
        self.search.set(Search::Off);
        // Not here: this may be called by the watch itself.
        timer::after(0, move || self.watch.set_value(None));
    }
}

/// The widget.
pub fn field(ask: Ask) -> View {
    let place = Place { ask, search: RwSignal::new(Search::Off), watch: StoredValue::new(None) };
    let body = move || {
        let state = match place.search.get() {
            Search::Off => View::default(),
            Search::On(None) => line(icons::PLACE, ask.say(words::PLACE_SEARCHING).to_owned()),
            Search::On(Some(fix)) => better(place, fix),
            Search::Failed(error) => failed(ask, error),
        };
        view! { {state} {buttons(place)} }
    };
    several(ask, view! { {move || taken(ask)} <div aria-live="polite">{body}</div> })
}

fn metres(fix: Fix) -> String {
    (fix.accuracy.ceil() as i64).to_string()
}

fn taken(ask: Ask) -> View {
    let value = ask.value().get();
    if value.is_empty() {
        return View::default();
    }
    let words = match geopoint_accuracy(&value) {
        Some(accuracy) => counted(&words::PLACE_TAKEN, ask.form().lang(), accuracy as usize),
        None => ask.say(words::PLACE_TAKEN_ROUGH).to_owned(),
    };
    line(icons::CHECK, words)
}

/// A fix that is not good yet: its accuracy, live, and "take it anyway".
fn better(place: Place, fix: Fix) -> View {
    let ask = place.ask;
    let words = words::PLACE_IMPROVING.fill(ask.form().lang(), &[("n", &metres(fix))]);
    let take = words::PLACE_TAKE.fill(ask.form().lang(), &[("n", &metres(fix))]);
    view! { {line(icons::PLACE, words)} {button(None, View::of(take), move || place.take(fix))} }
}

fn failed(ask: Ask, error: LocationError) -> View {
    let word = match error {
        LocationError::Refused => words::PLACE_REFUSED,
        LocationError::NoFix => words::PLACE_NO_FIX,
        LocationError::Unsupported => words::PLACE_UNSUPPORTED,
    };
    view! { <div class="notice problem">{line(icons::ALERT, ask.say(word).to_owned())}</div> }
}

fn buttons(place: Place) -> View {
    let ask = place.ask;
    if ask.readonly() {
        return View::default();
    }
    let is_on = matches!(place.search.get(), Search::On(_));
    let (glyph, word) = match (is_on, ask.value().with(String::is_empty)) {
        (true, _) => (icons::CLOSE, &words::PLACE_STOP),
        (false, true) => (icons::PLACE, &words::PLACE_GET),
        (false, false) => (icons::PLACE, &words::PLACE_AGAIN),
    };
    let tap = move || if is_on { place.stop() } else { place.begin() };
    let main = button(Some(glyph), say(word), tap);
    let drop = (!is_on && !ask.required() && !ask.value().with(String::is_empty))
        .then(|| button(None, say(&words::CLEAR_ANSWER), move || ask.answer("")));
    view! { <div class="q-buttons">{main} {drop}</div> }
}
