//! The `type` column.
//!
//! The words are pyxform's (its `question_type_dictionary` and `aliases`); case, and `_` for a space, do not matter here.

use super::problem::ProblemKind;
use crate::definition::Kind;

/// What a row of the survey is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RowType {
    /// `begin group`, `begin repeat`.
    Begin(Kind),
    /// `begin loop over LIST`: a group for each choice of the list.
    BeginLoop(String),
    /// The end of a group or repeat; of a loop when there is no kind.
    End(Option<Kind>),
    /// A question.
    Question(Question),
    /// `csv-external`, `xml-external`: a file of the name in `name`, with this ending.
    File(&'static str),
    /// A setting written among the questions: its value is in `name`.
    Setting(&'static str),
}

/// What a `type` cell says about a question.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) kind: Kind,
    /// Where a select's choices come from.
    pub(super) list: Option<List>,
    /// `or_other`: one more choice, and a question what it is.
    pub(super) or_other: bool,
    /// What this word brings with it.
    pub(super) preset: Preset,
}

/// Where a select's choices come from: the name as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// A list of the sheet `choices`.
    Choices(String),
    /// A file, with its ending: `cities.csv`.
    File(String),
    /// A list of the sheet `external_choices`.
    External(String),
    /// The name in `${name}`: choices are the answers of a question in a repeat.
    Answers(String),
}

/// A constraint and a hint that some old words stand for, where the row has none of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Preset {
    pub(super) constraint: &'static str,
    pub(super) hint: &'static str,
    /// Taken where the form's author puts a trigger: the place of the phone.
    pub(super) background: bool,
}

const SIMPLE: &[(&str, Kind)] = &[
    ("text", Kind::Text),
    ("string", Kind::Text),
    ("q string", Kind::Text),
    ("add text prompt", Kind::Text),
    ("integer", Kind::Integer),
    ("int", Kind::Integer),
    ("q int", Kind::Integer),
    ("add integer prompt", Kind::Integer),
    ("decimal", Kind::Decimal),
    ("q decimal", Kind::Decimal),
    ("add decimal prompt", Kind::Decimal),
    ("range", Kind::Range),
    ("note", Kind::Note),
    ("q note", Kind::Note),
    ("add note prompt", Kind::Note),
    ("geopoint", Kind::Geopoint),
    ("gps", Kind::Geopoint),
    ("location", Kind::Geopoint),
    ("q geopoint", Kind::Geopoint),
    ("q location", Kind::Geopoint),
    ("add location prompt", Kind::Geopoint),
    ("geotrace", Kind::Geotrace),
    ("q geotrace", Kind::Geotrace),
    ("geoshape", Kind::Geoshape),
    ("q geoshape", Kind::Geoshape),
    ("date", Kind::Date),
    ("q date", Kind::Date),
    ("add date prompt", Kind::Date),
    ("time", Kind::Time),
    ("datetime", Kind::DateTime),
    ("date time", Kind::DateTime),
    ("q datetime", Kind::DateTime),
    ("q date time", Kind::DateTime),
    ("add datetime prompt", Kind::DateTime),
    ("add date time prompt", Kind::DateTime),
    ("image", Kind::Image),
    ("photo", Kind::Image),
    ("q image", Kind::Image),
    ("q picture", Kind::Image),
    ("add image prompt", Kind::Image),
    ("add photo prompt", Kind::Image),
    ("audio", Kind::Audio),
    ("q audio", Kind::Audio),
    ("add audio prompt", Kind::Audio),
    ("video", Kind::Video),
    ("q video", Kind::Video),
    ("add video prompt", Kind::Video),
    ("file", Kind::File),
    ("add file prompt", Kind::File),
    ("osm", Kind::File),
    ("barcode", Kind::Barcode),
    ("q barcode", Kind::Barcode),
    ("add barcode prompt", Kind::Barcode),
    ("calculate", Kind::Calculate),
    // Not pyxform's, but read here from the beginning.
    ("calculation", Kind::Calculate),
    ("q calculate", Kind::Calculate),
    ("add calculate prompt", Kind::Calculate),
    ("acknowledge", Kind::Acknowledge),
    ("q acknowledge", Kind::Acknowledge),
    ("add acknowledge prompt", Kind::Acknowledge),
    ("trigger", Kind::Acknowledge),
    ("hidden", Kind::Hidden),
    ("start", Kind::Start),
    ("start time", Kind::Start),
    ("get start time", Kind::Start),
    ("end", Kind::End),
    ("end time", Kind::End),
    ("get end time", Kind::End),
    ("today", Kind::Today),
    ("get today", Kind::Today),
    ("username", Kind::Username),
    ("uri:username", Kind::Username),
    ("deviceid", Kind::DeviceId),
    ("device id", Kind::DeviceId),
    ("get device id", Kind::DeviceId),
    ("uri:deviceid", Kind::DeviceId),
    ("imei", Kind::DeviceId),
    ("phonenumber", Kind::PhoneNumber),
    ("get phone number", Kind::PhoneNumber),
    ("uri:phonenumber", Kind::PhoneNumber),
    ("email", Kind::Email),
    ("uri:email", Kind::Email),
    ("subscriberid", Kind::SubscriberId),
    ("subscriber id", Kind::SubscriberId),
    ("get subscriber id", Kind::SubscriberId),
    ("uri:subscriberid", Kind::SubscriberId),
    ("simserial", Kind::SimSerial),
    ("sim id", Kind::SimSerial),
    ("get sim id", Kind::SimSerial),
    ("uri:simserial", Kind::SimSerial),
    ("start-geopoint", Kind::StartGeopoint),
    ("background-audio", Kind::BackgroundAudio),
    ("audit", Kind::Audit),
];

