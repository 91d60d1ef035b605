//! Coming online, going offline, coming back to the page.

use leptos::prelude::{window_event_listener, window_event_listener_untyped};
use wasm_bindgen::{JsCast, prelude::Closure};

/// Whether the browser believes that there is a network. `false` can be trusted, `true` cannot.
#[must_use]
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Whether the page is seen.
#[must_use]
pub fn is_visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() == web_sys::VisibilityState::Visible)
}

/// Calls back whenever the network comes (`true`) or goes, for as long as the page lives.
pub fn on_network(changed: impl Fn(bool) + Clone + 'static) {
    let came = changed.clone();
    let _ = window_event_listener(leptos::ev::online, move |_| came(true));
    let _ = window_event_listener(leptos::ev::offline, move |_| changed(false));
}

/// Calls back whenever the page is seen again.
pub fn on_visible(seen: impl Fn() + 'static) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let listener = Closure::<dyn Fn()>::new(move || {
        if is_visible() {
            seen();
        }
    });
    // The listener lives as long as the page: it is never taken off.
    let listener = listener.into_js_value();
    let _ = document.add_event_listener_with_callback("visibilitychange", listener.unchecked_ref());
}

/// Calls back on the browser's back and forward.
pub fn on_popstate(moved: impl Fn() + 'static) {
    let _ = window_event_listener_untyped("popstate", move |_| moved());
}
