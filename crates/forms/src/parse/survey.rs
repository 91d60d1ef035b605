//! The rows of the survey to nodes: structure first, then every expression and text with its place.

use litemap::LiteMap;
use std::collections::BTreeSet;

use super::languages::Languages;
use super::problem::{ProblemKind, SheetProblem};
use super::references::Scope;
use super::table::{Aliases, Table};
use super::types::{List, RowType, row_type};
use crate::definition::{ChoiceSource, ExternalFile, Kind, Node, NodeIndex};

pub(super) const ALIASES: Aliases = &[
    ("command", "type"),
    ("tag", "name"),
    ("caption", "label"),
    ("relevance", "relevant"),
    ("calculate", "calculation"),
    ("constraint_msg", "constraint_message"),
    ("constraining_message", "constraint_message"),
    ("read_only", "readonly"),
    ("count", "repeat_count"),
    ("parameter", "parameters"),
];

pub(super) const COLUMNS: &[&str] = &[
    "type",
    "name",
    "label",
    "hint",
    "relevant",
    "required",
    "required_message",
    "constraint",
    "constraint_message",
    "calculation",
    "choice_filter",
    "appearance",
    "default",
    "parameters",
    "readonly",
    "repeat_count",
    "disabled",
    "trigger",
    // An author's own, without meaning for filling.
    "note",
    "notes",
    "comment",
    "comments",
];

/// Groups in groups; what is made of a form goes down one call each.
const MAX_DEPTH: usize = 32;

/// The survey being read.
pub(super) struct Survey<'a> {
    pub(super) table: &'a Table<'a>,
    pub(super) nodes: Vec<Node>,
    /// The row of each node; the root has none.
    pub(super) rows: Vec<Option<usize>>,
    /// Which nodes' values a node's value or relevance needs.
    pub(super) needs: Vec<Vec<NodeIndex>>,
    /// Files that expressions and selects read.
    pub(super) files: Vec<ExternalFile>,
    pub(super) problems: Vec<SheetProblem>,
    pub(super) warnings: Vec<SheetProblem>,
}

impl<'a> Survey<'a> {
    pub(super) fn new(table: &'a Table<'a>, root: &str) -> Self {
        let nodes = vec![Node { name: root.into(), ..Node::default() }];
        let (rows, needs, files) = (vec![None], Vec::new(), Vec::new());
        Self { table, nodes, rows, needs, files, problems: Vec::new(), warnings: Vec::new() }
    }

    pub(super) fn problem(&mut self, row: usize, key: &str, kind: ProblemKind) {
        self.problems.push(self.table.problem(row, key, kind));
    }

    /// First pass: the tree.
    pub(super) fn structure(&mut self, lists: &BTreeSet<String>) {
        let mut open: Vec<NodeIndex> = vec![0];
        for row in self.table.rows() {
            if is_yes(self.table.get(row, "disabled")) {
                continue;
            }
            let text = self.table.get(row, "type");
            if text.is_empty() {
                if !self.table.get(row, "name").is_empty() {
                    self.problem(row, "type", ProblemKind::NoType);
                }
                continue;
            }
            match row_type(text) {
                Ok(RowType::End(kind)) => self.end(row, kind.unwrap_or(Kind::Group), &mut open),
                Ok(RowType::Setting(_)) => {}
                Ok(RowType::File(ending)) => {
                    let id = self.table.get(row, "name").to_owned();
                    self.files.push(ExternalFile { file: [&id, ".", ending].concat(), id });
                }
                Ok(RowType::BeginLoop(_)) => self.problem(row, "type", ProblemKind::UnsupportedType(text.into())),
                Ok(RowType::Begin(kind)) => {
                    let index = self.node(row, kind, &open);
                    if open.len() >= MAX_DEPTH {
                        self.problem(row, "type", ProblemKind::TooLarge);
                        return;
                    }
                    open.push(index);
                }
                Ok(RowType::Question(question)) => {
                    let index = self.node(row, question.kind, &open);
                    if question.or_other || question.preset.background {
                        self.problem(row, "type", ProblemKind::UnsupportedType(text.into()));
                    }
                    self.nodes[index as usize].choices = self.source(row, question.list, lists);
                }
                Err(kind) => {
                    self.problem(row, "type", kind);
                    // So that what refers to it is not told as wrong too.
                    if !self.table.get(row, "name").is_empty() {
                        self.node(row, Kind::Text, &open);
                    }
                }
            }
        }
        for index in open.into_iter().skip(1) {
            let name = self.nodes[index as usize].name.clone();
            if let Some(row) = self.rows[index as usize] {
                self.problem(row, "type", ProblemKind::UnmatchedBegin(name));
            }
        }
        if self.nodes.len() == 1 && self.problems.is_empty() {
            self.problems.push(self.table.sheet_problem(ProblemKind::NoQuestions));
        }
    }

