//! The texts that come with the page (`xtask/src/app/texts.rs`).

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // By wasm-bindgen: a name looked up at run time would itself be one of the texts.
    #[wasm_bindgen(js_name = zhucunTexts)]
    fn fill_in(memory: &JsValue);
}

/// Puts the texts where the program reads them. The first thing to be called: before it they are zeros. When it cannot be done
/// the start fails, and the page says so. In a build in one part there is nothing to do.
pub fn fill() {
    fill_in(&wasm_bindgen::memory());
}
