//! A definition made ready for filling: expressions parsed, and who depends on whom.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::contract::EvalProblem;
use crate::definition::{Definition, Kind, Node, NodeIndex, Piece, Text};
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
    pub(super) filter: Option<Expr>,
    pub(super) count: Option<Expr>,
}

/// A definition, its expressions and its graph. All vectors are by definition node.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) definition: Rc<Definition>,
    pub(super) children: Vec<Vec<NodeIndex>>,
    pub(super) rules: Vec<Rules>,
    /// Expressions inside texts, by their text.
    pub(super) words: BTreeMap<String, Expr>,
    pub(super) instance_name: Option<Expr>,
    /// Nodes in an order in which nobody comes before what it reads.
    pub(super) order: Vec<NodeIndex>,
    /// Where a node is in `order`.
    pub(super) position: Vec<usize>,
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
    updates: BTreeSet<NodeIndex>,
    checks: BTreeSet<NodeIndex>,
    shows: BTreeSet<NodeIndex>,
}

impl Form {
    /// Expressions that cannot be parsed are listed and count as absent.
    pub(super) fn new(definition: Rc<Definition>) -> (Self, Vec<EvalProblem>) {
        let count = definition.nodes.len();
        let mut problems = Vec::new();
        let mut children: Vec<Vec<NodeIndex>> = vec![Vec::new(); count];
        for (index, node) in (0..).zip(&definition.nodes).skip(1) {
            children[node.parent as usize].push(index);
        }
        let mut words = BTreeMap::new();
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

    fn connect(&mut self) {
        let mut waits = vec![0usize; self.rules.len()];
        for (index, waiting) in waits.iter_mut().enumerate() {
            let from = NodeIndex::try_from(index).expect("indexes of nodes are small");
            let reads = self.reads(from);
            for &node in reads.updates.iter().filter(|&&node| node != from) {
                self.updates[node as usize].push(from);
                *waiting += 1;
            }
            reads.checks.iter().for_each(|&node| self.checks[node as usize].push(from));
            reads.shows.iter().for_each(|&node| self.shows[node as usize].push(from));
        }
        self.sort(waits);
    }

    /// Document order, but nobody before what it reads or before its group. What is in a circle comes last.
    fn sort(&mut self, mut waits: Vec<usize>) {
        for wait in waits.iter_mut().skip(1) {
            *wait += 1;
        }
        let mut ready: BTreeSet<NodeIndex> = BTreeSet::from([0]);
        let mut done = vec![false; waits.len()];
        let release = |node: NodeIndex, waits: &mut Vec<usize>, ready: &mut BTreeSet<NodeIndex>| {
            waits[node as usize] = waits[node as usize].saturating_sub(1);
            if waits[node as usize] == 0 {
                ready.insert(node);
            }
        };
        while let Some(node) = ready.pop_first() {
            done[node as usize] = true;
            self.order.push(node);
            for &next in self.updates[node as usize].iter().chain(&self.children[node as usize]) {
                release(next, &mut waits, &mut ready);
            }
        }
        let left = (0..).zip(&done).filter(|(_, done)| !**done).map(|(node, _)| node);
        self.order.extend(left);
        self.position = vec![0; self.order.len()];
        for (position, &node) in self.order.iter().enumerate() {
            self.position[node as usize] = position;
        }
    }

    fn reads(&self, from: NodeIndex) -> Reads {
        let rules = &self.rules[from as usize];
        let mut reads = Reads::default();
        for expr in [&rules.relevant, &rules.calculate, &rules.count].into_iter().flatten() {
            self.read_by(expr, from, false, &mut reads.updates);
        }
        if let Some(expr) = &rules.filter {
            self.read_by(expr, from, true, &mut reads.updates);
            self.read_by(expr, from, true, &mut reads.shows);
        }
        for expr in [&rules.required, &rules.readonly, &rules.constraint].into_iter().flatten() {
            self.read_by(expr, from, false, &mut reads.checks);
        }
        for_each_text(self.node(from), &mut |text| {
            for piece in text.0.iter().flatten() {
                if let Piece::Value { v } = piece
                    && let Some(expr) = self.words.get(v)
                {
                    self.read_by(expr, from, false, &mut reads.shows);
                }
            }
        });
        reads
    }

    fn read_by(&self, expr: &Expr, from: NodeIndex, per_item: bool, out: &mut BTreeSet<NodeIndex>) {
        for path in expr.paths() {
            self.follow(&path, from, per_item, out);
        }
    }

    /// The definition nodes a path may mean, and the repeats on its way (their instances come and go).
    fn follow(&self, path: &PathUse<'_>, from: NodeIndex, per_item: bool, out: &mut BTreeSet<NodeIndex>) {
        let mut here: BTreeSet<Option<NodeIndex>> = match path.start {
            PathStart::Context if per_item => return,
            PathStart::Context | PathStart::Current => BTreeSet::from([Some(from)]),
            // The document, above the root element.
            PathStart::Root => BTreeSet::from([None]),
            PathStart::Instance(_) => return,
        };
        for step in &path.steps {
            let mut next = BTreeSet::new();
            for node in here {
                self.step(node, *step, &mut next);
            }
            here = next;
            let repeats = here.iter().flatten().filter(|&&node| self.node(node).kind == Kind::Repeat);
            if matches!(step, PathStep::Child(_) | PathStep::Children | PathStep::Inside | PathStep::Anywhere) {
                out.extend(repeats);
            }
        }
        out.extend(here.into_iter().flatten());
    }

    fn step(&self, node: Option<NodeIndex>, step: PathStep<'_>, next: &mut BTreeSet<Option<NodeIndex>>) {
        let root = [0];
        let children = node.map_or(&root[..], |node| &self.children[node as usize]);
        match step {
            PathStep::Child(name) => {
                next.extend(children.iter().filter(|&&child| self.node(child).name == name).map(|&child| Some(child)));
            }
            PathStep::Children => next.extend(children.iter().map(|&child| Some(child))),
            PathStep::Parent => {
                if let Some(node) = node {
                    next.insert((node > 0).then(|| self.node(node).parent));
                }
            }
            PathStep::Inside => {
                next.insert(node);
                for &child in children {
                    self.step(Some(child), step, next);
                }
            }
            PathStep::Nothing => {}
            PathStep::Anywhere => next.extend((0..).zip(&self.rules).map(|(node, _)| Some(node))),
        }
    }
}

fn compile(definition: &Definition, index: usize, problems: &mut Vec<EvalProblem>) -> Rules {
    let node = &definition.nodes[index];
    let mut read = |text: &str| parse(definition, index, text, problems);
    let calculate = read(&node.calculate);
    Rules {
        relevant: read(&node.relevant),
        required: read(&node.required),
        constraint: read(&node.constraint),
        once: calculate.as_ref().is_some_and(|expr| expr.functions().contains(&"once")),
        calculate,
        readonly: read(&node.readonly),
        default: if node.dynamic_default { read(&node.default) } else { None },
        filter: node.choices.as_ref().and_then(|source| read(&source.filter)),
        count: read(&node.repeat_count),
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
            problems.push(EvalProblem { path, expression: text.to_owned(), message: error.to_string() });
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

fn for_each_text(node: &Node, each: &mut dyn FnMut(&Text)) {
    [&node.label, &node.hint, &node.constraint_message, &node.required_message].into_iter().flatten().for_each(each);
}

fn collect_words(node: &Node, words: &mut BTreeMap<String, Expr>) {
    for_each_text(node, &mut |text| {
        for piece in text.0.iter().flatten() {
            if let Piece::Value { v } = piece {
                // A text with an expression that is none shows nothing in its place.
                if let Ok(expr) = Expr::parse(v) {
                    words.insert(v.clone(), expr);
                }
            }
        }
    });
}
