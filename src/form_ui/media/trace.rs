//! `geotrace` and `geoshape`: places along a way or around a field, walked: each by a tap, or by itself every few seconds while
//! the page is open; or typed.

use js_sys::Math;
use zhucun_forms::decimal;
use zhucun_forms::definition::Kind;
use zhucun_forms::spots::{apart, measure, path, together};
use zhucun_forms::told::grouped;
use zhucun_json::texts::joined;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, media as words};

use super::coordinates::by_typing;
use super::geopoint::{Phase, Search, failed, fair, metres, phase};
use super::kept::{MAIN, named};
use crate::form_ui::ask::{Ask, button, icon, line, several};
use crate::form_ui::values::{geopoint_read, geopoint_text};
use crate::platform::awake::Awake;
use crate::platform::location::{Fix, LocationError, Watch, watch};
use crate::platform::{clock, timer};
use crate::ui::{icons, say};

/// Seconds between two places that are taken by themselves; 0: only by a tap.
const EVERY: [u32; 5] = [0, 5, 10, 30, 60];

/// The widget's state; the watch ends with the page.
#[derive(Clone, Copy)]
struct Trace {
    ask: Ask,
    closed: bool,
    search: RwSignal<Search>,
    watch: StoredValue<Option<(Watch, Awake)>>,
    /// Seconds, and when the last place was taken by itself.
    every: RwSignal<u32>,
    last: StoredValue<i64>,
    /// What was taken away last, for "undo": the whole answer of before.
    before: RwSignal<Option<String>>,
}

/// The widget.
pub fn field(ask: Ask) -> View {
    let trace = Trace {
        ask,
        closed: ask.kind() == Kind::Geoshape,
        search: RwSignal::new(Search::Off),
        watch: StoredValue::new(None),
        every: RwSignal::new(0),
        last: StoredValue::new(0),
        before: RwSignal::new(None),
    };
    let take = move |spots: Vec<String>| {
        trace.before.set(Some(ask.value_now()));
        trace.answer(&spots);
    };
    let phase = phase(trace.search);
    let is_empty = Memo::new(move |_| ask.value().with(String::is_empty));
    let fields = view! {
        {move || trace.measured()}
        <div aria-live="polite">{move || trace.state(phase)}</div>
        {move || trace.buttons(phase)}
        {trace.by_itself()}
        {move || trace.changes(is_empty.get())}
        {move || trace.back()}
        {trace.list(is_empty)}
        {by_typing(ask, true, move || trace.spots(), take)}
    };
    several(ask, fields)
}

impl Trace {
    fn spots(self) -> Vec<String> {
        apart(&self.ask.value_now(), self.closed)
    }

    fn answer(self, spots: &[String]) {
        self.ask.answer(&together(spots, self.closed));
    }

    fn begin(self) {
        self.search.set(Search::On(None));
        // What is wrong with a way that has just been begun is not said while one walks.
        self.ask.entered();
        match watch(true, Box::new(move |report| self.hear(report))) {
            Ok(watch) => self.watch.set_value(Some((watch, Awake::new()))),
            Err(error) => self.fail(error),
        }
    }

    fn fail(self, error: LocationError) {
        self.search.set(Search::Failed(error));
        self.ask.reveal();
    }

    fn hear(self, report: Result<Fix, LocationError>) {
        let Some(now) = self.search.try_get_untracked() else { return };
        match (report, now) {
            (_, Search::Off) => {}
            (Ok(fix), _) => {
                self.search.set(Search::On(Some(fix)));
                self.step(fix);
            }
            (Err(LocationError::NoFix), Search::On(Some(_))) => {}
            (Err(error), _) => self.fail(error),
        }
    }

    /// Takes a place by itself, when it is time and it is fair.
    fn step(self, fix: Fix) {
        let (every, now) = (self.every.get_untracked(), clock::now());
        if every > 0 && now - self.last.get_value() >= i64::from(every) * 1000 && fix.accuracy <= fair(self.ask) {
            self.add(fix);
        }
    }

    fn add(self, fix: Fix) {
        let spot = geopoint_text(fix.latitude, fix.longitude, fix.altitude, fix.accuracy);
        let mut spots = self.spots();
        self.last.set_value(clock::now());
        // Who stands still is where he was.
        if spots.last() == Some(&spot) && self.every.get_untracked() > 0 {
            return;
        }
        spots.push(spot);
        self.before.set(None);
        self.answer(&spots);
    }

    fn end(self) {
        self.search.set(Search::Off);
        self.every.set(0);
        self.watch.set_value(None);
        self.ask.left();
    }

    /// How many places, how long, how large, and their picture.
    fn measured(self) -> View {
        let (ask, closed) = (self.ask, self.closed);
        let spots = apart(&ask.value().get(), closed);
        if spots.is_empty() {
            return View::default();
        }
        let lang = ask.form().lang();
        let least = if closed { 3 } else { 2 };
        let words = if spots.len() < least {
            let missing = words::TRACE_MORE.fill(lang, &[("n", &(least - spots.len()).to_string())]);
            joined(
                &[&words::TRACE_COUNT.fill(lang, &[("n", &spots.len().to_string())]), &missing],
                words::TRACE_AND.get(lang),
            )
        } else {
            said(lang, &spots, closed)
        };
        let drawn = path(&spots, closed, Math::cos);
        let picture = (!drawn.is_empty()).then(|| {
            view! { <svg class="trace" viewBox="0 0 100 100" aria-hidden="true" focusable="false"><path d=drawn></path></svg> }
        });
        view! { <div class="measured">{picture} <p>{words}</p></div> }
    }

