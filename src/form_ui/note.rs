//! `note`: words with inserted values.

use leptos::prelude::*;

use super::ask::Ask;

/// The widget.
pub fn view(ask: Ask) -> AnyView {
    view! { <p class="ask-note" aria-live="polite">{move || ask.label()}</p> }.into_any()
}
