//! From a [`Value`] to a type. Everything is taken out of the value, nothing is copied.

use std::collections::BTreeMap;

use litemap::LiteMap;
use serde_json::{Map, Value};

use crate::{JsonError, text};

/// A type that can be taken out of a JSON value.
pub trait FromJson: Sized {
    /// Takes it out. Fields that it does not know are left aside, as serde's derive does.
    ///
    /// # Errors
    /// When the value is of another form.
    fn from_json(value: Value) -> Result<Self, JsonError>;
}

/// A place for a value of any type, for [`Fields::fill_all`].
pub trait Slot {
    /// Takes the value in.
    ///
    /// # Errors
    /// When it is of another form; the place stays as it was.
    fn put(&mut self, value: Value) -> Result<(), JsonError>;
}

impl<T: FromJson> Slot for T {
    fn put(&mut self, value: Value) -> Result<(), JsonError> {
        *self = T::from_json(value)?;
        Ok(())
    }
}

/// Reads a text as JSON: the one place that does.
///
/// # Errors
/// When it is not JSON.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    text::read(text).ok_or_else(|| JsonError::expected("JSON"))
}

/// Reads a type from its JSON text.
///
/// # Errors
/// When it is not JSON, or of another form.
pub fn from_text<T: FromJson>(text: &str) -> Result<T, JsonError> {
    T::from_json(parse(text)?)
}

/// The fields of an object, to be taken out one by one, each once.
#[derive(Debug)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// The fields of a value that must be an object.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(value: Value) -> Result<Self, JsonError> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(JsonError::expected("an object")),
        }
    }

    /// A field's value, `None` when there is no such field.
    // Not `Map::remove`: to keep its tree balanced costs more than the null that stays.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.0.get_mut(name).map(Value::take)
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// When it is not, or of another form.
    pub fn read<T: FromJson>(&mut self, name: &'static str) -> Result<T, JsonError> {
        let value = self.take(name).ok_or_else(|| JsonError::expected("this field").inside(name))?;
        T::from_json(value).map_err(|error| error.inside(name))
    }

    /// A field that may be missing; `null` is no way to miss.
    ///
    /// # Errors
    /// When it is there and of another form.
    pub fn read_or_default<T: FromJson + Default>(&mut self, name: &'static str) -> Result<T, JsonError> {
        let mut read = T::default();
        self.fill(name, &mut read)?;
        Ok(read)
    }

    /// Fills in a field that may be missing: then what is there already stays.
    ///
    /// # Errors
    /// When it is there and of another form.
    pub fn fill<T: FromJson>(&mut self, name: &'static str, into: &mut T) -> Result<(), JsonError> {
        if let Some(value) = self.take(name) {
            *into = T::from_json(value).map_err(|error| error.inside(name))?;
        }
        Ok(())
    }

    /// Fills in fields that may be missing, as [`Self::fill`] does one. One loop for all of a type's fields: written out for
    /// each of them it was a tenth of what reads a form.
    ///
    /// # Errors
    /// When one is there and of another form.
    pub fn fill_all(&mut self, slots: &mut [(&'static str, &mut dyn Slot)]) -> Result<(), JsonError> {
        for (name, slot) in slots {
            if let Some(value) = self.take(name) {
                slot.put(value).map_err(|error| error.inside(name))?;
            }
        }
        Ok(())
    }

    /// As [`Self::fill_all`], of fields that must be there.
    ///
    /// # Errors
    /// When one is not, or of another form.
    pub fn read_all(&mut self, slots: &mut [(&'static str, &mut dyn Slot)]) -> Result<(), JsonError> {
        for (name, _) in &*slots {
            if !self.0.contains_key(*name) {
                return Err(JsonError::expected("this field").inside(name));
            }
        }
        self.fill_all(slots)
    }

    /// A field that may be missing or `null`.
    ///
    /// # Errors
    /// When it is there and of another form.
    pub fn option<T: FromJson>(&mut self, name: &'static str) -> Result<Option<T>, JsonError> {
        let mut read = None;
        self.fill(name, &mut read)?;
        Ok(read)
    }

    /// The fields of other names, untouched: what a newer build has added.
    #[must_use]
    pub fn others(self, known: &[&str]) -> BTreeMap<String, Value> {
        let mut others = BTreeMap::new();
        for (name, value) in self.0 {
            if !known.contains(&name.as_str()) {
                others.insert(name, value);
            }
        }
        others
    }
}

/// `null` is none.
impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        if value.is_null() { Ok(None) } else { T::from_json(value).map(Some) }
    }
}

impl FromJson for Value {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        Ok(value)
    }
}

impl FromJson for String {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(JsonError::expected("a text")),
        }
    }
}

impl FromJson for bool {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        value.as_bool().ok_or_else(|| JsonError::expected("true or false"))
    }
}

impl FromJson for i64 {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        value.as_i64().ok_or_else(|| JsonError::expected("a whole number"))
    }
}

macro_rules! counting_numbers {
    ($($type:ty),+) => { $(
        impl FromJson for $type {
            fn from_json(value: Value) -> Result<Self, JsonError> {
                let number = value.as_u64().and_then(|number| number.try_into().ok());
                number.ok_or_else(|| JsonError::expected("a whole number from 0 up"))
            }
        }
    )+ };
}

counting_numbers!(u16, u32, usize);

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let Value::Array(values) = value else { return Err(JsonError::expected("a list")) };
        let mut list = Self::with_capacity(values.len());
        for value in values {
            list.push(T::from_json(value)?);
        }
        Ok(list)
    }
}

impl<A: FromJson, B: FromJson> FromJson for (A, B) {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let pair = Vec::from_json(value)?;
        let Ok([a, b]) = <[Value; 2]>::try_from(pair) else { return Err(JsonError::expected("two values")) };
        Ok((A::from_json(a)?, B::from_json(b)?))
    }
}

impl<T: FromJson> FromJson for LiteMap<String, T> {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut map = Self::new_vec();
        // The fields come in their order: each goes to the end.
        for (name, value) in Fields::of(value)?.0 {
            map.insert(name, T::from_json(value)?);
        }
        Ok(map)
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    // Not `collect`: it brings a sort along for every type of value.
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut map = Self::new();
        for (name, value) in Fields::of(value)?.0 {
            map.insert(name, T::from_json(value)?);
        }
        Ok(map)
    }
}
