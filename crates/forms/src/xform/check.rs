//! What can only be said once the whole form is known: expressions, what they refer to, circles.

use std::collections::HashSet;

use super::builder::Builder;
use super::problem::XFormProblemKind;
use crate::definition::{Kind, Node, Piece};
use crate::instance::crowd::crowded;
use crate::parse::circle;
use crate::xpath::{Expr, PathStart, PathStep, PathUse};

impl Builder<'_> {
    /// Every expression of a node.
    pub(super) fn expressions(node: &Node) -> Vec<&str> {
        let mut all: Vec<&str> =
            vec![&node.relevant, &node.required, &node.constraint, &node.calculate, &node.readonly, &node.repeat_count];
        if node.dynamic_default {
            all.push(&node.default);
        }
        if let Some(source) = &node.choices {
            all.extend([source.filter.as_str(), source.nodeset.as_str()]);
            all.extend(source.randomize.as_deref());
            if !source.nodeset.is_empty() {
                all.extend([source.value.as_str(), source.label.as_str()]);
            }
        }
        for action in &node.actions {
            all.extend([action.target.as_str(), action.value.as_str()]);
        }
        for text in [&node.label, &node.hint, &node.guidance, &node.constraint_message, &node.required_message] {
            for piece in text.iter().flat_map(|text| &text.0).flatten() {
                if let Piece::Value { v } = piece {
                    all.push(v);
                }
            }
        }
        all.retain(|text| !text.is_empty());
        all
    }

    /// Checks every expression.
    pub(super) fn check(&mut self) {
        let form = Graph::of(std::mem::take(&mut self.nodes));
        let mut wanted_texts: HashSet<String> = HashSet::new();
        let mut wants_any_text = false;
        for (index, node) in form.nodes.iter().enumerate() {
            for text in Self::expressions(node) {
                match Expr::parse(text) {
                    Err(error) => {
                        let kind = XFormProblemKind::BadExpression(text.to_owned(), error.to_string());
                        self.problem(self.places[index], kind);
                    }
                    Ok(expr) => {
                        self.check_expression(&form, index, text, &expr);
                        if expr.functions().contains(&"jr:itext") {
                            let ids = expr.texts_given("jr:itext", 0);
                            wants_any_text |= ids.is_none();
                            wanted_texts.extend(ids.into_iter().flatten().map(str::to_owned));
                        }
                    }
                }
            }
        }
        self.keep_texts(wants_any_text, &wanted_texts);
        self.circles(&form);
        let nodes: Vec<&Node> = form.nodes.iter().collect();
        for index in crowded(&nodes) {
            self.warn(self.places[index], XFormProblemKind::Crowded);
        }
        self.nodes = form.nodes;
    }

    fn check_expression(&mut self, form: &Graph, index: usize, text: &str, expr: &Expr) {
        let place = self.places[index];
        for problem in expr.check() {
            let name = problem.name.to_owned();
            let kind = if problem.known {
                XFormProblemKind::BadArguments(name, text.to_owned())
            } else {
                XFormProblemKind::UnknownFunction(name, text.to_owned())
            };
            self.problem(place, kind);
        }
        for path in expr.paths() {
            if let PathStart::Instance(id) = path.start {
                if !id.is_empty() && !self.knows_instance(id) {
                    self.problem(place, XFormProblemKind::UnknownInstance(id.to_owned()));
                }
            } else if path.start == PathStart::Root
                && form.follow(&path, index).is_some_and(|(found, _)| found.is_empty())
            {
                self.warn(place, XFormProblemKind::UnknownPath(text.to_owned()));
            }
        }
        for question in expr.texts_given("jr:choice-name", 1).into_iter().flatten() {
            let path = Expr::parse(question.trim());
            let paths = path.as_ref().map(Expr::paths).unwrap_or_default();
            let leads_to_choices = |path: &PathUse<'_>| {
                form.follow(path, index)
                    .is_none_or(|(found, _)| found.iter().any(|&found| form.nodes[found].choices.is_some()))
            };
            if !paths.iter().any(leads_to_choices) {
                self.problem(place, XFormProblemKind::NoChoices(question.trim().to_owned()));
            }
        }
    }

    /// Texts that expressions ask for by their ids.
    fn keep_texts(&mut self, any: bool, wanted: &HashSet<String>) {
        let ids: Vec<String> = self.itext.ids().into_iter().map(str::to_owned).collect();
        for id in ids {
            if any || wanted.contains(&id) {
                let words = self.translated(&id, 0).words;
                self.definition.texts.extend(words.map(|words| (id, words)));
            }
        }
    }

    /// Values and relevance that depend on themselves.
    fn circles(&mut self, form: &Graph) {
        let nodes = &form.nodes;
        let mut edges: Vec<Vec<usize>> = Vec::with_capacity(nodes.len());
        for (index, node) in nodes.iter().enumerate() {
            // What is in a group is there only while the group is.
            let around = |index: usize| nodes[index].parent as usize;
            let is_structure = matches!(nodes[around(index)].kind, Kind::Root | Kind::Group | Kind::Repeat);
            let owner = if is_structure { around(index) } else { around(around(index)) };
            let mut needs: Vec<usize> = if index > 0 { vec![owner] } else { Vec::new() };
            // How many instances there are may depend on what is in them ("one more as long as the last says so"): that is
            // no value, and comes to an end by itself.
            for text in [&node.relevant, &node.calculate] {
                let Ok(expr) = Expr::parse(text) else { continue };
                // `once` keeps what is there, `position` asks where a node is: neither needs its value.
                let looks_at_itself = expr.functions().iter().any(|name| matches!(*name, "once" | "position"));
                for path in expr.paths() {
                    let Some((found, any_instance)) = form.follow(&path, index) else { continue };
                    // Other instances of a repeat that both are in may read each other in turn.
                    let apart = |other: usize| any_instance && form.share_repeat(index, other);
                    let is_itself = |other: usize| looks_at_itself && other == index && path.steps.is_empty();
                    needs.extend(found.into_iter().filter(|&other| !apart(other) && !is_itself(other)));
                }
            }
            needs.sort_unstable();
            needs.dedup();
            edges.push(needs);
        }
        if let Some(circle) = circle(&edges) {
            let names = circle.iter().chain(circle.first()).map(|&index| nodes[index].name.clone()).collect();
            let first = circle.iter().copied().find(|&index| !Self::expressions(&nodes[index]).is_empty());
            let place = self.places[first.unwrap_or(circle[0])];
            self.problem(place, XFormProblemKind::Cycle(names));
        }
    }
}

