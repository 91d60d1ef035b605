//! The later part of the program: fetched and put to work by the page's first script (`public/boot.template.js`).

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Fetches it. True when it is here, or when this build is in one part.
pub async fn fetch() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let Ok(ask) = Reflect::get(&window, &"zhucunLater".into()) else { return false };
    let Ok(ask) = ask.dyn_into::<Function>() else { return true };
    let Ok(promise) = ask.call0(&window) else { return false };
    JsFuture::from(promise.unchecked_into::<Promise>()).await.is_ok()
}
