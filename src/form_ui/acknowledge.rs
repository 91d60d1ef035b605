//! `acknowledge`: one row to tick.

use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::ask::{Ask, several};
use super::select::{Mark, row};
use crate::ui::say;

/// The widget.
pub fn field(ask: Ask) -> View {
    let tick = move |()| ask.answer(if ask.value_now().is_empty() { "OK" } else { "" });
    let view = row(
        ask,
        Mark::Check,
        say(&words::CONFIRMED),
        Signal::derive(move || !ask.value().with(String::is_empty)),
        Callback::new(tick),
    );
    several(ask, view)
}
