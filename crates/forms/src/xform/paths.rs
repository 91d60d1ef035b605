//! References: paths of nodes, and absolute paths made relative where they mean the same instance of a repeat.
//!
//! `JavaRosa` gives an absolute path the positions of the node it stands at: inside `/data/member[2]`, `/data/member/name` is
//! the name of that member. XPath knows nothing of it; `../name` says the same.

use std::collections::HashMap;

use crate::definition::{Kind, Node};

/// The paths of a form's nodes.
#[derive(Debug, Default)]
pub(super) struct Paths {
    by_path: HashMap<String, usize>,
    /// From the root down to the node itself.
    lines: Vec<Vec<usize>>,
    names: Vec<String>,
    repeats: Vec<bool>,
}

impl Paths {
    pub(super) fn of(nodes: &[Node]) -> Self {
        let mut paths = Self::default();
        for (index, node) in nodes.iter().enumerate() {
            let mut line = if index == 0 { Vec::new() } else { paths.lines[node.parent as usize].clone() };
            line.push(index);
            paths.names.push(node.name.clone());
            paths.repeats.push(node.kind == Kind::Repeat);
            paths.lines.push(line);
            paths.by_path.insert(paths.absolute(index), index);
        }
        paths
    }

    /// `/data/member/name`.
    pub(super) fn absolute(&self, index: usize) -> String {
        self.lines[index].iter().fold(String::new(), |path, &step| path + "/" + &self.names[step])
    }

    pub(super) fn find(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The innermost repeat around a node, itself included.
    pub(super) fn repeat_around(&self, index: usize) -> Option<usize> {
        self.lines[index].iter().rev().copied().find(|&step| self.repeats[step])
    }

    /// An expression of a node with its absolute paths made relative where they share a repeat with the node.
    pub(super) fn contextual(&self, from: usize, text: &str) -> String {
        Rewriter { paths: self, from, text, at: 0, out: String::new(), open: Vec::new(), after_operand: false }.run()
    }

    /// How a path is written at a node; `None` where it stays as it is.
    fn relative(&self, from: usize, steps: &[&str], in_predicate: bool) -> Option<String> {
        let here = &self.lines[from];
        let above = steps.len().checked_sub(1)?;
        let same = |(place, step): (usize, &&str)| here.get(place).is_some_and(|&index| self.names[index] == **step);
        let shared = steps[..above].iter().enumerate().take_while(|step| same(*step)).count();
        if !here[..shared].iter().any(|&step| self.repeats[step]) {
            return None;
        }
        let mut path = String::from(if in_predicate { "current()/" } else { "" });
        if here.len() == shared && !in_predicate {
            path.push_str("./");
        }
        path.push_str(&"../".repeat(here.len() - shared));
        Some(path + &steps[shared..].join("/"))
    }
}

/// `ref` or `nodeset` of an element as an absolute path without predicates; `None` where it is more than a path of names.
pub(crate) fn resolve(context: &str, reference: &str) -> Option<String> {
    let reference: String = reference.chars().filter(|letter| !letter.is_whitespace()).collect();
    let rest = reference.strip_prefix("current()/").unwrap_or(&reference);
    let mut steps: Vec<&str> = if rest.starts_with('/') { Vec::new() } else { context.split('/').skip(1).collect() };
    for step in rest.trim_start_matches('/').split('/') {
        match step {
            "." => {}
            ".." => {
                steps.pop()?;
            }
            name if is_name(name) => steps.push(name),
            _ => return None,
        }
    }
    if steps.is_empty() || rest.starts_with("//") {
        return None;
    }
    Some(steps.iter().fold(String::new(), |path, step| path + "/" + step))
}

fn is_name(step: &str) -> bool {
    let name = step.strip_prefix('@').unwrap_or(step);
    name.chars().next().is_some_and(begins_name) && name.chars().all(|letter| goes_on_name(letter) || letter == ':')
}

/// A reference without its predicates: `/data/member[2]/name` is `/data/member/name`.
pub(crate) fn without_predicates(reference: &str) -> String {
    let mut out = String::new();
    let mut depth = 0usize;
    let mut quote = None;
    for letter in reference.chars() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') if depth > 0 => quote = Some(letter),
            (None, '[') => depth += 1,
            (None, ']') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 => out.push(letter),
            _ => {}
        }
    }
    out
}

