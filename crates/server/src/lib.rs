//! The server: one binary, zhucun, with the app inside. Rooms: `http/<resource>.rs` -> `service/` -> `store/`; `villager/`
//! are the pages without script, `cli/` the commands, `demo/` the invented county.

pub mod backup;
pub mod cli;
pub mod clock;
mod dates;
pub mod demo;
pub mod error;
pub mod http;
mod invite;
pub mod listen;
pub mod service;
pub mod state;
pub mod store;
pub mod villager;

pub use http::app;
pub use state::{AppState, Parts, Settings};
