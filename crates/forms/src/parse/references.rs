//! `${name}` to paths, as pyxform writes them: absolute, or relative where both ends share a repeat.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::names::is_name;
use super::place::Place;
use super::problem::ProblemKind;
use crate::definition::{Kind, Node, NodeIndex, Piece};
use crate::xpath::Expr;

/// What a path of a list begins with.
const INSTANCE: &str = "instance(";

/// The instance of the answers that were sent last.
pub(super) const LAST_SAVED: &str = "__last-saved";

/// The names of a form.
pub(super) struct Scope {
    names: BTreeMap<String, Vec<NodeIndex>>,
    /// From the root down to the node itself.
    lines: Vec<Vec<NodeIndex>>,
    nodes: Vec<(String, Kind)>,
    /// Whether anything reads [`LAST_SAVED`].
    last_saved: Cell<bool>,
}

/// An expression with its references resolved.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Resolved {
    pub(super) text: String,
    /// Nodes whose value it reads. Not those named inside `indexed-repeat()`, which reads other instances.
    pub(super) reads: Vec<NodeIndex>,
}

impl Resolved {
    /// Adds a path, apart from a word before it: `2 div${a}`.
    fn path(&mut self, path: &str) {
        if self.text.ends_with(is_of_name) {
            self.text.push(' ');
        }
        self.text.push_str(path);
    }
}

/// Whether a name can go on with a letter, wherever it began.
fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// What a path in an expression starts from.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum At {
    /// The node that has the expression.
    Node(NodeIndex),
    /// Each choice of a list: the node is `current()`.
    Choice(NodeIndex),
    /// Each instance of a repeat whose answers are the choices: the node is `current()`, the repeat is `.`.
    Answer(NodeIndex, NodeIndex),
}

impl At {
    pub(super) const fn node(self) -> NodeIndex {
        match self {
            Self::Node(node) | Self::Choice(node) | Self::Answer(node, _) => node,
        }
    }
}

/// How a path is written where it stands.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    Plain,
    /// The context is an item, not the question: begin with `current()`.
    Current,
    Absolute,
}

