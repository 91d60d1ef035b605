//! Walking the tree of an expression.

use crate::texts::joined;
use std::cell::RefCell;
use std::fmt;

use super::ast::{Axis, Node, Op, Path, Start, Step, Test};
use super::{NodeId, NodeKind, Tree, Value, compare, functions, sort_nodes, uses};
use crate::Host;

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvalError {
    /// There is no function of this name.
    UnknownFunction(String),
    /// The function takes fewer or more arguments.
    Arguments(String),
    /// The function's argument must be nodes.
    NotNodes(String),
    /// There is no list of this name.
    UnknownInstance(String),
    /// The function cannot work with this argument.
    Unusable(String, String),
}

impl EvalError {
    /// Why, in words. The phone asks here: [`fmt::Display`] would bring the machinery of formatting along.
    pub fn message(&self) -> String {
        let (what, name) = match self {
            Self::UnknownFunction(name) => ("there is no function ", name),
            Self::Arguments(name) => ("wrong number of arguments for ", name),
            Self::NotNodes(name) => ("needs a path as its argument: ", name),
            Self::UnknownInstance(name) => ("there is no list ", name),
            Self::Unusable(name, argument) => return joined(&[name, "() cannot use ", argument], ""),
        };
        joined(&[what, name], "")
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message())
    }
}

impl std::error::Error for EvalError {}

/// So many nodes of one step are gathered before those that are there twice are taken out.
const MUCH: usize = 100_000;

pub(crate) type Evaluated<T = Value> = Result<T, EvalError>;

/// Finds the items that have a value in a column.
pub(crate) type Look<'a> = dyn Fn(&str, &str) -> Option<Vec<NodeId>> + 'a;

/// The context of a part of an expression.
#[derive(Clone, Copy)]
pub(crate) struct Scope {
    pub node: NodeId,
    /// From 1.
    pub position: usize,
    pub size: usize,
}

/// What stays the same during one evaluation.
pub(crate) struct Eval<'a> {
    pub tree: &'a dyn Tree,
    pub host: &'a dyn Host,
    /// `current()`.
    pub current: NodeId,
    /// What those paths inside predicates gave that are the same for every node, by where they are kept.
    pub same: RefCell<Vec<(*const Path, Vec<NodeId>)>>,
}

