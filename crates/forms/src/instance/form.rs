//! A definition made ready for filling: expressions parsed, and who depends on whom.

use std::rc::Rc;

use super::marks::Marks;
use crate::contract::EvalProblem;
use crate::definition::{Definition, Event, Kind, Node, NodeIndex, Piece};
use crate::xpath::{Expr, PathStart, PathStep, PathUse};

/// The parsed expressions of a node.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) relevant: Option<Expr>,
    pub(super) required: Option<Expr>,
    pub(super) constraint: Option<Expr>,
    pub(super) calculate: Option<Expr>,
    /// Whether the calculation keeps its first value (`once`).
    pub(super) once: bool,
    pub(super) readonly: Option<Expr>,
    pub(super) default: Option<Expr>,
    /// The filter of a list, or the nodes that are the choices: then `item` says what is taken of them.
    pub(super) filter: Option<Expr>,
    pub(super) item: Option<Item>,
    /// By what choices are shuffled.
    pub(super) seed: Option<Expr>,
    pub(super) count: Option<Expr>,
    pub(super) deeds: Vec<Deed>,
}

/// What choices that are nodes give.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) value: Expr,
    pub(super) label: Expr,
}

/// An action made ready.
#[derive(Debug)]
pub(super) struct Deed {
    pub(super) events: Vec<Event>,
    pub(super) target: Expr,
    /// `None`: the value is cleared.
    pub(super) value: Option<Expr>,
    pub(super) geopoint: bool,
}

/// A definition, its expressions and its graph. All vectors are by definition node.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) definition: Rc<Definition>,
    pub(super) children: Vec<Vec<NodeIndex>>,
    /// Which of its parent's children a node is, from 0.
    pub(super) slots: Vec<usize>,
    /// The slots of a node's children, in the order of their names.
    by_name: Vec<Vec<usize>>,
    pub(super) rules: Vec<Rules>,
    /// Expressions inside texts with their text, each once, in the order of the texts.
    words: Vec<(String, Expr)>,
    pub(super) instance_name: Option<Expr>,
    /// Nodes in an order in which nobody comes before what it reads.
    pub(super) order: Vec<NodeIndex>,
    /// Where a node is in `order`.
    pub(super) position: Vec<u32>,
    /// Whose relevance, calculation, number of instances or choices read a node.
    pub(super) updates: Vec<Vec<Reader>>,
    /// Whose required, readonly and constraint read a node.
    pub(super) checks: Vec<Vec<Reader>>,
    /// Whose words or choices show a node's value.
    pub(super) shows: Vec<Vec<Reader>>,
    /// Nodes of which one instance reads another: all are evaluated, one after the other.
    pub(super) serial: Marks,
    /// Repeats and what is in them.
    pub(super) repeated: Marks,
}

/// Who reads a node, and how far it looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    pub(super) node: NodeIndex,
    /// The innermost repeat whose instance the reader's path does not leave; 0: the whole form.
    pub(super) within: NodeIndex,
}

/// What one node's expressions read: the nodes, each with [`Reader::within`].
#[derive(Default)]
struct Reads {
    updates: Vec<(NodeIndex, NodeIndex)>,
    checks: Vec<(NodeIndex, NodeIndex)>,
    shows: Vec<(NodeIndex, NodeIndex)>,
}

/// The document among the places a path may lead to; a node's place is its index and one.
const DOCUMENT: u32 = 0;

