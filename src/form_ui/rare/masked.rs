//! `text` with appearance `masked`: not to be read over the shoulder; a button shows it.

use zhucun_view::prelude::*;
use zhucun_words::widgets as words;

use super::super::ask::{Ask, button, single};
use super::super::text::input;

/// The widget.
pub(super) fn field(ask: Ask) -> View {
    ask.keep_shown(str::to_owned);
    let shown = RwSignal::new(false);
    Effect::new(move |_| {
        let kind = if shown.get() { "text" } else { "password" };
        if let Some(field) = ask.element("") {
            // Names are written in the source, so none is refused. The second: no other password is offered here.
            let _ = field.set_attribute("type", kind);
            let _ = field.set_attribute("autocomplete", "new-password");
        }
    });
    let word = move || ask.say(if shown.get() { words::HIDE } else { words::SHOW });
    let turn = move || shown.update(|shown| *shown = !*shown);
    single(ask, view! { {input(ask, "text", str::to_owned)} {button(None, View::of(word), turn)} })
}