/// Old words that say more than a kind: constraint, hint.
const PRESETS: &[(&str, Kind, &str, &str)] = &[
    ("percentage", Kind::Integer, "0 <= . and . <= 100", ""),
    ("phone number", Kind::Text, r"regex(., '^\d*$')", "Enter numbers only."),
    ("number of days in last month", Kind::Integer, "0 <= . and . <= 31", "Enter a number 0-31."),
    ("number of days in last six months", Kind::Integer, "0 <= . and . <= 183", "Enter a number 0-183."),
    ("number of days in last year", Kind::Integer, "0 <= . and . <= 365", "Enter a number 0-365."),
];

type NewList = fn(String) -> List;

/// Words before the name of a list. A longer one comes before what it begins with.
const SELECTS: &[(&str, Kind, NewList)] = &[
    ("add select one prompt using", Kind::SelectOne, List::Choices),
    ("add select multiple prompt using", Kind::SelectMultiple, List::Choices),
    ("select all that apply from", Kind::SelectMultiple, List::Choices),
    ("select all that apply", Kind::SelectMultiple, List::Choices),
    ("select one from file", Kind::SelectOne, List::File),
    ("select multiple from file", Kind::SelectMultiple, List::File),
    ("select one external", Kind::SelectOne, List::External),
    ("select one from", Kind::SelectOne, List::Choices),
    ("select multiple from", Kind::SelectMultiple, List::Choices),
    ("select one using", Kind::SelectOne, List::Choices),
    ("select multiple using", Kind::SelectMultiple, List::Choices),
    ("select one", Kind::SelectOne, List::Choices),
    ("select1", Kind::SelectOne, List::Choices),
    ("select multiple", Kind::SelectMultiple, List::Choices),
    ("rank", Kind::Rank, List::Choices),
];

/// The words after `begin` and `end`; a loop has no kind.
const BLOCKS: &[(&str, Option<Kind>)] = &[
    ("looped group", Some(Kind::Repeat)),
    ("lgroup", Some(Kind::Repeat)),
    ("group", Some(Kind::Group)),
    ("repeat", Some(Kind::Repeat)),
    ("loop", None),
];

const SETTINGS: &[(&str, &str)] = &[
    ("form title", "form_title"),
    ("set form title", "form_title"),
    ("form id", "form_id"),
    ("set form id", "form_id"),
    // For short messages: read, and means nothing here.
    ("prefix", "prefix"),
];

