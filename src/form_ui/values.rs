//! Answers as people type and read them: pure, tested natively.

use zhucun_forms::{decimal, texts};

/// A number as typed on a Chinese keyboard in the plain form: full-width digits, marks and signs become ASCII, blanks and
/// thousands marks go. What is not a number stays as it is, and the form says so.
#[must_use]
pub fn plain_number(typed: &str) -> String {
    typed.chars().filter_map(plain_char).collect()
}

fn plain_char(c: char) -> Option<char> {
    match c {
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
        '．' | '。' | '｡' => Some('.'),
        '－' | '−' | '—' | '–' => Some('-'),
        ',' | '，' | ' ' | '\u{3000}' | '\u{a0}' => None,
        other => Some(other),
    }
}

/// An amount as typed, see [`plain_number`], without zeros in front: what is typed behind a default `0` is meant alone.
#[must_use]
pub fn plain_amount(typed: &str) -> String {
    let plain = plain_number(typed);
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
    let short = digits.trim_start_matches('0');
    if short.len() == digits.len() {
        return plain;
    }
    let zero = if short.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    texts::joined(&[sign, zero, short], "")
}

/// A place as a `geopoint` answer: latitude, longitude, altitude (0 when unknown), accuracy, both in metres.
#[must_use]
pub fn geopoint_text(latitude: f64, longitude: f64, altitude: Option<f64>, accuracy: f64) -> String {
    let mut text = fixed(latitude, 7);
    for (number, digits) in [(longitude, 7), (altitude.unwrap_or(0.0), 1), (accuracy, 1)] {
        text.push(' ');
        text.push_str(&fixed(number, digits));
    }
    text
}

fn fixed(number: f64, digits: usize) -> String {
    let scale = (0..digits).fold(1.0, |scale: f64, _| scale * 10.0);
    // + 0.0 makes -0 a plain 0.
    decimal::plain((number * scale).round() / scale + 0.0)
}

/// Accuracy of a `geopoint` answer in whole metres, rounded up; `None` when it names none.
#[must_use]
pub fn geopoint_accuracy(value: &str) -> Option<u32> {
    value.split(' ').nth(3).and_then(decimal::parse).map(|metres| metres.ceil() as u32)
}

/// A `geopoint` answer for reading: latitude and longitude to five places (a metre), accuracy in whole metres, `?` when it
/// names none. `None` for what is no place.
#[must_use]
pub fn geopoint_read(value: &str) -> Option<[String; 3]> {
    let mut numbers = value.split(' ').map(decimal::parse);
    let (latitude, longitude) = (numbers.next()??, numbers.next()??);
    let accuracy = numbers.nth(1).flatten().map_or_else(|| "?".to_owned(), |m| decimal::plain(m.round_ties_even()));
    Some([five_places(latitude), five_places(longitude), accuracy])
}

fn five_places(number: f64) -> String {
    let mut text = fixed(number, 5);
    let point = texts::find(&text, ".").unwrap_or(text.len());
    if point == text.len() {
        text.push('.');
    }
    (text.len()..point + 6).for_each(|_| text.push('0'));
    text
}

/// Width and height after shrinking so that the longer side is `max` pixels at most; never larger than it was.
#[must_use]
pub fn shrunk(width: u32, height: u32, max: u32) -> (u32, u32) {
    let long = width.max(height);
    if long <= max || long == 0 {
        return (width, height);
    }
    let side = |side: u32| ((u64::from(side) * u64::from(max) + u64::from(long) / 2) / u64::from(long)).max(1) as u32;
    (side(width), side(height))
}

/// Whether one of several choices is picked in a `select_multiple` answer (names with blanks between).
#[must_use]
pub fn is_picked(value: &str, name: &str) -> bool {
    value.split(' ').any(|picked| picked == name)
}

/// A `select_multiple` answer after a tap on a choice. Names stay in the order of picking.
#[must_use]
pub fn toggled(value: &str, name: &str) -> String {
    let mut picked = texts::words(value);
    picked.retain(|picked| *picked != name);
    if !is_picked(value, name) {
        picked.push(name);
    }
    texts::joined(&picked, " ")
}

/// Whether a choice's words are found by what was typed: every word of it, capital or small.
#[must_use]
pub fn is_found(words: &str, typed: &[&str]) -> bool {
    let holds =
        |part: &&str| words.as_bytes().windows(part.len()).any(|bytes| bytes.eq_ignore_ascii_case(part.as_bytes()));
    typed.iter().all(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_chinese_keyboard_become_plain() {
        assert_eq!(plain_number("１２．５"), "12.5");
        assert_eq!(plain_number("1，200。50"), "1200.50");
        assert_eq!(plain_number("－３ "), "-3");
        assert_eq!(plain_number("12x"), "12x");
    }

    #[test]
    fn amounts_have_no_zeros_in_front() {
        for (typed, plain) in
            [("014", "14"), ("0", "0"), ("00", "0"), ("0.5", "0.5"), ("-03", "-3"), ("", ""), ("10", "10")]
        {
            assert_eq!(plain_amount(typed), plain, "{typed}");
        }
    }

    #[test]
    fn a_place_is_written_as_odk_writes_it() {
        assert_eq!(geopoint_text(26.123_456_78, 106.5, None, 8.04), "26.1234568 106.5 0 8");
        assert_eq!(geopoint_text(-0.0, 106.0, Some(1180.26), 12.5), "0 106 1180.3 12.5");
        assert_eq!(geopoint_accuracy("26.1 106.5 0 8.2"), Some(9));
        assert_eq!(geopoint_accuracy("26.1 106.5"), None);
    }

    #[test]
    fn a_place_is_read_as_the_desk_says_it() {
        let read = |value| geopoint_read(value).map(|parts| parts.join(" "));
        assert_eq!(read("31.2 107.51352 817 9").unwrap(), "31.20000 107.51352 9");
        assert_eq!(read("-0.000004 -107.999999 0 8.4").unwrap(), "0.00000 -108.00000 8");
        assert_eq!(read("31.2 107.5").unwrap(), "31.20000 107.50000 ?");
        assert_eq!(read("here"), None);
    }

    #[test]
    fn a_photo_keeps_its_shape_and_is_never_enlarged() {
        assert_eq!(shrunk(4000, 3000, 1600), (1600, 1200));
        assert_eq!(shrunk(3000, 4000, 1280), (960, 1280));
        assert_eq!(shrunk(800, 600, 1600), (800, 600));
        assert_eq!(shrunk(10_000, 2, 1600), (1600, 1));
        assert_eq!(shrunk(0, 0, 1600), (0, 0));
    }

    #[test]
    fn choices_are_picked_and_unpicked_by_whole_names() {
        assert_eq!(toggled("", "a"), "a");
        assert_eq!(toggled("a bb", "b"), "a bb b");
        assert_eq!(toggled("a bb b", "bb"), "a b");
        assert!(!is_picked("bb", "b"));
        assert!(is_found("1组 何德贵", &["何", "1组"]) && !is_found("1组 何德贵", &["2组"]));
        assert!(is_found("Shiban (SB)", &["sb", "SHI"]) && is_found("", &[]) && !is_found("", &["a"]));
    }
}
