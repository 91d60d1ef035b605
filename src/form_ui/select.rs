//! `select_one` and `select_multiple` as big rows.

use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::ask::{Ask, Choices, clear, several};
use super::rare;
use super::values::{is_picked, toggled};
use crate::later::later;
use crate::ui::say;

/// More choices than these are not drawn all: they are searched.
pub const MANY: usize = 50;

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

/// The choices, when they are few enough to be drawn all: a long list does not change when another one takes its place, and its
/// search stays.
pub fn few(ask: Ask) -> Memo<Option<Choices>> {
    let choices = ask.choices();
    Memo::new(move |_| choices.with(|choices| (choices.len() <= MANY).then(|| choices.clone())))
}

/// All choices as rows; of many those that are searched.
pub fn rows(ask: Ask, mark: Mark) -> View {
    let few = few(ask);
    let class = if is_wide(ask) { "opts two" } else { "opts" };
    View::of(move || {
        let Some(choices) = few.get() else { return later(rare::found, ask) };
        if choices.is_empty() {
            return view! { <p class="ask-hint">{say(&words::NO_CHOICES)}</p> };
        }
        let row = |(name, words): (String, String)| choice(ask, mark, name, View::of(words));
        let rows: Vec<_> = choices.iter().cloned().map(row).collect();
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
