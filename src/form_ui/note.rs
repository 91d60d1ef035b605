//! `note`: words with inserted values.

use zhucun_view::prelude::*;

use super::ask::{Ask, shown};

/// The widget.
pub fn view(ask: Ask) -> View {
    view! { <p class="ask-note" aria-live="polite">{move || ask.label()}</p> {shown(ask)} }
}
