//! The phone's clock and calendar.

use zhucun_domain::calendar::DAY_MS;

/// The phone's clock as the sync engine takes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserClock;

impl zhucun_sync::Clock for BrowserClock {
    fn now(&self) -> i64 {
        now()
    }
}

/// Milliseconds since 1970 UTC, as this phone believes.
#[must_use]
pub fn now() -> i64 {
    js_sys::Date::now() as i64
}

/// Minutes to add to UTC for the phone's day; China: 480.
#[must_use]
pub fn utc_offset() -> i32 {
    -(js_sys::Date::new_0().get_timezone_offset() as i32)
}

/// A moment in milliseconds UTC as milliseconds of the phone's own wall clock.
#[must_use]
pub fn local(ms: i64) -> i64 {
    ms + i64::from(utc_offset()) * 60_000
}

/// The phone's day of a moment, since 1970-01-01.
#[must_use]
pub fn day_of(ms: i64) -> i64 {
    local(ms).div_euclid(DAY_MS)
}

/// Milliseconds until the phone's next day, and a little, since timers may come early.
#[must_use]
pub fn until_midnight() -> u32 {
    (DAY_MS - local(now()).rem_euclid(DAY_MS)) as u32 + 500
}

/// The phone's day now, since 1970-01-01.
#[must_use]
pub fn today() -> i64 {
    day_of(now())
}
