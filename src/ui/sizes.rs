//! How large a file is and how long a recording, as people read it.

use zhucun_json::{decimal, texts::joined};

/// `168 KB`, `1.2 MB`; less than a kilobyte is one.
#[must_use]
pub fn bytes(count: f64) -> String {
    const KILO: f64 = 1024.0;
    let kilo = count / KILO;
    let (number, unit) = if kilo < 999.5 {
        (kilo.round().max(1.0), "KB")
    } else {
        ((kilo / KILO * 10.0).round().max(10.0) / 10.0, "MB")
    };
    joined(&[&decimal::plain(number), unit], " ")
}

/// `0:42`, `12:05`.
#[must_use]
pub fn minutes(seconds: u32) -> String {
    let (minutes, seconds) = ((seconds / 60).to_string(), (seconds % 60).to_string());
    let zero = if seconds.len() < 2 { ":0" } else { ":" };
    joined(&[&minutes, zero, &seconds], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_said_in_the_unit_that_fits() {
        for (count, said) in [
            (0.0, "1 KB"),
            (1024.0, "1 KB"),
            (171_900.0, "168 KB"),
            (1_023_600.0, "1 MB"),
            (1_258_291.0, "1.2 MB"),
            (8_388_608.0, "8 MB"),
        ] {
            assert_eq!(bytes(count), said);
        }
    }

    #[test]
    fn a_time_has_two_digits_of_seconds() {
        assert_eq!([0, 7, 65, 725].map(minutes), ["0:00", "0:07", "1:05", "12:05"]);
    }
}
