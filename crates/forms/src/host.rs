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
    /// `acos`, `asin`, `atan`, `cos`, `exp`, `log` (natural), `log10`, `sin` or `tan` of a number; `atan2` and `pow` of a
    /// number and another one. A browser has them all: none need be downloaded.
    fn math(&self, name: &'static str, number: f64, other: f64) -> f64;
    /// A new UUID in lower-case text, for `uuid()`.
    fn uuid(&self) -> String;
    /// Whether a text matches a regular expression from its first character to its last. `None`: not a regular expression.
    fn regex(&self, pattern: &str, text: &str) -> Option<bool>;
    /// The person signed in, for `username`; empty when unknown.
    fn username(&self) -> String;
    /// This device's id, for `deviceid`.
    fn device_id(&self) -> String;
    /// Another property of the device or the person by its name in ODK XForms: `phonenumber`, `email`, `subscriberid`,
    /// `simserial`. Empty where it is not known, as all but `email` are in a browser.
    fn property(&self, _name: &'static str) -> String {
        String::new()
    }
}

/// [`Host::math`] by std, for native programs.
#[cfg(feature = "native")]
pub fn native_math(name: &str, number: f64, other: f64) -> f64 {
    match name {
        "acos" => number.acos(),
        "asin" => number.asin(),
        "atan" => number.atan(),
        "atan2" => number.atan2(other),
        "cos" => number.cos(),
        "exp" => number.exp(),
        "log" => number.ln(),
        "log10" => number.log10(),
        // As in JavaScript and Java; Rust says that 1 to any power is 1.
        "pow" if other.is_nan() || (number.abs() == 1.0 && other.is_infinite()) => f64::NAN,
        "pow" => number.powf(other),
        "sin" => number.sin(),
        "tan" => number.tan(),
        _ => f64::NAN,
    }
}

/// A host for native programs (reading forms, tests): the moment is given, regular expressions are regex-lite's,
/// and regress' where they look around or back or name kinds of letters.
#[cfg(feature = "native")]
#[derive(Clone, Debug)]
pub struct NativeHost {
    now: std::cell::Cell<i64>,
    utc_offset: i32,
    username: String,
    device_id: String,
    /// State of the generator behind `random()` and `uuid()`: the same seed, the same filling.
    seed: std::cell::Cell<u64>,
}

#[cfg(feature = "native")]
impl NativeHost {
    /// A host whose clock stands at `now` (milliseconds since 1970 UTC) in a zone `utc_offset` minutes ahead of UTC.
    pub fn new(now: i64, utc_offset: i32) -> Self {
        let seed = std::cell::Cell::new(now.unsigned_abs() | 1);
        let now = std::cell::Cell::new(now);
        Self { now, utc_offset, username: String::new(), device_id: String::new(), seed }
    }

    /// With someone signed in on a device.
    #[must_use]
    pub fn signed_in(self, username: &str, device_id: &str) -> Self {
        Self { username: username.into(), device_id: device_id.into(), ..self }
    }

    /// Sets the clock.
    pub fn set_now(&self, now: i64) {
        self.now.set(now);
    }

    /// The next number of a linear congruential generator: enough for forms, not for secrets.
    fn next(&self) -> u64 {
        let next = self.seed.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.seed.set(next);
        next >> 11
    }
}

#[cfg(feature = "native")]
impl Host for NativeHost {
    fn now(&self) -> i64 {
        self.now.get()
    }

    fn utc_offset(&self) -> i32 {
        self.utc_offset
    }

    fn math(&self, name: &'static str, number: f64, other: f64) -> f64 {
        native_math(name, number, other)
    }

    fn random(&self) -> f64 {
        self.next() as f64 / (1u64 << 53) as f64
    }

    fn uuid(&self) -> String {
        let (one, two) = (self.next(), self.next());
        let part = |bits: u64, digits: usize| format!("{:0digits$x}", bits & ((1 << (4 * digits)) - 1));
        let tail = part(two, 12);
        format!("{}-{}-4{}-8{}-{tail}", part(one, 8), part(one >> 32, 4), part(one >> 20, 3), part(two >> 30, 3))
    }

    fn regex(&self, pattern: &str, text: &str) -> Option<bool> {
        // As a whole: also where the pattern is an alternation or begins and ends with anchors of its own.
        let whole = ["^(?:", pattern, ")$"].concat();
        if let Ok(regex) = regex_lite::Regex::new(&whole) {
            return Some(regex.is_match(text));
        }
        // As a phone's browser: with `u` first, and without where the pattern is only valid so.
        let compile = |flags: &str| regress::Regex::with_flags(&whole, flags).ok();
        Some(compile("u").or_else(|| compile(""))?.find(text).is_some())
    }

    fn username(&self) -> String {
        self.username.clone()
    }

    fn device_id(&self) -> String {
        self.device_id.clone()
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_for_the_whole_text_and_may_be_all_that_browsers_know() {
        let matches = |pattern: &str, text: &str| NativeHost::new(0, 0).regex(pattern, text);
        assert_eq!(matches("[0-9]{4}", "2026"), Some(true));
        assert_eq!(matches("[0-9]{4}", "20261"), Some(false));
        assert_eq!(matches("a|ab", "ab"), Some(true));
        assert_eq!(matches("(?!0+$)[0-9]{3}", "000"), Some(false), "looking ahead");
        assert_eq!(matches("(?!0+$)[0-9]{3}", "010"), Some(true));
        assert_eq!(matches(r"(?=.*\d)[\w-]+", "ab-1"), Some(true), "valid without `u` only");
        assert_eq!(matches(r"(.)\1", "好好"), Some(true), "looking back");
        assert_eq!(matches(r"\p{L}+", "何小明"), Some(true), "kinds of letters");
        assert_eq!(matches(r"\p{L}", "𠮷"), Some(true), "beyond the basic plane");
        assert_eq!(matches(r"\p{L}+", "7"), Some(false));
        assert_eq!(matches("(?i)abc", "ABC"), Some(true));
        assert_eq!(matches("(", "("), None);
    }

    #[test]
    fn a_power_with_nothing_is_nothing() {
        assert!(native_math("pow", 1.0, f64::NAN).is_nan());
        assert!(native_math("pow", -1.0, f64::INFINITY).is_nan());
        assert_eq!(native_math("pow", 2.0, 3.0).to_bits(), 8.0_f64.to_bits());
        assert_eq!(native_math("pow", 2.0, f64::NEG_INFINITY).to_bits(), 0);
    }
}
