//! A list of hundreds of choices: those that are found by what is typed, few at once.

use zhucun_view::prelude::*;
use zhucun_words::{visit, widgets as words};

use super::super::ask::{Ask, Choices, button, clear, set_value, several};
use super::super::search;
use super::super::select::{MANY, choice};
use super::super::values::is_picked;
use super::mark;
use crate::ui::{counted, icons, say};

/// So many rows are drawn at first: a screen full, since they are made anew with each choice that they depend on.
const FIRST: usize = 8;

/// `select_multiple` with appearance `autocomplete`.
pub(super) fn field(ask: Ask) -> View {
    several(ask, view! { {found(ask)} {clear(ask)} })
}

/// The rows of a list that is searched, with the search over them. What is chosen stands first, as it was when the search
/// began: nothing moves under the finger.
pub fn found(ask: Ask) -> View {
    let choices = ask.choices();
    let typed = RwSignal::new(String::new());
    let most = RwSignal::new(FIRST);
    let found = Memo::new(move |_| {
        let chosen = ask.value_now();
        typed.with(|typed| choices.with(|choices| found_of(choices, typed, &chosen, most.get())))
    });
    // What was looked for in other choices is not looked for in these; in another language they are the same.
    Effect::new(move |was: Option<Choices>| {
        let now = choices.get();
        let is_changed = !typed.with_untracked(String::is_empty) || most.get_untracked() != FIRST;
        let others = |was: Choices| was.iter().map(|(name, _)| name).ne(now.iter().map(|(name, _)| name));
        if is_changed && was.is_some_and(others) {
            most.set(FIRST);
            typed.set(String::new());
            if let Some(field) = ask.element("-s") {
                set_value(&field, "");
            }
        }
        now
    });
    let row = move |(name, words): (String, String)| choice(ask, mark(ask), name, View::of(words));
    let rest = move || match found.with(|(shown, more)| (shown.len(), *more)) {
        (0, _) => ask.say(visit::NONE_FOUND).to_owned(),
        (_, 0) => String::new(),
        (_, more) => counted(&words::MORE_CHOICES, ask.form().lang(), more),
    };
    let more = move || {
        let show = move || most.update(|most| *most += MANY);
        found.with(|(_, more)| *more > 0).then(|| button(Some(icons::DOWN), say(&words::SHOW_MORE), show))
    };
    view! {
        <input class="field" id=ask.element_id("-s") type="search" autocomplete="off" enterkeyhint="search"
            aria-label=move || ask.say(visit::SEARCH) placeholder=move || ask.say(visit::SEARCH)
            on:input=move |event| {
                most.set(FIRST);
                typed.set(event_target_value(&event));
            } />
        <div class="opts">{move || found.with(|(shown, _)| shown.clone()).into_iter().map(row).collect::<Vec<_>>()}</div>
        <p class="ask-hint" aria-live="polite">{rest}</p>
        {more}
    }
}

/// The chosen ones, then those that are found beside them.
fn found_of(choices: &[(String, String)], typed: &str, chosen: &str, most: usize) -> (Vec<(String, String)>, usize) {
    let is_chosen = |choice: &&(String, String)| is_picked(chosen, &choice.0);
    let mut first: Vec<_> = choices.iter().filter(is_chosen).cloned().collect();
    let (found, more) = search::found(&mut choices.iter().filter(|choice| !is_chosen(choice)), typed, most);
    first.extend(found);
    (first, more)
}