/// The `XForms` type that answers of a kind have by themselves.
pub(super) const fn bind_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer | Kind::Range => "int",
        Kind::Decimal => "decimal",
        Kind::Date | Kind::Today => "date",
        Kind::Time => "time",
        Kind::DateTime | Kind::Start | Kind::End => "dateTime",
        Kind::Geopoint | Kind::StartGeopoint => "geopoint",
        Kind::Geotrace => "geotrace",
        Kind::Geoshape => "geoshape",
        Kind::Image | Kind::Audio | Kind::Video | Kind::File | Kind::BackgroundAudio | Kind::Audit => "binary",
        Kind::Barcode => "barcode",
        Kind::Rank => "odk:rank",
        Kind::Root
        | Kind::Group
        | Kind::Repeat
        | Kind::Text
        | Kind::SelectOne
        | Kind::SelectMultiple
        | Kind::Note
        | Kind::Calculate
        | Kind::Acknowledge
        | Kind::Hidden
        | Kind::Username
        | Kind::DeviceId
        | Kind::PhoneNumber
        | Kind::Email
        | Kind::SubscriberId
        | Kind::SimSerial => "string",
    }
}

/// Reads the text of a `type` cell.
///
/// # Errors
/// A type that there is not, a select without its list.
pub(super) fn row_type(text: &str) -> Result<RowType, ProblemKind> {
    let whole = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().replace('_', " ");
    let question = |kind| RowType::Question(Question { kind, ..Question::default() });
    if let Some((_, kind)) = SIMPLE.iter().find(|(name, _)| *name == whole) {
        return Ok(question(*kind));
    }
    if let Some(&(_, kind, constraint, hint)) = PRESETS.iter().find(|(name, ..)| *name == whole) {
        let preset = Preset { constraint, hint, background: false };
        return Ok(RowType::Question(Question { kind, preset, ..Question::default() }));
    }
    match whole.as_str() {
        "csv-external" => return Ok(RowType::File("csv")),
        "xml-external" => return Ok(RowType::File("xml")),
        "background-geopoint" => {
            let preset = Preset { background: true, ..Preset::default() };
            return Ok(RowType::Question(Question { kind: Kind::Hidden, preset, ..Question::default() }));
        }
        _ => {}
    }
    if let Some((_, key)) = SETTINGS.iter().find(|(name, _)| *name == whole) {
        return Ok(RowType::Setting(key));
    }
    // The tags of a list mean nothing here.
    if after(text, "osm").is_some_and(|list| list.split_whitespace().count() == 1) {
        return Ok(question(Kind::File));
    }
    if let Some(rest) = after(text, "begin") {
        return begin(text, rest);
    }
    if let Some(rest) = after(text, "end") {
        let block = BLOCKS.iter().find(|(name, _)| after(rest, name).is_some_and(|more| more.trim().is_empty()));
        return block.map(|(_, kind)| RowType::End(*kind)).ok_or_else(|| ProblemKind::UnknownType(text.into()));
    }
    select(text)
}

/// What follows the words `start` (each a space apart, which may be written `_`), from the space or `_` on: `None` where
/// the text does not begin with them or goes on in the same word.
fn after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let mut rest = text;
    for word in start.split(' ') {
        rest = rest.trim_start_matches(|next: char| next.is_whitespace() || next == '_');
        let head = rest.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word))?;
        rest = &rest[head.len()..];
        if rest.starts_with(|next: char| !next.is_whitespace() && next != '_') {
            return None;
        }
    }
    Some(rest)
}

fn begin(text: &str, rest: &str) -> Result<RowType, ProblemKind> {
    let unknown = || ProblemKind::UnknownType(text.into());
    let found = BLOCKS.iter().find_map(|(name, kind)| Some((*kind, after(rest, name)?)));
    let (kind, rest) = found.ok_or_else(unknown)?;
    let mut words: Vec<&str> = rest.split_whitespace().collect();
    if words.len() > 1 && words[0].eq_ignore_ascii_case("over") {
        words.remove(0);
    }
    match (kind, words.as_slice()) {
        // Groups may name a list; it means nothing.
        (Some(kind), [] | [_]) => Ok(RowType::Begin(kind)),
        (None, [list]) => Ok(RowType::BeginLoop((*list).into())),
        (None, []) => Err(ProblemKind::NoList(String::new())),
        _ => Err(unknown()),
    }
}