fn begins_name(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_'
}

fn goes_on_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

/// An open bracket.
enum Open {
    Predicate,
    /// Of a function: whether it is `indexed-repeat`, and which argument we are in.
    Call {
        indexed: bool,
        argument: usize,
    },
}

/// Reads an expression from left to right, just so far that absolute paths are found.
struct Rewriter<'a> {
    paths: &'a Paths,
    from: usize,
    text: &'a str,
    at: usize,
    out: String,
    open: Vec<Open>,
    /// Whether a value ended just before: then `/` goes on with it.
    after_operand: bool,
}

impl<'a> Rewriter<'a> {
    fn run(mut self) -> String {
        while let Some(letter) = self.rest().chars().next() {
            match letter {
                '\'' | '"' => self.quoted(letter),
                '/' if !self.after_operand => self.path(),
                _ if begins_name(letter) => self.word(),
                _ => self.mark(letter),
            }
        }
        self.out
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn take(&mut self, length: usize) {
        self.out.push_str(&self.rest()[..length]);
        self.at += length;
    }

    fn quoted(&mut self, quote: char) {
        let end = self.rest()[1..].find(quote).map_or(self.rest().len(), |end| end + 2);
        self.take(end);
        self.after_operand = true;
    }

    /// A name: of a node, a function or (behind a value) an operator.
    fn word(&mut self) {
        let word = name_at(self.rest());
        self.take(word.len());
        let next = self.rest().trim_start();
        if self.after_operand && matches!(word, "and" | "or" | "div" | "mod") {
            self.after_operand = false;
        } else if next.starts_with('(') {
            let blanks = self.rest().len() - next.len();
            self.take(blanks + 1);
            self.open.push(Open::Call { indexed: word == "indexed-repeat", argument: 0 });
            self.after_operand = false;
        } else {
            self.after_operand = true;
        }
    }

    fn mark(&mut self, mark: char) {
        match mark {
            '[' => self.open.push(Open::Predicate),
            '(' => self.open.push(Open::Call { indexed: false, argument: 0 }),
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
        if !mark.is_whitespace() {
            self.after_operand = matches!(mark, ']' | ')' | '.' | '0'..='9') || (mark == '*' && !self.after_operand);
        }
        self.take(mark.len_utf8());
    }

    /// An absolute path as far as it is names; a step with a predicate is its last here.
    fn path(&mut self) {
        let begin = self.at;
        let mut end = begin;
        let mut steps = Vec::new();
        loop {
            let rest = &self.text[end..];
            let Some(after) = rest.strip_prefix('/') else { break };
            let attribute = after.starts_with('@');
            let name = name_at(if attribute { &after[1..] } else { after });
            let length = name.len() + usize::from(attribute);
            if name.is_empty() {
                break;
            }
            steps.push(&after[..length]);
            end += 1 + length;
            if self.text[end..].trim_start().starts_with(['[', '(']) {
                break;
            }
        }
        if steps.is_empty() {
            // `/` alone, or `//`.
            let length = if self.rest().starts_with("//") { 2 } else { 1 };
            self.take(length);
            return;
        }
        let relative =
            if self.any_instance() { None } else { self.paths.relative(self.from, &steps, self.in_predicate()) };
        match relative {
            Some(path) => self.out.push_str(&path),
            None => self.out.push_str(&self.text[begin..end]),
        }
        self.at = end;
        self.after_operand = true;
    }

    fn in_predicate(&self) -> bool {
        self.open.iter().any(|open| matches!(open, Open::Predicate))
    }

    /// `indexed-repeat(node, repeat, index, …)`: all but the indexes name nodes of any instance.
    fn any_instance(&self) -> bool {
        matches!(self.open.last(), Some(Open::Call { indexed: true, argument }) if *argument == 0 || argument % 2 == 1)
    }
}

/// The name, with its prefix, at the beginning of a text; empty where there is none.
fn name_at(text: &str) -> &str {
    let part = |text: &str| -> usize {
        if !text.starts_with(begins_name) {
            return 0;
        }
        text.find(|letter| !goes_on_name(letter)).unwrap_or(text.len())
    };
    let mut end = part(text);
    // A prefix, but not an axis.
    if end > 0 && text[end..].starts_with(':') && !text[end..].starts_with("::") {
        let local = part(&text[end + 1..]);
        if local > 0 {
            end += 1 + local;
        }
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths() -> Paths {
        let node = |name: &str, parent, kind| Node { name: name.into(), parent, kind, ..Node::default() };
        Paths::of(&[
            node("data", 0, Kind::Root),
            node("town", 0, Kind::Text),
            node("member", 0, Kind::Repeat),
            node("name", 2, Kind::Text),
            node("job", 2, Kind::Repeat),
            node("pay", 4, Kind::Decimal),
            node("orx:meta", 0, Kind::Group),
            node("orx:instanceID", 6, Kind::Hidden),
        ])
    }

    #[test]
    fn an_absolute_path_into_the_own_repeat_means_the_own_instance() {
        let paths = paths();
        for (from, text, expected) in [
            ("/data/member/name", "/data/town", "/data/town"),
            ("/data/member/job/pay", "/data/member/name", "../../name"),
            ("/data/member/job/pay", " /data/member/job/pay + 1", " ../pay + 1"),
            ("/data/member", "/data/member/name != ''", "./name != ''"),
            ("/data/town", "sum(/data/member/job/pay)", "sum(/data/member/job/pay)"),
            ("/data/member/name", "count(/data/member)", "count(/data/member)"),
            ("/data/member/name", "count(/data/member/job)", "count(../job)"),
            ("/data/member/name", "'/data/member/name' = /data/member/name", "'/data/member/name' = ../name"),
            ("/data/member/name", "/data/member[1]/name", "/data/member[1]/name"),
            ("/data/member/name", "/data/member [position() = 1]/name", "/data/member [position() = 1]/name"),
            (
                "/data/member/name",
                "instance('c')/root/item[name=/data/member/name]/label",
                "instance('c')/root/item[name=current()/../name]/label",
            ),
            (
                "/data/member/name",
                "indexed-repeat(/data/member/name, /data/member, /data/member/job/pay)",
                "indexed-repeat(/data/member/name, /data/member, ../job/pay)",
            ),
            ("/data/member/name", "5 div /data/member/job/pay", "5 div ../job/pay"),
            ("/data/member/name", "../job/pay div 2", "../job/pay div 2"),
            ("/data/member/name", "//name", "//name"),
            ("/data/town", "/data/orx:meta/orx:instanceID", "/data/orx:meta/orx:instanceID"),
        ] {
            let from = paths.find(from).expect("a node");
            assert_eq!(paths.contextual(from, text), expected, "{text}");
        }
    }

    #[test]
    fn references_are_resolved_against_what_is_around_them() {
        for (context, reference, expected) in [
            ("/data", " /data/town ", Some("/data/town")),
            ("/data/member", "name", Some("/data/member/name")),
            ("/data/member/name", "../job", Some("/data/member/job")),
            ("/data/member", ".", Some("/data/member")),
            ("/data", "/data/@version", Some("/data/@version")),
            ("/data", "../../x", None),
            ("/data", "//x", None),
            ("/data", "/data/member[1]/name", None),
            ("/data", "instance('x')/root", None),
            ("/data", "", None),
        ] {
            assert_eq!(resolve(context, reference).as_deref(), expected, "{reference}");
        }
        assert_eq!(without_predicates("/data/a[b[1] = ']']/c"), "/data/a/c");
    }
}
