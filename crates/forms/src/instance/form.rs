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
    pub(super) rules: Vec<Rules>,
    /// Expressions inside texts with their text, each once.
    words: Vec<(String, Expr)>,
    pub(super) instance_name: Option<Expr>,
    /// Nodes in an order in which nobody comes before what it reads.
    pub(super) order: Vec<NodeIndex>,
    /// Where a node is in `order`.
    pub(super) position: Vec<u32>,
    /// Whose relevance, calculation, number of instances or choices read a node.
    pub(super) updates: Vec<Vec<NodeIndex>>,
    /// Whose required, readonly and constraint read a node.
    pub(super) checks: Vec<Vec<NodeIndex>>,
    /// Whose words or choices show a node's value.
    pub(super) shows: Vec<Vec<NodeIndex>>,
}

/// What one node's expressions read.
#[derive(Default)]
struct Reads {
    updates: Marks,
    checks: Marks,
    shows: Marks,
}

/// The document among the places a path may lead to; a node's place is its index and one.
const DOCUMENT: u32 = 0;

impl Form {
    /// Expressions that cannot be parsed are listed and count as absent.
    pub(super) fn new(definition: Rc<Definition>) -> (Self, Vec<EvalProblem>) {
        let count = definition.nodes.len();
        let mut problems = Vec::new();
        let mut children: Vec<Vec<NodeIndex>> = vec![Vec::new(); count];
        for (index, node) in (0..).zip(&definition.nodes).skip(1) {
            children[node.parent as usize].push(index);
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
            rules,
            words,
            instance_name,
            order: Vec::new(),
            position: Vec::new(),
            updates: vec![Vec::new(); count],
            checks: vec![Vec::new(); count],
            shows: vec![Vec::new(); count],
            definition,
        };
        form.connect();
        (form, problems)
    }

    pub(super) fn node(&self, index: NodeIndex) -> &Node {
        &self.definition.nodes[index as usize]
    }

    /// The expression of a value inside a text.
    pub(super) fn word(&self, text: &str) -> Option<&Expr> {
        self.words.iter().find(|(known, _)| known == text).map(|(_, expr)| expr)
    }

    fn connect(&mut self) {
        let mut waits: Vec<u32> = vec![0; self.rules.len()];
        for (from, waiting) in (0..).zip(&mut waits) {
            let mut reads = self.reads(from);
            reads.updates.remove(from);
            for (read, readers) in [
                (&reads.updates, &mut self.updates),
                (&reads.checks, &mut self.checks),
                (&reads.shows, &mut self.shows),
            ] {
                for node in read.numbers() {
                    readers[node as usize].push(from);
                }
            }
            *waiting = reads.updates.numbers().len() as u32;
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
            for waiting in [&self.updates[node as usize], &self.children[node as usize]] {
                for &next in waiting {
                    let wait = &mut waits[next as usize];
                    *wait = wait.saturating_sub(1);
                    if *wait == 0 {
                        ready.insert(next);
                    }
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
            let mut nodes = Marks::default();
            self.read_by(rules.filter.as_ref(), from, false, &mut nodes);
            for node in nodes.numbers() {
                self.read_by(Some(&item.value), node, false, readers);
                self.read_by(Some(&item.label), node, false, readers);
            }
        }
        self.read_by(rules.seed.as_ref(), from, false, &mut reads.shows);
        for expr in [&rules.required, &rules.readonly, &rules.constraint] {
            self.read_by(expr.as_ref(), from, false, &mut reads.checks);
        }
        for_each_value(self.node(from), &mut |v| self.read_by(self.word(v), from, false, &mut reads.shows));
        reads
    }

    fn read_by(&self, expr: Option<&Expr>, from: NodeIndex, per_item: bool, out: &mut Marks) {
        for path in expr.map(Expr::paths).unwrap_or_default() {
            self.follow(&path, from, per_item, out);
        }
    }

    /// The definition nodes a path may mean, and the repeats on its way (their instances come and go).
    fn follow(&self, path: &PathUse<'_>, from: NodeIndex, per_item: bool, out: &mut Marks) {
        let start = match path.start {
            PathStart::Context if per_item => return,
            PathStart::Context | PathStart::Current => from + 1,
            PathStart::Root => DOCUMENT,
            PathStart::Instance(_) => return,
        };
        let mut here = vec![start];
        for step in &path.steps {
            let mut next = Marks::default();
            for place in here {
                self.step(place, *step, &mut next);
            }
            here = next.numbers();
            if matches!(step, PathStep::Child(_) | PathStep::Children | PathStep::Inside | PathStep::Anywhere) {
                for &place in &here {
                    if place != DOCUMENT && self.node(place - 1).kind == Kind::Repeat {
                        out.insert(place - 1);
                    }
                }
            }
        }
        for place in here {
            if place != DOCUMENT {
                out.insert(place - 1);
            }
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
        once: calculate.as_ref().is_some_and(|expr| expr.functions().contains(&"once")),
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

fn definition_path(definition: &Definition, mut index: usize) -> String {
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
        // A text with an expression that is none shows nothing in its place.
        if !words.iter().any(|(known, _)| known == v)
            && let Ok(expr) = Expr::parse(v)
        {
            words.push((v.to_owned(), expr));
        }
    });
}
