//! Every word a person sees, in zh-CN and English, as typed keys made from locales/. A module a room
//! (`words::sync::TITLE` is `title` of locales/*/sync.json). Rooms that a program does not use are not in it.

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

/// The words of a room, one text a language with [`END`] between them: pointers to each would weigh more than they do.
#[derive(Debug)]
struct Room {
    zh: &'static str,
    en: &'static str,
}

/// Stands between the words of a [`Room`].
const END: char = '\u{1}';

/// A word or sentence in both languages; `{name}` marks a place to fill.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    room: &'static Room,
    /// Its place in the room.
    at: usize,
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at && std::ptr::eq(self.room, other.room)
    }
}

impl Eq for Word {}

impl Word {
    /// The words in a language, places unfilled.
    #[must_use]
    pub fn get(self, lang: Lang) -> &'static str {
        let words = match lang {
            Lang::Zh => self.room.zh,
            Lang::En => self.room.en,
        };
        words.split(END).nth(self.at).unwrap_or_default()
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

    static ROOM: Room = Room { zh: "一\u{1}{n} 条在 {where}\u{1}三", en: "one\u{1}{n} in {where}\u{1}three" };
    const WORD: Word = Word { room: &ROOM, at: 1 };

    #[test]
    fn places_are_filled_by_name_and_values_are_not_read_again() {
        assert_eq!(WORD.fill(Lang::En, &[("where", "{n}"), ("n", "3")]), "3 in {n}");
        assert_eq!(WORD.fill(Lang::Zh, &[("n", "3")]), "3 条在 {where}");
    }

    #[test]
    fn each_word_is_its_own_and_none_is_empty() {
        assert_eq!(sync::TITLE, sync::TITLE);
        assert_ne!(sync::TITLE, needs::TITLE);
        for lang in [Lang::Zh, Lang::En] {
            assert!(!sync::TITLE.get(lang).is_empty() && !WORD.get(lang).contains(END));
        }
    }

    #[test]
    fn chinese_unless_english_is_asked_for_first() {
        assert_eq!(Lang::from_tag("en-GB,zh;q=0.5"), Lang::En);
        assert_eq!(Lang::from_tag("zh-CN,en"), Lang::Zh);
        assert_eq!(Lang::from_tag(""), Lang::Zh);
    }
}
