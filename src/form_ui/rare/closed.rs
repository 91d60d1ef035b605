//! `select_multiple` with appearance `minimal`: a list that is closed and says what is chosen; a tap opens it.

use zhucun_json::texts::joined;
use zhucun_view::prelude::*;
use zhucun_words::{visit, widgets as words};

use super::super::ask::{Ask, button, icon, several};
use super::super::select::{Mark, rows};
use super::super::values::is_picked;
use crate::ui::{icons, say};

/// The widget.
pub(super) fn field(ask: Ask) -> View {
    let open = RwSignal::new(false);
    let choices = ask.choices();
    let shown = move || {
        let chosen = ask.value().with(|value| {
            choices.with(|choices| {
                let picked = choices.iter().filter(|(name, _)| is_picked(value, name));
                joined(&picked.map(|(_, words)| words.as_str()).collect::<Vec<_>>(), ask.say(words::AND))
            })
        });
        if chosen.is_empty() { ask.say(visit::CHOOSE).to_owned() } else { chosen }
    };
    let list = move || {
        let close = move || {
            open.set(false);
            if let Some(head) = ask.element("") {
                // A button takes the focus.
                let _ = head.focus();
            }
        };
        open.get().then(|| {
            view! {
                <div class="closed-list" id=ask.element_id("-l")>
                    {rows(ask, Mark::Check)}
                    {button(Some(icons::CHECK), say(&words::CHOSEN), close)}
                </div>
            }
        })
    };
    several(
        ask,
        view! {
            <button type="button" class="field closed-head" id=ask.element_id("") aria-expanded=move || open.get().to_string()
                aria-controls=ask.element_id("-l") aria-describedby=ask.described()
                on:click=move |_| open.update(|open| *open = !*open)>
                <span>{shown}</span> {icon(icons::OPEN)}
            </button>
            {list}
        },
    )
}
