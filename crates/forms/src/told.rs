//! A filled form told as a page: sections with the questions' words and the answers in words; and two versions of it side by
//! side. What is not said in words of the form (dates, places) says the caller ([`Say`]).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::definition::{ChoiceSource, Definition, Kind, Node, Piece, Text};
use crate::texts::{joined, words};

/// What a reader knows and the form does not.
pub trait Say {
    /// An answer that is no choice, in words.
    fn value(&self, kind: Kind, value: &str) -> String;

    /// The words of a row of an external list.
    fn listed(&self, source: &ChoiceSource, name: &str) -> Option<String>;

    /// What stands between several choices.
    fn between(&self) -> &str;
}

/// A part of the page: a group, an instance of a repeat, or what goes on after one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its place in the form, with the positions of repeats: `/data/family/member[2]`.
    pub path: String,
    /// The heading; empty when it goes on with the section of the same path.
    pub title: String,
    /// How deep it lies: 1 for the top level.
    pub depth: usize,
    /// Position within its repeat from 1; 0 when it is no instance.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub number: usize,
    /// Of an instance: its first text answer, by which people tell it from the others.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Questions with an answer.
    pub rows: Vec<Row>,
    /// The words of the questions that were asked and not answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A question and its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The question's element name.
    pub name: String,
    /// The question's words.
    pub label: String,
    /// The answer in words; of a picture, recording or file its name.
    pub answer: String,
    /// How it is shown.
    #[serde(default, skip_serializing_if = "Shown::is_words")]
    pub shown: Shown,
}

/// How an answer is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// As words.
    #[default]
    Words,
    /// As words: where something was.
    Place,
    /// A photo.
    Photo,
    /// A signature.
    Signature,
    /// To be heard.
    Audio,
    /// To be seen and heard.
    Video,
    /// To be taken along.
    File,
}

impl Shown {
    /// Whether the answer is the name of a file.
    #[must_use]
    pub const fn is_file(self) -> bool {
        !matches!(self, Self::Words | Self::Place)
    }

    /// Whether it is a picture to look at.
    #[must_use]
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Photo | Self::Signature)
    }

    fn is_words(&self) -> bool {
        *self == Self::Words
    }
}

/// A form with its answers, about to be told.
pub struct Teller<'a> {
    form: &'a Definition,
    language: usize,
    say: &'a dyn Say,
    sections: Vec<Section>,
    /// Names and answers from the root down to where one is.
    above: Vec<(&'a str, &'a Value)>,
}

/// The form's language of a tag (`zh`, `en`): `中文 (zh)`; its default when it has none of that tag.
#[must_use]
pub fn language(form: &Definition, tag: &str) -> usize {
    let is_it = |name: &String| {
        let in_brackets = name.rsplit_once('(').map_or(name.as_str(), |(_, tag)| tag);
        in_brackets.trim().get(..2).is_some_and(|two| two.eq_ignore_ascii_case(tag))
    };
    form.languages.iter().position(is_it).unwrap_or(form.default_language)
}

/// Tells the answers in the form's order.
#[must_use]
pub fn tell(form: &Definition, language: usize, answers: &Value, say: &dyn Say) -> Vec<Section> {
    let Some(root) = form.nodes.first() else { return Vec::new() };
    let mut teller = Teller { form, language, say, sections: Vec::new(), above: vec![(&root.name, answers)] };
    let mut path = String::from("/");
    path.push_str(&root.name);
    let title = teller.text(&form.title);
    teller.inside(0, &path, title, (0, 1));
    without_empty(teller.sections)
}

/// Without sections that say nothing; one that has parts which say something keeps its heading.
fn without_empty(sections: Vec<Section>) -> Vec<Section> {
    let mut kept: Vec<Section> = Vec::new();
    for section in sections.into_iter().rev() {
        let leads = kept.last().is_some_and(|next| next.depth > section.depth && next.path.starts_with(&section.path));
        let is_root = section.depth == 1 && section.number == 0 && section.path.rfind('/') == Some(0);
        if !section.rows.is_empty() || !section.missing.is_empty() || (leads && !section.title.is_empty() && !is_root) {
            kept.push(section);
        }
    }
    kept.reverse();
    kept
}

