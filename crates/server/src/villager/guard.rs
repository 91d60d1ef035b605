//! Counting per address and link, in memory: wrong codes are stopped, too many needs are only marked.

use std::{collections::HashMap, hash::Hash, sync::Mutex};

/// Most keys kept; when there are more, those whose time is over go first, then all.
const KEYS_MAX: usize = 20_000;

/// So many times in so long.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// How many.
    pub count: u32,
    /// In how long, milliseconds.
    pub within: i64,
}

/// Counts events per key in windows that start with the first event.
#[derive(Debug)]
pub struct Guard<K> {
    limit: Limit,
    seen: Mutex<HashMap<K, (i64, u32)>>,
}

impl<K: Eq + Hash> Guard<K> {
    /// With a limit.
    #[must_use]
    pub fn new(limit: Limit) -> Self {
        Self { limit, seen: Mutex::new(HashMap::new()) }
    }

    /// Milliseconds until the key may go on; `None` when it may now.
    pub fn wait(&self, key: &K, now: i64) -> Option<i64> {
        let seen = self.lock();
        let (start, count) = seen.get(key)?;
        let left = start + self.limit.within - now;
        (*count >= self.limit.count && left > 0).then_some(left)
    }

    /// Counts an event; whether the limit is passed with it.
    pub fn count(&self, key: K, now: i64) -> bool {
        let mut seen = self.lock();
        if seen.len() >= KEYS_MAX {
            seen.retain(|_, (start, _)| *start + self.limit.within > now);
            if seen.len() >= KEYS_MAX {
                seen.clear();
            }
        }
        let (start, count) = seen.entry(key).or_insert((now, 0));
        if *start + self.limit.within <= now {
            (*start, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count > self.limit.count
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, (i64, u32)>> {
        // A panic elsewhere leaves the counts usable.
        self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_holds_for_its_time_and_for_its_key_only() {
        let guard = Guard::new(Limit { count: 2, within: 1000 });
        assert!(!guard.count("a", 0) && !guard.count("a", 10));
        assert_eq!(guard.wait(&"a", 400), Some(600));
        assert!(guard.count("a", 500));
        assert_eq!(guard.wait(&"b", 500), None);
        assert_eq!(guard.wait(&"a", 1000), None);
        assert!(!guard.count("a", 1000));
    }

    #[test]
    fn memory_stays_bounded() {
        let guard = Guard::new(Limit { count: 2, within: 1000 });
        for key in 0..KEYS_MAX + 10 {
            guard.count(key, 0);
        }
        assert!(guard.lock().len() <= KEYS_MAX);
    }
}
