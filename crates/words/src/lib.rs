//! Every word a person sees, in zh-CN and English, as typed keys made from locales/. A module a room
//! (`words::today::TITLE` is `title` of locales/*/today.json). Words that a program does not use are not in it.

/// The languages of the screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// 简体中文.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// BCP 47, for `lang` attributes and the settings.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language of a tag or an `Accept-Language` list: Chinese unless English is asked for first.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        if tag.trim_start().get(..2).is_some_and(|two| two.eq_ignore_ascii_case("en")) { Self::En } else { Self::Zh }
    }
}

/// A word or sentence in both languages; `{name}` marks a place to fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    zh: &'static str,
    en: &'static str,
}

impl Word {
    /// The words in a language, places unfilled.
    #[must_use]
    pub const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }

    /// The words with `{name}` replaced by its value; a place without a value stays as it is.
    #[must_use]
    pub fn fill(self, lang: Lang, values: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.get(lang);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((name, behind)) = after.split_once('}') else {
                filled.push('{');
                rest = after;
                continue;
            };
            match values.iter().find(|(key, _)| *key == name) {
                Some((_, value)) => filled.push_str(value),
                None => {
                    filled.push('{');
                    filled.push_str(name);
                    filled.push('}');
                }
            }
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    const WORD: Word = Word { zh: "{n} 条在 {where}", en: "{n} in {where}" };

    #[test]
    fn places_are_filled_by_name_and_values_are_not_read_again() {
        assert_eq!(WORD.fill(Lang::En, &[("where", "{n}"), ("n", "3")]), "3 in {n}");
        assert_eq!(WORD.fill(Lang::Zh, &[("n", "3")]), "3 条在 {where}");
    }

    #[test]
    fn chinese_unless_english_is_asked_for_first() {
        assert_eq!(Lang::from_tag("en-GB,zh;q=0.5"), Lang::En);
        assert_eq!(Lang::from_tag("zh-CN,en"), Lang::Zh);
        assert_eq!(Lang::from_tag(""), Lang::Zh);
    }
}
