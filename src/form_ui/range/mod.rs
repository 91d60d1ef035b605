//! `range`: up to 11 values are steps to tap, more are a slider; appearances `vertical`, `no-ticks`, `picker`, `rating`.

mod values;

use zhucun_json::texts::joined;
use zhucun_view::{El, prelude::*};
use zhucun_words::{visit, widgets as words};

use super::ask::{Ask, clear, icon, several, single};
use crate::ui::icons;

/// More values than these are no steps to tap.
const STEPS: i64 = 11;
/// More are no stars.
const STARS: i64 = 20;
/// More are no menu.
const MENU: i64 = 1_000;
/// More are no marks at a slider.
const MARKS: i64 = 21;

/// What may be answered; as text.
#[derive(Clone)]
struct Range {
    start: String,
    end: String,
    step: String,
}

impl Range {
    fn of(ask: Ask) -> Self {
        let or =
            |name, default: &str| Some(ask.parameter(name)).filter(|v| !v.is_empty()).unwrap_or(default.to_owned());
        let step = or("step", "1");
        Self { start: or("start", "1"), end: or("end", "10"), step: step.strip_prefix('-').unwrap_or(&step).to_owned() }
    }

    fn values(&self, most: i64) -> Option<Vec<String>> {
        values::steps(&self.start, &self.end, &self.step, most)
    }

    /// Whether the first value is the greatest.
    fn runs_down(&self) -> bool {
        !values::is_up_to(&self.start, &self.end)
    }
}

/// The widget.
pub fn field(ask: Ask) -> View {
    let range = Range::of(ask);
    let is = |word: &str, most: i64| if ask.looks(word) { range.values(most) } else { None };
    if let Some(values) = is("rating", STARS) {
        return stars(ask, values);
    }
    if let Some(values) = is("picker", MENU) {
        return picker(ask, values);
    }
    let is_slider = ask.looks("vertical") || ask.looks("no-ticks");
    match range.values(STEPS).filter(|_| !is_slider) {
        Some(values) => steps(ask, values),
        None => slider(ask, &range),
    }
}

/// A value with the words that the form has for it.
fn worded(ask: Ask, value: &str) -> String {
    let words =
        ask.choices().with(|choices| choices.iter().find(|(name, _)| name == value).map(|(_, words)| words.clone()));
    words.map_or_else(|| value.to_owned(), |words| joined(&[value, &words], " · "))
}

fn steps(ask: Ask, values: Vec<String>) -> View {
    let steps: Vec<_> = values.into_iter().map(|value| step(ask, value)).collect();
    several(ask, view! { <div class="steps">{steps}</div> {clear(ask)} })
}

fn step(ask: Ask, value: String) -> View {
    let shown = value.clone();
    let words = move || worded(ask, &shown);
    radio(ask, value.clone(), "step", move |answer| answer == value, view! { <span>{words}</span> })
}

/// A radio button that lies over what is drawn for its value.
fn radio(ask: Ask, value: String, class: &'static str, is_on: impl Fn(&str) -> bool + 'static, drawn: View) -> View {
    let picked = value.clone();
    view! {
        <label class=class class:on=move || ask.value().with(|answer| is_on(answer))>
            <input type="radio" name=ask.element_id("") prop:checked=move || ask.value().with(|answer| *answer == picked)
                prop:disabled=move || ask.readonly() on:change=move |_| ask.answer(&value) />
            {drawn}
        </label>
    }
}

/// `rating`: as many stars are lit as the answer says.
fn stars(ask: Ask, mut values: Vec<String>) -> View {
    values.retain(|value| values::is_above_zero(value));
    let of = values.last().cloned().unwrap_or_default();
    let star = move |value: String| {
        let (number, of) = (value.clone(), of.clone());
        let name = move || words::STARS.fill(ask.form().lang(), &[("n", &number), ("of", &of)]);
        let lit = value.clone();
        let drawn = view! { <span class="star-shape">{icon(icons::STAR)}</span> <span class="heard">{name}</span> };
        radio(ask, value, "star", move |answer| values::is_up_to(&lit, answer), drawn)
    };
    let most = values.last().cloned().unwrap_or_default();
    let shown = move || match ask.value().get() {
        value if value.is_empty() => ask.say(visit::NOT_SET).to_owned(),
        value => joined(&[&value, &most], " / "),
    };
    let stars: Vec<_> = values.into_iter().map(star).collect();
    several(ask, view! { <div class="stars">{stars}</div> <p class="ask-line">{shown}</p> {clear(ask)} })
}

