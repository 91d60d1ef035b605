//! Names of columns: their old spellings, and the languages in them.

/// A column: `label::English (en)` is `label` with a language.
pub(super) struct Column {
    /// What it means: `relevant`, `media::image`, `bind::type`; for unknown ones their name in small letters.
    pub(super) key: String,
    pub(super) language: Option<String>,
    pub(super) index: usize,
    /// As the sheet writes it.
    pub(super) title: String,
    /// Whether any row has something under it.
    pub(super) is_used: bool,
}

/// Which spelling of a column name means which.
pub(super) type Aliases = &'static [(&'static str, &'static str)];

pub(super) const SURVEY: Aliases = &[
    ("command", "type"),
    ("tag", "name"),
    ("value", "name"),
    ("caption", "label"),
    ("relevance", "relevant"),
    ("calculate", "calculation"),
    ("constraint_msg", "constraint_message"),
    ("constraining_message", "constraint_message"),
    ("requiredmsg", "required_message"),
    ("read_only", "readonly"),
    ("count", "repeat_count"),
    ("jr:count", "repeat_count"),
    ("parameter", "parameters"),
    ("guidance", "guidance_hint"),
    ("image", "media::image"),
    ("big-image", "media::big-image"),
    ("audio", "media::audio"),
    ("video", "media::video"),
    ("body", "control"),
    ("rows", "control::rows"),
    ("autoplay", "control::autoplay"),
    ("noapperrorstring", "bind::jr:noapperrorstring"),
    ("no_app_error_string", "bind::jr:noapperrorstring"),
    ("bind::relevant", "relevant"),
    ("bind::relevance", "relevant"),
    ("bind::required", "required"),
    ("bind::constraint", "constraint"),
    ("bind::calculate", "calculation"),
    ("bind::calculation", "calculation"),
    ("bind::readonly", "readonly"),
    ("bind::jr:constraintmsg", "constraint_message"),
    ("bind::jr:requiredmsg", "required_message"),
    ("bind::entities:saveto", "save_to"),
    ("control::appearance", "appearance"),
    ("control::jr:count", "repeat_count"),
];

pub(super) const CHOICES: Aliases = &[
    ("list", "list_name"),
    ("value", "name"),
    ("caption", "label"),
    ("image", "media::image"),
    ("big-image", "media::big-image"),
    ("audio", "media::audio"),
    ("video", "media::video"),
];

pub(super) const SETTINGS: Aliases =
    &[("title", "form_title"), ("set_form_title", "form_title"), ("set_form_id", "form_id")];

pub(super) const ENTITIES: Aliases = &[("list_name", "dataset"), ("list", "dataset")];

/// Columns whose name goes on after `::` (or `:`).
const GROUPS: &[&str] = &["bind", "control", "media", "instance"];

/// Columns that may be translated; only there a single colon separates the language (as old sheets do).
const TRANSLATED: &[&str] = &[
    "label",
    "hint",
    "guidance_hint",
    "constraint_message",
    "required_message",
    "form_title",
    "bind::jr:noapperrorstring",
];

impl Column {
    /// Whether it holds words (or files) that may be translated.
    pub(super) fn is_translated(&self) -> bool {
        self.is_used && is_translated(&self.key)
    }
}

fn is_translated(key: &str) -> bool {
    TRANSLATED.contains(&key) || key.starts_with("media::")
}

/// What a column is, by its title.
pub(super) fn column(index: usize, title: &str, aliases: Aliases) -> Column {
    let parts: Vec<&str> = if title.contains("::") { title.split("::").collect() } else { single(title) };
    let mut parts = parts.into_iter().map(str::trim);
    let mut key = known(snake(parts.next().unwrap_or_default()), aliases);
    if GROUPS.contains(&key.as_str())
        && let Some(more) = parts.next()
    {
        key = known([&key, "::", &more.to_lowercase()].concat(), aliases);
    }
    let language: Vec<&str> = parts.collect();
    let language = language.join("::").split_whitespace().collect::<Vec<_>>().join(" ");
    let is_word = language.is_empty() || is_translated(&key);
    Column {
        // A filter column of the author's own is called as it is written.
        key: if is_word { key } else { snake(title) },
        language: Some(language).filter(|text| is_word && !text.is_empty()),
        index,
        title: title.into(),
        is_used: false,
    }
}

/// The parts of a name with single colons, where that is how it is meant: `label:English`, `bind:jr:constraintMsg`.
fn single(title: &str) -> Vec<&str> {
    let Some((first, rest)) = title.split_once(':') else { return vec![title] };
    let name = known(snake(first), SURVEY);
    if is_translated(&name) {
        return vec![first, rest];
    }
    if !GROUPS.contains(&name.as_str()) {
        return vec![title];
    }
    // A prefix such as `jr` belongs to the word after it.
    let word = match rest.split_once(':') {
        Some((prefix, more)) if ["jr", "odk", "orx", "entities"].contains(&prefix.trim()) => {
            let end = more.find(':').unwrap_or(more.len());
            prefix.len() + 1 + end
        }
        Some((word, _)) => word.len(),
        None => rest.len(),
    };
    let language = rest[word..].strip_prefix(':');
    [first, &rest[..word]].into_iter().chain(language).collect()
}

fn snake(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase()
}

fn known(key: String, aliases: Aliases) -> String {
    match aliases.iter().find(|(alias, _)| *alias == key) {
        Some((_, known)) => (*known).to_owned(),
        None => key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(title: &str) -> (String, Option<String>) {
        let column = column(0, title, SURVEY);
        (column.key, column.language)
    }

    #[test]
    fn old_spellings_mean_the_same_column() {
        for title in ["relevant", "Relevance", "bind::relevant", "bind:relevant", " bind : relevant "] {
            assert_eq!(read(title).0, "relevant", "{title}");
        }
        for title in ["repeat_count", "Repeat Count", "jr:count", "body::jr:count", "control:jr:count", "count"] {
            assert_eq!(read(title).0, "repeat_count", "{title}");
        }
        assert_eq!(read("bind::jr:constraintMsg").0, "constraint_message");
        assert_eq!(read("Read_Only").0, "readonly");
    }

    #[test]
    fn languages_are_after_two_colons_or_one() {
        let english = Some("English (en)".to_owned());
        assert_eq!(read("label::English (en)"), ("label".into(), english.clone()));
        assert_eq!(read("Label : English  (en)"), ("label".into(), english.clone()));
        assert_eq!(read("media::image::English (en)"), ("media::image".into(), english.clone()));
        assert_eq!(read("image::English (en)"), ("media::image".into(), english.clone()));
        assert_eq!(read("bind:jr:constraintMsg:English (en)"), ("constraint_message".into(), english));
    }

    #[test]
    fn what_is_not_known_is_called_as_it_is() {
        assert_eq!(read("my : own"), ("my_:_own".into(), None));
        assert_eq!(read("district::code"), ("district::code".into(), None));
    }
}
