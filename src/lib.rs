//! The apps: one library, two entries (`bin/phone.rs` for secretary and committee, `bin/desk.rs` for township and county).
//! Nothing depends on them.

pub mod app;
pub mod desk;
pub mod form_ui;
pub mod later;
pub mod pages;
pub mod platform;
pub mod routes;
pub mod state;
pub mod ui;
