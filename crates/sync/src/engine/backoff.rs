//! When to try again.

use crate::Rng;

/// Waiting times between attempts: random in [x, 2x], x doubling from one second, ten minutes at most, so that a
/// village that comes back online does not knock all at once.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The longest wait of its own, milliseconds.
    pub const CAP: u32 = 600_000;

    /// How long to wait before the next attempt, milliseconds; at least what the server asked for.
    pub fn next(&mut self, rng: &impl Rng, retry_after: Option<u32>) -> u32 {
        let base = (1000_u32 << self.failures.min(10)).min(Self::CAP / 2);
        self.failures = self.failures.saturating_add(1);
        let mut random = [0; 4];
        rng.fill(&mut random);
        let wait = base + u32::from_le_bytes(random) % (base + 1);
        wait.max(retry_after.unwrap_or(0))
    }

    /// After a success, on `online`, on return to the page and on start: begin again with short waits.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}