impl<'a> Teller<'a> {
    /// For words and single answers; [`tell`] tells all.
    #[must_use]
    pub fn new(form: &'a Definition, language: usize, answers: &'a Value, say: &'a dyn Say) -> Self {
        let root = form.nodes.first().map_or("", |root| root.name.as_str());
        Self { form, language, say, sections: Vec::new(), above: vec![(root, answers)] }
    }

    /// Words in the language, in the default language where it has none. Values of the answers are filled in.
    #[must_use]
    pub fn text(&self, text: &Text) -> String {
        let pieces = [self.language, self.form.default_language]
            .into_iter()
            .filter_map(|language| text.0.get(language))
            .find(|pieces| !pieces.is_empty());
        let mut out = String::new();
        for piece in pieces.into_iter().flatten() {
            out.push_str(match piece {
                Piece::Words(words) => words,
                Piece::Value { v } => self.value_at(v).unwrap_or("…"),
            });
        }
        out
    }

    /// The words of a node; its name when it has none.
    #[must_use]
    pub fn label(&self, node: &Node) -> String {
        let label = node.label.as_ref().map(|label| self.text(label)).unwrap_or_default();
        if label.trim().is_empty() { node.name.clone() } else { label }
    }

    /// An answer in words.
    #[must_use]
    pub fn words(&self, node: &Node, value: &str) -> String {
        match node.kind {
            Kind::SelectOne => self.choice(node, value),
            Kind::SelectMultiple | Kind::Rank => {
                let mut chosen = Vec::new();
                for name in words(value) {
                    chosen.push(self.choice(node, name));
                }
                let chosen: Vec<_> = chosen.iter().map(String::as_str).collect();
                joined(&chosen, self.say.between())
            }
            Kind::Date => self.say.value(node.kind, value.get(..date_length(node)).unwrap_or(value)),
            kind => self.say.value(kind, value),
        }
    }

    /// The words of a choice; its name when it has none.
    #[must_use]
    pub fn choice(&self, node: &Node, name: &str) -> String {
        let words = node.choices.as_ref().and_then(|source| {
            if source.external {
                return self.say.listed(source, name);
            }
            let choice = self.form.choices.get(&source.list)?.iter().find(|choice| choice.name == name)?;
            Some(self.text(&choice.label)).filter(|label| !label.is_empty())
        });
        words.unwrap_or_else(|| name.to_owned())
    }

