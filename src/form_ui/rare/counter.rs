//! `integer`, `decimal` with appearance `counter`: one more, one less, or typed.

use web_sys::KeyboardEvent;
use zhucun_view::prelude::*;
use zhucun_words::{Word, widgets as words};

use super::super::ask::{Ask, icon, set_value, single};
use super::super::text::input;
use super::super::values::plain_amount;
use super::numbers::{is_least, keyboard, stepped};
use crate::ui::icons::{self, IconData};

/// The widget.
pub(super) fn field(ask: Ask) -> View {
    ask.keep_shown(str::to_owned);
    let spoken = RwSignal::new(String::new());
    let step = move |by: i64| {
        if ask.readonly() {
            return;
        }
        let next = stepped(&ask.value_now(), by);
        ask.answer(&next);
        if let Some(field) = ask.element("") {
            set_value(&field, &next);
        }
        spoken.set(next);
    };
    let keys = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            _ => return,
        };
        event.prevent_default();
        step(by);
    };
    let button = move |glyph: IconData, word: Word, by: i64| {
        let name = move || word.fill(ask.form().lang(), &[("what", &ask.label())]);
        let is_off = move || ask.readonly() || by < 0 && ask.value().with(|value| is_least(value));
        view! {
            <button type="button" class="btn count-button" aria-label=name aria-disabled=move || is_off().to_string()
                on:click=move |_| step(by)>{icon(glyph)}</button>
        }
    };
    let counter = view! {
        <div class="counter" on:keydown=keys>
            {button(icons::LESS, words::ONE_LESS, -1)} {input(ask, keyboard(ask), plain_amount)}
            {button(icons::ADD, words::ONE_MORE, 1)}
        </div>
        <span class="heard" aria-live="polite">{move || spoken.get()}</span>
    };
    single(ask, counter)
}
