//! Functions that few forms call. The rest of the engine reaches them through [`install_rare`] alone, so that on a phone they
//! may come in a later part of the program than it; in native programs they are always there.
//!
//! What is written as data comes with a program's first part, wherever its code is: so long tables are computed here.

mod base64;
mod checks;
mod digest;
mod geo;
mod nodes;
mod signature;

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
    "checklist", 3, MANY, Values(checks::checklist);
    "cos", 1, 1, Math;
    "depend", 1, MANY, Values(nodes::first_value);
    "digest", 2, 3, Values(digest::digest);
    "distance", 1, MANY, Values(geo::distance);
    "enclosed-area", 1, 1, Values(geo::area);
    "exp", 1, 1, Math;
    "exp10", 1, 1, Values(checks::exp10);
    "extract-signed", 2, 2, OfTexts(signature::extract_signed);
    "geofence", 2, 2, Values(geo::geofence);
    "id", 1, 1, Values(nodes::id);
    "intersects", 1, 1, Values(geo::intersects);
    "is-selected", 2, 2, OfTexts(text::selected);
    "lang", 1, 1, Values(nodes::lang);
    "log", 1, 1, Math;
    "log10", 1, 1, Math;
    "namespace-uri", 0, 1, Values(nodes::namespace_uri);
    "pi", 0, 0, Values(checks::pi);
    "property", 1, 1, Values(nodes::property);
    "randomize", 1, 2, Values(nodes::randomize);
    "sin", 1, 1, Math;
    "tan", 1, 1, Math;
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
