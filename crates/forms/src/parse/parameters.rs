//! The `parameters` column: what each type takes, as pyxform checks it.

use litemap::LiteMap;

use super::Sheets;
use super::names::is_name;
use super::problem::ProblemKind;
use super::range;
use super::references::only_name;
use crate::definition::Kind;

/// What a `range` is where its parameters do not say.
pub(super) const RANGE: [(&str, &str); 3] = [("start", "1"), ("end", "10"), ("step", "1")];

/// Parameters whose value is one of some words, in any case.
const WORDS: [&str; 8] = [
    "allow-mock-accuracy",
    "identify-user",
    "incremental",
    "location-priority",
    "quality",
    "randomize",
    "track-changes",
    "track-changes-reasons",
];

/// What the check of a row's parameters has to know beside them.
pub(super) struct Context<'a> {
    pub(super) lists: &'a Sheets<'a>,
    /// Whether the choices come from a file.
    pub(super) from_file: bool,
    pub(super) appearance: &'a str,
}

/// Reads `key=value key=value`; also with commas or semicolons between. Keys in small letters.
pub(super) fn read(text: &str) -> Option<LiteMap<String, String>> {
    let mut found = LiteMap::new();
    let mut rest = text;
    let separates = |next: char| next.is_whitespace() || matches!(next, ',' | ';');
    loop {
        rest = rest.trim_start_matches(separates);
        if rest.is_empty() {
            return Some(found);
        }
        let (key, after) = word(rest);
        let after = after.trim_start_matches(separates).strip_prefix('=')?;
        let (value, after) = word(after.trim_start_matches(separates));
        if key.is_empty() || value.is_empty() {
            return None;
        }
        let key = key.to_lowercase();
        let value = if WORDS.contains(&key.as_str()) { value.to_lowercase() } else { value.to_owned() };
        found.insert(key, value);
        rest = after;
    }
}

fn word(text: &str) -> (&str, &str) {
    let end = text.find(|next: char| next.is_whitespace() || matches!(next, ',' | ';' | '=')).unwrap_or(text.len());
    text.split_at(end)
}

/// What is wrong with the parameters of a question of this kind.
pub(super) fn check(kind: Kind, found: &LiteMap<String, String>, context: &Context<'_>) -> Vec<ProblemKind> {
    let accepted: &[&str] = match kind {
        Kind::Audio | Kind::BackgroundAudio => &["quality"],
        Kind::Audit => &[
            "identify-user",
            "location-max-age",
            "location-min-interval",
            "location-priority",
            "track-changes",
            "track-changes-reasons",
        ],
        Kind::Geopoint => &["allow-mock-accuracy", "capture-accuracy", "reference-geometry", "warning-accuracy"],
        Kind::Geotrace | Kind::Geoshape => &["allow-mock-accuracy", "incremental", "reference-geometry"],
        Kind::Image => &["app", "max-pixels"],
        Kind::Range => &["end", "placeholder", "start", "step", "tick_interval", "tick_labelset"],
        Kind::SelectOne | Kind::SelectMultiple | Kind::Rank if context.from_file => {
            &["label", "randomize", "seed", "value"]
        }
        Kind::SelectOne | Kind::SelectMultiple | Kind::Rank => &["randomize", "seed"],
        Kind::Text => &["rows"],
        // Others take none, and some authors write some.
        _ => return Vec::new(),
    };
    let unknown = found.keys().filter(|key| !accepted.contains(&key.as_str()));
    let unknown: Vec<_> = unknown.map(|key| ProblemKind::UnknownParameter(key.clone(), accepted.join(", "))).collect();
    if !unknown.is_empty() {
        return unknown;
    }
    match kind {
        Kind::Range => range::check(found, context),
        Kind::Audit => audit(found),
        _ => found.iter().filter_map(|(key, value)| one(kind, key, value, found, context)).collect(),
    }
}

