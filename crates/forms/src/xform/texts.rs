//! Words for people: labels, hints and messages, in place or by `jr:itext()`, with `output`s.

use std::collections::HashMap;

use litemap::LiteMap;

use super::builder::{Builder, Element};
use super::problem::XFormProblemKind;
use super::xml;
use crate::definition::{Piece, Text};

/// The texts of a form by their ids.
#[derive(Debug, Default)]
pub(super) struct Itext<'a> {
    /// Languages as the form writes them; one empty name when it has no translations.
    pub(super) languages: Vec<String>,
    pub(super) default: usize,
    /// `text` elements of each language.
    texts: HashMap<String, Vec<Option<Element<'a>>>>,
}

/// The forms of a text.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// What is read.
    pub(super) words: Option<Text>,
    /// Read when asked for.
    pub(super) guidance: Option<Text>,
    /// By `image`, `big-image`, `audio`, `video`: file names.
    pub(super) media: LiteMap<String, Text>,
}

const MEDIA: [&str; 4] = ["image", "big-image", "audio", "video"];

impl<'a> Itext<'a> {
    /// Reads the `itext` of a model; what is said twice counts as said first.
    pub(super) fn of(model: Element<'a>) -> Self {
        let mut all = Self::default();
        let translations: Vec<Element<'a>> =
            elements(model, "itext").flat_map(|itext| elements(itext, "translation")).collect();
        for translation in &translations {
            let name = translation.attribute("lang").unwrap_or_default().to_owned();
            if !all.languages.contains(&name) {
                if translation.attributes().any(|attribute| attribute.name() == "default") {
                    all.default = all.languages.len();
                }
                all.languages.push(name);
            }
        }
        if all.languages.is_empty() {
            all.languages.push(String::new());
        }
        for translation in translations {
            let name = translation.attribute("lang").unwrap_or_default();
            let Some(language) = all.languages.iter().position(|known| known == name) else { continue };
            for text in elements(translation, "text") {
                let Some(id) = text.attribute("id") else { continue };
                let count = all.languages.len();
                let known = all.texts.entry(id.to_owned()).or_insert_with(|| vec![None; count]);
                known[language] = known[language].or(Some(text));
            }
        }
        all
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.texts.contains_key(id)
    }

    /// All ids, in their order.
    pub(super) fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.texts.keys().map(String::as_str).collect();
        ids.sort_unstable();
        ids
    }
}

/// Elements of a name in an element.
pub(super) fn elements<'a>(inside: Element<'a>, name: &'a str) -> impl Iterator<Item = Element<'a>> {
    inside.children().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

/// The argument of `jr:itext('…')` where a reference is just that.
fn itext_id(reference: &str) -> Option<&str> {
    let inside = reference.trim().strip_prefix("jr:itext(")?.strip_suffix(')')?.trim();
    let quote = inside.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    inside.strip_prefix(quote)?.strip_suffix(quote).filter(|id| !id.contains(quote))
}

impl<'a> Builder<'a> {
    /// The words of a `label` or `hint` of a node.
    pub(super) fn texts(&mut self, element: Element<'a>, from: usize) -> Texts {
        let own = self.pieces(element, from);
        let Some(reference) = element.attribute("ref") else {
            return Texts { words: self.in_default(own), ..Texts::default() };
        };
        if let Some(id) = itext_id(reference) {
            if self.itext.has(id) {
                return self.translated(id, from);
            }
            if own.is_empty() {
                self.problem(element, XFormProblemKind::NoText(id.to_owned()));
            }
            return Texts { words: self.in_default(own), ..Texts::default() };
        }
        let value = Piece::Value { v: self.paths.contextual(from, reference.trim()) };
        Texts { words: self.in_default(vec![value]), ..Texts::default() }
    }

    /// A message of a `bind`: words, or `jr:itext('…')`.
    pub(super) fn message(&mut self, element: Element<'a>, message: &str, from: usize) -> Option<Text> {
        match itext_id(message) {
            Some(id) if self.itext.has(id) => self.translated(id, from).words,
            Some(id) => {
                self.problem(element, XFormProblemKind::NoText(id.to_owned()));
                None
            }
            None => self.in_default(vec![Piece::Words(message.to_owned())]),
        }
    }

    /// A text that is the same in all languages.
    pub(super) fn in_default(&self, pieces: Vec<Piece>) -> Option<Text> {
        if pieces.is_empty() {
            return None;
        }
        let mut text = vec![Vec::new(); self.itext.languages.len()];
        text[self.itext.default] = pieces;
        Some(Text(text))
    }

    /// All forms of a text in all languages.
    pub(super) fn translated(&mut self, id: &str, from: usize) -> Texts {
        let Some(found) = self.itext.texts.get(id).cloned() else { return Texts::default() };
        let mut all = Texts::default();
        let count = found.len();
        for (language, text) in found.into_iter().enumerate() {
            let Some(text) = text else { continue };
            let values: Vec<Element<'a>> = elements(text, "value").collect();
            let form = |name: Option<&str>| values.iter().find(|value| value.attribute("form") == name).copied();
            let words = form(None).or_else(|| form(Some("long"))).or_else(|| form(Some("short")));
            for (into, value) in [(&mut all.words, words), (&mut all.guidance, form(Some("guidance")))] {
                put(into, count, language, value.map(|value| self.pieces(value, from)).unwrap_or_default());
            }
            for kind in MEDIA {
                let Some(file) = form(Some(kind)).map(xml::own_text).filter(|file| !file.is_empty()) else { continue };
                let file = Piece::Words(file_name(file.trim()).to_owned());
                let mut media = all.media.remove(kind);
                put(&mut media, count, language, vec![file]);
                if let Some(media) = media {
                    all.media.insert(kind.to_owned(), media);
                }
            }
        }
        all
    }

    /// Words and values in an element, without white space around them.
    pub(super) fn pieces(&self, element: Element<'a>, from: usize) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        for node in element.descendants() {
            let is_output = |node: &Element<'_>| node.is_element() && node.tag_name().name() == "output";
            if is_output(&node) {
                let value = node.attribute("value").or_else(|| node.attribute("ref")).unwrap_or_default().trim();
                if !value.is_empty() {
                    pieces.push(Piece::Value { v: self.paths.contextual(from, value) });
                }
            } else if let Some(words) =
                node.text().filter(|_| node.is_text() && !node.parent().is_some_and(|up| is_output(&up)))
            {
                match pieces.last_mut() {
                    Some(Piece::Words(before)) => before.push_str(words),
                    _ => pieces.push(Piece::Words(words.to_owned())),
                }
            }
        }
        if let Some(Piece::Words(first)) = pieces.first_mut() {
            *first = first.trim_start().to_owned();
        }
        if let Some(Piece::Words(last)) = pieces.last_mut() {
            *last = last.trim_end().to_owned();
        }
        pieces.retain(|piece| !matches!(piece, Piece::Words(words) if words.is_empty()));
        pieces
    }
}

fn put(into: &mut Option<Text>, count: usize, language: usize, pieces: Vec<Piece>) {
    if !pieces.is_empty() {
        into.get_or_insert_with(|| Text(vec![Vec::new(); count])).0[language] = pieces;
    }
}

/// `house.png` of `jr://images/house.png`.
pub(super) fn file_name(reference: &str) -> &str {
    match reference.strip_prefix("jr://") {
        Some(rest) => rest.split_once('/').map_or(rest, |(_, file)| file),
        None => reference,
    }
}
