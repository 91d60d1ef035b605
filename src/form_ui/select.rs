//! `select_one` and `select_multiple` as big rows, and appearance `minimal` as the phone's own menu.

use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::ask::{Ask, clear, several, single};
use super::values::{is_picked, toggled};
use super::{rare, search};
use crate::later::later;
use crate::ui::say;

/// More choices than these are not drawn all: they are searched.
pub const MANY: usize = 50;
/// More than these are too many for the phone's own menu.
const MANY_IN_A_MENU: usize = 300;

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

/// Whether an appearance asks for rows beside each other.
fn is_wide(ask: Ask) -> bool {
    ["horizontal", "columns", "columns-2"].iter().any(|word| ask.looks(word))
}

/// All choices as rows; of many those that are searched.
pub fn rows(ask: Ask, mark: Mark) -> View {
    let choices = ask.choices();
    let is_long = Memo::new(move |_| choices.with(|choices| choices.len() > MANY));
    let class = if is_wide(ask) { "opts two" } else { "opts" };
    View::of(move || {
        if is_long.get() {
            return later(rare::found, ask);
        }
        let rows: Vec<_> =
            choices.get().into_iter().map(|(name, words)| choice(ask, mark, name, View::of(words))).collect();
        if rows.is_empty() {
            return view! { <p class="ask-hint">{say(&words::NO_CHOICES)}</p> };
        }
        view! { <div class=class>{rows}</div> }
    })
}

/// A choice as a row.
pub fn choice(ask: Ask, mark: Mark, name: String, words: View) -> View {
    let taken = name.clone();
    let is_on = Signal::derive(move || {
        ask.value().with(|value| if mark == Mark::Radio { *value == name } else { is_picked(value, &name) })
    });
    let tap = move |()| match mark {
        Mark::Radio => ask.answer(&taken),
        Mark::Check => ask.answer(&toggled(&ask.value_now(), &taken)),
    };
    row(ask, mark, words, is_on, Callback::new(tap))
}

/// `select_one` with appearance `minimal`; thousands of choices are searched.
pub fn menu(ask: Ask) -> View {
    let choices = ask.choices();
    let is_long = Memo::new(move |_| choices.with(|choices| choices.len() > MANY_IN_A_MENU));
    View::of(move || if is_long.get() { search::field(ask) } else { short_menu(ask, choices) })
}

fn short_menu(ask: Ask, choices: Memo<Vec<(String, String)>>) -> View {
    let option = move |(name, words): (String, String)| {
        let value = name.clone();
        view! { <option value=value prop:selected=move || ask.value().with(|value| *value == name)>{words}</option> }
    };
    let is_empty = Memo::new(move |_| choices.with(Vec::is_empty));
    let menu = view! {
        <select class="field" id=ask.element_id("") aria-describedby=ask.described()
            aria-invalid=move || ask.invalid() aria-required=move || ask.required().to_string()
            prop:disabled=move || ask.readonly()
            on:change=move |event| ask.answer(&event_target_value(&event))>
            <option value="" prop:selected=move || ask.value().with(String::is_empty)>
                {move || ask.say(if is_empty.get() { words::NO_CHOICES } else { words::CHOOSE })}
            </option>
            {move || choices.get().into_iter().map(option).collect::<Vec<_>>()}
        </select>
    };
    single(ask, menu)
}
