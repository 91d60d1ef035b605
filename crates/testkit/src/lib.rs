//! Builders, a simulated clock, network, storage and server, and an executor that can drop a future at any of its await
//! points. Dev-dependency only.

mod clock;
mod executor;
mod net;
mod server;
mod store;

pub use clock::{SimClock, SimRng, World};
pub use executor::{block_on, interleave, poll_n, yield_once};
pub use net::{SimNet, Weather};
pub use server::{Backup, SimServer};
pub use store::{MemStore, StoreFull};
