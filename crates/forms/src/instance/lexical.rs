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

/// Whether a value that is not empty is of the question's type. Choices are looked at elsewhere.
pub(crate) fn fits(node: &Node, value: &str) -> bool {
    match node.kind {
        Kind::Integer => is_integer(value),
        Kind::Decimal => decimal::parse(value).is_some(),
        Kind::Range => in_range(node, value),
        Kind::Date => dates::parse_date(value).is_some(),
        Kind::Time => dates::parse_time(value).is_some(),
        Kind::DateTime => value.contains('T') && dates::parse_date_time(value, 0).is_some(),
        Kind::Geopoint => is_place(value),
        Kind::Geotrace | Kind::Geoshape => are_places(value, node.kind == Kind::Geoshape),
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

/// Places with `;` between: two for a line at least; three for an area, which ends where it began.
fn are_places(value: &str, closed: bool) -> bool {
    let (mut count, mut first, mut last) = (0, "", "");
    let mut rest = Some(value);
    while let Some(text) = rest {
        let (part, after) = cut(text, b';');
        let part = part.trim();
        rest = after;
        // What ends with `;` has all the same ended.
        if part.is_empty() && rest.is_none() && count > 0 {
            break;
        }
        if !is_place(part) {
            return false;
        }
        if count == 0 {
            first = part;
        }
        last = part;
        count += 1;
    }
    if closed { count >= 4 && first == last } else { count >= 2 }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn fits_as(kind: Kind, value: &str) -> bool {
        fits(&Node { kind, ..Node::default() }, value)
    }

    #[test]
    fn a_line_has_two_places_and_an_area_three_and_ends_where_it_began() {
        let line = |value| fits_as(Kind::Geotrace, value);
        assert!(line("26.1 106.5 0 5;26.2 106.6 0 5") && line("26.1 106.5; 26.2 106.6;"));
        assert!(!line("26.1 106.5 0 5") && !line("26.1 106.5;;26.2 106.6") && !line(";") && !line("26.1 106.5;91 0"));
        let area = |value| fits_as(Kind::Geoshape, value);
        assert!(area("0 0;0 1;1 1;0 0") && area("0 0 0 0;0 1 0 0;1 1 0 0;0 0 0 0;"));
        assert!(!area("0 0;0 1;1 1") && !area("0 0;0 1;0 0") && !area("0 0;0 1;1 1;0 0 0 0"));
    }
}
