//! A date by its parts: the year is typed, month and day are chosen. It is an answer once all that is asked of it is given.

use web_sys::{Event, KeyboardEvent};
use zhucun_json::texts::joined;
use zhucun_view::prelude::*;
use zhucun_words::{Word, app, widgets as words};

use super::super::ask::{Ask, line, set_value, several};
use super::super::rare::numbers;
use super::super::text::done;
use super::super::values::plain_number;
use super::values::{Parts, Sum, Until, date_of, days, parts, sum, with_offset};
use crate::platform::clock;
use crate::ui::{dates, icons};

/// What the parts are called.
const NAMES: [Word; 4] = [words::YEAR, words::MONTH, words::DAY, words::TIME];

/// The widget's state.
#[derive(Clone, Copy)]
struct Given {
    ask: Ask,
    until: Until,
    parts: RwSignal<Parts>,
}

impl Given {
    fn part(self, place: usize) -> String {
        self.parts.with(|parts| parts[place].clone())
    }

    /// One part is another now; the answer with it.
    fn change(self, place: usize, text: String) {
        self.parts.update(|parts| parts[place] = text);
        let answer = match sum(&self.parts.get_untracked(), self.until) {
            Sum::Date(date) if self.until == Until::Time => with_offset(&date, clock::utc_offset()),
            Sum::Date(date) => date,
            // Half a date is none.
            _ => String::new(),
        };
        if answer != self.ask.value_now() {
            self.ask.answer(&answer);
        }
    }

    /// The answer is another by other means: the fields follow. Not where half a date stands in them.
    fn follow(self) {
        Effect::new(move |_| {
            let value = self.ask.value().get();
            let now = sum(&self.parts.get_untracked(), self.until);
            let is_half = matches!(now, Sum::Missing(_)) && value.is_empty();
            let is_same = matches!(&now, Sum::Date(date) if !value.is_empty() && value.starts_with(date.as_str()));
            if !is_half && !is_same {
                self.parts.set(parts(&value));
            }
            if let Some(field) = self.ask.element("")
                && document().active_element().as_deref() != Some(field.as_ref())
            {
                set_value(&field, &self.parts.with_untracked(|parts| parts[0].clone()));
            }
        });
    }
}

/// The widget.
pub(super) fn field(ask: Ask, until: Until) -> View {
    let given = Given { ask, until, parts: RwSignal::new(parts(&ask.value_now())) };
    given.follow();
    let month = (until != Until::Year).then(|| {
        let months = move || {
            let names = app::MONTHS.get(ask.form().lang());
            (1..).zip(names.split(',')).map(|(n, name): (u32, _)| (n.to_string(), name.to_owned())).collect::<Vec<_>>()
        };
        menu(given, 1, Memo::new(move |_| months()))
    });
    let day = matches!(until, Until::Day | Until::Time).then(|| {
        let count = Memo::new(move |_| given.parts.with(days) as usize);
        menu(given, 2, Memo::new(move |_| (1..=count.get()).map(|n| (n.to_string(), n.to_string())).collect()))
    });
    let time = (until == Until::Time).then(|| time(given));
    several(
        ask,
        view! { <div class="date-parts">{year(given)} {month} {day} {time}</div> <div aria-live="polite">{move || said(given)}</div> },
    )
}

fn part(given: Given, place: usize, class: &'static str, field: View) -> View {
    view! { <label class=class><span>{move || given.ask.say(NAMES[place])}</span>{field}</label> }
}

fn year(given: Given) -> View {
    let ask = given.ask;
    let value = given.parts.with_untracked(|parts| parts[0].clone());
    let take = move |event: &Event| plain_number(&event_target_value(event));
    let keys = move |event: KeyboardEvent| {
        done(&event);
        let by = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            _ => return,
        };
        event.prevent_default();
        let next = numbers::stepped(&given.parts.with_untracked(|parts| parts[0].clone()), by);
        set_value(&event_target(&event), &next);
        given.change(0, next);
    };
    let field = view! {
        <input class="field" id=ask.element_id("") type="text" inputmode="numeric" autocomplete="off" maxlength="4"
            enterkeyhint="done" aria-describedby=ask.described() aria-invalid=move || ask.invalid()
            aria-required=move || ask.required().to_string() prop:readOnly=move || ask.readonly() prop:value=value
            // Half a year is taken when the field is left.
            on:input=move |event| {
                let typed = take(&event);
                if typed.is_empty() || typed.len() == 4 {
                    given.change(0, typed);
                }
            }
            on:keydown=keys on:focus=move |_| ask.entered()
            on:change=move |event| given.change(0, take(&event)) on:blur=move |_| ask.left() />
    };
    part(given, 0, "date-part year", field)
}

fn menu(given: Given, place: usize, options: Memo<Vec<(String, String)>>) -> View {
    let ask = given.ask;
    let option = move |(value, words): (String, String)| {
        let own = value.clone();
        view! { <option value=value prop:selected=move || given.part(place) == own>{words}</option> }
    };
    let field = view! {
        <select class="field" id=ask.element_id(if place == 1 { "-m" } else { "-d" }) aria-describedby=ask.described()
            aria-invalid=move || ask.invalid() prop:disabled=move || ask.readonly()
            on:change=move |event| given.change(place, event_target_value(&event))>
            <option value="" prop:selected=move || given.part(place).is_empty()>"–"</option>
            {move || options.get().into_iter().map(option).collect::<Vec<_>>()}
        </select>
    };
    part(given, place, "date-part", field)
}

fn time(given: Given) -> View {
    let ask = given.ask;
    let field = view! {
        <input class="field" id=ask.element_id("-t") type="time" aria-describedby=ask.described()
            aria-invalid=move || ask.invalid() prop:readOnly=move || ask.readonly() prop:value=move || given.part(3)
            on:change=move |event| given.change(3, event_target_value(&event)) />
    };
    part(given, 3, "date-part time", field)
}

/// The date in words; or what is missing of it.
fn said(given: Given) -> View {
    let ask = given.ask;
    let lang = ask.form().lang();
    match given.parts.with(|parts| sum(parts, given.until)) {
        Sum::Date(date) if given.until == Until::Month => {
            let parts = given.parts.get();
            let months = app::MONTHS.get(lang).split(',');
            let month = parts[1].parse().ok().and_then(|n: usize| months.clone().nth(n.checked_sub(1)?));
            let words = words::MONTH_OF.fill(lang, &[("year", &parts[0]), ("month", month.unwrap_or(&date))]);
            view! { <p class="ask-line">{words}</p> }
        }
        Sum::Date(date) if given.until != Until::Year => {
            let day = dates::iso(lang, date_of(&date), clock::today());
            view! { <p class="ask-line">{day}</p> }
        }
        Sum::Missing(places) => {
            let names: Vec<_> = places.into_iter().map(|place| ask.say(NAMES[place])).collect();
            let what = joined(&names, ask.say(words::AND));
            line(icons::ALERT, words::HALF_A_DATE.fill(lang, &[("what", &what)]))
        }
        _ => View::default(),
    }
}
