//! What the server does, apart from HTTP and SQL.

pub mod attempts;
pub mod files;
pub mod first;
pub mod forms;
pub mod health;
pub mod import;
pub mod invites;
pub mod kinds;
pub mod links;
pub mod passwords;
pub mod push;
pub mod random;
pub mod sessions;
pub mod settings;
pub mod tickets;
pub mod uploads;
pub mod validate;
