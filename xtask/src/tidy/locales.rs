//! Both languages say the same things: the same files with the same keys, and no empty text; Chinese has Chinese marks.
use super::Source;
use std::collections::{BTreeMap, BTreeSet};

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// Texts that the program takes apart at commas.
const LISTS: [&str; 2] = ["weekdays", "months"];

/// Whether `,` `;` `:` `?` or `!` stands where `，` `；` `：` `？` or `！` belongs (GB/T 15834).
fn has_latin_mark(text: &str) -> bool {
    let is_chinese = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '”');
    text.chars().zip(text.chars().skip(1)).any(|(before, mark)| is_chinese(before) && ",;:?!".contains(mark))
}

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
                    let is_list = LISTS.contains(&key.as_str());
                    if language == LANGUAGES[0] && !is_list && word.as_str().is_some_and(has_latin_mark) {
                        findings.push(format!("{}: {key} has a mark of Latin text after Chinese", source.path));
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
    fn a_latin_mark_in_chinese_is_found_but_not_between_numbers_or_in_a_list() {
        let words = r#"{"a": "存好了,{time}", "b": "12:30，1,200 元", "weekdays": "周一,周二"}"#;
        let sources = [source("locales/zh-CN/a.json", words), source("locales/en/a.json", words)];
        assert_eq!(check(&sources), ["locales/zh-CN/a.json: a has a mark of Latin text after Chinese"]);
    }

    #[test]
    fn empty_words_and_broken_files_are_found() {
        let sources = [source("locales/en/a.json", r#"{"x": " "}"#), source("locales/zh-CN/a.json", r#"{"x": "甲"}"#)];
        assert_eq!(check(&sources), ["locales/en/a.json: x is empty"]);
        assert_eq!(check(&[source("locales/en/a.json", "{")]).len(), 1);
    }
}
