//! Whether an answer is of its question's type, as XForms writes it.

use crate::definition::{Kind, Node};
use crate::texts::cut;
use crate::{dates, decimal};

/// Whether a kind of node is drawn as a question.
pub(super) fn is_shown(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Root
            | Kind::Group
            | Kind::Repeat
            | Kind::Calculate
            | Kind::Hidden
            | Kind::Start
            | Kind::End
            | Kind::Today
            | Kind::Username
            | Kind::DeviceId
            | Kind::PhoneNumber
            | Kind::Email
            | Kind::SubscriberId
            | Kind::SimSerial
            | Kind::StartGeopoint
            | Kind::BackgroundAudio
            | Kind::Audit
    )
}

/// Whether a kind of node holds an answer.
pub(super) fn has_value(kind: Kind) -> bool {
    !matches!(kind, Kind::Root | Kind::Group | Kind::Repeat)
}

/// Whether the value of a kind of node is the name of a file.
pub(super) fn is_file(kind: Kind) -> bool {
    matches!(kind, Kind::Image | Kind::Audio | Kind::Video | Kind::File | Kind::BackgroundAudio | Kind::Audit)
}

/// Whether a value that is not empty is of the question's type. Choices are looked at elsewhere.
pub(super) fn fits(node: &Node, value: &str) -> bool {
    match node.kind {
        Kind::Integer => is_integer(value),
        Kind::Decimal => decimal::parse(value).is_some(),
        Kind::Range => in_range(node, value),
        Kind::Date => dates::parse_date(value).is_some(),
        Kind::Time => dates::parse_time(value).is_some(),
        Kind::DateTime => value.contains('T') && dates::parse_date_time(value, 0).is_some(),
        Kind::Geopoint => is_place(value),
        Kind::Acknowledge => value == "OK",
        _ => true,
    }
}

/// A calculated value as a node stores it: of a number its whole part, where whole numbers are.
pub(super) fn cast(node: &Node, text: String) -> String {
    if node.kind != Kind::Integer && node.bind_type != "int" {
        return text;
    }
    decimal::parse(&text).map_or_else(String::new, |number| decimal::plain(number.trunc()))
}

fn is_integer(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    // More digits than a household's figures ever have would not survive being a number.
    !digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn in_range(node: &Node, value: &str) -> bool {
    let bound = |key: &str| node.parameters.get(key).and_then(|text| decimal::parse(text));
    let Some(number) = decimal::parse(value) else { return false };
    let (start, end) = (bound("start").unwrap_or(1.0), bound("end").unwrap_or(10.0));
    number >= start.min(end) && number <= start.max(end)
}

/// `latitude longitude [altitude [accuracy]]`.
fn is_place(value: &str) -> bool {
    let mut numbers = Vec::new();
    let mut rest = Some(value);
    while let Some(text) = rest {
        let (part, after) = cut(text, b' ');
        let Some(number) = decimal::parse(part) else { return false };
        numbers.push(number);
        rest = after;
    }
    (2..=4).contains(&numbers.len()) && numbers[0].abs() <= 90.0 && numbers[1].abs() <= 180.0
}
