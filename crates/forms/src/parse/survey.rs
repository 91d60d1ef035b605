//! The rows of the survey to nodes: the tree, before anything in it is looked at closely.

use std::collections::{BTreeMap, BTreeSet};

use super::Sheets;
use super::names::is_name;
use super::problem::{EntityFault, ProblemKind, SheetProblem};
use super::types::{List, Preset, Question, RowType, row_type};
use crate::definition::{ExternalFile, Kind, Node, NodeIndex};

/// Groups in groups; what is made of a form goes down one call each.
const MAX_DEPTH: usize = 32;
/// More nodes than any form has: loops in loops multiply.
const MAX_NODES: usize = 20_000;

/// A node, and what it was made from.
#[derive(Clone, Default)]
pub(super) struct Entry {
    pub(super) node: Node,
    /// The row of the survey that problems are told at; the root has none.
    pub(super) row: Option<usize>,
    pub(super) role: Role,
    /// Where a select's choices come from.
    pub(super) list: Option<List>,
    /// In a loop: the choice whose words stand for `%(label)s` and `%(name)s`.
    pub(super) choice: Option<Turn>,
}

/// What a turn of a loop is for.
#[derive(Clone, Copy)]
pub(super) enum Turn {
    /// The choice of this row.
    Row(usize),
    /// The choice that `or_other` adds.
    Other,
}

/// Why a node is there.
#[derive(Clone, Default)]
pub(super) enum Role {
    /// Its row says so, or it is the root.
    #[default]
    Row,
    /// The row's type brings something with it.
    Preset(Preset),
    /// `or_other`: the question what else, of this select.
    Other(NodeIndex),
    /// A loop's group for a choice.
    Looped,
    /// `meta` and what is in it.
    Meta,
}

/// A block that is not ended yet.
struct Open {
    index: NodeIndex,
    kind: Option<Kind>,
    /// A loop's list.
    list: String,
}

/// The survey being read.
pub(super) struct Survey<'a> {
    pub(super) sheets: &'a Sheets<'a>,
    pub(super) entries: Vec<Entry>,
    /// Which nodes' values a node's value or relevance needs.
    pub(super) needs: Vec<Vec<NodeIndex>>,
    /// Files that expressions and selects read, with the row they are told at.
    pub(super) files: Vec<(ExternalFile, Option<usize>)>,
    /// The choice of the loop that the row being read is in.
    pub(super) looping: Option<Turn>,
    /// Lists that get one more choice.
    pub(super) with_other: BTreeSet<String>,
    /// Settings written among the questions.
    pub(super) settings: Vec<(&'static str, String)>,
    pub(super) problems: Vec<SheetProblem>,
    pub(super) warnings: Vec<SheetProblem>,
    /// Rows by group and name, for names used twice.
    names: BTreeMap<(NodeIndex, String), usize>,
    /// The same in small letters.
    small_names: BTreeSet<(NodeIndex, String)>,
    repeats: BTreeSet<String>,
    audits: Vec<usize>,
}

impl<'a> Survey<'a> {
    pub(super) fn new(sheets: &'a Sheets<'a>, root: &str) -> Self {
        let node = Node { name: root.into(), ..Node::default() };
        Self {
            sheets,
            entries: vec![Entry { node, ..Entry::default() }],
            needs: Vec::new(),
            files: Vec::new(),
            looping: None,
            with_other: BTreeSet::new(),
            settings: Vec::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
            names: BTreeMap::new(),
            small_names: BTreeSet::new(),
            repeats: BTreeSet::from([root.to_owned()]),
            audits: Vec::new(),
        }
    }

    pub(super) fn problem(&mut self, row: usize, key: &str, kind: ProblemKind) {
        self.problems.push(self.sheets.survey.problem(row, key, kind));
    }

    pub(super) fn warn(&mut self, row: usize, key: &str, kind: ProblemKind) {
        self.warnings.push(self.sheets.survey.problem(row, key, kind));
    }

