//! The browser's own offer to put the app on the home screen, which the page's first script has kept
//! (`public/boot.template.js`).

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use zhucun_view::prelude::*;

use super::{install, settings};

/// The name under which the script keeps the offer.
const KEPT: &str = "zhucunInstall";

/// The event by which the script says that the offer has come or gone.
const CHANGED: &str = "zhucun-install";

fn offer() -> Option<JsValue> {
    let window = web_sys::window()?;
    Reflect::get(&window, &KEPT.into()).ok().filter(JsValue::is_object)
}

/// Whether the browser offers it now; followed by who reads the signal.
#[must_use]
pub fn is_offered() -> Signal<bool> {
    let offered = RwSignal::new(offer().is_some());
    let listener = window_event_listener_untyped(CHANGED, move |_| {
        let _ = offered.try_set(offer().is_some());
    });
    on_cleanup(move || listener.remove());
    offered.into()
}

/// Opens the browser's question; it can be asked once. Must be called by a tap.
pub async fn ask() {
    let Some(offer) = offer() else { return };
    let ask = Reflect::get(&offer, &"prompt".into()).ok().and_then(|ask| ask.dyn_into::<Function>().ok());
    if let Some(Ok(asked)) = ask.map(|ask| ask.call0(&offer)) {
        // Either way: the offer is used up, and a browser that was told no comes again by itself some day.
        let _ = JsFuture::from(asked.unchecked_into::<Promise>()).await;
    }
    if let Some(window) = web_sys::window() {
        let _ = Reflect::set(&window, &KEPT.into(), &JsValue::NULL);
        if let Ok(event) = web_sys::Event::new(CHANGED) {
            let _ = window.dispatch_event(&event);
        }
    }
}

/// Whether it is to be offered without being asked for: after the first saved visit, once in a phone's life.
#[must_use]
pub fn is_due() -> bool {
    !install::is_installed() && settings::get::<bool>(settings::INSTALL_OFFERED) != Some(true)
}

/// It was offered.
pub fn was_offered() {
    settings::set(settings::INSTALL_OFFERED, true);
}
