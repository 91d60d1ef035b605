//! What may be the value of an attribute, a class, a property. A closure is followed.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::{El, follow};

/// The value of an attribute.
pub trait Attribute {
    /// Sets the attribute, or takes it away.
    fn set_on(self, to: &El, name: &'static str);
}

impl Attribute for &str {
    fn set_on(self, to: &El, name: &'static str) {
        to.attribute(name, self);
    }
}

impl Attribute for String {
    fn set_on(self, to: &El, name: &'static str) {
        to.attribute(name, &self);
    }
}

/// There or not there.
impl Attribute for bool {
    fn set_on(self, to: &El, name: &'static str) {
        if self { to.attribute(name, "") } else { to.no_attribute(name) }
    }
}

/// `None` is not there.
impl<T: Attribute> Attribute for Option<T> {
    fn set_on(self, to: &El, name: &'static str) {
        match self {
            Some(value) => value.set_on(to, name),
            None => to.no_attribute(name),
        }
    }
}

impl<F, T> Attribute for F
where
    F: FnMut() -> T + 'static,
    T: Attribute,
{
    fn set_on(mut self, to: &El, name: &'static str) {
        let to = to.clone();
        follow(Box::new(move |()| self().set_on(&to, name)));
    }
}

/// Whether a class is on.
pub trait Flag {
    /// Puts it on or takes it away.
    fn toggle_on(self, to: &El, name: &'static str);
}

impl Flag for bool {
    fn toggle_on(self, to: &El, name: &'static str) {
        to.class(name, self);
    }
}

impl<F: FnMut() -> bool + 'static> Flag for F {
    fn toggle_on(mut self, to: &El, name: &'static str) {
        let to = to.clone();
        follow(Box::new(move |()| to.class(name, self())));
    }
}

/// The value of a property of an element, which unlike its attribute is what the person sees and changes.
pub trait Property {
    /// Sets it.
    fn set_on(self, to: &El, name: &'static str);
}

fn set(to: &El, name: &str, value: &JsValue) {
    // Setting a plain property of an element that exists does not fail.
    let _ = Reflect::set(to.element(), &JsValue::from_str(name), value);
}

impl Property for &str {
    fn set_on(self, to: &El, name: &'static str) {
        set(to, name, &JsValue::from_str(self));
    }
}

impl Property for String {
    fn set_on(self, to: &El, name: &'static str) {
        set(to, name, &JsValue::from_str(&self));
    }
}

impl Property for bool {
    fn set_on(self, to: &El, name: &'static str) {
        set(to, name, &JsValue::from_bool(self));
    }
}

impl<F, T> Property for F
where
    F: FnMut() -> T + 'static,
    T: Property,
{
    fn set_on(mut self, to: &El, name: &'static str) {
        let to = to.clone();
        follow(Box::new(move |()| self().set_on(&to, name)));
    }
}
