//! Page objects: one a user's place, in the words of its user.

mod admin;
mod desk;
mod phone;
mod villager;
mod visit;
mod widgets;

pub use admin::Admin;
pub use desk::Desk;
pub use phone::Phone;
pub use villager::Villager;
pub use visit::{Visit, question};
pub use widgets::Widgets;

/// An XPath's condition that an element's words are exactly these.
fn says(words: &str) -> String {
    format!("[normalize-space(.)=\"{words}\"]")
}