/// What is wrong with one parameter by itself.
fn one(
    kind: Kind,
    key: &str,
    value: &str,
    found: &LiteMap<String, String>,
    context: &Context<'_>,
) -> Option<ProblemKind> {
    match key {
        "quality" if kind == Kind::Audio => words(key, value, "voice-only, low, normal, external"),
        "quality" => words(key, value, "voice-only, low, normal"),
        "max-pixels" | "rows" => whole(key, value),
        "capture-accuracy" | "warning-accuracy" => number(key, value),
        "allow-mock-accuracy" | "randomize" => words(key, value, "true, false"),
        "incremental" => (!super::survey::is_yes(value)).then(|| bad_word(key, value, "true")),
        "value" | "label" => (!is_name(value)).then(|| ProblemKind::BadColumnName(key.into(), value.into())),
        "seed" if !found.contains_key("randomize") => Some(ProblemKind::SeedAlone),
        "seed" if only_name(value).is_none() => number(key, value),
        "app" if context.appearance.is_empty() || context.appearance == "annotate" => {
            (!is_app(value)).then(|| ProblemKind::BadApp(value.into()))
        }
        "reference-geometry" => {
            let is_known = match only_name(value) {
                Some(name) => context.lists.is_repeat(name),
                None => context.lists.is_list(value),
            };
            (!is_known).then(|| ProblemKind::BadGeometry(value.into()))
        }
        _ => None,
    }
}

fn bad_word(key: &str, value: &str, words: &'static str) -> ProblemKind {
    ProblemKind::BadWord(key.into(), value.into(), words)
}

/// One of some words, given with commas between.
fn words(key: &str, value: &str, words: &'static str) -> Option<ProblemKind> {
    let known = words.split(", ").any(|word| word.eq_ignore_ascii_case(value));
    (!known).then(|| bad_word(key, value, words))
}

fn whole(key: &str, value: &str) -> Option<ProblemKind> {
    value.parse::<i64>().is_err().then(|| ProblemKind::BadNumber(key.into(), value.into()))
}

fn number(key: &str, value: &str) -> Option<ProblemKind> {
    value.parse::<f64>().is_err().then(|| ProblemKind::BadNumber(key.into(), value.into()))
}

fn audit(found: &LiteMap<String, String>) -> Vec<ProblemKind> {
    const PLACE: [&str; 3] = ["location-priority", "location-min-interval", "location-max-age"];
    let get = |key: &str| found.get(key).map(String::as_str);
    let mut problems = Vec::new();
    let mut check = |key: &'static str, test: &dyn Fn(&str, &str) -> Option<ProblemKind>| {
        problems.extend(get(key).and_then(|value| test(key, value)));
    };
    check("track-changes", &|key, value| words(key, value, "true, false"));
    check("identify-user", &|key, value| words(key, value, "true, false"));
    check("track-changes-reasons", &|key, value| words(key, value, "on-form-edit"));
    check(PLACE[0], &|key, value| words(key, value, "no-power, low-power, balanced, high-accuracy"));
    let seconds = |key: &str, value: &str| {
        let is_good = value.parse::<i64>().is_ok_and(|seconds| seconds >= 0);
        (!is_good).then(|| ProblemKind::BadNumber(key.into(), value.into()))
    };
    check(PLACE[1], &seconds);
    check(PLACE[2], &seconds);
    let given = PLACE.iter().filter(|key| found.contains_key(**key)).count();
    if given > 0 && given < PLACE.len() {
        problems.push(ProblemKind::AuditPlace);
    }
    let seconds = |key: &str| get(key).and_then(|value| value.parse::<i64>().ok());
    if let (Some(interval), Some(age)) = (seconds(PLACE[1]), seconds(PLACE[2]))
        && age < interval
    {
        problems.push(ProblemKind::AuditAge);
    }
    problems
}

/// Whether a text can be an Android package's name: parts of letters, digits and `_` that begin with a letter, with dots.
fn is_app(name: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.chars().all(|next| next.is_ascii_alphanumeric() || next == '_')
    };
    name.contains('.') && name.split('.').all(part)
}

/// Whether a range's values are whole numbers.
pub(super) fn is_whole(parameters: &LiteMap<String, String>) -> bool {
    let keys = ["start", "end", "step", "tick_interval", "placeholder"];
    keys.into_iter()
        .filter_map(|key| parameters.get(key))
        .all(|value| range::Number::read(value).is_none_or(range::Number::is_whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_with_any_separator() {
        for text in ["start=1 end=5", "start=1,end=5", "start = 1; end = 5", "START=1\nend=5"] {
            let found = read(text).unwrap_or_default();
            assert_eq!((found.get("start"), found.get("end")), (Some(&"1".into()), Some(&"5".into())), "{text}");
        }
        for text in ["start", "start=", "=1", "start=1=2", "start 1 end=5", "a==b"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn apps_are_package_names() {
        assert!(is_app("org.example.my_app"));
        for name in ["app", "org.", "org..app", "org._app", "org.1app", "org.ex ample", ""] {
            assert!(!is_app(name), "{name}");
        }
    }
}
