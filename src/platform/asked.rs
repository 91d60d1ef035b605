//! What the page's first script (`public/boot.template.js`) has asked the server for while the app was still on its way.

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::host::global;

/// The answer to a GET, when it was asked for and has come; each is given once.
pub async fn take(url: &str) -> Option<Response> {
    let asked = global("zhucunAsked");
    let answer: Promise = Reflect::get(&asked, &url.into()).ok()?.dyn_into().ok()?;
    Reflect::set(&asked, &url.into(), &JsValue::NULL).ok()?;
    JsFuture::from(answer).await.ok()?.dyn_into().ok()
}

/// Whether the server has said already who this is.
pub fn is_known() -> bool {
    Reflect::get(&global("zhucunAsked"), &"me".into()).is_ok_and(|known| known.is_truthy())
}