/// The nodes with what is in each.
struct Graph {
    nodes: Vec<Node>,
    children: Vec<Vec<usize>>,
}

/// The document above the root.
const DOCUMENT: usize = usize::MAX;

impl Graph {
    fn of(nodes: Vec<Node>) -> Self {
        let mut children = vec![Vec::new(); nodes.len()];
        for (index, node) in nodes.iter().enumerate().skip(1) {
            children[node.parent as usize].push(index);
        }
        Self { nodes, children }
    }

    fn inside(&self, place: usize) -> &[usize] {
        if place == DOCUMENT { &[0] } else { &self.children[place] }
    }

    fn name(&self, index: usize) -> &str {
        &self.nodes[index].name
    }

    /// The nodes that a path may mean, and whether it leads to all instances of a repeat on its way; `None` where it may be
    /// anything.
    fn follow(&self, path: &PathUse<'_>, from: usize) -> Option<(Vec<usize>, bool)> {
        let mut here = match path.start {
            PathStart::Root => vec![DOCUMENT],
            PathStart::Context | PathStart::Current => vec![from],
            PathStart::Instance(_) => return Some((Vec::new(), false)),
        };
        let mut any_instance = false;
        for step in &path.steps {
            let mut next = Vec::new();
            for &place in &here {
                let inside = self.inside(place).iter().copied();
                match step {
                    PathStep::Child(name) => next.extend(inside.filter(|&child| self.name(child) == *name)),
                    PathStep::Children => next.extend(inside.filter(|&child| !self.name(child).starts_with('@'))),
                    PathStep::Attribute(name) => {
                        next.extend(inside.filter(|&child| self.name(child).strip_prefix('@') == Some(*name)));
                    }
                    PathStep::Parent if place == 0 => next.push(DOCUMENT),
                    PathStep::Parent if place == DOCUMENT => {}
                    PathStep::Parent => next.push(self.nodes[place].parent as usize),
                    PathStep::Inside | PathStep::Anywhere | PathStep::Nothing => return None,
                }
            }
            let is_repeat = |&index: &usize| index != DOCUMENT && self.nodes[index].kind == Kind::Repeat;
            any_instance |= !matches!(step, PathStep::Parent) && next.iter().any(is_repeat);
            here = next;
        }
        here.retain(|&index| index != DOCUMENT);
        Some((here, any_instance))
    }

    fn share_repeat(&self, one: usize, other: usize) -> bool {
        let repeats = |mut index: usize| {
            let mut around = Vec::new();
            while index > 0 {
                if self.nodes[index].kind == Kind::Repeat {
                    around.push(index);
                }
                index = self.nodes[index].parent as usize;
            }
            around
        };
        let of_other = repeats(other);
        repeats(one).iter().any(|repeat| of_other.contains(repeat))
    }
}