/// `picker`: the phone's own menu of all values.
fn picker(ask: Ask, values: Vec<String>) -> View {
    let option = |value: String| {
        let shown = value.clone();
        let words = move || worded(ask, &shown);
        let taken = value.clone();
        view! { <option value=value prop:selected=move || ask.value().with(|value| *value == taken)>{words}</option> }
    };
    let menu = view! {
        <select class="field" id=ask.element_id("") aria-describedby=ask.described() aria-invalid=move || ask.invalid()
            aria-required=move || ask.required().to_string() prop:disabled=move || ask.readonly()
            on:change=move |event| ask.answer(&event_target_value(&event))>
            <option value="" prop:selected=move || ask.value().with(String::is_empty)>{move || ask.say(visit::CHOOSE)}</option>
            {values.into_iter().map(option).collect::<Vec<_>>()}
        </select>
    };
    single(ask, menu)
}

fn slider(ask: Ask, range: &Range) -> View {
    ask.keep_shown(str::to_owned);
    let is_up = ask.looks("vertical");
    let marks = marks(ask, range);
    let value = Some(ask.value_now()).filter(|value| !value.is_empty()).unwrap_or_else(|| ask.parameter("placeholder"));
    let shown = move || {
        let value = ask.value().get();
        if value.is_empty() { ask.say(visit::NOT_SET).to_owned() } else { worded(ask, &value) }
    };
    let (least, most) = if range.runs_down() { (&range.end, &range.start) } else { (&range.start, &range.end) };
    let input = view! {
        <input class="slider" id=ask.element_id("") type="range" min=least.clone() max=most.clone() step=range.step.clone()
            dir=range.runs_down().then_some("rtl") aria-orientation=is_up.then_some("vertical") prop:value=value
            aria-describedby=ask.described() aria-valuetext=shown
            class:unset=move || ask.value().with(String::is_empty) prop:disabled=move || ask.readonly()
            on:input=move |event| ask.type_in(&event_target_value(&event))
            on:change=move |event| ask.answer(&event_target_value(&event))
            // Where the thumb stands already: there is nothing that changes, and it is meant all the same.
            on:pointerup=move |event| {
                if ask.value().with_untracked(String::is_empty) && !ask.readonly() {
                    ask.answer(&event_target_value(&event));
                }
            } />
    };
    let (start, end) = (range.start.clone(), range.end.clone());
    let ends = view! {
        <div class="slider-ends"><span>{move || worded(ask, &start)}</span><span>{move || worded(ask, &end)}</span></div>
    };
    let class = if is_up { "slider-up" } else { "slider-flat" };
    single(
        ask,
        view! {
            <output class="slider-value" for=ask.element_id("")>{shown}</output>
            <div class=class><div class="slider-track">{marks} {input}</div> {ends}</div>
            {clear(ask)}
        },
    )
}

/// A mark at each step, or as far apart as the form says.
fn marks(ask: Ask, range: &Range) -> View {
    let apart =
        Some(ask.parameter("tick_interval")).filter(|apart| !apart.is_empty()).unwrap_or_else(|| range.step.clone());
    let places = values::steps(&range.start, &range.end, &apart, MARKS).filter(|_| !ask.looks("no-ticks"));
    let marks = El::new("div\0class\0slider-marks\0aria-hidden\0true");
    for value in places.unwrap_or_default() {
        let Some(way) = values::place(&value, &range.start, &range.end) else { continue };
        marks.add("i").style("--at", joined(&[&way.to_string(), "%"], ""));
    }
    marks.into_view()
}
