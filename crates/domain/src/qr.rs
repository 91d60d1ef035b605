//! QR codes of addresses, as the path of a picture: one encoder for the villagers' pages, the phone and the poster.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

/// Empty modules around a code, as scanners want it.
const QUIET: i32 = 4;

/// A QR code as a picture of squares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// Side of the picture in modules, the quiet zone included: its `viewBox` is `0 0 side side`.
    pub side: i32,
    /// The dark modules as the `d` of one SVG path.
    pub path: String,
}

/// The code of an address, a seventh of which may be dirty or torn; `None` when the address is too long for one.
#[must_use]
pub fn of(address: &str) -> Option<Qr> {
    let segments = [QrSegment::make_bytes(address.as_bytes())];
    let (least, most) = (Version::new(1), Version::new(20));
    let code = QrCode::encode_segments_advanced(&segments, QrCodeEcc::Medium, least, most, None, false).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count() as i32;
            if run > 0 {
                // Writing to a text does not fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run + 1;
        }
    }
    Some(Qr { side: code.size() + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a module of the code, counted without the quiet zone, is dark.
    fn is_dark(qr: &Qr, x: i32, y: i32) -> bool {
        qr.path.split('M').filter(|run| !run.is_empty()).any(|run| {
            let (at, rest) = run.split_once('h').expect("a run");
            let (from, line) = at.split_once(' ').expect("a place");
            let length: i32 = rest.split_once('v').expect("a length").0.parse().expect("a number");
            let (from, line): (i32, i32) = (from.parse().expect("a number"), line.parse().expect("a number"));
            line == y + QUIET && (from..from + length).contains(&(x + QUIET))
        })
    }

    #[test]
    fn a_code_has_its_three_eyes_and_a_quiet_zone() {
        let qr = of("https://qingxi.example/t?c=12345678901234567").expect("short enough");
        let size = qr.side - 2 * QUIET;
        for (x, y) in [(0, 0), (size - 7, 0), (0, size - 7)] {
            for step in 0..7 {
                assert!(is_dark(&qr, x + step, y) && is_dark(&qr, x, y + step), "the frame of the eye at {x}, {y}");
            }
            assert!(is_dark(&qr, x + 3, y + 3) && !is_dark(&qr, x + 1, y + 1));
        }
        assert!(!is_dark(&qr, -1, 0) && !is_dark(&qr, size, 0));
        assert!(!qr.path.contains("12345678901234567") && qr.path.len() < 9000, "{}", qr.path.len());
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert_eq!(of(&"x".repeat(5000)), None);
    }
}
