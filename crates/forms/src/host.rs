//! What a form needs from the outside.

/// Clock, randomness and regular expressions: the phone's are the browser's, native programs' those of `NativeHost`
/// (feature `native`).
pub trait Host {
    /// Milliseconds since 1970 UTC.
    fn now(&self) -> i64;
    /// Minutes to add to UTC for this device's day (`today()` is the phone's day); China: 480.
    fn utc_offset(&self) -> i32;
    /// A number in [0, 1), for `random()` and `randomize()`.
    fn random(&self) -> f64;
    /// A new UUID in lower-case text, for `uuid()`.
    fn uuid(&self) -> String;
    /// Whether a text matches a regular expression from its first character to its last. `None`: not a regular expression.
    fn regex(&self, pattern: &str, text: &str) -> Option<bool>;
    /// The person signed in, for `username`; empty when unknown.
    fn username(&self) -> String;
    /// This device's id, for `deviceid`.
    fn device_id(&self) -> String;
}
