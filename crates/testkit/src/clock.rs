//! Time and randomness that a test decides.

use std::{cell::Cell, rc::Rc};

use zhucun_sync::{Clock, Rng};

/// The true time of a simulated world, milliseconds since 1970 UTC. Clones share it.
#[derive(Clone, Debug)]
pub struct World(Rc<Cell<i64>>);

impl World {
    /// A world that begins on 1 June 2026, 00:00 UTC.
    #[must_use]
    pub fn new() -> Self {
        Self(Rc::new(Cell::new(1_780_272_000_000)))
    }

    /// The true time.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.0.get()
    }

    /// Lets time pass, in milliseconds.
    pub fn advance(&self, millis: i64) {
        self.0.set(self.0.get() + millis);
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// A device's clock: the world's time and what it is wrong by. Clones share the error.
#[derive(Clone, Debug)]
pub struct SimClock {
    world: World,
    skew: Rc<Cell<i64>>,
}

impl SimClock {
    /// A clock that is wrong by `skew` milliseconds.
    #[must_use]
    pub fn new(world: &World, skew: i64) -> Self {
        Self { world: world.clone(), skew: Rc::new(Cell::new(skew)) }
    }

    /// Somebody sets the clock.
    pub fn set_skew(&self, skew: i64) {
        self.skew.set(skew);
    }
}

impl Clock for SimClock {
    fn now(&self) -> i64 {
        self.world.now() + self.skew.get()
    }
}

/// Repeatable randomness (splitmix64). Clones share the state.
#[derive(Clone, Debug)]
pub struct SimRng(Rc<Cell<u64>>);

impl SimRng {
    /// The same seed gives the same numbers.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Rc::new(Cell::new(seed)))
    }

    /// The next number.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.0.set(self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mut z = self.0.get();
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which must not be 0.
    #[must_use]
    pub fn below(&self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("smaller than a usize")
    }

    /// True in so many of a hundred cases.
    #[must_use]
    pub fn percent(&self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

impl Rng for SimRng {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}
