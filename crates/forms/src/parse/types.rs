//! The `type` column.

use super::problem::ProblemKind;
use crate::definition::Kind;

/// What a row of the survey is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RowType {
    /// `begin group`, `begin repeat`.
    Begin(Kind),
    /// `end group`, `end repeat`.
    End(Kind),
    /// A question, with its choice list for selects: name and whether it is a file.
    Question(Kind, Option<(String, bool)>),
}

const SIMPLE: &[(&str, Kind)] = &[
    ("text", Kind::Text),
    ("string", Kind::Text),
    ("integer", Kind::Integer),
    ("int", Kind::Integer),
    ("decimal", Kind::Decimal),
    ("range", Kind::Range),
    ("note", Kind::Note),
    ("geopoint", Kind::Geopoint),
    ("gps", Kind::Geopoint),
    ("location", Kind::Geopoint),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("datetime", Kind::DateTime),
    ("date_time", Kind::DateTime),
    ("image", Kind::Image),
    ("photo", Kind::Image),
    ("calculate", Kind::Calculate),
    ("calculation", Kind::Calculate),
    ("acknowledge", Kind::Acknowledge),
    ("trigger", Kind::Acknowledge),
    ("hidden", Kind::Hidden),
    ("start", Kind::Start),
    ("end", Kind::End),
    ("today", Kind::Today),
    ("username", Kind::Username),
    ("deviceid", Kind::DeviceId),
    ("device_id", Kind::DeviceId),
];

/// Types of XLSForm that this version cannot fill.
const UNSUPPORTED: &[&str] = &[
    "audio",
    "video",
    "file",
    "barcode",
    "rank",
    "geotrace",
    "geoshape",
    "csv-external",
    "xml-external",
    "audit",
    "background-audio",
    "background-geopoint",
    "start-geopoint",
    "phonenumber",
    "email",
    "subscriberid",
    "simserial",
    "osm",
    "select_one_external",
    "begin_loop",
    "end_loop",
    "loop",
    "uri",
    "imei",
    "xform-external",
    "entity",
];

/// Reads the text of a `type` cell.
pub(super) fn row_type(text: &str) -> Result<RowType, ProblemKind> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let whole = lower.join("_");
    match whole.as_str() {
        "begin_group" => return Ok(RowType::Begin(Kind::Group)),
        "begin_repeat" => return Ok(RowType::Begin(Kind::Repeat)),
        "end_group" => return Ok(RowType::End(Kind::Group)),
        "end_repeat" => return Ok(RowType::End(Kind::Repeat)),
        _ => {}
    }
    if let Some((_, kind)) = SIMPLE.iter().find(|(name, _)| *name == whole) {
        return Ok(RowType::Question(*kind, None));
    }
    if let Some((kind, external, used)) = select(&lower) {
        return list_of(text, &words[used..]).map(|list| RowType::Question(kind, Some((list, external))));
    }
    let first_two = lower.iter().take(2).cloned().collect::<Vec<_>>().join("_");
    let known = [whole.as_str(), first_two.as_str(), lower.first().map_or("", String::as_str)];
    if UNSUPPORTED.iter().any(|name| known.contains(name)) {
        return Err(ProblemKind::UnsupportedType(text.into()));
    }
    Err(ProblemKind::UnknownType(text.into()))
}

/// Kind of select, whether its list is a file, and how many words said so.
fn select(lower: &[String]) -> Option<(Kind, bool, usize)> {
    const FORMS: &[(&str, Kind, bool)] = &[
        ("select_one_from_file", Kind::SelectOne, true),
        ("select_multiple_from_file", Kind::SelectMultiple, true),
        ("select_all_that_apply_from", Kind::SelectMultiple, false),
        ("select_all_that_apply", Kind::SelectMultiple, false),
        ("select_one_from", Kind::SelectOne, false),
        ("select_multiple", Kind::SelectMultiple, false),
        ("select_one", Kind::SelectOne, false),
        ("select1", Kind::SelectOne, false),
    ];
    for (name, kind, external) in FORMS {
        for used in 1..=lower.len().min(5) {
            if lower[..used].join("_") == *name {
                return Some((*kind, *external, used));
            }
        }
    }
    None
}

fn list_of(text: &str, rest: &[&str]) -> Result<String, ProblemKind> {
    match rest {
        [] => Err(ProblemKind::NoList(String::new())),
        [list] if list.starts_with("${") => Err(ProblemKind::UnsupportedType(text.into())),
        [list] => Ok((*list).to_owned()),
        _ => Err(ProblemKind::UnsupportedType(text.into())),
    }
}
