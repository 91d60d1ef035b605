//! Functions that few forms call. The rest of the engine reaches them through [`install_rare`] alone, so that on a phone they
//! may come in a later part of the program than it; in native programs they are always there.
//!
//! What is written as data comes with a program's first part, wherever its code is: so long tables are computed here.

mod base64;
mod checks;
mod date;
mod digest;
mod geo;
mod nodes;
mod number;
mod repeats;
mod signature;
mod words;

use super::Code::{Math, Texts as OfTexts, Values};
use super::{Call, Code, Function, MANY, Texts, Value, text};

/// The table and, for a test, its names: a phone has them in `super::RARE` already.
macro_rules! rare {
    ($($name:literal, $least:literal, $most:expr, $code:expr;)*) => {
        static TABLE: &[(u8, u8, Code)] = &[$(($least, $most, $code)),*];
        #[cfg(test)]
        pub(in crate::xpath) const NAMES: &[&str] = &[$($name),*];
    };
}

rare! {
    "acos", 1, 1, Math;
    "area", 1, 1, Values(geo::area);
    "asin", 1, 1, Math;
    "atan", 1, 1, Math;
    "atan2", 2, 2, Math;
    "base64-decode", 1, 1, OfTexts(base64::base64_decode);
    "boolean-from-string", 1, 1, OfTexts(words::boolean_from_string);
    "checklist", 3, MANY, Values(checks::checklist);
    "cos", 1, 1, Math;
    "count-non-empty", 1, 1, Values(number::count_non_empty);
    "decimal-time", 1, 1, Values(date::decimal_time);
    "depend", 1, MANY, Values(nodes::first_value);
    "digest", 2, 3, Values(digest::digest);
    "distance", 1, MANY, Values(geo::distance);
    "enclosed-area", 1, 1, Values(geo::area);
    "ends-with", 2, 2, OfTexts(words::ends_with);
    "exp", 1, 1, Math;
    "exp10", 1, 1, Values(checks::exp10);
    "extract-signed", 2, 2, OfTexts(signature::extract_signed);
    "format-date", 2, 2, Values(date::format);
    "format-date-time", 2, 2, Values(date::format);
    "geofence", 2, 2, Values(geo::geofence);
    "id", 1, 1, Values(nodes::id);
    "indexed-repeat", 3, 7, Values(repeats::indexed_repeat);
    "intersects", 1, 1, Values(geo::intersects);
    "is-selected", 2, 2, OfTexts(text::selected);
    "join", 1, MANY, Values(words::join);
    "jr:choice-name", 2, 2, Values(repeats::choice_name);
    "jr:itext", 1, 1, Values(repeats::itext);
    "lang", 1, 1, Values(nodes::lang);
    "local-name", 0, 1, Values(repeats::local_name);
    "log", 1, 1, Math;
    "log10", 1, 1, Math;
    "max", 1, MANY, Values(number::max);
    "min", 1, MANY, Values(number::min);
    "name", 0, 1, Values(repeats::name);
    "namespace-uri", 0, 1, Values(nodes::namespace_uri);
    "pi", 0, 0, Values(checks::pi);
    "property", 1, 1, Values(nodes::property);
    "pulldata", 4, 4, Values(repeats::pulldata);
    "random", 0, 0, Values(number::random);
    "randomize", 1, 2, Values(nodes::randomize);
    "selected-at", 2, 2, Values(words::selected_at);
    "sin", 1, 1, Math;
    "substr", 2, 3, Values(words::substr);
    "substring", 2, 3, Values(words::substring);
    "substring-after", 2, 2, OfTexts(words::substring_after);
    "substring-before", 2, 2, OfTexts(words::substring_before);
    "tan", 1, 1, Math;
    "translate", 3, 3, OfTexts(words::translate);
    "uuid", 0, 1, Values(words::uuid);
    "version", 0, 0, Values(nodes::version);
    "weighted-checklist", 4, MANY, Values(checks::weighted_checklist);
}

/// The function at a place of the table; its name is told, so that it is kept once.
pub(super) fn function(place: usize, name: &'static str) -> Option<Function> {
    let (least, most, code) = *TABLE.get(place)?;
    Some(Function { name, least, most, code })
}

/// Makes the functions that few forms call reachable. A phone calls it once, when the part of the program that has them is
/// there, and before it fills a form for which [`needs_rare`](super::needs_rare) says yes; until then such a call is
/// [`EvalError::UnknownFunction`](crate::xpath::EvalError::UnknownFunction). Native programs need not call it.
pub fn install_rare() {
    super::INSTALLED.set(Some(function));
}

/// As a phone is before that.
#[cfg(test)]
pub(in crate::xpath) fn uninstall() {
    super::INSTALLED.set(None);
}
