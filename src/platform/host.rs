//! What a form needs from the phone.

use js_sys::{Array, Function, Reflect, RegExp};
use wasm_bindgen::{JsCast, JsValue};

use super::{clock, crypto};

/// The browser's clock, randomness and regular expressions for a filling session.
#[derive(Clone, Debug, Default)]
pub struct BrowserHost {
    /// The person signed in, for `username`.
    pub username: String,
    /// This device's id, for `deviceid`.
    pub device: String,
    /// Now, milliseconds since 1970 UTC; the phone's clock when there is none.
    pub at: Option<i64>,
}

/// `new RegExp` panics on what is not one; this does not.
fn compile(source: &str, flags: &str) -> Option<RegExp> {
    let constructor: Function = Reflect::get(&js_sys::global(), &"RegExp".into()).ok()?.dyn_into().ok()?;
    let made = Reflect::construct(&constructor, &Array::of2(&source.into(), &flags.into())).ok()?;
    made.dyn_into().ok()
}

impl zhucun_forms::Host for BrowserHost {
    fn now(&self) -> i64 {
        self.at.unwrap_or_else(clock::now)
    }

    fn utc_offset(&self) -> i32 {
        clock::utc_offset()
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn math(&self, name: &'static str, number: f64, other: f64) -> f64 {
        let math = global("Math");
        let function = Reflect::get(&math, &name.into()).ok().and_then(|found| found.dyn_into::<Function>().ok());
        let result = function.and_then(|function| function.call2(&math, &number.into(), &other.into()).ok());
        result.and_then(|number| number.as_f64()).unwrap_or(f64::NAN)
    }

    fn uuid(&self) -> String {
        crypto::uuid()
    }

    fn regex(&self, pattern: &str, text: &str) -> Option<bool> {
        let mut source = String::from("^(?:");
        source.push_str(pattern);
        source.push_str(")$");
        // With `u` first, so that a Chinese character outside the basic plane is one; some patterns are only valid without.
        let regex = compile(&source, "u").or_else(|| compile(&source, ""))?;
        Some(regex.test(text))
    }

    fn username(&self) -> String {
        self.username.clone()
    }

    fn device_id(&self) -> String {
        self.device.clone()
    }
}

/// The value of a global property, `undefined` when it does not exist.
#[must_use]
pub fn global(name: &str) -> JsValue {
    Reflect::get(&js_sys::global(), &name.into()).unwrap_or(JsValue::UNDEFINED)
}
