//! Settings and session facts: small things that must be known before the database is open.

use gloo_storage::{LocalStorage, Storage};
use serde::{Serialize, de::DeserializeOwned};

/// Who is signed in.
pub const ME: &str = "zhucun.me";
/// Language tag.
pub const LANG: &str = "zhucun.lang";
/// Whether large text is on.
pub const LARGE: &str = "zhucun.large";
/// The server has not been told yet that the user signed out.
pub const SIGN_OUT_DUE: &str = "zhucun.sign_out_due";
/// Last good contact with the server, milliseconds; followed by the user's id.
pub const CONTACT: &str = "zhucun.contact.";

/// Reads a setting; `None` when it is absent or unreadable.
#[must_use]
pub fn get<T: DeserializeOwned>(key: &str) -> Option<T> {
    LocalStorage::get(key).ok()
}

/// Writes a setting. False when the browser refuses (private mode, no room).
pub fn set<T: Serialize>(key: &str, value: T) -> bool {
    LocalStorage::set(key, value).is_ok()
}

/// Takes a setting away.
pub fn remove(key: &str) {
    LocalStorage::delete(key);
}