fn select(text: &str) -> Result<RowType, ProblemKind> {
    let found = SELECTS.iter().find_map(|(name, kind, list)| {
        // `select_one_x` is no `select_one`: the name of the list is a word of its own.
        let rest = after(text, name).filter(|rest| !rest.starts_with('_'))?;
        Some((*kind, list, rest.split_whitespace().collect::<Vec<_>>()))
    });
    let (kind, list, words) = found.ok_or_else(|| ProblemKind::UnknownType(text.into()))?;
    let [name, other @ ..] = words.as_slice() else { return Err(ProblemKind::NoList(String::new())) };
    let or_other = match other.join(" ").to_lowercase().as_str() {
        "" => false,
        "or_other" | "or other" | "or specify other" => true,
        _ => return Err(ProblemKind::UnknownType(text.into())),
    };
    let answers = name.strip_prefix("${").and_then(|name| name.strip_suffix('}'));
    let list = match answers {
        Some(name) => List::Answers(name.trim().into()),
        None => list((*name).to_owned()),
    };
    Ok(RowType::Question(Question { kind, list: Some(list), or_other, ..Question::default() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_and_list(text: &str) -> (Kind, Option<List>) {
        match row_type(text) {
            Ok(RowType::Question(question)) => (question.kind, question.list),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn old_words_mean_what_they_meant() {
        let list = || "yes_no".to_owned();
        for (text, kind, wanted) in [
            ("select_one yes_no", Kind::SelectOne, Some(List::Choices(list()))),
            ("Select One  yes_no", Kind::SelectOne, Some(List::Choices(list()))),
            ("select all that apply from yes_no", Kind::SelectMultiple, Some(List::Choices(list()))),
            ("select all that apply yes_no", Kind::SelectMultiple, Some(List::Choices(list()))),
            ("add select one prompt using yes_no", Kind::SelectOne, Some(List::Choices(list()))),
            ("select_one_from_file a_b.csv", Kind::SelectOne, Some(List::File("a_b.csv".into()))),
            ("select_one _yn", Kind::SelectOne, Some(List::Choices("_yn".into()))),
            ("select one external yes_no", Kind::SelectOne, Some(List::External(list()))),
            ("rank ${member}", Kind::Rank, Some(List::Answers("member".into()))),
            ("gps", Kind::Geopoint, None),
            ("dateTime", Kind::DateTime, None),
            ("add dateTime prompt", Kind::DateTime, None),
            ("imei", Kind::DeviceId, None),
        ] {
            assert_eq!(kind_and_list(text), (kind, wanted), "{text}");
        }
    }

    #[test]
    fn groups_repeats_and_loops_begin_and_end_in_all_spellings() {
        assert_eq!(row_type("begin_group"), Ok(RowType::Begin(Kind::Group)));
        assert_eq!(row_type("Begin Repeat"), Ok(RowType::Begin(Kind::Repeat)));
        assert_eq!(row_type("begin looped group"), Ok(RowType::Begin(Kind::Repeat)));
        assert_eq!(row_type("begin loop over yes_no"), Ok(RowType::BeginLoop("yes_no".into())));
        assert_eq!(row_type("begin_loop yes_no"), Ok(RowType::BeginLoop("yes_no".into())));
        assert_eq!(row_type("end_loop"), Ok(RowType::End(None)));
        assert_eq!(row_type("end lgroup"), Ok(RowType::End(Some(Kind::Repeat))));
    }

    #[test]
    fn or_other_is_no_list() {
        for text in ["select_one yn or_other", "select one yn or other", "select_multiple yn or specify other"] {
            let Ok(RowType::Question(question)) = row_type(text) else { panic!("{text}") };
            assert!(question.or_other && question.list == Some(List::Choices("yn".into())), "{text}");
        }
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in
            ["begin", "begin dancing", "telepathy", "select_one yn and more", "end it", "select_one_yn", "include"]
        {
            assert_eq!(row_type(text), Err(ProblemKind::UnknownType(text.into())), "{text}");
        }
        assert_eq!(row_type("select_one"), Err(ProblemKind::NoList(String::new())));
    }
}
