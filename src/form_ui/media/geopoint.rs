//! `geopoint`: looks for the place until it is good enough or the person takes what there is. What is fair is the answer at
//! once, and a better one after it: the page may be left, or the phone may end the app, before the search does.

use zhucun_forms::decimal;
use zhucun_view::prelude::*;
use zhucun_words::{Word, media as words, visit};

use super::coordinates::by_typing;
use super::kept::{MAIN, named, problem};
use crate::form_ui::ask::{Ask, button, icon, line, several};
use crate::form_ui::values::{geopoint_accuracy, geopoint_text};
use crate::platform::location::{Fix, LocationError, Watch, watch};
use crate::platform::timer;
use crate::ui::{counted, icons, say};

/// Metres: good enough to stop by itself, unless the form has its own `capture-accuracy`.
const GOOD: f64 = 10.0;

/// Metres: fair enough to be kept without being asked, unless the form has its own `warning-accuracy`. As ODK has it.
const FAIR: f64 = 100.0;

/// What the receiver is doing.
#[derive(Clone, Copy, PartialEq)]
pub enum Search {
    /// Nothing.
    Off,
    /// It searches; the best it has found.
    On(Option<Fix>),
    /// It found nothing, and why.
    Failed(LocationError),
}

/// The widget's state; the watch ends with the page.
#[derive(Clone, Copy)]
struct Place {
    ask: Ask,
    search: RwSignal<Search>,
    watch: StoredValue<Option<Watch>>,
    /// The answer before the search.
    before: StoredValue<String>,
}

impl Place {
    fn begin(self) {
        self.before.set_value(self.ask.value_now());
        self.search.set(Search::On(None));
        let started = watch(true, Box::new(move |report| self.hear(report)));
        match started {
            Ok(watch) => self.watch.set_value(Some(watch)),
            Err(error) => self.fail(error),
        }
    }

    fn fail(self, error: LocationError) {
        self.search.set(Search::Failed(error));
        // What is said pushes the button down, behind the bar where the question is the last one.
        self.ask.reveal();
    }

    fn hear(self, report: Result<Fix, LocationError>) {
        let Some(now) = self.search.try_get_untracked() else { return };
        match (report, now) {
            // Ended, but not yet the receiver.
            (_, Search::Off) => {}
            (Ok(fix), _) if fix.accuracy <= good(self.ask) => self.take(fix),
            // A worse fix after a better one is no news.
            (Ok(fix), Search::On(Some(best))) if fix.accuracy >= best.accuracy => {}
            (Ok(fix), now) => {
                self.search.set(Search::On(Some(fix)));
                // Only when it grows: it is not to come back under somebody who reads on.
                if !matches!(now, Search::On(Some(_))) {
                    self.ask.reveal();
                }
                if self.is_fair(fix) {
                    self.keep(fix);
                }
            }
            (Err(LocationError::NoFix), Search::On(Some(_))) => {}
            (Err(error), _) => self.fail(error),
        }
    }

    fn is_fair(self, fix: Fix) -> bool {
        fix.accuracy <= fair(self.ask)
    }

    fn keep(self, fix: Fix) {
        self.ask.answer(&geopoint_text(fix.latitude, fix.longitude, fix.altitude, fix.accuracy));
    }

    fn take(self, fix: Fix) {
        self.keep(fix);
        self.end();
    }

    /// Ends the search with the place of before; where there was none with the best that was found.
    fn stop(self) {
        let before = self.before.get_value();
        if !before.is_empty() {
            self.ask.answer(&before);
        }
        self.end();
    }

    fn end(self) {
        self.search.set(Search::Off);
        // Not here: this may be called by the watch itself.
        timer::after(0, move || self.watch.set_value(None));
    }
}

/// The widget.
pub fn field(ask: Ask) -> View {
    let place = Place {
        ask,
        search: RwSignal::new(Search::Off),
        watch: StoredValue::new(None),
        before: StoredValue::new(String::new()),
    };
    // Not made anew with every fix: a button must not go from under the finger.
    let phase = phase(place.search);
    let body = move || {
        let state = match phase.get() {
            Phase::Off => View::default(),
            Phase::Searching => line(icons::PLACE, ask.say(words::PLACE_SEARCHING).to_owned()),
            Phase::Found => better(place),
            Phase::Failed(error) => failed(ask, error),
        };
        view! { {state} {buttons(place, phase)} }
    };
    let now = move || Some(ask.value_now()).filter(|value| !value.is_empty()).into_iter().collect();
    let take = move |spots: Vec<String>| {
        if let Some(first) = spots.first() {
            place.end();
            ask.answer(first);
        }
    };
    several(
        ask,
        view! { {move || taken(place)} <div aria-live="polite">{body}</div> {by_typing(ask, false, now, take)} },
    )
}

