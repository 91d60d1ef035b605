//! The number on the app's icon, where the phone can show one.

use js_sys::{Function, Promise, Reflect};
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Shows a number on the icon; 0 takes it away.
pub fn show(number: usize) {
    let Some(window) = web_sys::window() else { return };
    let navigator = JsValue::from(window.navigator());
    let set = Reflect::get(&navigator, &"setAppBadge".into()).ok().and_then(|set| set.dyn_into::<Function>().ok());
    if let Some(Ok(shown)) = set.map(|set| set.call1(&navigator, &(number as f64).into())) {
        spawn_local(async move {
            // Not installed, or not allowed: there is no icon to show it on, and nobody need know.
            let _ = JsFuture::from(shown.unchecked_into::<Promise>()).await;
        });
    }
}
