//! Texts: in the controls themselves where a form has one language and no media, else as `itext`, with every text in every
//! language, so that no client has to know what to show where one is missing.

use std::collections::BTreeSet;

use super::plan::Plan;
use super::xml::Xml;
use crate::definition::{Choice, Definition, Node, Piece, Text};

/// What a form says, by the ids of its texts.
#[derive(Default)]
pub(super) struct Itext<'a> {
    entries: Vec<Entry<'a>>,
    ids: BTreeSet<String>,
    /// Lists whose choices are in here.
    lists: BTreeSet<&'a str>,
}

struct Entry<'a> {
    id: String,
    /// What it is made of, by `form`: none for the words, `guidance`, `image`…
    values: Vec<(&'a str, Value<'a>)>,
}

enum Value<'a> {
    Text(&'a Text),
    /// Where there are no words: a choice's name.
    Name(&'a str),
}

/// How a text is referred to.
pub(super) enum Words<'a> {
    Inline(&'a [Piece]),
    Id(String),
}

const GUIDANCE: &str = "guidance";

impl<'a> Itext<'a> {
    pub(super) fn of(plan: &Plan<'a>) -> Self {
        let mut itext = Self::default();
        let translated = plan.is_translated();
        for (list, choices) in plan.form.choices.all() {
            let needs = |choice: &Choice| !choice.media.is_empty() || has_value(&choice.label);
            if translated || choices.iter().any(needs) {
                itext.lists.insert(list);
                for (place, choice) in choices.iter().enumerate() {
                    itext.choice(choice_id(list, place), choice);
                }
            }
        }
        for (index, node) in plan.form.nodes.iter().enumerate() {
            itext.node(node, &plan.paths[index], translated);
        }
        for (id, text) in &plan.form.texts {
            itext.add(id.clone(), vec![("", Value::Text(text))]);
        }
        itext
    }

    fn choice(&mut self, id: String, choice: &'a Choice) {
        let mut values = Vec::new();
        if is_said(&choice.label) {
            values.push(("", Value::Text(&choice.label)));
        } else if choice.media.is_empty() {
            values.push(("", Value::Name(&choice.name)));
        }
        values.extend(choice.media.iter().map(|(kind, file)| (kind.as_str(), Value::Text(file))));
        self.add(id, values);
    }

    fn node(&mut self, node: &'a Node, path: &str, translated: bool) {
        let is_here = |text: &Option<Text>| text.as_ref().is_some_and(is_said);
        if !node.media.is_empty() || (translated && is_here(&node.label)) {
            let words = node.label.as_ref().filter(|text| is_said(text)).map(|text| ("", Value::Text(text)));
            let media = node.media.iter().map(|(kind, file)| (kind.as_str(), Value::Text(file)));
            self.add(text_id(path, "label"), words.into_iter().chain(media).collect());
        }
        if is_here(&node.guidance) || (translated && is_here(&node.hint)) {
            let texts = [("", &node.hint), (GUIDANCE, &node.guidance)];
            let texts = texts.into_iter().filter_map(|(form, text)| Some((form, text.as_ref()?)));
            let values = texts.filter(|(_, text)| is_said(text)).map(|(form, text)| (form, Value::Text(text)));
            self.add(text_id(path, "hint"), values.collect());
        }
        for (name, text) in [("jr:constraintMsg", &node.constraint_message), ("jr:requiredMsg", &node.required_message)]
        {
            if let Some(text) = text.as_ref().filter(|text| is_said(text) && (translated || has_value(text))) {
                self.add(text_id(path, name), vec![("", Value::Text(text))]);
            }
        }
    }

    fn add(&mut self, id: String, values: Vec<(&'a str, Value<'a>)>) {
        if self.ids.insert(id.clone()) {
            self.entries.push(Entry { id, values });
        }
    }

    /// Whether the choices of a list are found by ids.
    pub(super) fn has_list(&self, list: &str) -> bool {
        self.lists.contains(list)
    }

    /// The pieces of a text in a language; in the default one, then any, where that has no words: the engine's own rule.
    pub(super) fn pieces(&self, form: &Definition, text: &'a Text, language: usize) -> &'a [Piece] {
        let said = |index: usize| text.0.get(index).filter(|pieces| !pieces.is_empty());
        said(language)
            .or_else(|| said(form.default_language))
            .or_else(|| text.0.iter().find(|pieces| !pieces.is_empty()))
            .map_or(&[], Vec::as_slice)
    }

    fn words(&self, form: &Definition, text: Option<&'a Text>, id: String) -> Option<Words<'a>> {
        if self.ids.contains(&id) {
            return Some(Words::Id(id));
        }
        let text = text.filter(|text| is_said(text))?;
        Some(Words::Inline(self.pieces(form, text, form.default_language)))
    }
}

impl<'a> Plan<'a> {
    /// The label of a node.
    pub(super) fn label(&self, index: usize) -> Option<Words<'a>> {
        let node = &self.form.nodes[index];
        self.texts.words(self.form, node.label.as_ref(), text_id(&self.paths[index], "label"))
    }

    /// The words under it.
    pub(super) fn hint(&self, index: usize) -> Option<Words<'a>> {
        let node = &self.form.nodes[index];
        self.texts.words(self.form, node.hint.as_ref(), text_id(&self.paths[index], "hint"))
    }

    /// A message, as the value of the attribute `name` that refers to it.
    pub(super) fn message(&self, index: usize, name: &str, text: Option<&'a Text>) -> String {
        match self.texts.words(self.form, text, text_id(&self.paths[index], name)) {
            Some(Words::Id(id)) => reference(&id),
            Some(Words::Inline(pieces)) => pieces.iter().map(plain).collect(),
            None => String::new(),
        }
    }
}

fn plain(piece: &Piece) -> &str {
    match piece {
        Piece::Words(words) => words,
        Piece::Value { .. } => "",
    }
}

/// The id of a choice's text.
pub(super) fn choice_id(list: &str, place: usize) -> String {
    format!("{list}-{place}")
}

fn text_id(path: &str, of: &str) -> String {
    [path, ":", of].concat()
}

/// `jr:itext('…')`. Ids are made of names, which have no quotes.
pub(super) fn reference(id: &str) -> String {
    ["jr:itext('", id, "')"].concat()
}

fn is_said(text: &Text) -> bool {
    text.0.iter().any(|pieces| !pieces.is_empty())
}

fn has_value(text: &Text) -> bool {
    text.0.iter().flatten().any(|piece| matches!(piece, Piece::Value { .. }))
}

/// Writes `itext`, when there is any.
pub(super) fn write(plan: &Plan<'_>, xml: &mut Xml) {
    if plan.texts.entries.is_empty() {
        return;
    }
    let none = [String::new()];
    let languages = if plan.form.languages.is_empty() { &none } else { plan.form.languages.as_slice() };
    xml.open("itext");
    for (index, language) in languages.iter().enumerate() {
        xml.open("translation");
        xml.attribute("lang", if language.is_empty() { "default" } else { language });
        if index == plan.form.default_language {
            xml.attribute("default", "true()");
        }
        for entry in &plan.texts.entries {
            translation(plan, xml, entry, index);
        }
        xml.close();
    }
    xml.close();
}

fn translation(plan: &Plan<'_>, xml: &mut Xml, entry: &Entry<'_>, language: usize) {
    xml.open("text");
    xml.attribute("id", &entry.id);
    for (form, value) in &entry.values {
        xml.open("value");
        xml.attribute_if("form", form);
        match value {
            Value::Name(name) => xml.text(name),
            Value::Text(text) => {
                let said = plan.texts.pieces(plan.form, text, language);
                let folder = if form.is_empty() || *form == GUIDANCE { "" } else { folder(form) };
                // A file may be named by its whole address already.
                if !folder.is_empty() && !said.first().is_some_and(|piece| plain(piece).starts_with("jr://")) {
                    xml.text(folder);
                }
                pieces(xml, said);
            }
        }
        xml.close();
    }
    xml.close();
}

/// Where a client finds a file of a kind.
fn folder(kind: &str) -> &'static str {
    match kind {
        "audio" => "jr://audio/",
        "video" => "jr://video/",
        _ => "jr://images/",
    }
}

/// Words and values.
pub(super) fn pieces(xml: &mut Xml, pieces: &[Piece]) {
    for piece in pieces {
        match piece {
            Piece::Words(words) => xml.text(words),
            Piece::Value { v } => {
                xml.open("output");
                xml.attribute("value", v);
                xml.close();
            }
        }
    }
}

/// An element that holds words, or refers to them.
pub(super) fn element(xml: &mut Xml, name: &str, words: Option<Words<'_>>) {
    xml.open(name);
    match words {
        Some(Words::Id(id)) => xml.attribute("ref", &reference(&id)),
        Some(Words::Inline(said)) => pieces(xml, said),
        None => {}
    }
    xml.close();
}
