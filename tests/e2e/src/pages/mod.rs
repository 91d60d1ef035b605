//! Page objects: one a user's place, in the words of its user.

mod villager;

pub use villager::Villager;