impl Eval<'_> {
    pub(crate) fn node(&self, node: &Node, scope: Scope) -> Evaluated {
        Ok(match node {
            Node::Number(number) => Value::Number(*number),
            Node::Text(text) => Value::Text(text.clone()),
            Node::Chain(first, rest) => return self.chain(first, rest, scope),
            Node::Minus(inner, changed) => {
                let number = self.number(inner, scope)?;
                Value::Number(if *changed { -number } else { number })
            }
            Node::Union(all) => {
                let mut nodes = Vec::new();
                for each in all {
                    nodes.extend(self.nodes(each, scope, "|")?);
                }
                self.put_in_order(&mut nodes);
                Value::Nodes(nodes)
            }
            Node::Path(path) => Value::Nodes(if scope.size > 1 && is_same_path(path) {
                self.same_path(path, scope)?
            } else {
                self.path(path, scope)?
            }),
            Node::Call(call) => return functions::call(self, call, scope),
        })
    }

    pub(crate) fn number(&self, node: &Node, scope: Scope) -> Evaluated<f64> {
        Ok(self.node(node, scope)?.number(self.tree, self.host))
    }

    pub(crate) fn nodes(&self, node: &Node, scope: Scope, user: &str) -> Evaluated<Vec<NodeId>> {
        match self.node(node, scope)? {
            Value::Nodes(nodes) => Ok(nodes),
            _ => Err(EvalError::NotNodes(user.to_owned())),
        }
    }

    fn chain(&self, first: &Node, rest: &[(Op, Node)], scope: Scope) -> Evaluated {
        let mut value = self.node(first, scope)?;
        for (op, part) in rest {
            if let Op::Or | Op::And = op {
                // All operators of a chain have one precedence, so these come alone. What decides ends it.
                let so_far = value.bool();
                let decides = so_far == (*op == Op::Or);
                value = Value::Bool(if decides { so_far } else { self.node(part, scope)?.bool() });
                continue;
            }
            let right = self.node(part, scope)?;
            value = match op.arithmetic() {
                Some(code) => {
                    Value::Number(code(value.number(self.tree, self.host), right.number(self.tree, self.host)))
                }
                None => Value::Bool(compare::compare(self, *op, &value, &right)),
            };
        }
        Ok(value)
    }

    pub(crate) fn put_in_order(&self, nodes: &mut Vec<NodeId>) {
        sort_nodes(nodes, &|one, other| self.tree.order(one, other));
        nodes.dedup();
    }

    /// A path that gives the same nodes wherever it is asked: once in an evaluation is enough.
    fn same_path(&self, path: &Path, scope: Scope) -> Evaluated<Vec<NodeId>> {
        let known = |same: &&(*const Path, Vec<NodeId>)| std::ptr::eq(same.0, path);
        if let Some((_, nodes)) = self.same.borrow().iter().find(known) {
            return Ok(nodes.clone());
        }
        let nodes = self.path(path, scope)?;
        self.same.borrow_mut().push((path, nodes.clone()));
        Ok(nodes)
    }

    fn path(&self, path: &Path, scope: Scope) -> Evaluated<Vec<NodeId>> {
        let mut steps = path.steps.as_slice();
        // Whether the nodes are in order, once each, and none is inside another: then their children are so as well.
        let mut apart = true;
        let mut nodes = match &path.start {
            Start::Context => vec![scope.node],
            Start::Root => vec![self.tree.root()],
            Start::Filter(inner, predicates) => {
                if let Some((found, rest)) = self.indexed(path, inner, scope)? {
                    steps = rest;
                    found
                } else {
                    let nodes = self.nodes(inner, scope, "[ ] or /")?;
                    apart = nodes.len() < 2;
                    self.filter(nodes, predicates)?
                }
            }
        };
        for step in steps {
            let many = nodes.len() > 1;
            let mut next = Vec::new();
            let mut room = MUCH;
            for node in &nodes {
                let found = self.along(*node, step);
                next.extend(self.filter(found, &step.predicates)?);
                if next.len() > room {
                    // Most of it is the same again: what follows each of many siblings.
                    self.put_in_order(&mut next);
                    room = 2 * next.len() + MUCH;
                }
            }
            let simple = matches!(step.axis, Axis::Child | Axis::This | Axis::Attribute);
            if step.axis.backwards() || (many && !(apart && simple)) {
                self.put_in_order(&mut next);
            }
            apart = next.len() < 2 || (apart && simple);
            nodes = next;
        }
        Ok(nodes)
    }

    /// The items of `instance('id')/root/item[column = value]…` by the tree's index, and the steps after `item`.
    fn indexed<'p>(&self, path: &'p Path, start: &Node, scope: Scope) -> Evaluated<Option<(Vec<NodeId>, &'p [Step])>> {
        let (Node::Call(call), [root, item, rest @ ..]) = (start, path.steps.as_slice()) else {
            return Ok(None);
        };
        let ("instance", [Node::Text(id)], Start::Filter(_, start_predicates)) =
            (call.name.as_str(), call.args.as_slice(), &path.start)
        else {
            return Ok(None);
        };
        let usual = start_predicates.is_empty()
            && is_child(root, "root")
            && root.predicates.is_empty()
            && is_child(item, "item");
        let Some(condition) = item.predicates.first().filter(|_| usual) else {
            return Ok(None);
        };
        let Some((found, is_all)) =
            self.found_by(condition, scope, &|column, value| self.tree.lookup(id, column, value))?
        else {
            return Ok(None);
        };
        // What counts positions counts all items.
        let counts = !is_all && (uses::does_call(condition, "position") || uses::does_call(condition, "last"));
        if counts {
            return Ok(None);
        }
        Ok(Some((self.filter(found, &item.predicates[usize::from(is_all)..])?, rest)))
    }

    /// The items among which those are that a condition lets through, and whether they are exactly those: where it is, or needs,
    /// that a column has a value which is the same for all items. `look` finds the items that have a value in a column.
    pub(crate) fn found_by(
        &self,
        condition: &Node,
        scope: Scope,
        look: &Look<'_>,
    ) -> Evaluated<Option<(Vec<NodeId>, bool)>> {
        let Node::Chain(first, rest) = condition else { return Ok(None) };
        if let [(Op::Equal, right)] = rest.as_slice() {
            let (column, wanted) = match (column(first), column(right)) {
                (Some(column), _) if is_same_everywhere(right) => (column, right),
                (_, Some(column)) if is_same_everywhere(first) => (column, &**first),
                _ => return Ok(None),
            };
            let found = match self.node(wanted, scope)? {
                Value::Text(text) => look(column, &text),
                Value::Nodes(nodes) => match nodes.as_slice() {
                    [] => Some(Vec::new()),
                    [node] => look(column, &self.tree.string(*node)),
                    _ => None,
                },
                _ => None,
            };
            return Ok(found.map(|found| (found, true)));
        }
        if let [(Op::And, _), ..] = rest.as_slice() {
            for part in std::iter::once(&**first).chain(rest.iter().map(|(_, part)| part)) {
                if let Some((found, _)) = self.found_by(part, scope, look)? {
                    return Ok(Some((found, false)));
                }
            }
        }
        Ok(None)
    }

    /// What passes all predicates. `nodes` are in the order in which positions count.
    fn filter(&self, mut nodes: Vec<NodeId>, predicates: &[Node]) -> Evaluated<Vec<NodeId>> {
        for predicate in predicates {
            let size = nodes.len();
            let mut kept = Vec::new();
            for (at, node) in nodes.into_iter().enumerate() {
                let position = at + 1;
                let keeps = match self.node(predicate, Scope { node, position, size })? {
                    Value::Number(number) | Value::Days(number) => number == position as f64,
                    value => value.bool(),
                };
                if keeps {
                    kept.push(node);
                }
            }
            nodes = kept;
        }
        Ok(nodes)
    }

    /// The nodes of one step from one node, predicates apart, in the order in which positions count.
    fn along(&self, node: NodeId, step: &Step) -> Vec<NodeId> {
        let tree = self.tree;
        let mut found = Vec::new();
        if let (Axis::Child, Test::Name(name)) = (step.axis, &step.test) {
            tree.children_named(node, name, &mut |child| found.push(child));
            return found;
        }
        match step.axis {
            Axis::Child => tree.children(node, &mut |child| found.push(child)),
            Axis::Attribute => tree.attributes(node, &mut |attribute| found.push(attribute)),
            Axis::This => found.push(node),
            Axis::Parent => found.extend(tree.parent(node)),
            Axis::AncestorOrSelf => found = self.ancestors(node),
            Axis::Ancestor => found.extend_from_slice(&self.ancestors(node)[1..]),
            Axis::DescendantOrSelf => found = self.descendants(node),
            Axis::Descendant => found.extend_from_slice(&self.descendants(node)[1..]),
            Axis::FollowingSibling => found = self.siblings(node).1,
            Axis::PrecedingSibling => {
                found = self.siblings(node).0;
                found.reverse();
            }
            Axis::Following | Axis::Preceding => {
                for ancestor in self.ancestors(node) {
                    let (before, after) = self.siblings(ancestor);
                    let from = found.len();
                    for sibling in if step.axis == Axis::Following { after } else { before } {
                        found.extend_from_slice(&self.descendants(sibling));
                    }
                    if step.axis == Axis::Preceding {
                        found[from..].reverse();
                    }
                }
            }
        }
        found.retain(|node| self.passes(*node, step));
        found
    }

    fn passes(&self, node: NodeId, step: &Step) -> bool {
        if matches!(step.test, Test::Node) {
            return true;
        }
        let kind = self.tree.kind(node);
        let principal = if step.axis == Axis::Attribute { NodeKind::Attribute } else { NodeKind::Element };
        match &step.test {
            Test::Node => true,
            Test::Any => kind == principal,
            Test::Name(name) | Test::Prefix(name) => kind == principal && self.tree.named(node, name),
            Test::Text => kind == NodeKind::Text,
            Test::Comment => kind == NodeKind::Comment,
            Test::Instruction(name) => {
                kind == NodeKind::Instruction && name.as_ref().is_none_or(|name| self.tree.name(node) == name)
            }
        }
    }

    /// The node and all around it, from the inside out.
    pub(crate) fn ancestors(&self, node: NodeId) -> Vec<NodeId> {
        let mut found = vec![node];
        let mut here = node;
        while let Some(parent) = self.tree.parent(here) {
            found.push(parent);
            here = parent;
        }
        found
    }

    /// The node and everything inside it, in document order.
    pub(crate) fn descendants(&self, node: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            found.push(node);
            let from = open.len();
            self.tree.children(node, &mut |child| open.push(child));
            open[from..].reverse();
        }
        found
    }

    /// Siblings before and after a node, in document order.
    fn siblings(&self, node: NodeId) -> (Vec<NodeId>, Vec<NodeId>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        if self.tree.kind(node) != NodeKind::Attribute
            && let Some(parent) = self.tree.parent(node)
        {
            let mut passed = false;
            self.tree.children(parent, &mut |child| {
                if child == node {
                    passed = true;
                } else if passed {
                    after.push(child);
                } else {
                    before.push(child);
                }
            });
        }
        (before, after)
    }
}