impl Form {
    /// Expressions that cannot be parsed are listed and count as absent.
    pub(super) fn new(definition: Rc<Definition>) -> (Self, Vec<EvalProblem>) {
        let count = definition.nodes.len();
        let mut problems = Vec::new();
        let mut children: Vec<Vec<NodeIndex>> = vec![Vec::new(); count];
        let mut by_name: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut slots = vec![0; count];
        for (index, node) in (0..).zip(&definition.nodes).skip(1) {
            let siblings = &mut children[node.parent as usize];
            let slot = siblings.len();
            let names = &mut by_name[node.parent as usize];
            let name = |slot: &usize| definition.nodes[siblings[*slot] as usize].name.as_str();
            names.insert(names.partition_point(|other| name(other) < node.name.as_str()), slot);
            slots[index as usize] = slot;
            siblings.push(index);
        }
        let mut words = Vec::new();
        let mut rules = Vec::with_capacity(count);
        for index in 0..count {
            rules.push(compile(&definition, index, &mut problems));
            collect_words(&definition.nodes[index], &mut words);
        }
        let instance_name = parse(&definition, 0, &definition.instance_name, &mut problems);
        let mut form = Self {
            children,
            slots,
            by_name,
            rules,
            words,
            instance_name,
            order: Vec::new(),
            position: Vec::new(),
            updates: vec![Vec::new(); count],
            checks: vec![Vec::new(); count],
            shows: vec![Vec::new(); count],
            serial: Marks::default(),
            repeated: Marks::default(),
            definition,
        };
        form.connect();
        (form, problems)
    }

    pub(super) fn node(&self, index: NodeIndex) -> &Node {
        &self.definition.nodes[index as usize]
    }

    /// The slot of a node's child by its name.
    pub(super) fn slot(&self, node: NodeIndex, name: &str) -> Option<usize> {
        let (names, children) = (&self.by_name[node as usize], &self.children[node as usize]);
        let of = |slot: usize| self.node(children[slot]).name.as_str();
        let found = names.partition_point(|&slot| of(slot) < name);
        names.get(found).copied().filter(|&slot| of(slot) == name)
    }

    /// The repeat around a node, or the node itself; 0 where there is none.
    fn repeat_around(&self, node: NodeIndex) -> NodeIndex {
        let mut here = node;
        while here != 0 && self.node(here).kind != Kind::Repeat {
            here = self.node(here).parent;
        }
        here
    }

    /// The expression of a value inside a text.
    pub(super) fn word(&self, text: &str) -> Option<&Expr> {
        self.words.get(word_place(&self.words, text)).filter(|(known, _)| known == text).map(|(_, expr)| expr)
    }

    fn connect(&mut self) {
        let mut waits: Vec<u32> = vec![0; self.rules.len()];
        for (from, waiting) in (0..).zip(&mut waits) {
            if self.repeat_around(from) != 0 {
                self.repeated.insert(from);
            }
            let mut reads = self.reads(from);
            let own = reads.updates.iter().position(|(node, _)| *node == from);
            if let Some((_, within)) = own.map(|place| reads.updates.swap_remove(place))
                && within != self.repeat_around(from)
            {
                self.serial.insert(from);
            }
            *waiting = reads.updates.len() as u32;
            for (read, readers) in
                [(reads.updates, &mut self.updates), (reads.checks, &mut self.checks), (reads.shows, &mut self.shows)]
            {
                for (node, within) in read {
                    readers[node as usize].push(Reader { node: from, within });
                }
            }
        }
        self.sort(waits);
    }

    /// Document order, but nobody before what it reads or before its group. What is in a circle comes last.
    fn sort(&mut self, mut waits: Vec<u32>) {
        for wait in waits.iter_mut().skip(1) {
            *wait += 1;
        }
        let (mut ready, mut done) = (Marks::default(), Marks::default());
        ready.insert(0);
        while let Some(node) = ready.first() {
            ready.remove(node);
            done.insert(node);
            self.order.push(node);
            let readers = self.updates[node as usize].iter().map(|reader| reader.node);
            for next in readers.chain(self.children[node as usize].iter().copied()) {
                let wait = &mut waits[next as usize];
                *wait = wait.saturating_sub(1);
                if *wait == 0 {
                    ready.insert(next);
                }
            }
        }
        for node in 0..waits.len() as NodeIndex {
            if !done.contains(node) {
                self.order.push(node);
            }
        }
        self.position = vec![0; self.order.len()];
        for (position, &node) in (0..).zip(&self.order) {
            self.position[node as usize] = position;
        }
    }

