//! What newer browsers have, by its name. Each function that web-sys declares puts one of its own into the script that comes
//! before the first page; what only later pages need goes without.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::host::global;

/// A property; `undefined` where there is none.
#[must_use]
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A property as text; empty where it is none.
#[must_use]
pub fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// Sets a property.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    // A property that cannot be set is one that this browser does not have.
    let _ = Reflect::set(object, &name.into(), value);
}

/// An object of these properties.
#[must_use]
pub fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in properties {
        set(&object, name, value);
    }
    object
}

/// Calls a method.
///
/// # Errors
/// What it throws; `undefined` when there is no such method.
pub fn call(object: &JsValue, name: &str, with: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = get(object, name).dyn_into().map_err(|_| JsValue::UNDEFINED)?;
    method.apply(object, &array(with))
}

/// A new object of a class of the browser's; `None` when it has no such class, or refuses.
#[must_use]
pub fn make(class: &str, with: &[JsValue]) -> Option<JsValue> {
    let class: Function = global(class).dyn_into().ok()?;
    Reflect::construct(&class, &array(with)).ok()
}

/// Waits for what a method that gives a promise comes to.
///
/// # Errors
/// What it throws, at once or later.
pub async fn wait(promise: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise?.unchecked_into::<Promise>()).await
}

fn array(of: &[JsValue]) -> Array {
    let array = Array::new();
    for value in of {
        array.push(value);
    }
    array
}
