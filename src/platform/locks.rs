//! Web Locks: one uploader at a time over all tabs, where the browser has them (Chrome 69, Safari 15.4).

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;

/// The right to upload; given back when dropped.
pub struct Guard(Option<Function>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Takes the lock, or nothing when another tab has it. Without Web Locks everybody gets it: two uploaders do no harm but
/// work twice.
pub async fn try_acquire(name: &str) -> Option<Guard> {
    let free = Some(Guard(None));
    let Some(window) = web_sys::window() else { return free };
    let Ok(locks) = Reflect::get(&window.navigator(), &"locks".into()) else { return free };
    let Some(request) = Reflect::get(&locks, &"request".into()).ok().and_then(|f| f.dyn_into::<Function>().ok()) else {
        return free;
    };
    let mut release = None;
    let held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let mut answer = None;
    let answered = Promise::new(&mut |resolve, _| answer = Some(resolve));
    let granted: JsValue = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let is_granted = lock.is_object();
        if let Some(answer) = answer {
            let _ = answer.call1(&JsValue::UNDEFINED, &JsValue::from_bool(is_granted));
        }
        if is_granted { held.into() } else { JsValue::UNDEFINED }
    });
    let options = Object::new();
    let _ = Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE);
    let Ok(end) = request.call3(&locks, &name.into(), &options, &granted) else { return free };
    // The request's own promise ends early only when it fails.
    let first = Promise::race(&Array::of2(&answered, &end));
    match JsFuture::from(first).await {
        Ok(is_granted) if is_granted.is_falsy() => None,
        _ => Some(Guard(release)),
    }
}