    fn reads(&self, from: NodeIndex) -> Reads {
        let rules = &self.rules[from as usize];
        let mut reads = Reads::default();
        for expr in [&rules.relevant, &rules.calculate, &rules.count] {
            self.read_by(expr.as_ref(), from, false, &mut reads.updates);
        }
        let is_list = rules.item.is_none();
        for readers in [&mut reads.updates, &mut reads.shows] {
            self.read_by(rules.filter.as_ref(), from, is_list, readers);
            let Some(item) = &rules.item else { continue };
            let (mut nodes, mut parts) = (Vec::new(), Vec::new());
            self.read_by(rules.filter.as_ref(), from, false, &mut nodes);
            for (node, _) in nodes {
                self.read_by(Some(&item.value), node, false, &mut parts);
                self.read_by(Some(&item.label), node, false, &mut parts);
            }
            // Seen from the choice, not from the reader: they may be in any instance.
            parts.iter().for_each(|&(node, _)| note(readers, node, 0));
        }
        self.read_by(rules.seed.as_ref(), from, false, &mut reads.shows);
        for expr in [&rules.required, &rules.readonly, &rules.constraint] {
            self.read_by(expr.as_ref(), from, false, &mut reads.checks);
        }
        for_each_value(self.node(from), &mut |v| self.read_by(self.word(v), from, false, &mut reads.shows));
        reads
    }

    /// The position behind all that an expression of a node reads.
    pub(super) fn end_of_reads(&self, from: NodeIndex, expr: &Expr) -> u32 {
        let mut reads = Vec::new();
        self.read_by(Some(expr), from, false, &mut reads);
        reads.iter().map(|(node, _)| self.position[*node as usize] + 1).max().unwrap_or(0)
    }

    fn read_by(&self, expr: Option<&Expr>, from: NodeIndex, per_item: bool, out: &mut Vec<(NodeIndex, NodeIndex)>) {
        for path in expr.map(Expr::paths).unwrap_or_default() {
            self.follow(&path, from, per_item, out);
        }
    }

    /// The definition nodes a path may mean, and the repeats on its way (their instances come and go).
    fn follow(&self, path: &PathUse<'_>, from: NodeIndex, per_item: bool, out: &mut Vec<(NodeIndex, NodeIndex)>) {
        let (start, mut within) = match path.start {
            PathStart::Context if per_item => return,
            PathStart::Context | PathStart::Current => (from + 1, self.repeat_around(from)),
            PathStart::Root => (DOCUMENT, 0),
            PathStart::Instance(_) => return,
        };
        let mut found = Marks::default();
        let mut here = vec![start];
        for step in &path.steps {
            let mut next = Marks::default();
            for &place in &here {
                self.step(place, *step, &mut next);
            }
            let is_out = |&place: &u32| place != DOCUMENT && self.node(place - 1).kind == Kind::Repeat;
            match step {
                PathStep::Anywhere => within = 0,
                PathStep::Parent => {
                    // An ancestor comes before what is in it.
                    for place in here.iter().filter(|place| is_out(place)) {
                        within = within.min(self.repeat_around(self.node(place - 1).parent));
                    }
                }
                _ => {}
            }
            here = next.numbers();
            if *step != PathStep::Parent && *step != PathStep::Nothing {
                for place in here.iter().filter(|place| is_out(place)) {
                    found.insert(place - 1);
                }
            }
        }
        for place in here {
            if place != DOCUMENT {
                found.insert(place - 1);
            }
        }
        for node in found.numbers() {
            note(out, node, within);
        }
    }

    fn step(&self, place: u32, step: PathStep<'_>, next: &mut Marks) {
        let children = if place == DOCUMENT { &[0][..] } else { &self.children[place as usize - 1] };
        match step {
            PathStep::Child(name) => {
                for &child in children {
                    if self.node(child).name == name {
                        next.insert(child + 1);
                    }
                }
            }
            PathStep::Children => {
                for &child in children {
                    next.insert(child + 1);
                }
            }
            PathStep::Attribute(name) => {
                for &child in children {
                    if self.node(child).name.strip_prefix('@') == Some(name) {
                        next.insert(child + 1);
                    }
                }
            }
            PathStep::Parent => {
                // The root is its own parent in the definition.
                if place == 1 {
                    next.insert(DOCUMENT);
                } else if place != DOCUMENT {
                    next.insert(self.node(place - 1).parent + 1);
                }
            }
            PathStep::Inside => {
                next.insert(place);
                for &child in children {
                    self.step(child + 1, step, next);
                }
            }
            PathStep::Nothing => {}
            PathStep::Anywhere => {
                for node in 1..=self.rules.len() as u32 {
                    next.insert(node);
                }
            }
        }
    }
}

