//! Handing something on by the phone's own means, else copying it.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// The phone has taken it.
    Given,
    /// It is copied.
    Copied,
    /// The person thought better of it.
    Cancelled,
    /// The browser can do neither.
    Failed,
}

/// Opens the phone's sheet for sharing words and an address; copies both where there is none. To be called by a tap.
pub async fn share(text: &str, url: &str) -> Shared {
    if let Some(window) = web_sys::window()
        && let navigator = JsValue::from(window.navigator())
        && let Some(share) = function(&navigator, "share")
    {
        let data = Object::new();
        for (name, value) in [("text", text), ("url", url)] {
            // Setting a property of a new object does not fail.
            let _ = Reflect::set(&data, &name.into(), &value.into());
        }
        match settled(share.call1(&navigator, &data)).await {
            Ok(()) => return Shared::Given,
            Err(name) if name == "AbortError" => return Shared::Cancelled,
            Err(_) => {}
        }
    }
    let mut both = text.to_owned();
    both.push('\n');
    both.push_str(url);
    if copy(&both).await { Shared::Copied } else { Shared::Failed }
}

/// Copies a text. False when the browser does not let us.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let clipboard = Reflect::get(&window.navigator(), &"clipboard".into()).unwrap_or_default();
    if clipboard.is_object()
        && let Some(write) = function(&clipboard, "writeText")
        && settled(write.call1(&clipboard, &text.into())).await.is_ok()
    {
        return true;
    }
    copy_by_selection(text).unwrap_or(false)
}

/// As before there was a clipboard for pages, and still on plain http.
fn copy_by_selection(text: &str) -> Option<bool> {
    let document = web_sys::window()?.document()?;
    let area = document.create_element("textarea").ok()?;
    area.set_class_name("heard");
    area.set_text_content(Some(text));
    let body = document.body()?;
    body.append_child(&area).ok()?;
    let copied = function(&area, "select").and_then(|select| select.call0(&area).ok()).and_then(|_| {
        let copy = function(&document, "execCommand")?;
        Some(copy.call1(&document, &"copy".into()).ok()?.is_truthy())
    });
    area.remove();
    copied
}

fn function(object: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(object, &name.into()).ok()?.dyn_into().ok()
}

/// Waits for a promise; an error by its name.
async fn settled(promise: Result<JsValue, JsValue>) -> Result<(), String> {
    let name = |error: JsValue| {
        Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
    };
    let promise: Promise = promise.map_err(name)?.unchecked_into();
    JsFuture::from(promise).await.map(|_| ()).map_err(name)
}
