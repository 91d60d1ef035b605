//! Answers in the form in which ODK's clients store them: `2.0` for a decimal 2, points with their four numbers.

use crate::definition::{Kind, Node};
use crate::{dates, decimal};

/// The `XForms` type of a node's value.
#[must_use]
pub fn value_type(node: &Node) -> &str {
    if !node.bind_type.is_empty() {
        return &node.bind_type;
    }
    own_type(node.kind, node.parameters.iter().any(|(_, value)| value.contains('.')))
}

/// The type that a kind has by itself; of a range, by whether its bounds have digits behind the point.
pub(super) fn own_type(kind: Kind, has_fractions: bool) -> &'static str {
    match kind {
        Kind::Integer => "int",
        Kind::Range if !has_fractions => "int",
        Kind::Decimal | Kind::Range => "decimal",
        Kind::Date | Kind::Today => "date",
        Kind::Time => "time",
        Kind::DateTime | Kind::Start | Kind::End => "dateTime",
        Kind::Geopoint | Kind::StartGeopoint => "geopoint",
        Kind::Geotrace => "geotrace",
        Kind::Geoshape => "geoshape",
        Kind::Barcode => "barcode",
        Kind::Rank => "odk:rank",
        Kind::Image | Kind::Audio | Kind::Video | Kind::File | Kind::BackgroundAudio | Kind::Audit => "binary",
        _ => "string",
    }
}

/// A value as it is stored; empty stays empty, `None` where it is not of the node's type.
#[must_use]
pub fn canonical(node: &Node, text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    if node.kind == Kind::Acknowledge {
        return match text {
            "OK" | "true" => Some("OK".to_owned()),
            "false" => Some(String::new()),
            _ => None,
        };
    }
    let value = match value_type(node) {
        "int" => int(text)?,
        "decimal" => fraction(decimal::parse(text.trim())?)?,
        "date" => date(text)?,
        "time" => time(text).then(|| text.to_owned())?,
        "dateTime" => date_time(text).then(|| text.to_owned())?,
        "geopoint" => point(text)?,
        "geotrace" => points(text, 2)?,
        "geoshape" => points(text, 3).filter(|points| is_closed(points))?,
        _ => text.to_owned(),
    };
    (node.kind != Kind::Range || in_range(node, &value)).then_some(value)
}

/// Digits behind a point do not count; whole numbers have 32 bits, as on all other clients.
fn int(text: &str) -> Option<String> {
    let number = decimal::parse(text.trim())?.trunc();
    let fits = number >= f64::from(i32::MIN) && number <= f64::from(i32::MAX);
    fits.then(|| decimal::plain(number + 0.0))
}

fn fraction(number: f64) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    let text = decimal::plain(number);
    Some(if text.contains('.') { text } else { text + ".0" })
}

/// A date; of a date and time without offset the date.
fn date(text: &str) -> Option<String> {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let has_offset = time.is_some_and(|time| dates::parse_time(time).is_none_or(|(_, offset)| offset.is_some()));
    dates::parse_date(date).filter(|_| !has_offset).map(|_| date.to_owned())
}

/// A time with its seconds, an offset with hours and minutes.
fn time(text: &str) -> bool {
    let clock = text.split(['Z', '+', '-']).next().unwrap_or_default();
    let offset = &text[clock.len()..];
    let whole = matches!(clock.as_bytes(), [_, _, b':', _, _, b':', _, _, ..]);
    whole && matches!(offset.len(), 0 | 1 | 6) && dates::parse_time(text).is_some()
}

fn date_time(text: &str) -> bool {
    text.split_once('T').is_some_and(|(date, clock)| dates::parse_date(date).is_some() && time(clock))
}

/// `latitude longitude [altitude [accuracy]]`; where nothing is, at the null island, was no fix.
fn point(text: &str) -> Option<String> {
    let numbers: Vec<f64> = text.split_whitespace().map(decimal::parse).collect::<Option<_>>()?;
    let ([latitude, longitude] | [latitude, longitude, _] | [latitude, longitude, _, _]) = numbers[..] else {
        return None;
    };
    let is_somewhere = latitude != 0.0 || longitude != 0.0;
    if latitude.abs() > 90.0 || longitude.abs() > 180.0 || !is_somewhere {
        return None;
    }
    let texts: Vec<String> = numbers.into_iter().map(fraction).collect::<Option<_>>()?;
    Some(texts.join(" "))
}

fn points(text: &str, least: usize) -> Option<String> {
    let text = text.trim();
    let parts: Vec<String> = text.strip_suffix(';').unwrap_or(text).split(';').map(point).collect::<Option<_>>()?;
    (parts.len() >= least).then(|| parts.join(";"))
}

fn is_closed(points: &str) -> bool {
    let place = |point: &str| point.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>();
    let mut all = points.split(';');
    all.next().map(place) == all.next_back().map(place)
}

fn in_range(node: &Node, value: &str) -> bool {
    let bound = |key: &str| node.parameters.get(key).and_then(|text| decimal::parse(text));
    let (Some(start), Some(end), Some(number)) = (bound("start"), bound("end"), decimal::parse(value)) else {
        return true;
    };
    number >= start.min(end) && number <= start.max(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(kind: Kind, text: &str) -> Option<String> {
        canonical(&Node { kind, ..Node::default() }, text)
    }

    #[test]
    fn values_are_stored_as_all_clients_store_them() {
        for (kind, text, expected) in [
            (Kind::Integer, "12", Some("12")),
            (Kind::Integer, "4.9", Some("4")),
            (Kind::Integer, "-0.5", Some("0")),
            (Kind::Integer, "-2147483649", None),
            (Kind::Integer, "twelve", None),
            (Kind::Decimal, "23", Some("23.0")),
            (Kind::Decimal, "0.50", Some("0.5")),
            (Kind::Date, "2025-12-20T10:30:00", Some("2025-12-20")),
            (Kind::Date, "2025-12-20T10:30:00Z", None),
            (Kind::Date, "2025-23-23", None),
            (Kind::Time, "22:02:00.000+07:00", Some("22:02:00.000+07:00")),
            (Kind::Time, "22:02", None),
            (Kind::Time, "22:02:00+25:00", None),
            (Kind::DateTime, "2026-04-22T14:30:00Z", Some("2026-04-22T14:30:00Z")),
            (Kind::DateTime, "2026-04-22", None),
            (Kind::Geopoint, " 38.25  21 0 0", Some("38.25 21.0 0.0 0.0")),
            (Kind::Geopoint, "99 10", None),
            (Kind::Geopoint, "0 0 0 0", None),
            (Kind::Geotrace, "0 1; 0 91 0 0;", Some("0.0 1.0;0.0 91.0 0.0 0.0")),
            (Kind::Geoshape, "0 1;0 2;0 1", Some("0.0 1.0;0.0 2.0;0.0 1.0")),
            (Kind::Geoshape, "0 1;0 2;0 3", None),
            (Kind::Acknowledge, "true", Some("OK")),
            (Kind::Acknowledge, "false", Some("")),
            (Kind::Text, " as it is ", Some(" as it is ")),
            (Kind::Decimal, "", Some("")),
        ] {
            assert_eq!(stored(kind, text).as_deref(), expected, "{kind:?} {text}");
        }
    }
}
