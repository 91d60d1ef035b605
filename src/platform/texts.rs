//! The texts that come with the page (`xtask/src/app/texts.rs`).

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};

use super::host::global;

/// Puts the texts where the program reads them. The first thing to be called: before it they are zeros, but for the shortest.
/// Nothing is to be done in a build in one part.
pub fn fill() {
    if let Ok(fill) = global("zhucunTexts").dyn_into::<Function>() {
        let _ = fill.call1(&JsValue::UNDEFINED, &wasm_bindgen::memory());
    }
}
