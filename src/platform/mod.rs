//! One small file per browser ability. Nothing else talks to the browser but through Leptos.

pub mod asked;
pub mod badge;
pub mod camera;
pub mod clock;
pub mod crypto;
pub mod dom;
pub mod events;
pub mod host;
pub mod http;
mod idb;
pub mod install;
pub mod install_offer;
pub mod later;
pub mod location;
pub mod locks;
pub mod near;
pub mod pinyin;
pub mod settings;
pub mod share;
pub mod shared;
pub mod storage;
mod storage_sync;
pub mod texts;
pub mod timer;
pub mod upload;