    fn state(self, phase: Memo<Phase>) -> View {
        let ask = self.ask;
        let now = move || match self.search.get() {
            Search::On(Some(fix)) => words::TRACE_NOW.fill(ask.form().lang(), &[("n", &metres(fix))]),
            _ => String::new(),
        };
        match phase.get() {
            Phase::Off => View::default(),
            Phase::Searching => line(icons::PLACE, ask.say(words::PLACE_SEARCHING).to_owned()),
            Phase::Found => view! { <p class="ask-line">{icon(icons::PLACE)} <span>{now}</span></p> },
            Phase::Failed(error) => failed(ask, error),
        }
    }

    fn buttons(self, phase: Memo<Phase>) -> View {
        let ask = self.ask;
        if ask.readonly() {
            return View::default();
        }
        let (now, is_first) = (phase.get(), self.every.get() == 0);
        let add = (now == Phase::Found && is_first).then(|| {
            let add = move || {
                if let Search::On(Some(fix)) = self.search.get_untracked() {
                    self.add(fix);
                }
            };
            button(Some(icons::ADD), say(&words::TRACE_ADD), add)
        });
        let main = match now {
            Phase::Searching | Phase::Found => {
                named(ask, MAIN, icons::CLOSE, say(&words::PLACE_STOP), move || self.end())
            }
            Phase::Failed(_) => named(ask, MAIN, icons::PLACE, say(&words::PLACE_RETRY), move || self.begin()),
            Phase::Off => named(ask, MAIN, icons::PLACE, say(&words::TRACE_BEGIN), move || self.begin()),
        };
        view! { {add} {main} }
    }

    /// How places are taken while one walks.
    fn by_itself(self) -> View {
        let ask = self.ask;
        let is_on = Memo::new(move |_| matches!(self.search.get(), Search::On(_)));
        let choose = move |event: web_sys::Event| {
            self.every.set(event_target_value(&event).parse().unwrap_or_default());
            self.last.set_value(0);
            if let Search::On(Some(fix)) = self.search.get_untracked() {
                self.step(fix);
            }
        };
        let option = move |seconds: u32| {
            let words = move || match seconds {
                0 => ask.say(words::TRACE_BY_HAND).to_owned(),
                n => words::TRACE_EVERY.fill(ask.form().lang(), &[("n", &n.to_string())]),
            };
            view! { <option value=seconds.to_string() prop:selected=move || self.every.get() == seconds>{words}</option> }
        };
        let menu = move || {
            is_on.get().then(|| {
                let options: Vec<_> = EVERY.into_iter().map(option).collect();
                view! {
                    <label class="ask-line" for=ask.element_id("-every")>{say(&words::TRACE_HOW)}</label>
                    <select class="field" id=ask.element_id("-every") on:change=choose>{options}</select>
                }
            })
        };
        // A phone that stands still says nothing new of itself.
        let tick = move || {
            if let Some(Search::On(Some(fix))) = self.search.try_get_untracked() {
                self.step(fix);
            }
        };
        keep_ticking(self.search, tick);
        view! { {menu} }
    }

    /// Last place away, all away.
    fn changes(self, is_empty: bool) -> View {
        let ask = self.ask;
        if ask.readonly() || is_empty {
            return View::default();
        }
        let take = move |spots: &[String]| {
            let before = ask.value_now();
            self.answer(spots);
            self.before.set(Some(before));
        };
        let drop_last = move || {
            let mut spots = self.spots();
            spots.pop();
            take(&spots);
        };
        let last = button(Some(icons::DELETE), say(&words::TRACE_DROP), drop_last);
        let all = button(Some(icons::CLOSE), say(&words::SIGN_CLEAR), move || take(&[]));
        view! { <div class="q-buttons">{last} {all}</div> }
    }

    /// What was taken away, back.
    fn back(self) -> View {
        let ask = self.ask;
        View::of(self.before.get().map(|before| {
            let back = move || {
                self.before.set(None);
                ask.answer(&before);
            };
            button(Some(icons::UNDO), say(&words::TRACE_BACK), back)
        }))
    }

    /// All places, behind words that open them.
    fn list(self, is_empty: Memo<bool>) -> View {
        let ask = self.ask;
        let rows = move || {
            let lang = ask.form().lang();
            let row = |spot: String| {
                let said = match geopoint_read(&spot) {
                    Some([lat, lon, n]) => words::PLACE_SAID.fill(lang, &[("lat", &lat), ("lon", &lon), ("n", &n)]),
                    None => spot,
                };
                view! { <li>{said}</li> }
            };
            apart(&ask.value().get(), self.closed).into_iter().map(row).collect::<Vec<_>>()
        };
        View::of(move || {
            (!is_empty.get()).then(|| {
                view! {
                    <details class="by-typing">
                        <summary>{icon(icons::LIST)} <span>{say(&words::TRACE_LIST)}</span></summary>
                        <ol class="spots">{rows}</ol>
                    </details>
                }
            })
        })
    }
}

/// How many places, how long and how large, in words.
pub fn said(lang: Lang, spots: &[String], closed: bool) -> String {
    let measure = measure(spots, closed, Math::cos);
    let whole = |number: f64| grouped(&decimal::plain(number.round()));
    let parts = [
        ("n", spots.len().to_string()),
        ("m", whole(measure.length)),
        ("area", whole(measure.area)),
        ("mu", decimal::plain(measure.mu())),
    ];
    let word = if closed { words::FIELD } else { words::LINE };
    word.fill(lang, &parts.each_ref().map(|(name, text)| (*name, text.as_str())))
}

/// Calls each second while the page is open.
fn keep_ticking(search: RwSignal<Search>, tick: impl Fn() + 'static) {
    timer::after(1_000, move || {
        if search.try_get_untracked().is_some() {
            tick();
            keep_ticking(search, tick);
        }
    });
}
