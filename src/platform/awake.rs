//! A screen that stays on: a phone that sleeps neither records nor knows where it goes.

use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::host::global;
use super::js::{call, get, wait};

/// The screen stays on until this is dropped; where the browser cannot, it sleeps as ever.
pub struct Awake(Result<JsValue, JsValue>);

impl Awake {
    /// From now on.
    #[must_use]
    pub fn new() -> Self {
        Self(call(&get(&global("navigator"), "wakeLock"), "request", &["screen".into()]))
    }
}

impl Default for Awake {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        let asked = self.0.clone();
        spawn_local(async move {
            if let Ok(lock) = wait(asked).await {
                // One that the browser has taken back is gone already.
                let _ = wait(call(&lock, "release", &[])).await;
            }
        });
    }
}