/// Metres that are good enough.
fn good(ask: Ask) -> f64 {
    decimal::parse(&ask.parameter("capture-accuracy")).unwrap_or(GOOD)
}

/// Metres that are fair enough.
pub fn fair(ask: Ask) -> f64 {
    decimal::parse(&ask.parameter("warning-accuracy")).unwrap_or(FAIR)
}

/// The accuracy in whole metres, as text.
pub fn metres(fix: Fix) -> String {
    (fix.accuracy.ceil() as i64).to_string()
}

/// The answer; not while it is said with "getting better".
fn taken(place: Place) -> View {
    let ask = place.ask;
    let value = ask.value().get();
    let is_said = matches!(place.search.get(), Search::On(Some(fix)) if place.is_fair(fix));
    if value.is_empty() || is_said {
        return View::default();
    }
    let words = match geopoint_accuracy(&value) {
        Some(accuracy) => counted(&words::PLACE_TAKEN, ask.form().lang(), accuracy as usize),
        None => ask.say(words::PLACE_TAKEN_ROUGH).to_owned(),
    };
    line(icons::CHECK, words)
}

/// A fix that is not good yet: its accuracy, live, and "take it anyway".
fn better(place: Place) -> View {
    let ask = place.ask;
    let said = move |word: Word| match place.search.get() {
        Search::On(Some(fix)) => word.fill(ask.form().lang(), &[("n", &metres(fix))]),
        _ => String::new(),
    };
    let take = move || {
        if let Search::On(Some(fix)) = place.search.get_untracked() {
            place.take(fix);
        }
    };
    view! {
        <p class="ask-line">{icon(icons::PLACE)} <span>{move || said(words::PLACE_IMPROVING)}</span></p>
        {button(None, View::of(move || said(words::PLACE_TAKE)), take)}
    }
}

/// What a search is at, without its figures.
#[derive(Clone, Copy, PartialEq)]
pub enum Phase {
    /// Nothing.
    Off,
    /// Nothing found yet.
    Searching,
    /// Something found.
    Found,
    /// Nothing found, and why.
    Failed(LocationError),
}

/// Follows a search, without its figures.
pub fn phase(search: RwSignal<Search>) -> Memo<Phase> {
    Memo::new(move |_| match search.get() {
        Search::Off => Phase::Off,
        Search::On(None) => Phase::Searching,
        Search::On(Some(_)) => Phase::Found,
        Search::Failed(error) => Phase::Failed(error),
    })
}

/// Why there is no place, and what to do.
pub fn failed(ask: Ask, error: LocationError) -> View {
    problem(ask.say(failed_words(error)).to_owned())
}

/// [`failed`] in words.
pub const fn failed_words(error: LocationError) -> Word {
    match error {
        LocationError::Refused => words::PLACE_REFUSED,
        LocationError::NoFix => words::PLACE_NO_FIX,
        LocationError::Unsupported => words::PLACE_UNSUPPORTED,
    }
}

fn buttons(place: Place, phase: Memo<Phase>) -> View {
    let ask = place.ask;
    if ask.readonly() {
        return View::default();
    }
    let is_on = matches!(phase.get(), Phase::Searching | Phase::Found);
    let is_empty = Memo::new(move |_| ask.value().with(String::is_empty));
    let (glyph, word) = match phase.get() {
        Phase::Searching | Phase::Found => (icons::CLOSE, &words::PLACE_STOP),
        Phase::Failed(_) => (icons::PLACE, &words::PLACE_RETRY),
        Phase::Off if is_empty.get() => (icons::PLACE, &words::PLACE_GET),
        Phase::Off => (icons::PLACE, &words::PLACE_AGAIN),
    };
    let tap = move || if is_on { place.stop() } else { place.begin() };
    let main = named(ask, MAIN, glyph, say(word), tap);
    let drop = (!is_on && !ask.required() && !is_empty.get())
        .then(|| button(None, say(&visit::CLEAR_ANSWER), move || ask.answer("")));
    view! { <div class="q-buttons">{main} {drop}</div> }
}
