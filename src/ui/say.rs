//! Words that follow the language of the screens: the one thing of the app's state that parts know.

use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word};

use crate::state::use_app;

/// A word as a piece of a page.
#[must_use]
pub fn say(word: &'static Word) -> View {
    View::of(move || use_app().word(*word))
}

/// A word as a signal: for titles.
#[must_use]
pub fn said(word: &'static Word) -> Signal<String> {
    Signal::derive(move || use_app().word(*word).to_owned())
}

/// Words with the number `n` in them.
#[must_use]
pub fn counted(word: &Word, lang: Lang, n: usize) -> String {
    word.fill(lang, &[("n", &n.to_string())])
}