    fn end(&mut self, row: usize, kind: Kind, open: &mut Vec<NodeIndex>) {
        let matching = open.last().is_some_and(|&index| self.nodes[index as usize].kind == kind);
        if matching {
            open.pop();
        } else {
            self.problem(row, "type", ProblemKind::UnmatchedEnd(self.table.get(row, "type").into()));
        }
    }

    fn node(&mut self, row: usize, kind: Kind, open: &[NodeIndex]) -> NodeIndex {
        let parent = open.last().copied().unwrap_or_default();
        let mut name = self.table.get(row, "name").to_owned();
        if name.is_empty() {
            // pyxform gives these their own names.
            if kind == Kind::Audit || is_metadata(kind) {
                self.table.get(row, "type").to_lowercase().clone_into(&mut name);
            } else {
                self.problem(row, "name", ProblemKind::NoName);
            }
        } else if !is_name(&name) {
            self.problem(row, "name", ProblemKind::BadName(name.clone()));
        }
        let twin = (1..self.nodes.len())
            .find(|&other| self.nodes[other].parent == parent && self.nodes[other].name == name && !name.is_empty());
        if let Some(first) = twin.and_then(|other| self.rows[other]) {
            self.problem(row, "name", ProblemKind::DuplicateName(name.clone(), first as u32 + 1));
        }
        let index = NodeIndex::try_from(self.nodes.len()).expect("the number of rows is limited");
        self.nodes.push(Node { name, parent, kind, ..Node::default() });
        self.rows.push(Some(row));
        index
    }

    fn source(&mut self, row: usize, list: Option<List>, lists: &BTreeSet<String>) -> Option<ChoiceSource> {
        let (list, external) = match list? {
            List::Choices(list) => (list, false),
            List::File(list) => (list, true),
            List::External(list) | List::Answers(list) => {
                self.problem(row, "type", ProblemKind::UnsupportedType(list));
                return None;
            }
        };
        if external {
            let (stem, ending) = list.rsplit_once('.').unwrap_or((&list, ""));
            if !["csv", "xml", "geojson"].contains(&ending) {
                self.problem(row, "type", ProblemKind::BadFile(list.clone()));
            }
            return Some(ChoiceSource { list: stem.into(), external, ..ChoiceSource::default() });
        }
        if !lists.contains(&list) {
            self.problem(row, "type", ProblemKind::NoList(list.clone()));
        }
        Some(ChoiceSource { list, external, ..ChoiceSource::default() })
    }

    /// Second pass: expressions and texts, now that every name is known.
    pub(super) fn details(&mut self, languages: &Languages) {
        let scope = Scope::new(&self.nodes);
        self.needs = vec![Vec::new(); self.nodes.len()];
        for index in 1..self.nodes.len() {
            let Some(row) = self.rows[index] else { continue };
            let mut node = std::mem::take(&mut self.nodes[index]);
            self.expressions(&scope, index, row, &mut node);
            self.texts(&scope, languages, index, row, &mut node);
            self.plain(row, &mut node);
            self.nodes[index] = node;
        }
    }

    fn resolve(&mut self, scope: &Scope, index: usize, row: usize, key: &str) -> String {
        let raw = self.table.get(row, key);
        let text = match (yes_or_no(raw), key) {
            (Some(true), "relevant" | "required" | "readonly") => return "true()".into(),
            // Never relevant is a condition, never required is none.
            (Some(false), "relevant") => return "false()".into(),
            (Some(false), "required" | "readonly") => return String::new(),
            _ => raw,
        };
        if text.is_empty() {
            return String::new();
        }
        match scope.expression(index as NodeIndex, text, key == "choice_filter") {
            Ok(resolved) => {
                if matches!(key, "relevant" | "calculation") {
                    self.needs[index].extend(resolved.reads);
                }
                resolved.text
            }
            Err(kind) => {
                self.problem(row, key, kind);
                String::new()
            }
        }
    }

    fn expressions(&mut self, scope: &Scope, index: usize, row: usize, node: &mut Node) {
        node.relevant = self.resolve(scope, index, row, "relevant");
        node.required = self.resolve(scope, index, row, "required");
        node.constraint = self.resolve(scope, index, row, "constraint");
        node.calculate = self.resolve(scope, index, row, "calculation");
        node.readonly = self.resolve(scope, index, row, "readonly");
        let default = self.table.get(row, "default");
        node.dynamic_default = is_dynamic(default, node.kind);
        node.default = if node.dynamic_default { self.resolve(scope, index, row, "default") } else { default.into() };
        if node.kind == Kind::Repeat {
            node.repeat_count = self.resolve(scope, index, row, "repeat_count");
        }
        let filter = self.resolve(scope, index, row, "choice_filter");
        if let Some(source) = &mut node.choices {
            source.filter = filter;
        }
    }

    fn texts(&mut self, scope: &Scope, languages: &Languages, index: usize, row: usize, node: &mut Node) {
        let from = index as NodeIndex;
        let mut read = |key: &str| {
            let (text, mut problems) = languages.text(self.table, row, key, |raw| scope.pieces(from, raw));
            self.problems.append(&mut problems);
            text
        };
        node.label = read("label");
        node.hint = read("hint");
        node.constraint_message = read("constraint_message");
        node.required_message = read("required_message");
        let asks = node.kind.is_asked() || node.kind == Kind::Note;
        if asks && node.label.is_none() && node.calculate.is_empty() {
            self.warnings.push(self.table.problem(row, "label", ProblemKind::NoLabel(node.name.clone())));
        }
    }