/// A part of a text: as it is, or the name in `${name}`.
enum Part<'a> {
    Text(&'a str),
    Name { name: &'a str, last_saved: bool },
}

impl Scope {
    pub(super) fn new<'a>(all: impl Iterator<Item = &'a Node>) -> Self {
        let mut names: BTreeMap<String, Vec<NodeIndex>> = BTreeMap::new();
        let mut lines: Vec<Vec<NodeIndex>> = Vec::new();
        let mut nodes = Vec::new();
        for (index, node) in (0..).zip(all) {
            let mut line = if index == 0 { Vec::new() } else { lines[node.parent as usize].clone() };
            line.push(index);
            lines.push(line);
            if index > 0 {
                names.entry(node.name.clone()).or_default().push(index);
            }
            nodes.push((node.name.clone(), node.kind));
        }
        Self { names, lines, nodes, last_saved: Cell::new(false) }
    }

    /// Whether any reference so far was to the answers that were sent last.
    pub(super) fn reads_last_saved(&self) -> bool {
        self.last_saved.get()
    }

    /// Resolves an expression.
    pub(super) fn expression(&self, from: At, text: &str) -> Result<Resolved, ProblemKind> {
        let mut out = Resolved::default();
        let mut place = Place::default();
        let mut after_path = false;
        for part in parts(text) {
            match part? {
                Part::Text(text) => {
                    place.pass(text);
                    // `${a}-1`, `${a}div 2`: without a space it would be another name.
                    let goes_on = |next: char| is_of_name(next) || matches!(next, '-' | '.');
                    if after_path && text.starts_with(goes_on) {
                        out.text.push(' ');
                    }
                    out.text.push_str(text);
                    after_path = false;
                    continue;
                }
                Part::Name { name, last_saved: true } => out.path(&self.last(self.target(name)?)),
                Part::Name { name, .. } => {
                    let target = self.target(name)?;
                    let style = match (place.absolute_argument(), from) {
                        (true, _) => Style::Absolute,
                        (false, At::Node(_)) if !place.in_predicate() => Style::Plain,
                        _ => Style::Current,
                    };
                    out.path(&match from {
                        At::Answer(_, repeat) if self.lines[target as usize].contains(&repeat) => {
                            [".", &self.below(repeat, target)].concat()
                        }
                        _ => self.path(from.node(), target, style),
                    });
                    if style != Style::Absolute {
                        out.reads.push(target);
                    }
                    // A name after which no bracket is a call.
                    place.pass(" ");
                }
            }
            after_path = true;
        }
        Ok(out)
    }

    /// Resolves a text for people: words and values. A path of a list (`instance('x')/root/item[…]/label`) is a value too.
    pub(super) fn pieces(&self, from: NodeIndex, text: &str) -> Result<Vec<Piece>, ProblemKind> {
        let mut pieces = Vec::new();
        let mut words = String::new();
        let mut rest = text;
        let flush = |words: &mut String, pieces: &mut Vec<Piece>| {
            if !words.is_empty() {
                pieces.push(Piece::Words(std::mem::take(words)));
            }
        };
        while let Some(begin) = next_value(rest) {
            words.push_str(&rest[..begin]);
            let end = begin + value_length(&rest[begin..]);
            let raw = &rest[begin..end];
            let v = self.expression(At::Node(from), raw)?.text;
            if !raw.starts_with('$') && Expr::parse(&v).is_err() {
                // Words that only begin as a path does.
                words.push_str(INSTANCE);
                rest = &rest[begin + INSTANCE.len()..];
                continue;
            }
            flush(&mut words, &mut pieces);
            pieces.push(Piece::Value { v });
            rest = &rest[end..];
        }
        words.push_str(rest);
        flush(&mut words, &mut pieces);
        Ok(pieces)
    }

    /// The one node of a name.
    pub(super) fn target(&self, name: &str) -> Result<NodeIndex, ProblemKind> {
        match self.names.get(name).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some([_, ..]) => Err(ProblemKind::AmbiguousReference(name.into())),
            _ => Err(ProblemKind::UnknownReference(name.into())),
        }
    }

    /// The absolute path of a node, without positions.
    pub(super) fn absolute(&self, node: NodeIndex) -> String {
        self.lines[node as usize].iter().map(|&step| format!("/{}", self.nodes[step as usize].0)).collect()
    }

    fn last(&self, node: NodeIndex) -> String {
        self.last_saved.set(true);
        ["instance('", LAST_SAVED, "')", &self.absolute(node)].concat()
    }

    /// The path from a node to one inside it, with its `/`.
    fn below(&self, node: NodeIndex, inside: NodeIndex) -> String {
        let line = &self.lines[inside as usize];
        let depth = self.lines[node as usize].len();
        line[depth..].iter().map(|&step| format!("/{}", self.nodes[step as usize].0)).collect()
    }

    pub(super) fn is_repeat(&self, node: NodeIndex) -> bool {
        self.nodes[node as usize].1 == Kind::Repeat
    }

    /// The innermost repeat that a node is in; not itself.
    pub(super) fn repeat_of(&self, node: NodeIndex) -> Option<NodeIndex> {
        let line = &self.lines[node as usize];
        line[..line.len() - 1].iter().rev().copied().find(|&step| self.is_repeat(step))
    }

    /// The root and the groups and repeats that a node is in.
    pub(super) fn above(&self, node: NodeIndex) -> Vec<NodeIndex> {
        let line = &self.lines[node as usize];
        line[..line.len() - 1].to_vec()
    }

    /// How far from the root two lines are the same, the target itself not counted.
    fn shared(&self, from: NodeIndex, target: NodeIndex) -> usize {
        let (here, there) = (&self.lines[from as usize], &self.lines[target as usize]);
        let above = &there[..there.len() - 1];
        here.iter().zip(above).take_while(|(one, other)| one == other).count()
    }

    /// The path from one node to another: relative where both are in one repeat.
    pub(super) fn plain(&self, from: NodeIndex, target: NodeIndex) -> String {
        self.path(from, target, Style::Plain)
    }

    fn path(&self, from: NodeIndex, target: NodeIndex, style: Style) -> String {
        let shared = self.shared(from, target);
        let here = &self.lines[from as usize];
        if style == Style::Absolute || !here[..shared].iter().any(|&step| self.is_repeat(step)) {
            return self.absolute(target);
        }
        let current = if style == Style::Current { "current()/" } else { "" };
        self.relative(current, from, target, shared)
    }

    fn relative(&self, current: &str, from: NodeIndex, target: NodeIndex, shared: usize) -> String {
        let mut path = String::from(current);
        let here = &self.lines[from as usize];
        if here.len() == shared {
            path.push_str("./");
        }
        path.push_str(&"../".repeat(here.len() - shared));
        let down = &self.lines[target as usize][shared..];
        let down: Vec<&str> = down.iter().map(|&step| self.nodes[step as usize].0.as_str()).collect();
        path + &down.join("/")
    }

    /// The path to a node in all instances of its repeat, for choices made of answers. As pyxform: one step higher than
    /// the repeat that both are in, where that is the node's own and is in no other (or the question is deeper).
    pub(super) fn all_answers(&self, from: NodeIndex, target: NodeIndex) -> String {
        let shared = self.shared(from, target);
        let line = &self.lines[from as usize];
        let Some(at) = line[..shared.min(line.len() - 1)].iter().rposition(|&step| self.is_repeat(step)) else {
            return self.absolute(target);
        };
        let common = line[at];
        let nested = line[..at].iter().any(|&step| self.is_repeat(step));
        let own = self.repeat_of(target) == Some(common);
        let shared = if own && (!nested || self.repeat_of(from) != Some(common)) { at } else { shared };
        self.relative("", from, target, shared)
    }
}

