//! The one place of xtask that reads a clock: how long stages take, and time limits of what may hang.
use std::time::{Duration, Instant};

/// A running stopwatch.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "build stages are timed against the real clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Time since the start, for people: `0.4 s`, `3 min 12 s`.
    pub fn words(&self) -> String {
        words(self.elapsed())
    }
}

/// A duration for people.
pub fn words(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        assert_eq!(words(Duration::from_millis(420)), "0.4 s");
        assert_eq!(words(Duration::from_secs(59)), "59 s");
        assert_eq!(words(Duration::from_secs(192)), "3 min 12 s");
    }
}