    /// The answer that a plain path leads to; other expressions are not worth an evaluation here.
    fn value_at(&self, path: &str) -> Option<&'a str> {
        let path = path.trim();
        let path = path.strip_prefix("current()/").unwrap_or(path);
        let (mut depth, mut rest) = (0, path);
        if let Some(absolute) = path.strip_prefix('/') {
            rest = absolute.strip_prefix(self.above[0].0)?.strip_prefix('/')?;
        } else {
            depth = self.above.len();
            while let Some(up) = rest.strip_prefix("../") {
                (depth, rest) = (depth.checked_sub(1)?, up);
            }
        }
        let mut value = self.above.get(depth)?.1;
        for name in rest.split('/') {
            depth += 1;
            // Inside a repeat the path means the instance that one is in.
            value = match self.above.get(depth) {
                Some((here, inside)) if *here == name => *inside,
                _ => {
                    depth = self.above.len();
                    value.get(name)?
                }
            };
        }
        value.as_str()
    }

    /// What is in a group or an instance; `at` is its number and its depth.
    fn inside(&mut self, index: usize, path: &str, title: String, at: (usize, usize)) {
        let Some((_, answers)) = self.above.last().copied() else { return };
        let first = self.sections.len();
        self.open(path, title, at);
        let form = self.form;
        for (below, node) in form.nodes.iter().enumerate().skip(1) {
            let Some(answer) = answers.get(&node.name).filter(|_| node.parent as usize == index) else { continue };
            let mut way = path.to_owned();
            way.push('/');
            way.push_str(&node.name);
            let depth = at.1 + usize::from(index > 0);
            match node.kind {
                Kind::Group => {
                    let title = node.label.as_ref().map(|label| self.text(label)).unwrap_or_default();
                    self.above.push((&node.name, answer));
                    self.inside(below, &way, title, (0, depth));
                    self.above.pop();
                }
                Kind::Repeat => {
                    for (n, instance) in answer.as_array().into_iter().flatten().enumerate() {
                        let number = (n + 1).to_string();
                        let title = joined(&[&self.label(node), &number], " ");
                        self.above.push((&node.name, instance));
                        self.inside(below, &joined(&[&way, "[", &number, "]"], ""), title, (n + 1, depth));
                        self.above.pop();
                    }
                }
                _ if node.is_told() => {
                    if self.sections.last().is_none_or(|section| section.path != path) {
                        self.open(path, String::new(), at);
                    }
                    self.answer(node, answer.as_str().unwrap_or_default(), first);
                }
                _ => {}
            }
        }
    }

    fn open(&mut self, path: &str, title: String, (number, depth): (usize, usize)) {
        self.sections.push(Section { path: path.to_owned(), title, number, depth, ..Section::default() });
    }

    fn answer(&mut self, node: &Node, value: &str, first: usize) {
        let label = self.label(node);
        if value.is_empty() {
            if let Some(section) = self.sections.last_mut() {
                section.missing.push(label);
            }
            return;
        }
        let mut row = Row { name: node.name.clone(), label, ..Row::default() };
        let is_signed = || node.appearance.iter().any(|word| word == "signature");
        row.shown = match node.kind {
            Kind::Image if is_signed() => Shown::Signature,
            Kind::Image => Shown::Photo,
            Kind::Audio => Shown::Audio,
            Kind::Video => Shown::Video,
            Kind::File => Shown::File,
            Kind::Geopoint => Shown::Place,
            _ => Shown::Words,
        };
        if row.shown.is_file() {
            value.clone_into(&mut row.answer);
        } else {
            row.answer = self.words(node, value);
        }
        if let Some(section) = self.sections.get_mut(first)
            && section.number > 0
            && section.name.is_empty()
            && node.kind == Kind::Text
        {
            section.name.push_str(value);
            section.title.push_str(" · ");
            section.title.push_str(value);
        }
        if let Some(section) = self.sections.last_mut() {
            section.rows.push(row);
        }
    }
}

/// How much of a date was asked for: of `2026-11-01` only the month with appearance `month-year`, only the year with `year`.
fn date_length(node: &Node) -> usize {
    let looks = |word: &str| node.appearance.iter().any(|name| name == word);
    if looks("year") {
        4
    } else if looks("month-year") {
        7
    } else {
        10
    }
}

/// A number with marks between its thousands, from five digits on: years and house numbers have four. What is no number, or
/// is an identity number rather than an amount, stays as it is.
#[must_use]
pub fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, after) = crate::texts::cut(rest, b'.');
    let is_amount = (5..=10).contains(&whole.len())
        && !whole.starts_with('0')
        && [whole, after.unwrap_or("0")]
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if !is_amount {
        return number.to_owned();
    }
    let mut out = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(after) = after {
        out.push('.');
        out.push_str(after);
    }
    out
}

/// A part of two versions side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Heading.
    pub title: String,
    /// How deep it lies.
    pub depth: usize,
    /// The questions that either version answers.
    pub rows: Vec<Pair>,
}

/// A question in two versions; at least one has an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// In the older version.
    pub old: Option<Row>,
    /// In the newer version.
    pub new: Option<Row>,
}

