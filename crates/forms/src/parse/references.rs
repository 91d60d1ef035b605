//! `${name}` to paths, as pyxform writes them: absolute, or relative where both ends share a repeat.

use std::collections::BTreeMap;

use super::problem::ProblemKind;
use crate::definition::{Kind, Node, NodeIndex, Piece};

/// The names of a form.
pub(super) struct Scope {
    names: BTreeMap<String, Vec<NodeIndex>>,
    /// From the root down to the node itself.
    lines: Vec<Vec<NodeIndex>>,
    nodes: Vec<(String, Kind)>,
}

/// An expression with its references resolved.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Resolved {
    pub(super) text: String,
    /// Nodes whose value it reads. Not those named inside `indexed-repeat()`, which reads other instances.
    pub(super) reads: Vec<NodeIndex>,
}

/// How a path is written where it stands.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    Plain,
    /// The context is an item, not the question: begin with `current()`.
    Current,
    Absolute,
}

impl Scope {
    pub(super) fn new(nodes: &[Node]) -> Self {
        let mut names: BTreeMap<String, Vec<NodeIndex>> = BTreeMap::new();
        let mut lines: Vec<Vec<NodeIndex>> = Vec::new();
        for (index, node) in (0..).zip(nodes) {
            let mut line = if index == 0 { Vec::new() } else { lines[node.parent as usize].clone() };
            line.push(index);
            lines.push(line);
            if index > 0 {
                names.entry(node.name.clone()).or_default().push(index);
            }
        }
        Self { names, lines, nodes: nodes.iter().map(|node| (node.name.clone(), node.kind)).collect() }
    }

    /// Resolves an expression of a node. `per_item`: it is evaluated with each choice as context (`choice_filter`).
    pub(super) fn expression(&self, from: NodeIndex, text: &str, per_item: bool) -> Result<Resolved, ProblemKind> {
        let mut out = Resolved::default();
        let mut place = Place::default();
        let mut rest = text;
        while let Some(begin) = rest.find("${") {
            place.pass(&rest[..begin]);
            out.text.push_str(&rest[..begin]);
            let end = rest[begin..].find('}').ok_or(ProblemKind::UnclosedReference)? + begin;
            let style = match (place.absolute_argument(), per_item || place.in_predicate()) {
                (true, _) => Style::Absolute,
                (false, true) => Style::Current,
                (false, false) => Style::Plain,
            };
            let target = self.target(rest[begin + 2..end].trim())?;
            out.text.push_str(&self.path(from, target, style));
            if style != Style::Absolute {
                out.reads.push(target);
            }
            rest = &rest[end + 1..];
        }
        out.text.push_str(rest);
        Ok(out)
    }

    /// Resolves a text for people: words and values.
    pub(super) fn pieces(&self, from: NodeIndex, text: &str) -> Result<Vec<Piece>, ProblemKind> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(begin) = rest.find("${") {
            if begin > 0 {
                pieces.push(Piece::Words(rest[..begin].into()));
            }
            let end = rest[begin..].find('}').ok_or(ProblemKind::UnclosedReference)? + begin;
            let target = self.target(rest[begin + 2..end].trim())?;
            pieces.push(Piece::Value { v: self.path(from, target, Style::Plain) });
            rest = &rest[end + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Words(rest.into()));
        }
        Ok(pieces)
    }

    fn target(&self, name: &str) -> Result<NodeIndex, ProblemKind> {
        if name.starts_with("last-saved#") {
            return Err(ProblemKind::Unsupported(["${", name, "}"].concat()));
        }
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

    fn path(&self, from: NodeIndex, target: NodeIndex, style: Style) -> String {
        let here = &self.lines[from as usize];
        let there = &self.lines[target as usize];
        let above = &there[..there.len() - 1];
        let shared = here.iter().zip(above).take_while(|(one, other)| one == other).count();
        let in_repeat = here[..shared].iter().any(|&step| self.nodes[step as usize].1 == Kind::Repeat);
        if style == Style::Absolute || !in_repeat {
            return self.absolute(target);
        }
        let mut path = String::from(if style == Style::Current { "current()/" } else { "" });
        if here.len() == shared {
            path.push_str("./");
        }
        path.push_str(&"../".repeat(here.len() - shared));
        let down: Vec<&str> = there[shared..].iter().map(|&step| self.nodes[step as usize].0.as_str()).collect();
        path + &down.join("/")
    }
}

/// Where in an expression we are: brackets, functions and their arguments, quotes.
#[derive(Default)]
struct Place {
    quote: Option<char>,
    /// Open brackets; for a function's, whether it is `indexed-repeat` and which argument we are in.
    open: Vec<Open>,
    word: String,
}

enum Open {
    Predicate,
    Call { indexed: bool, argument: usize },
}

impl Place {
    fn pass(&mut self, text: &str) {
        for character in text.chars() {
            if let Some(quote) = self.quote {
                if character == quote {
                    self.quote = None;
                }
                continue;
            }
            match character {
                '\'' | '"' => self.quote = Some(character),
                '[' => self.open.push(Open::Predicate),
                '(' => self.open.push(Open::Call { indexed: self.word == "indexed-repeat", argument: 0 }),
                ']' | ')' => {
                    self.open.pop();
                }
                ',' => {
                    if let Some(Open::Call { argument, .. }) = self.open.last_mut() {
                        *argument += 1;
                    }
                }
                _ => {}
            }
            if character.is_alphanumeric() || matches!(character, '-' | '_' | ':') {
                self.word.push(character);
            } else if !character.is_whitespace() {
                self.word.clear();
            }
        }
    }

    fn in_predicate(&self) -> bool {
        self.open.iter().any(|open| matches!(open, Open::Predicate))
    }

    /// `indexed-repeat(node, repeat, index, …)`: all but the indexes name nodes of any instance.
    fn absolute_argument(&self) -> bool {
        matches!(self.open.last(), Some(Open::Call { indexed: true, argument }) if *argument == 0 || argument % 2 == 1)
    }
}
