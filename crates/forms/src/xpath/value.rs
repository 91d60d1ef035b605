//! Values and how they become each other.

use std::borrow::Cow;

use super::{NodeId, Tree};
use crate::{Host, dates, decimal};

/// What an expression gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nodes in document order, each once.
    Nodes(Vec<NodeId>),
    /// A text.
    Text(String),
    /// A number; NaN where there is none.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// A moment in days since 1970 UTC, with their part; NaN: not a date. As text it is a date where it is midnight on
    /// this phone, else a date and time.
    Date(f64),
    /// A number of days that came from a date: as text without the part of a day.
    Days(f64),
}

impl Value {
    /// As text: the first node's value; numbers as [`number_text`]; a date that is none `Invalid Date`, as in the other engines.
    pub fn text(&self, tree: &dyn Tree, host: &dyn Host) -> String {
        self.to_text(tree, host).into_owned()
    }

    /// As an answer: as text, but empty for a number or date that is none.
    pub fn stored(&self, tree: &dyn Tree, host: &dyn Host) -> String {
        match self {
            Self::Number(number) | Self::Date(number) | Self::Days(number) if number.is_nan() => String::new(),
            value => value.text(tree, host),
        }
    }

    pub(crate) fn to_text<'a>(&'a self, tree: &'a dyn Tree, host: &dyn Host) -> Cow<'a, str> {
        match self {
            Self::Nodes(nodes) => nodes.first().map_or(Cow::Borrowed(""), |node| tree.string(*node)),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number_text(*number)),
            Self::Bool(yes) => Cow::Borrowed(if *yes { "true" } else { "false" }),
            Self::Date(days) => Cow::Owned(date_text(*days, host.utc_offset())),
            Self::Days(days) => Cow::Owned(number_text(days.floor())),
        }
    }

    /// As a number: texts by [`text_number`], dates as days since 1970 UTC.
    pub fn number(&self, tree: &dyn Tree, host: &dyn Host) -> f64 {
        match self {
            Self::Nodes(_) | Self::Text(_) => text_number(&self.to_text(tree, host), host),
            Self::Number(number) | Self::Date(number) | Self::Days(number) => *number,
            Self::Bool(yes) => f64::from(u8::from(*yes)),
        }
    }

    /// As true or false: whether there is a node, a text, a number that is not 0.
    pub fn bool(&self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) | Self::Days(number) => *number != 0.0 && !number.is_nan(),
            Self::Bool(yes) => *yes,
            Self::Date(days) => !days.is_nan(),
        }
    }
}

/// A number as ODK writes it: the shortest digits that mean the same, never an exponent; `NaN`, `Infinity`.
pub fn number_text(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    // -0 is written 0.
    if number == 0.0 {
        "0".to_owned()
    } else if number.is_nan() {
        "NaN".to_owned()
    } else {
        decimal::plain(number)
    }
}

/// The number a text stands for: decimal digits, or a date (days since 1970 UTC of its midnight on this phone); else NaN.
pub fn text_number(text: &str, host: &dyn Host) -> f64 {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return decimal::parse(text).unwrap_or(f64::NAN);
    }
    date_number(text, host.utc_offset()).unwrap_or(f64::NAN)
}

/// Days since 1970 UTC of a text that is a date or a date and time.
pub(crate) fn date_number(text: &str, offset: i32) -> Option<f64> {
    dates::parse_date_time(text, offset).map(|millis| millis as f64 / dates::DAY as f64)
}

/// A moment in days to whole milliseconds.
pub(crate) fn date_millis(days: f64) -> Option<i64> {
    // Beyond this the calendar's whole numbers would overflow; no form has such dates.
    (days.abs() < 1e9).then(|| (days * dates::DAY as f64).round() as i64)
}

fn date_text(days: f64, offset: i32) -> String {
    let Some(millis) = date_millis(days) else {
        return "Invalid Date".to_owned();
    };
    let local = millis + i64::from(offset) * 60_000;
    if local.rem_euclid(dates::DAY) == 0 {
        dates::format_date(local.div_euclid(dates::DAY))
    } else {
        dates::format_date_time(millis, offset)
    }
}
