//! Page objects and the machinery under them: the real server as a process of its own, real Chromium through
//! chromedriver, a proxy between them that can behave badly. Tests are by user goal, in tests/. Nothing here sleeps:
//! waiting is polling a condition until a limit, and no call to the browser is without one.

pub mod axe;
mod browser;
mod hands;
mod keyboard;
pub mod media;
pub mod pages;
pub mod photos;
mod process;
mod proxy;
mod server;
pub mod sheets;
mod shots;
mod wait;

pub use browser::{Browser, LAN, Profile};
pub use proxy::{Kind, Proxy, Way};
pub use server::Server;
pub use shots::{print, shot, shot_whole};
pub use wait::{eventually, obtain, within};
