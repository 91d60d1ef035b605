//! Photos that another app has shared with this one. The service worker keeps them (`public/sw.template.js`), also without a
//! network, until a page takes them.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// The cache's name, as the worker calls it. Not one of the app's own, which it takes away with their version.
const CACHE: &str = "shared-photos";

/// Calls a function of an object that gives a promise.
async fn call(object: &JsValue, name: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let function: Function = Reflect::get(object, &name.into()).ok()?.dyn_into().ok()?;
    let all = Array::new();
    for argument in arguments {
        all.push(argument);
    }
    JsFuture::from(function.apply(object, &all).ok()?.unchecked_into::<Promise>()).await.ok()
}

async fn cache() -> Option<JsValue> {
    let caches = Reflect::get(&JsValue::from(web_sys::window()?), &"caches".into()).ok()?;
    if caches.is_object() { call(&caches, "open", &[&CACHE.into()]).await } else { None }
}

/// The photos that wait, oldest first: the name each is kept under, and its bytes.
pub async fn waiting() -> Vec<(String, Blob)> {
    let mut photos = Vec::new();
    let Some(cache) = cache().await else { return photos };
    let Some(keys) = call(&cache, "keys", &[]).await else { return photos };
    for key in Array::from(&keys) {
        let Some(answer) = call(&cache, "match", &[&key]).await else { continue };
        let Some(blob) = call(&answer, "blob", &[]).await else { continue };
        if let Ok(Some(url)) = Reflect::get(&key, &"url".into()).map(|url| url.as_string()) {
            photos.push((url, blob.unchecked_into()));
        }
    }
    photos
}

/// Forgets a photo.
pub async fn forget(name: &str) {
    if let Some(cache) = cache().await {
        // What cannot be deleted is shown again, which is no harm.
        drop(call(&cache, "delete", &[&name.into()]).await);
    }
}
