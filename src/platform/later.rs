//! The later parts of the program: fetched and put to work by the page's first script (`public/boot.template.js`).

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// What came of fetching a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// It can be entered; always so when this build is in one part.
    Here,
    /// It did not come: to be tried again.
    Failed,
    /// The server has another version and this one's part no more: the page must be loaded anew.
    Gone,
}

/// Fetches one, by its number from 1.
pub async fn fetch(part: u8) -> Fetched {
    let Some(window) = web_sys::window() else { return Fetched::Failed };
    let Ok(ask) = Reflect::get(&window, &"zhucunPart".into()) else { return Fetched::Failed };
    let Ok(ask) = ask.dyn_into::<Function>() else { return Fetched::Here };
    let Ok(promise) = ask.call1(&window, &part.into()) else { return Fetched::Failed };
    match JsFuture::from(promise.unchecked_into::<Promise>()).await {
        Ok(_) => Fetched::Here,
        Err(error) if Reflect::get(&error, &"gone".into()).is_ok_and(|gone| gone.is_truthy()) => Fetched::Gone,
        Err(_) => Fetched::Failed,
    }
}
