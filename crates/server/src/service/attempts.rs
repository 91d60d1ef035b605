//! Limits on guessing passwords, by account and address, in memory.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Wrong tries that are free.
const FREE: u32 = 10;
/// The first wait, milliseconds; each further wrong try doubles it.
const FIRST_WAIT: i64 = 30_000;
/// The longest wait, milliseconds.
const LONGEST_WAIT: i64 = 3_600_000;
/// A count is forgotten so long after its last wrong try, milliseconds.
const FORGET: i64 = 24 * 3_600_000;
/// The most counts kept; beyond it the oldest go.
const MOST: usize = 20_000;

#[derive(Clone, Copy, Debug)]
struct Count {
    wrong: u32,
    last: i64,
}

/// Counts of wrong tries.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<BTreeMap<(String, String), Count>>);

impl Attempts {
    /// Takes a try: `Err` with the seconds to wait when there were too many wrong ones. The try counts as wrong until
    /// [`Self::right`] is called, so that many at once do not slip through.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn begin(&self, account: &str, address: &str, now: i64) -> Result<(), u64> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST {
            counts.retain(|_, count| now - count.last < FORGET);
            if counts.len() >= MOST {
                counts.clear();
            }
        }
        let count = counts.entry((account.to_lowercase(), address.to_owned())).or_insert(Count { wrong: 0, last: now });
        if now - count.last >= FORGET {
            *count = Count { wrong: 0, last: now };
        }
        left(*count, now)?;
        *count = Count { wrong: count.wrong + 1, last: now };
        Ok(())
    }

    /// Whether a try would be taken, which is none yet: for a password that is known to be right.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn look(&self, account: &str, address: &str, now: i64) -> Result<(), u64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get(&(account.to_lowercase(), address.to_owned()));
        count.filter(|count| now - count.last < FORGET).map_or(Ok(()), |count| left(*count, now))
    }

    /// The try was right: forget the wrong ones.
    pub fn right(&self, account: &str, address: &str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.remove(&(account.to_lowercase(), address.to_owned()));
    }
}

/// `Err` with the seconds that are left to wait.
fn left(count: Count, now: i64) -> Result<(), u64> {
    let left = count.last + wait(count.wrong) - now;
    if left > 0 { Err(u64::try_from(left).unwrap_or(0).div_ceil(1000)) } else { Ok(()) }
}

/// The wait after so many wrong tries, milliseconds.
const fn wait(wrong: u32) -> i64 {
    if wrong < FREE {
        return 0;
    }
    let doublings = wrong - FREE;
    if doublings > 10 {
        return LONGEST_WAIT;
    }
    let wait = FIRST_WAIT << doublings;
    if wait < LONGEST_WAIT { wait } else { LONGEST_WAIT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_begin_after_ten_wrong_tries_and_grow() {
        let attempts = Attempts::default();
        for _ in 0..10 {
            assert_eq!(attempts.begin("luo", "10.0.0.1", 0), Ok(()));
        }
        assert_eq!(attempts.begin("LUO", "10.0.0.1", 0), Err(30));
        assert_eq!(attempts.look("luo", "10.0.0.1", 0), Err(30), "looking waits as well, and counts nothing");
        assert_eq!(attempts.look("luo", "10.0.0.1", 30_000), Ok(()));
        assert_eq!(attempts.begin("luo", "10.0.0.2", 0), Ok(()), "another address is not held up");
        assert_eq!(attempts.begin("luo", "10.0.0.1", 30_000), Ok(()));
        assert_eq!(attempts.begin("luo", "10.0.0.1", 30_000), Err(60));
        attempts.right("luo", "10.0.0.1");
        assert_eq!(attempts.begin("luo", "10.0.0.1", 30_000), Ok(()));
    }
}