    fn get(&self, row: usize, key: &str) -> &'a str {
        self.sheets.survey.get(row, key)
    }

    /// The node of that place in the definition.
    pub(super) fn node(&self, index: NodeIndex) -> &Node {
        &self.entries[index as usize].node
    }

    /// Reads all rows into a tree.
    pub(super) fn structure(&mut self) {
        let mut open: Vec<Open> = Vec::new();
        for row in self.sheets.survey.rows() {
            if !self.is_read(row) {
                continue;
            }
            match row_type(self.get(row, "type")) {
                Ok(RowType::Begin(kind)) => self.begin(row, Some(kind), String::new(), &mut open),
                Ok(RowType::BeginLoop(list)) => self.begin(row, None, list, &mut open),
                Ok(RowType::End(kind)) => self.end(row, kind, &mut open),
                Ok(RowType::Question(question)) => self.question(row, question, &open),
                Ok(RowType::Setting(key)) => self.settings.push((key, self.get(row, "name").to_owned())),
                Ok(RowType::File(ending)) => self.file(row, ending, &open),
                Err(kind) => {
                    self.problem(row, "type", kind);
                    // So that what refers to it is not told as wrong too.
                    if !self.get(row, "name").is_empty() {
                        self.add(row, Kind::Text, &open);
                    }
                }
            }
            if open.len() >= MAX_DEPTH || self.entries.len() > MAX_NODES {
                self.problem(row, "type", ProblemKind::TooLarge);
                return;
            }
        }
        for block in open {
            let entry = &self.entries[block.index as usize];
            let name = entry.node.name.clone();
            if let Some(row) = entry.row {
                self.problem(row, "type", ProblemKind::UnmatchedBegin(name));
            }
        }
        self.meta();
        if self.entries.len() == 1 && self.files.is_empty() && self.problems.is_empty() {
            self.problems.push(self.sheets.survey.sheet_problem(ProblemKind::NoQuestions));
        }
    }

    /// Whether a row says anything that counts.
    fn is_read(&mut self, row: usize) -> bool {
        let disabled = self.get(row, "disabled");
        if !disabled.is_empty() {
            self.warn(row, "disabled", ProblemKind::Disabled);
            if is_yes(disabled) {
                return false;
            }
        }
        if self.get(row, "type").is_empty() {
            let is_meant = !self.get(row, "name").is_empty() || !self.sheets.survey.any(row, "label").is_empty();
            if is_meant {
                self.problem(row, "type", ProblemKind::NoType);
            } else {
                self.warnings.push(self.sheets.survey.row_problem(row, ProblemKind::SkippedRow));
            }
            return false;
        }
        true
    }

    fn begin(&mut self, row: usize, kind: Option<Kind>, list: String, open: &mut Vec<Open>) {
        if kind.is_none() && !self.sheets.lists.contains_key(&list) {
            self.problem(row, "type", ProblemKind::NoList(list.clone()));
        }
        let index = self.add(row, kind.unwrap_or(Kind::Group), open);
        if kind == Some(Kind::Repeat) {
            let name = self.node(index).name.clone();
            if !self.repeats.insert(name.clone()) {
                self.problem(row, "name", ProblemKind::DuplicateRepeat(name.clone()));
            }
            if self.sheets.survey.any(row, "label").is_empty() {
                self.warn(row, "label", ProblemKind::NoLabel(name));
            }
        }
        open.push(Open { index, kind, list });
    }

    fn end(&mut self, row: usize, kind: Option<Kind>, open: &mut Vec<Open>) {
        if !self.get(row, "save_to").is_empty() {
            self.problem(row, "save_to", ProblemKind::Entity(EntityFault::OnGroup));
        }
        if open.last().is_none_or(|block| block.kind != kind) {
            self.problem(row, "type", ProblemKind::UnmatchedEnd(self.get(row, "type").into()));
            return;
        }
        if let Some(block) = open.pop().filter(|block| block.kind.is_none()) {
            self.unroll(&block);
        }
    }

    /// A loop's questions once for each choice of its list, each time in a group of the choice's name.
    fn unroll(&mut self, block: &Open) {
        let sheets = self.sheets;
        let (first, row) = (block.index as usize + 1, self.entries[block.index as usize].row);
        let inside = self.entries.split_off(first);
        // Their numbers are given out again.
        self.names.retain(|(parent, _), _| (*parent as usize) < first);
        self.small_names.retain(|(parent, _)| (*parent as usize) < first);
        let mut copies = 0;
        let rows = sheets.lists.get(&block.list).into_iter().flatten();
        let mut turns: Vec<(&str, Turn)> = rows
            .map(|&row| (sheets.choices.get(row, "name"), Turn::Row(row)))
            .filter(|(name, _)| *name != "none")
            .collect();
        if sheets.has_other(&block.list) && turns.iter().all(|(name, _)| *name != "other") {
            turns.push(("other", Turn::Other));
        }
        for (name, choice) in turns {
            if self.entries.len() + inside.len() > MAX_NODES {
                self.problem(row.unwrap_or_default(), "type", ProblemKind::TooLarge);
                return;
            }
            if let (false, Turn::Row(row)) = (is_name(name), choice) {
                self.problems.push(sheets.choices.problem(row, "name", ProblemKind::BadName(name.into())));
            }
            let group = index(self.entries.len());
            let node = Node { name: name.into(), parent: block.index, kind: Kind::Group, ..Node::default() };
            self.entries.push(Entry { node, row, role: Role::Looped, choice: Some(choice), ..Entry::default() });
            for entry in &inside {
                let mut copy = entry.clone();
                let moved = copy.node.parent as usize;
                copy.node.parent = if moved < first { group } else { group + 1 + index(moved - first) };
                if let Role::Other(select) = &mut copy.role {
                    *select = group + 1 + index(*select as usize - first);
                }
                copy.choice = copy.choice.or(Some(choice));
                self.entries.push(copy);
            }
            copies += 1;
        }
        // The names of repeats are one each in the whole form.
        let repeat = inside.iter().find(|entry| entry.node.kind == Kind::Repeat);
        if let Some((Entry { node, row: Some(row), .. }, true)) = repeat.map(|entry| (entry, copies > 1)) {
            self.problem(*row, "name", ProblemKind::DuplicateRepeat(node.name.clone()));
        }
    }

    fn question(&mut self, row: usize, question: Question, open: &[Open]) {
        let Question { kind, list, or_other, preset } = question;
        self.remarks(row, kind);
        if kind == Kind::Audit {
            let name = self.get(row, "name");
            if !name.is_empty() && name != "audit" {
                self.problem(row, "name", ProblemKind::AuditName(name.into()));
            }
            self.audits.push(row);
            return;
        }
        let index = self.add(row, kind, open);
        let list = list.map(|list| self.list(row, list));
        if or_other {
            self.other(row, index, list.as_ref(), open);
        }
        let entry = &mut self.entries[index as usize];
        entry.list = list;
        if preset != Preset::default() {
            entry.role = Role::Preset(preset);
        }
    }

    /// Types that are read and are not what they were.
    fn remarks(&mut self, row: usize, kind: Kind) {
        let text = self.get(row, "type");
        if matches!(kind, Kind::SubscriberId | Kind::SimSerial) {
            self.warn(row, "type", ProblemKind::OldType(text.into()));
        }
        if text.split_whitespace().next() == Some("osm") {
            self.warn(row, "type", ProblemKind::MapFile);
        }
    }

    /// Whether the list that a select names is there.
    fn list(&mut self, row: usize, list: List) -> List {
        match &list {
            List::Choices(name) => {
                if FILES.iter().any(|ending| name.ends_with(ending)) {
                    return List::File(name.clone());
                }
                if !self.sheets.lists.contains_key(name) {
                    self.problem(row, "type", ProblemKind::NoList(name.clone()));
                }
            }
            List::File(name) => {
                // One ending: what is before it names the list in expressions.
                if !FILES.iter().any(|ending| name.strip_suffix(ending).is_some_and(|stem| !stem.contains('.'))) {
                    self.problem(row, "type", ProblemKind::BadFile(name.clone()));
                }
            }
            List::External(name) => {
                if !self.sheets.external_lists.contains_key(name) {
                    self.problem(row, "type", ProblemKind::NoExternalList(name.clone()));
                }
            }
            List::Answers(_) => {}
        }
        list
    }

    /// `or_other`: the question after the select, and one more choice in its list.
    fn other(&mut self, row: usize, select: NodeIndex, list: Option<&List>, open: &[Open]) {
        if !self.get(row, "choice_filter").is_empty() {
            self.problem(row, "choice_filter", ProblemKind::NoFilterHere("or_other"));
        }
        let Some(List::Choices(list)) = list else {
            self.problem(row, "type", ProblemKind::NoList(String::new()));
            return;
        };
        self.with_other.insert(list.clone());
        let choices = &self.sheets.languages.names;
        if choices.len() > 1 || choices.iter().any(|name| !name.is_empty()) {
            self.warn(row, "type", ProblemKind::OtherUntranslated);
        }
        let (name, parent) = ([&self.node(select).name, "_other"].concat(), parent(open));
        if let Some(first) = self.names.insert((parent, name.clone()), row) {
            self.problem(row, "type", ProblemKind::DuplicateName(name.clone(), first as u32 + 1));
        }
        let node = Node { name, kind: Kind::Text, parent, ..Node::default() };
        self.entries.push(Entry { node, row: Some(row), role: Role::Other(select), ..Entry::default() });
    }

    fn file(&mut self, row: usize, ending: &str, open: &[Open]) {
        let id = self.name(row, Kind::Hidden, parent(open));
        self.files.push((ExternalFile { file: [&id, ".", ending].concat(), id }, Some(row)));
    }

    /// Adds the row's node.
    fn add(&mut self, row: usize, kind: Kind, open: &[Open]) -> NodeIndex {
        let parent = parent(open);
        let name = self.name(row, kind, parent);
        let node = Node { name, parent, kind, ..Node::default() };
        self.entries.push(Entry { node, row: Some(row), ..Entry::default() });
        index(self.entries.len() - 1)
    }

    /// The row's name, after a look at whether it can be one.
    fn name(&mut self, row: usize, kind: Kind, parent: NodeIndex) -> String {
        let name = self.get(row, "name").to_owned();
        let kind = match name.as_str() {
            "" if kind == Kind::Note => return ["generated_note_name_", &(row + 1).to_string()].concat(),
            "" => ProblemKind::NoName,
            "meta" => ProblemKind::ReservedName(name.clone()),
            _ if !is_name(&name) => ProblemKind::BadName(name.clone()),
            _ => {
                if let Some(first) = self.names.get(&(parent, name.clone())) {
                    ProblemKind::DuplicateName(name.clone(), *first as u32 + 1)
                } else {
                    self.names.insert((parent, name.clone()), row);
                    if !self.small_names.insert((parent, name.to_lowercase())) {
                        self.warn(row, "name", ProblemKind::SimilarName(name.clone()));
                    }
                    return name;
                }
            }
        };
        self.problem(row, "name", kind);
        name
    }

    /// `meta`: audits, and the instance's id where an expression names it. The engine itself adds what every form has.
    fn meta(&mut self) {
        let named = self.sheets.names_instance_id();
        if self.audits.is_empty() && !named {
            return;
        }
        let parent = index(self.entries.len());
        let made = |name: &str, kind, parent, row| {
            let node = Node { name: name.into(), kind, parent, ..Node::default() };
            Entry { node, row, role: Role::Meta, ..Entry::default() }
        };
        self.entries.push(made("meta", Kind::Group, 0, None));
        for (place, row) in std::mem::take(&mut self.audits).into_iter().enumerate() {
            if place > 0 {
                self.problem(row, "type", ProblemKind::DuplicateName("audit".into(), row as u32 + 1));
            }
            self.entries.push(made("audit", Kind::Audit, parent, Some(row)));
        }
        if named {
            let mut entry = made("instanceID", Kind::Hidden, parent, None);
            entry.node.default = "concat('uuid:', uuid())".into();
            entry.node.dynamic_default = true;
            self.entries.push(entry);
        }
    }
}

