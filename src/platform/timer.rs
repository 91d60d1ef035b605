//! Timers.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;

/// Calls back once after so many milliseconds. The handle is for [`cancel`].
pub fn after(ms: u32, run: impl FnOnce() + 'static) -> i32 {
    let callback: JsValue = Closure::once_into_js(run);
    let ms = i32::try_from(ms).unwrap_or(i32::MAX);
    web_sys::window()
        .and_then(|window| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(callback.unchecked_ref(), ms).ok()
        })
        .unwrap_or_default()
}

/// Takes back what [`after`] has planned.
pub fn cancel(handle: i32) {
    if let Some(window) = web_sys::window() {
        window.clear_timeout_with_handle(handle);
    }
}

/// So many milliseconds in which the browser can do something else.
pub async fn pause(ms: u32) {
    let passed = Promise::new(&mut |resolve, _| {
        // Calling a promise's own resolve cannot fail.
        after(ms, move || drop(resolve.call0(&JsValue::NULL)));
    });
    drop(JsFuture::from(passed).await);
}
