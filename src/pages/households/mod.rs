//! The village's households: list, file, adding one, and the visits made.

mod conflicts;
mod detail;
mod list;
mod new;
mod saved_visit;

pub use detail::HouseholdPage;
pub use list::HouseholdsPage;
pub use new::new_household;
pub use saved_visit::{Words, saved_visit};