/// Notes that a node is read, by the path that looks farthest.
fn note(reads: &mut Vec<(NodeIndex, NodeIndex)>, node: NodeIndex, within: NodeIndex) {
    match reads.iter_mut().find(|(known, _)| *known == node) {
        Some((_, wide)) => *wide = within.min(*wide),
        None => reads.push((node, within)),
    }
}

fn compile(definition: &Definition, index: usize, problems: &mut Vec<EvalProblem>) -> Rules {
    let node = &definition.nodes[index];
    let mut read = |text: &str| parse(definition, index, text, problems);
    let calculate = read(&node.calculate);
    let source = node.choices.as_ref();
    let from_nodes = source.filter(|source| !source.nodeset.is_empty());
    let mut deeds = Vec::new();
    for action in &node.actions {
        if let Some(target) = read(&action.target) {
            let (events, value) = (action.events.clone(), read(&action.value));
            deeds.push(Deed { events, target, value, geopoint: action.geopoint });
        }
    }
    let item = from_nodes.and_then(|source| Some(Item { value: read(&source.value)?, label: read(&source.label)? }));
    Rules {
        relevant: read(&node.relevant),
        required: read(&node.required),
        constraint: read(&node.constraint),
        once: calculate.as_ref().is_some_and(|expr| expr.calls("once")),
        calculate,
        readonly: read(&node.readonly),
        default: if node.dynamic_default { read(&node.default) } else { None },
        filter: source.and_then(|source| read(if from_nodes.is_some() { &source.nodeset } else { &source.filter })),
        item,
        seed: source.and_then(|source| read(source.randomize.as_deref().unwrap_or_default())),
        count: read(&node.repeat_count),
        deeds,
    }
}

fn parse(definition: &Definition, index: usize, text: &str, problems: &mut Vec<EvalProblem>) -> Option<Expr> {
    if text.is_empty() {
        return None;
    }
    match Expr::parse(text) {
        Ok(expr) => Some(expr),
        Err(error) => {
            let path = definition_path(definition, index);
            problems.push(EvalProblem { path, expression: text.to_owned(), message: error.text() });
            None
        }
    }
}

pub(super) fn definition_path(definition: &Definition, mut index: usize) -> String {
    let mut path = String::new();
    loop {
        let node = &definition.nodes[index];
        path.insert_str(0, &node.name);
        path.insert(0, '/');
        if index == 0 {
            return path;
        }
        index = node.parent as usize;
    }
}

/// Calls `each` for every expression inside a node's texts.
fn for_each_value(node: &Node, each: &mut dyn FnMut(&str)) {
    for text in [&node.label, &node.hint, &node.guidance, &node.constraint_message, &node.required_message] {
        for pieces in text.as_ref().map_or(&[][..], |text| &text.0) {
            for piece in pieces {
                if let Piece::Value { v } = piece {
                    each(v);
                }
            }
        }
    }
}

fn collect_words(node: &Node, words: &mut Vec<(String, Expr)>) {
    for_each_value(node, &mut |v| {
        let place = word_place(words, v);
        // A text with an expression that is none shows nothing in its place.
        if words.get(place).is_none_or(|(known, _)| known != v)
            && let Ok(expr) = Expr::parse(v)
        {
            words.insert(place, (v.to_owned(), expr));
        }
    });
}

fn word_place(words: &[(String, Expr)], text: &str) -> usize {
    words.partition_point(|(known, _)| known.as_str() < text)
}
