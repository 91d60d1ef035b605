//! The later parts of the program: fetched and put to work by the page's first script (`public/boot.template.js`).

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Fetches one, by its number from 1. True when it is here, or when this build is in one part.
pub async fn fetch(part: u8) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let Ok(ask) = Reflect::get(&window, &"zhucunPart".into()) else { return false };
    let Ok(ask) = ask.dyn_into::<Function>() else { return true };
    let Ok(promise) = ask.call1(&window, &part.into()) else { return false };
    JsFuture::from(promise.unchecked_into::<Promise>()).await.is_ok()
}
