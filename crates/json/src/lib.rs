//! JSON by hand. The phone carries one reader of text (to [`Value`]) and one writer (from it); the types say in a few lines
//! each how they come out of a `Value` and go into one. Serde's derive writes the same out anew for every type: 157 kB of
//! the app before (docs/decisions/0006-json-by-hand.md).
//!
//! [`decimal`] and [`texts`] are what reading and writing needs besides: exact numbers, and cutting and joining texts.
//!
//! A type that implements [`FromJson`] or [`ToJson`] gets serde's traits from [`deserialize_by_hand`] and
//! [`serialize_by_hand`], for the server and for tests: what is written by hand is the only truth.

pub mod decimal;
mod error;
mod read;
mod text;
pub mod texts;
mod write;

pub use error::JsonError;
pub use read::{Fields, FromJson, Slot, from_text, parse};
#[doc(hidden)]
pub use serde;
pub use serde_json::Value;
pub use text::Reader;
pub use write::{ToJson, Writer, to_text, write_text};

/// Gives types serde's `Deserialize` by way of their [`FromJson`].
#[macro_export]
macro_rules! deserialize_by_hand {
    ($($type:ty),+ $(,)?) => { $(
        impl<'de> $crate::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <$crate::Value as $crate::serde::Deserialize>::deserialize(deserializer)?;
                <Self as $crate::FromJson>::from_json(value).map_err($crate::serde::de::Error::custom)
            }
        }
    )+ };
}

/// Gives types serde's `Serialize` by way of their [`ToJson`].
#[macro_export]
macro_rules! serialize_by_hand {
    ($($type:ty),+ $(,)?) => { $(
        impl $crate::serde::Serialize for $type {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(&$crate::ToJson::to_json(self), serializer)
            }
        }
    )+ };
}
