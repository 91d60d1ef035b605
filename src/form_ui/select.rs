//! `select_one` and `select_multiple` as big rows, and appearance `minimal` as the phone's own menu.

use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::ask::{Ask, clear, several, single};
use super::values::{is_picked, toggled};
use crate::ui::say;

/// What is in front of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// One of several.
    Radio,
    /// Each for itself.
    Check,
}

/// A row to tap: a radio button or a box with its words.
pub fn row(ask: Ask, mark: Mark, words: View, is_on: Signal<bool>, tap: Callback<()>) -> View {
    let (kind, class) = if mark == Mark::Radio { ("radio", "opt") } else { ("checkbox", "opt box") };
    view! {
        <label class=class class:on=move || is_on.get()>
            <input type=kind name=ask.element_id("") prop:checked=move || is_on.get() prop:disabled=move || ask.readonly()
                on:change=move |_| tap.run(()) />
            <span class="o" aria-hidden="true"></span>
            <span>{words}</span>
        </label>
    }
}

/// `select_one`.
pub fn one(ask: Ask) -> View {
    several(ask, view! { {rows(ask, Mark::Radio)} {clear(ask)} })
}

/// `select_multiple`.
pub fn many(ask: Ask) -> View {
    several(ask, rows(ask, Mark::Check))
}

/// How many columns an appearance asks for; a phone shows two at most.
fn columns(ask: Ask) -> &'static str {
    let words = ["horizontal", "columns", "columns-2", "columns-3", "columns-4", "columns-pack", "horizontal-compact"];
    if words.iter().any(|word| ask.looks(word)) { "opts two" } else { "opts" }
}

fn rows(ask: Ask, mark: Mark) -> View {
    let choices = ask.choices();
    let rows = move || {
        let rows: Vec<_> = choices.get().into_iter().map(|(name, words)| choice(ask, mark, name, words)).collect();
        if rows.is_empty() {
            return vec![view! { <p class="ask-hint">{say(&words::NO_CHOICES)}</p> }];
        }
        rows
    };
    view! { <div class=columns(ask)>{rows}</div> }
}

fn choice(ask: Ask, mark: Mark, name: String, words: String) -> View {
    let taken = name.clone();
    let is_on = Signal::derive(move || {
        ask.value().with(|value| if mark == Mark::Radio { *value == name } else { is_picked(value, &name) })
    });
    let tap = move |()| match mark {
        Mark::Radio => {
            ask.answer(&taken);
            if ask.looks("quick") {
                ask.form().get().turn(true);
            }
        }
        Mark::Check => ask.answer(&toggled(&ask.value_now(), &taken)),
    };
    row(ask, mark, View::of(words), is_on, Callback::new(tap))
}

/// `select_one` with appearance `minimal`.
pub fn menu(ask: Ask) -> View {
    let choices = ask.choices();
    let option = move |(name, words): (String, String)| {
        let value = name.clone();
        view! { <option value=value prop:selected=move || ask.value().with(|value| *value == name)>{words}</option> }
    };
    let menu = view! {
        <select class="field" id=ask.element_id("") aria-describedby=ask.described()
            aria-invalid=move || ask.invalid() aria-required=move || ask.required().to_string()
            prop:disabled=move || ask.readonly()
            on:change=move |event| ask.answer(&event_target_value(&event))>
            <option value="" prop:selected=move || ask.value().with(String::is_empty)>
                {say(&words::CHOOSE)}
            </option>
            {move || choices.get().into_iter().map(option).collect::<Vec<_>>()}
        </select>
    };
    single(ask, menu)
}