/// Splits a text at its references.
fn parts(text: &str) -> impl Iterator<Item = Result<Part<'_>, ProblemKind>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        match rest.find("${") {
            Some(0) => {
                let Some(end) = rest.find('}') else {
                    rest = "";
                    return Some(Err(ProblemKind::UnclosedReference));
                };
                let (whole, after) = rest.split_at(end + 1);
                rest = after;
                let name = &whole[2..end];
                let saved = name.strip_prefix("last-saved#");
                let (name, last_saved) = (saved.unwrap_or(name), saved.is_some());
                Some(if is_name(name) && !name.contains(':') {
                    Ok(Part::Name { name, last_saved })
                } else {
                    Err(ProblemKind::BadReference(whole.into()))
                })
            }
            found => {
                let (words, after) = rest.split_at(found.unwrap_or(rest.len()));
                rest = after;
                Some(Ok(Part::Text(words)))
            }
        }
    })
}

/// The names in a text's references, in order.
pub(super) fn names_in(text: &str) -> Vec<String> {
    let names = parts(text).filter_map(|part| match part {
        Ok(Part::Name { name, .. }) => Some(name.to_owned()),
        _ => None,
    });
    names.collect()
}

/// What is wrong with the form of a text's references, whatever they name.
pub(super) fn bad_reference(text: &str) -> Option<ProblemKind> {
    parts(text).find_map(Result::err)
}

/// The name in a cell that is one reference and nothing else.
pub(super) fn only_name(text: &str) -> Option<&str> {
    let mut all = parts(text);
    match (all.next(), all.next()) {
        (Some(Ok(Part::Name { name, last_saved: false })), None) => Some(name),
        _ => None,
    }
}

/// Where the next value in a text begins.
fn next_value(text: &str) -> Option<usize> {
    let list = text.match_indices(INSTANCE).map(|(at, _)| at).find(|&at| is_list_path(&text[at..]));
    text.find("${").into_iter().chain(list).min()
}

/// `instance('x')/`: words that happen to be `instance(` are no path.
fn is_list_path(text: &str) -> bool {
    let inside = text[INSTANCE.len()..].trim_start();
    let Some(quote) = inside.chars().next().filter(|first| matches!(first, '\'' | '"')) else { return false };
    let after = inside[1..].split_once(quote).map(|(_, after)| after.trim_start());
    after.and_then(|after| after.strip_prefix(')')).is_some_and(|after| after.starts_with('/'))
}

/// How long the value at the beginning of a text is: a reference to its `}`, a path to white space outside brackets.
fn value_length(text: &str) -> usize {
    if text.starts_with("${") {
        return text.find('}').map_or(text.len(), |end| end + 1);
    }
    let mut place = Place::default();
    for (at, character) in text.char_indices() {
        if character.is_whitespace() && place.is_outside() {
            return at;
        }
        place.pass(&text[at..at + character.len_utf8()]);
    }
    text.len()
}
