//! All of the forms engine that phones use, called from outside, so that it is in the module; or, without the feature `engine`,
//! what the app has anyway: JSON. The difference is the engine's share (`xtask/src/size/engine.rs`).

use wasm_bindgen::prelude::*;
use zhucun_json::{Value, from_text, to_text};

/// JSON as it was read.
#[wasm_bindgen]
#[must_use]
pub fn again(text: &str) -> String {
    from_text::<Value>(text).map_or_else(|_| String::new(), |value| to_text(&value))
}

#[cfg(feature = "engine")]
mod engine;