fn is_child(step: &Step, wanted: &str) -> bool {
    step.axis == Axis::Child && matches!(&step.test, Test::Name(name) if name == wanted)
}

/// The name, when an expression is a plain child of the context.
fn column(node: &Node) -> Option<&str> {
    let Node::Path(path) = node else {
        return None;
    };
    match (&path.start, path.steps.as_slice()) {
        (Start::Context, [Step { axis: Axis::Child, test: Test::Name(name), predicates }]) if predicates.is_empty() => {
            Some(name)
        }
        _ => None,
    }
}

/// Whether an expression has the same value in every context: a text, or a path that [`is_same_path`].
fn is_same_everywhere(node: &Node) -> bool {
    match node {
        Node::Text(_) => true,
        Node::Path(path) => is_same_path(path),
        node => is_current(node),
    }
}

/// Whether a path goes from the root or `current()`, without predicates.
fn is_same_path(path: &Path) -> bool {
    path.steps.iter().all(|step| step.predicates.is_empty())
        && match &path.start {
            Start::Root => true,
            Start::Context => false,
            Start::Filter(inner, predicates) => predicates.is_empty() && is_current(inner),
        }
}

fn is_current(node: &Node) -> bool {
    matches!(node, Node::Call(call) if call.name == "current" && call.args.is_empty())
}