    fn plain(&mut self, row: usize, node: &mut Node) {
        // Ignoring it would calculate at other moments than the author means.
        if !self.table.get(row, "trigger").is_empty() {
            self.problem(row, "trigger", ProblemKind::Unsupported("trigger".into()));
        }
        node.appearance = self.table.get(row, "appearance").split_whitespace().map(str::to_owned).collect();
        let raw = self.table.get(row, "parameters");
        match parameters(raw) {
            Some(found) => node.parameters = found,
            None => self.problem(row, "parameters", ProblemKind::BadParameters(raw.into())),
        }
        self.numbers(row, node);
        let empty = self.table.get(row, "calculation").is_empty() && node.default.is_empty();
        if node.kind == Kind::Calculate && empty {
            self.problem(row, "calculation", ProblemKind::NoCalculation);
        }
    }

    /// Parameters that only a number makes sense for.
    fn numbers(&mut self, row: usize, node: &Node) {
        let keys: &[&str] = match node.kind {
            Kind::Range => &["start", "end", "step"],
            Kind::Image => &["max-pixels"],
            Kind::Geopoint => &["capture-accuracy", "warning-accuracy"],
            _ => &[],
        };
        for &key in keys {
            let value = node.parameters.get(key).filter(|value| !value.parse::<f64>().is_ok_and(f64::is_finite));
            if let Some(value) = value {
                self.problem(row, "parameters", ProblemKind::BadNumber(key.into(), value.clone()));
            }
        }
    }
}

fn parameters(text: &str) -> Option<LiteMap<String, String>> {
    let tight = text.split('=').map(str::trim).collect::<Vec<_>>().join("=");
    let parts = tight.split([' ', ',', ';', '\n', '\t']).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (key, value) = part.split_once('=')?;
            (!key.is_empty() && !value.is_empty()).then(|| (key.to_lowercase(), value.to_owned()))
        })
        .collect()
}

/// What is filled in without anybody being asked.
fn is_metadata(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Start
            | Kind::End
            | Kind::Today
            | Kind::Username
            | Kind::DeviceId
            | Kind::PhoneNumber
            | Kind::Email
            | Kind::SubscriberId
            | Kind::SimSerial
    )
}

pub(super) fn is_yes(text: &str) -> bool {
    yes_or_no(text) == Some(true)
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "true()" => Some(true),
        "no" | "false" | "false()" => Some(false),
        _ => None,
    }
}

/// An element's name: a letter or `_`, then letters, digits, `-`, `_`, `.`.
pub(super) fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|next| next.is_alphanumeric() || matches!(next, '-' | '_' | '.'))
}

/// Whether a default is an expression rather than a value: it names a question, calls a function or calculates.
fn is_dynamic(text: &str, kind: Kind) -> bool {
    if text.contains("${") {
        return true;
    }
    let calls = text.match_indices('(').any(|(at, _)| {
        let before = text[..at].trim_end();
        let name: String =
            before.chars().rev().take_while(|last| last.is_ascii_alphanumeric() || matches!(last, '-' | ':')).collect();
        name.chars().next_back().is_some_and(|first| first.is_ascii_lowercase()) && before.len() == at
    });
    let reckons = matches!(kind, Kind::Integer | Kind::Decimal | Kind::Range)
        && [" + ", " - ", " * ", " div ", " mod "].iter().any(|operator| text.contains(operator));
    calls && text.contains(')') || reckons
}

impl Survey<'_> {
    /// Whether a select or an expression names the list.
    pub(super) fn uses_list(&self, list: &str) -> bool {
        self.nodes.iter().any(|node| {
            node.choices.as_ref().is_some_and(|source| !source.external && source.list == list)
                || expressions_of(node).any(|(_, text)| instances_in(text).any(|name| name == list))
        })
    }
}

/// The expressions of a node with the column they come from.
pub(super) fn expressions_of(node: &Node) -> impl Iterator<Item = (&'static str, &str)> {
    let default = if node.dynamic_default { node.default.as_str() } else { "" };
    let filter = node.choices.as_ref().map_or("", |source| source.filter.as_str());
    [
        ("relevant", node.relevant.as_str()),
        ("required", &node.required),
        ("constraint", &node.constraint),
        ("calculation", &node.calculate),
        ("readonly", &node.readonly),
        ("repeat_count", &node.repeat_count),
        ("default", default),
        ("choice_filter", filter),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
}

/// Names of the secondary instances that an expression reads: `instance('name')`.
pub(super) fn instances_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("instance(").filter_map(|(at, call)| {
        let rest = text[at + call.len()..].trim_start();
        let quote = rest.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
        rest[1..].split_once(quote).map(|(name, _)| name)
    })
}
