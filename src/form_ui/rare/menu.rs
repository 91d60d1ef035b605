//! `select_one` with appearance `minimal`: the phone's own menu.

use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::super::ask::{Ask, Choices, single};
use super::super::search;

/// More choices than these are too many for a menu: they are searched.
const MANY: usize = 300;

/// The widget.
pub(super) fn field(ask: Ask) -> View {
    let choices = ask.choices();
    View::of(move || if choices.with(|choices| choices.len() > MANY) { search::field(ask) } else { menu(ask, choices) })
}

fn menu(ask: Ask, choices: Memo<Choices>) -> View {
    let option = move |(name, words): (String, String)| {
        let value = name.clone();
        view! { <option value=value prop:selected=move || ask.value().with(|value| *value == name)>{words}</option> }
    };
    let first =
        move || ask.say(if choices.with(|choices| choices.is_empty()) { words::NO_CHOICES } else { words::CHOOSE });
    let menu = view! {
        <select class="field" id=ask.element_id("") aria-describedby=ask.described()
            aria-invalid=move || ask.invalid() aria-required=move || ask.required().to_string()
            prop:disabled=move || ask.readonly()
            on:change=move |event| ask.answer(&event_target_value(&event))>
            <option value="" prop:selected=move || ask.value().with(String::is_empty)>{first}</option>
            {move || choices.get().iter().cloned().map(option).collect::<Vec<_>>()}
        </select>
    };
    single(ask, menu)
}
