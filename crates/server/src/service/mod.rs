//! What the server does, apart from HTTP and SQL.

pub mod attempts;
pub mod basic;
pub mod files;
pub mod first;
pub mod form_files;
pub mod form_lists;
pub mod forms;
pub mod health;
pub mod import;
pub mod invites;
pub mod kinds;
pub mod links;
pub mod passwords;
pub mod photo;
pub mod push;
pub mod random;
pub mod sessions;
pub mod settings;
pub mod submissions;
pub mod tickets;
pub mod uploads;
pub mod validate;
pub mod xforms;
