//! Villagers' needs: what waits, and what is done about each.

mod detail;
mod list;
mod row;

pub use detail::need;
pub use list::needs;
pub use row::{due_words, row, waiting};
