//! What a villager sent: read to the end whatever it holds, so that nothing typed is lost, then checked.

use axum::extract::{Multipart, multipart::Field};
use bytes::{Bytes, BytesMut};
use zhucun_api::ATTACHMENT_MAX;
use zhucun_domain::need::{self, NeedProblem};
use zhucun_words::{Lang, Word, villager as w};

/// Most bytes kept of a typed field; far more than any that is taken.
const FIELD_MAX: usize = 64 * 1024;
/// Bytes of a photo that is too large that are still read and thrown away: a browser shows our answer only after it has
/// sent everything.
const DRAIN_MAX: usize = 64 * 1024 * 1024;

/// What was typed, as typed, to be shown again when something is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Code of the category; empty when none was chosen.
    pub category: String,
    /// The villager's words.
    pub text: String,
    /// Optional.
    pub name: String,
    /// Optional.
    pub phone: String,
}

/// The photo as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Photo {
    /// None was chosen.
    #[default]
    None,
    /// Its bytes.
    Whole(Bytes),
    /// More than is taken.
    TooLarge,
    /// The connection ended before it did.
    Cut,
}

/// Everything that came with the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// What was typed.
    pub typed: Typed,
    /// The page's once-id.
    pub once: String,
    /// Whether the field that people do not see was filled.
    pub trapped: bool,
    /// The photo.
    pub photo: Photo,
}

impl Sent {
    /// Reads the parts in any order. What breaks off keeps what came before.
    pub async fn read(mut parts: Multipart) -> Self {
        let mut sent = Self::default();
        while let Ok(Some(field)) = parts.next_field().await {
            match field.name().unwrap_or_default() {
                "category" => sent.typed.category = text(field).await,
                "text" => sent.typed.text = text(field).await,
                "name" => sent.typed.name = text(field).await,
                "phone" => sent.typed.phone = text(field).await,
                "once" => sent.once = text(field).await,
                "website" => sent.trapped = !text(field).await.is_empty(),
                "photo" => sent.photo = photo(field).await,
                _ => {}
            }
        }
        sent
    }
}

/// A typed field: line ends as `\n`, no NUL, no blanks around.
async fn text(mut field: Field<'_>) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = field.chunk().await {
        let room = FIELD_MAX - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    tidy(&String::from_utf8_lossy(&bytes))
}

fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "").trim().to_owned()
}

async fn photo(mut field: Field<'_>) -> Photo {
    let mut bytes = BytesMut::new();
    let mut seen = 0;
    loop {
        match field.chunk().await {
            Ok(Some(chunk)) => {
                seen += chunk.len();
                if seen <= ATTACHMENT_MAX {
                    bytes.extend_from_slice(&chunk);
                } else if seen > DRAIN_MAX {
                    return Photo::TooLarge;
                }
            }
            Ok(None) if seen > ATTACHMENT_MAX => return Photo::TooLarge,
            // An empty file field is sent when none is chosen.
            Ok(None) if seen == 0 => return Photo::None,
            Ok(None) => return Photo::Whole(bytes.freeze()),
            Err(_) => return Photo::Cut,
        }
    }
}

/// What is wrong, in words at each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors {
    /// No category.
    pub category: Option<String>,
    /// Too short or too long.
    pub text: Option<String>,
    /// Too long.
    pub name: Option<String>,
    /// Not a phone.
    pub phone: Option<String>,
    /// Too large, of no kind that is taken, cut off, or to be chosen again.
    pub photo: Option<String>,
}

impl Errors {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Typed {
    /// Checks what was typed; the photo is checked apart.
    #[must_use]
    pub fn check(&self, lang: Lang) -> Errors {
        let count = self.text.chars().count().to_string();
        let most = |word: Word, max: usize| word.fill(lang, &[("max", &max.to_string()), ("count", &count)]);
        let mut errors = Errors::default();
        for problem in need::check(&self.category, &self.text, &self.name, &self.phone) {
            let (place, words) = match problem {
                NeedProblem::Category => (&mut errors.category, w::NEED_CATEGORY.get(lang).to_owned()),
                NeedProblem::TextShort => (&mut errors.text, w::NEED_TEXT.get(lang).to_owned()),
                NeedProblem::TextLong => (&mut errors.text, most(w::LONG_TEXT, need::TEXT_MAX)),
                NeedProblem::NameLong => (&mut errors.name, most(w::LONG_NAME, need::NAME_MAX)),
                NeedProblem::PhoneOdd => (&mut errors.phone, w::BAD_PHONE.get(lang).to_owned()),
                NeedProblem::PhoneLong => (&mut errors.phone, most(w::LONG_NAME, need::PHONE_MAX)),
            };
            place.get_or_insert(words);
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Typed {
        Typed { category: "water".into(), text: text.into(), name: String::new(), phone: "0000-1 2".into() }
    }

    #[test]
    fn only_category_and_text_must_be_given() {
        assert!(typed("没水").check(Lang::Zh).is_empty());
        let errors = Typed::default().check(Lang::Zh);
        assert!(errors.category.is_some() && errors.text.is_some() && errors.name.is_none() && errors.phone.is_none());
    }

    #[test]
    fn lengths_count_characters_and_a_phone_is_no_text() {
        assert!(typed(&"水".repeat(2000)).check(Lang::Zh).is_empty());
        assert!(typed(&"水".repeat(2001)).check(Lang::En).text.expect("too long").contains("2001"));
        let odd = Typed { phone: "<b>".into(), name: "何".repeat(61), ..typed("没水") }.check(Lang::En);
        assert!(odd.phone.is_some() && odd.name.is_some());
    }

    #[test]
    fn typed_text_is_tidied() {
        assert_eq!(tidy("  一\r\n二\0\r三 "), "一\n二\n三");
    }
}
