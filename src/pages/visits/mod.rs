//! Filling a checklist.

use leptos::prelude::*;

/// A visit being filled.
#[component]
pub fn VisitPage(
    /// Draft id.
    draft: String,
) -> impl IntoView {
    view! { <main data-draft=draft></main> }
}
