//! `date`, `time`, `dateTime`: the phone's own pickers, a date is said again with its weekday; with appearances `year`,
//! `month-year`, `no-calendar` fields for its parts.

mod parts;
mod values;

use zhucun_forms::definition::Kind;
use zhucun_view::prelude::*;

use super::ask::{Ask, single};
use crate::platform::clock;
use crate::ui::dates;
use values::{Until, with_offset, without_offset};

/// The widget.
pub fn field(ask: Ask) -> View {
    match until(ask) {
        Some(until) => parts::field(ask, until),
        None => own_picker(ask),
    }
}

/// Where parts are asked for: how far.
fn until(ask: Ask) -> Option<Until> {
    let kind = ask.kind();
    let is = |word, of| ask.looks(word) && kind == of;
    if is("year", Kind::Date) {
        Some(Until::Year)
    } else if is("month-year", Kind::Date) {
        Some(Until::Month)
    } else if is("no-calendar", Kind::Date) {
        Some(Until::Day)
    } else {
        is("no-calendar", Kind::DateTime).then_some(Until::Time)
    }
}

fn own_picker(ask: Ask) -> View {
    let kind = ask.kind();
    let (input, shown): (_, fn(&str) -> String) = match kind {
        Kind::Time => ("time", |value| without_offset(value, 5).to_owned()),
        Kind::DateTime => ("datetime-local", |value| without_offset(value, 16).to_owned()),
        _ => ("date", |value| without_offset(value, 10).to_owned()),
    };
    ask.keep_shown(shown);
    let value = shown(&ask.value_now());
    let take = move |event: web_sys::Event| {
        let typed = event_target_value(&event);
        ask.answer(&if kind == Kind::Date { typed } else { with_offset(&typed, clock::utc_offset()) });
    };
    let said = move || {
        if kind == Kind::Time {
            String::new()
        } else {
            ask.value().with(|v| dates::iso(ask.form().lang(), v.get(..10).unwrap_or(""), clock::today()))
        }
    };
    let field = view! {
        <input class="field" id=ask.element_id("") type=input max="9999-12-31" aria-describedby=ask.described()
            aria-invalid=move || ask.invalid() aria-required=move || ask.required().to_string()
            prop:readOnly=move || ask.readonly() prop:value=value
            on:change=take on:blur=move |_| ask.left() />
        <p class="ask-line">{said}</p>
    };
    single(ask, field)
}
