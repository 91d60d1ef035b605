//! Villagers' needs: what waits, and what is done about each.

mod detail;
mod list;
mod photo;
mod row;

pub use detail::need;
pub use list::needs;
pub use photo::photo;
pub use row::{due_words, row, waiting};
