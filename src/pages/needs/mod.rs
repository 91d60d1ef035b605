//! Villagers' needs: what waits, and what is done about each.

mod detail;
mod list;

pub use detail::NeedPage;
pub use list::{NeedsPage, due_words, row, waiting};
