//! Page objects and the machinery under them: the real server as a process of its own, real Chromium through
//! chromedriver. Tests are by user goal, in tests/. Nothing here sleeps: waiting is polling a condition until a limit.

mod browser;
pub mod pages;
mod process;
mod server;
mod shots;
mod wait;

pub use browser::{Browser, Profile};
pub use server::Server;
pub use shots::shot;
pub use wait::eventually;