/// Endings of files that can be lists.
pub(super) const FILES: [&str; 3] = [".csv", ".xml", ".geojson"];

fn parent(open: &[Open]) -> NodeIndex {
    open.last().map_or(0, |block| block.index)
}

fn index(place: usize) -> NodeIndex {
    NodeIndex::try_from(place).unwrap_or(NodeIndex::MAX)
}

pub(super) fn is_yes(text: &str) -> bool {
    yes_or_no(text) == Some(true)
}

pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "true()" => Some(true),
        "no" | "false" | "false()" => Some(false),
        _ => None,
    }
}

/// The expressions of a node with the column they come from. An action's is of the column of what it sets.
pub(super) fn expressions_of(node: &Node) -> impl Iterator<Item = (&'static str, &str)> {
    let default = if node.dynamic_default { node.default.as_str() } else { "" };
    let source = node.choices.as_ref();
    let own = [
        ("relevant", node.relevant.as_str()),
        ("required", &node.required),
        ("constraint", &node.constraint),
        ("calculation", &node.calculate),
        ("readonly", &node.readonly),
        ("repeat_count", &node.repeat_count),
        ("default", default),
        ("choice_filter", source.map_or("", |source| &source.filter)),
        ("choice_filter", source.map_or("", |source| &source.nodeset)),
        ("parameters", source.and_then(|source| source.randomize.as_deref()).unwrap_or_default()),
    ];
    let actions = node.actions.iter().map(|action| ("calculation", action.value.as_str()));
    own.into_iter().chain(actions).filter(|(_, text)| !text.is_empty())
}

/// Names of the secondary instances that an expression reads: `instance('name')`.
pub(super) fn instances_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("instance(").filter_map(|(at, call)| {
        let rest = text[at + call.len()..].trim_start();
        let quote = rest.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
        rest[1..].split_once(quote).map(|(name, _)| name)
    })
}
