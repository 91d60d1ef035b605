//! Which defaults are expressions.

use super::names::is_name;
use crate::definition::Kind;
use crate::xpath::Expr;

/// Whether a default is an expression rather than a value: it names a question, calls a function or calculates. As pyxform
/// tells them apart; what only looks like reckoning (`+86 …`) and is no expression is a value.
pub(super) fn is_dynamic(text: &str, kind: Kind) -> bool {
    // `2020-01-01`, `36.1 -78.2`: a hyphen in such a value does not subtract.
    let hyphens = matches!(kind, Kind::Date | Kind::DateTime | Kind::Geopoint | Kind::Geotrace | Kind::Geoshape);
    let mut rest = text;
    while !rest.is_empty() {
        let (sign, length) = token(rest);
        match sign {
            Sign::Minus if hyphens => return false,
            Sign::Minus | Sign::Operator => return Expr::parse(text).is_ok() || text.contains("${"),
            Sign::Reference | Sign::Call => return true,
            Sign::Other => {}
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    false
}

enum Sign {
    /// A `-` that belongs to no number.
    Minus,
    Operator,
    /// `${name}`.
    Reference,
    /// `name(`.
    Call,
    Other,
}

/// What a text begins with, and how long that is.
fn token(text: &str) -> (Sign, usize) {
    if let Some(length) = moment(text).or_else(|| number(text)) {
        return (Sign::Other, length);
    }
    if text.starts_with(" mod ") || text.starts_with(" div ") {
        return (Sign::Operator, 5);
    }
    let first = text.chars().next().unwrap_or(' ');
    match first {
        '-' => return (Sign::Minus, 1),
        '*' | '+' | '|' => return (Sign::Operator, 1),
        '\'' | '"' => {
            if let Some(end) = text[1..].find(first) {
                return (Sign::Other, end + 2);
            }
        }
        '$' => {
            let name = text.strip_prefix("${").and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
            if name.is_some_and(|name| is_name(name.strip_prefix("last-saved#").unwrap_or(name))) {
                return (Sign::Reference, text.len());
            }
        }
        _ => {}
    }
    let end =
        text.char_indices().map(|(at, next)| at + next.len_utf8()).take_while(|&end| is_name(&text[..end])).last();
    match end {
        Some(end) if text[end..].starts_with('(') => (Sign::Call, end + 1),
        // A prefix: the name may go on after its colon.
        Some(end) => match text[end..].strip_prefix(':').map(token) {
            Some((Sign::Call, more)) => (Sign::Call, end + 1 + more),
            _ => (Sign::Other, end),
        },
        None => (Sign::Other, first.len_utf8()),
    }
}

/// A date, with a time or not, or a time.
fn moment(text: &str) -> Option<usize> {
    let shape = |text: &str, shape: &str| {
        text.len() >= shape.len()
            && text.bytes().zip(shape.bytes()).all(
                |(byte, wanted)| {
                    if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted }
                },
            )
    };
    let day = text.strip_prefix('-').unwrap_or(text);
    if shape(day, "0000-00-00") {
        let end = text.len() - day.len() + 10;
        let time = text[end..].strip_prefix('T').and_then(moment);
        return Some(end + time.map_or(0, |time| time + 1));
    }
    if !shape(text, "00:00:00") {
        return None;
    }
    let rest = &text[8..];
    Some(if shape(rest, "+00:00") || shape(rest, "-00:00") { 14 } else { 8 + usize::from(rest.starts_with('Z')) })
}

fn number(text: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let sign = usize::from(text.starts_with('-'));
    let whole = digits(&text[sign..]);
    let rest = &text[sign + whole..];
    let part = rest.strip_prefix('.').map_or(0, |part| 1 + digits(part));
    (whole > 0 || part > 1).then_some(sign + whole + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_references_and_reckoning_are_expressions() {
        for text in
            ["today()", "${a}", "${last-saved#a}", "1 + 2", "a mod b", "concat('a', b)", "jr:itext('x')", "now() - 1"]
        {
            assert!(is_dynamic(text, Kind::Text), "{text}");
        }
        assert!(is_dynamic("today() - 3", Kind::Date));
    }

    #[test]
    fn values_are_values() {
        for text in
            ["", "yes", "a-b", "-1", "1.5", "2020-01-31", "10:30:00+08:00", "'a + b'", "two words (in brackets)"]
        {
            assert!(!is_dynamic(text, Kind::Text), "{text}");
        }
        assert!(!is_dynamic("+86 139 0000 0000", Kind::Text), "no expression");
        assert!(!is_dynamic("2020-01-31T10:30:00.000+08:00", Kind::DateTime));
        assert!(!is_dynamic("36.1 -78.2 - 3", Kind::Geopoint), "a hyphen in a place");
    }
}
