//! How a villager's page is shown: language, size of letters, its style and the policy that allows this style only.

use std::{fmt::Write as _, sync::LazyLock};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use zhucun_words::{Lang, Word};

/// The style of all villagers' pages, inlined into each: one response, no second request.
const STYLE: &str = include_str!("../../templates/villager/style.css");

/// The content security policy of all villagers' pages: nothing from anywhere, this style only, forms to ourselves.
pub static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE.trim_end()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
});

/// The query that the links on a page carry along.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct LookQuery {
    /// `en` for English.
    #[serde(default)]
    lang: String,
    /// `1` for large letters.
    #[serde(default)]
    large: String,
    /// A ticket code, from the QR code.
    #[serde(default)]
    pub c: String,
}

/// Language and size of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Chinese unless asked for otherwise.
    pub lang: Lang,
    /// Large letters.
    pub large: bool,
}

impl From<&LookQuery> for Look {
    fn from(query: &LookQuery) -> Self {
        Self { lang: Lang::from_tag(&query.lang), large: query.large == "1" }
    }
}

impl Look {
    /// A word of the catalogue.
    #[must_use]
    pub fn w(&self, word: Word) -> &'static str {
        word.get(self.lang)
    }

    /// The inlined style, exactly the bytes whose hash is in [`POLICY`].
    #[must_use]
    pub fn style(&self) -> &'static str {
        STYLE.trim_end()
    }

    /// The language that the page is not in.
    #[must_use]
    pub fn other(&self) -> Lang {
        match self.lang {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }

    /// The same in the other language.
    #[must_use]
    pub fn switched_language(&self) -> Self {
        Self { lang: self.other(), ..*self }
    }

    /// The same in the other size.
    #[must_use]
    pub fn switched_size(&self) -> Self {
        Self { large: !self.large, ..*self }
    }

    /// A path of ours that keeps this look.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        let mut address = path.to_owned();
        let mut mark = '?';
        if self.lang == Lang::En {
            let _ = write!(address, "{mark}lang=en");
            mark = '&';
        }
        if self.large {
            let _ = write!(address, "{mark}large=1");
        }
        address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_carry_language_and_size_and_nothing_else() {
        let plain = Look::default();
        assert_eq!(plain.address("/t"), "/t");
        assert_eq!(plain.switched_language().address("/t"), "/t?lang=en");
        assert_eq!(plain.switched_language().switched_size().address("/t"), "/t?lang=en&large=1");
        assert_eq!(plain.switched_size().address("/t"), "/t?large=1");
    }

    #[test]
    fn the_policy_allows_no_script_and_no_other_origin() {
        assert!(POLICY.starts_with("default-src 'none'; style-src 'sha256-"));
        assert!(!POLICY.contains("script-src") && !POLICY.contains("unsafe") && !POLICY.contains("http"));
    }
}
