//! Settings and session facts: small things that must be known before the database is open.

use gloo_storage::{LocalStorage, Storage};
use zhucun_json::{FromJson, ToJson, from_text, to_text};

/// Who is signed in.
pub const ME: &str = "zhucun.me";
/// Language tag.
pub const LANG: &str = "zhucun.lang";
/// Whether large text is on.
pub const LARGE: &str = "zhucun.large";
/// The server has not been told yet that the user signed out: on the phone or at the desk, which have one cookie.
pub const SIGN_OUT_DUE: &str = "zhucun.sign_out_due";
/// Last good contact with the server, milliseconds; followed by the user's id.
pub const CONTACT: &str = "zhucun.contact.";
/// The village's link as the server last said; followed by the user's id.
pub const LINK: &str = "zhucun.link.";

/// Whether it was offered to put the app on the home screen.
pub const INSTALL_OFFERED: &str = "zhucun.install_offered";

/// How checklists are divided into pages.
pub const PAGING: &str = "zhucun.paging";

/// What a villager says on this phone; followed by the user's id.
pub const SAYING: &str = "zhucun.saying.";

/// What is typed and not saved; followed by the user's id.
pub const TYPED: &str = "zhucun.typed.";

/// The village in which that and what a villager says was typed; followed by the user's id.
pub const TYPED_IN: &str = "zhucun.typed_in.";

/// The key of what is one user's.
#[must_use]
pub fn of_user(key: &str, user: &str) -> String {
    let mut key = key.to_owned();
    key.push_str(user);
    key
}

/// A setting as it is kept.
#[must_use]
pub fn text(key: &str) -> Option<String> {
    LocalStorage::raw().get_item(key).ok()?
}

/// Reads a setting; `None` when it is absent or unreadable.
#[must_use]
pub fn get<T: FromJson>(key: &str) -> Option<T> {
    from_text(&text(key)?).ok()
}

/// Writes a setting. False when the browser refuses (private mode, no room).
pub fn set<T: ToJson>(key: &str, value: T) -> bool {
    LocalStorage::raw().set_item(key, &to_text(&value)).is_ok()
}

/// Takes a setting away.
pub fn remove(key: &str) {
    LocalStorage::delete(key);
}
