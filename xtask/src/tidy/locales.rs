//! Both languages say the same things: the same files with the same keys, and no empty text.
use super::Source;
use std::collections::{BTreeMap, BTreeSet};

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// Findings over `locales/<language>/<file>.json`.
pub fn check(sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    let mut keys: BTreeMap<&str, BTreeSet<String>> =
        LANGUAGES.into_iter().map(|language| (language, BTreeSet::new())).collect();
    for source in sources {
        let Some((language, file)) = source.path.strip_prefix("locales/").and_then(|rest| rest.split_once('/')) else {
            continue;
        };
        let Some(keys) = keys.get_mut(language) else { continue };
        match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&source.text) {
            Ok(words) => {
                for (key, word) in words {
                    if word.as_str().is_some_and(|text| text.trim().is_empty()) {
                        findings.push(format!("{}: {key} is empty", source.path));
                    }
                    keys.insert(format!("{file}: {key}"));
                }
            }
            Err(error) => findings.push(format!("{}: {error}", source.path)),
        }
    }
    for (language, other) in [(LANGUAGES[0], LANGUAGES[1]), (LANGUAGES[1], LANGUAGES[0])] {
        findings.extend(
            keys[language]
                .difference(&keys[other])
                .map(|key| format!("locales/{other}/{key} is missing, {language} has it")),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{super::source, *};

    #[test]
    fn a_key_of_one_language_only_is_found() {
        let sources =
            [source("locales/en/a.json", r#"{"x": "X", "y": "Y"}"#), source("locales/zh-CN/a.json", r#"{"x": "甲"}"#)];
        assert_eq!(check(&sources), ["locales/zh-CN/a.json: y is missing, en has it"]);
    }

    #[test]
    fn empty_words_and_broken_files_are_found() {
        let sources = [source("locales/en/a.json", r#"{"x": " "}"#), source("locales/zh-CN/a.json", r#"{"x": "甲"}"#)];
        assert_eq!(check(&sources), ["locales/en/a.json: x is empty"]);
        assert_eq!(check(&[source("locales/en/a.json", "{")]).len(), 1);
    }
}