impl Pair {
    /// Whether both say the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => old.answer == new.answer,
            _ => false,
        }
    }

    /// The question's words.
    #[must_use]
    pub fn label(&self) -> &str {
        self.new.as_ref().or(self.old.as_ref()).map_or("", |row| &row.label)
    }
}

/// Puts two versions side by side. Instances of a repeat are those that say the same, else those of the same name, else those
/// at the same place: one that was taken out does not make all behind it differ.
#[must_use]
pub fn compare(old: &[Section], new: &[Section]) -> Vec<Compared> {
    let mut compared = Vec::new();
    // The paths of instances in the new version, and what they were in the old.
    let ways = same_instances(old, new);
    let mut seen = Vec::new();
    for section in new {
        let way = translated(&section.path, &ways);
        let mut part = Compared { title: section.title.clone(), depth: section.depth, rows: Vec::new() };
        for row in &section.rows {
            let before = way.as_ref().and_then(|way| found(old, way, &row.name));
            part.rows.push(Pair { old: before.cloned(), new: Some(row.clone()) });
        }
        if let Some(way) = way.filter(|way| !seen.contains(way)) {
            for row in old.iter().filter(|section| section.path == way).flat_map(|section| &section.rows) {
                if found(new, &section.path, &row.name).is_none() {
                    part.rows.push(Pair { old: Some(row.clone()), new: None });
                }
            }
            seen.push(way);
        }
        compared.push(part);
    }
    for section in old.iter().filter(|section| !seen.contains(&section.path)) {
        let rows = section.rows.iter().map(|row| Pair { old: Some(row.clone()), new: None }).collect();
        compared.push(Compared { title: section.title.clone(), depth: section.depth, rows });
    }
    compared
}

/// Which instance was which, by path: new and old; an empty old path for one that is new.
fn same_instances(old: &[Section], new: &[Section]) -> Vec<(String, String)> {
    let alike: [fn(&Section, &Section) -> bool; 3] =
        [|a, b| a.rows == b.rows, |a, b| a.name == b.name && !a.name.is_empty(), |a, b| a.number == b.number];
    let mut ways: Vec<(String, String)> = Vec::new();
    for is_alike in alike {
        for section in new.iter().filter(|section| section.number > 0 && !section.title.is_empty()) {
            if ways.iter().any(|(new, _)| *new == section.path) {
                continue;
            }
            let Some(repeat) = translated(repeat_of(&section.path), &ways) else { continue };
            let is_free = |other: &&Section| {
                other.number > 0 && repeat_of(&other.path) == repeat && !ways.iter().any(|(_, old)| *old == other.path)
            };
            if let Some(other) = old.iter().filter(is_free).find(|other| is_alike(other, section)) {
                ways.push((section.path.clone(), other.path.clone()));
            }
        }
    }
    for section in new.iter().filter(|section| section.number > 0) {
        if !ways.iter().any(|(new, _)| *new == section.path) {
            ways.push((section.path.clone(), String::new()));
        }
    }
    ways
}

/// `/data/member` of `/data/member[2]`.
fn repeat_of(path: &str) -> &str {
    path.rsplit_once('[').map_or(path, |(repeat, _)| repeat)
}

/// A path of the new version in the old one; `None` within an instance that the old one does not have.
fn translated(path: &str, ways: &[(String, String)]) -> Option<String> {
    let within = |new: &str| path.strip_prefix(new).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let nearest = ways.iter().filter(|(new, _)| within(new).is_some()).max_by_key(|(new, _)| new.len());
    match nearest {
        None => Some(path.to_owned()),
        Some((_, old)) if old.is_empty() => None,
        Some((new, old)) => Some(joined(&[old, within(new).unwrap_or_default()], "")),
    }
}

fn found<'s>(sections: &'s [Section], path: &str, name: &str) -> Option<&'s Row> {
    sections.iter().filter(|section| section.path == path).flat_map(|s| &s.rows).find(|row| row.name == name)
}

#[cfg(test)]
#[path = "told/tests.rs"]
mod tests;
