//! From a type to a [`Value`].

use std::collections::BTreeMap;

use litemap::LiteMap;
use serde_json::{Map, Value};

use crate::text;

/// A type that can be written as a JSON value.
pub trait ToJson {
    /// Writes it.
    fn to_json(&self) -> Value;
}

/// A type as JSON text: the one place that writes text.
#[must_use]
pub fn to_text<T: ToJson + ?Sized>(value: &T) -> String {
    write_text(&value.to_json())
}

/// A value as JSON text.
#[must_use]
pub fn write_text(value: &Value) -> String {
    let mut text = String::new();
    text::write(value, &mut text);
    text
}

/// An object being written, field by field.
#[derive(Debug, Default)]
pub struct Writer(Map<String, Value>);

impl Writer {
    /// Without fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a field.
    pub fn put<T: ToJson + ?Sized>(&mut self, name: &str, value: &T) {
        self.put_value(name, value.to_json());
    }

    /// Writes a field when there is a value for it.
    pub fn put_some<T: ToJson>(&mut self, name: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.put_value(name, value.to_json());
        }
    }

    /// Writes a field whose value is JSON already.
    pub fn put_value(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// The object.
    #[must_use]
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn to_json(&self) -> Value {
        (**self).to_json()
    }
}

impl ToJson for Value {
    fn to_json(&self) -> Value {
        self.clone()
    }
}

impl ToJson for str {
    fn to_json(&self) -> Value {
        Value::String(self.to_owned())
    }
}

impl ToJson for String {
    fn to_json(&self) -> Value {
        Value::String(self.clone())
    }
}

impl ToJson for bool {
    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }
}

macro_rules! numbers {
    ($($type:ty),+) => { $(
        impl ToJson for $type {
            fn to_json(&self) -> Value {
                Value::from(*self)
            }
        }
    )+ };
}

numbers!(i64, u16, u32, usize);

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_json)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Value {
        let mut list = Vec::with_capacity(self.len());
        for value in self {
            list.push(value.to_json());
        }
        Value::Array(list)
    }
}

impl<A: ToJson, B: ToJson> ToJson for (A, B) {
    fn to_json(&self) -> Value {
        Value::Array(vec![self.0.to_json(), self.1.to_json()])
    }
}

impl<T: ToJson> ToJson for LiteMap<String, T> {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        for (name, value) in self {
            object.put(name, value);
        }
        object.into_value()
    }
}

impl<T: ToJson> ToJson for BTreeMap<String, T> {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        for (name, value) in self {
            object.put(name, value);
        }
        object.into_value()
    }
}
