//! What an expression refers to: for the graph of dependencies and for checking a form before it is used.

use std::collections::BTreeSet;

use super::ast::{Axis, Call, Node, Path, Start, Step, Test};
use super::functions;

/// A path that an expression may follow, without its predicates (their paths are listed on their own, from the same start).
#[derive(Clone, Debug, PartialEq)]
pub struct PathUse<'a> {
    /// Where it starts.
    pub start: PathStart<'a>,
    /// Its steps; empty: the start itself.
    pub steps: Vec<PathStep<'a>>,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq)]
pub enum PathStart<'a> {
    /// The context node: for a choice filter the item, else the node that has the expression.
    Context,
    /// `current()`: the node that has the expression.
    Current,
    /// The document, whose child is the form's root element.
    Root,
    /// `instance('id')`; the next step is `root`. Empty when the id is computed.
    Instance(&'a str),
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStep<'a> {
    /// Children of this name.
    Child(&'a str),
    /// All children (`*`, `node()`).
    Children,
    /// Attributes of this name.
    Attribute(&'a str),
    /// `..`
    Parent,
    /// The node and everything inside it (`//`, other axes downwards).
    Inside,
    /// Something that answers have not (comments).
    Nothing,
    /// Any other axis: anything in the tree may be meant.
    Anywhere,
}

/// A call that cannot work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionProblem<'a> {
    /// The function's name as written.
    pub name: &'a str,
    /// Whether there is such a function: then the number of arguments is wrong.
    pub known: bool,
}

/// So many steps are listed at most: what predicates look at is listed from each of the paths that they filter, a product that
/// a short text can make great. No form comes near.
const MOST_STEPS: usize = 200_000;

/// What was found so far.
struct Found<'a> {
    all: Vec<PathUse<'a>>,
    /// How many steps more may be listed.
    left: usize,
}

impl<'a> Found<'a> {
    /// The paths once more, to go on from them; none when there are too many.
    fn again(&mut self, paths: &[PathUse<'a>]) -> Vec<PathUse<'a>> {
        let mut steps = 0;
        for path in if self.left > 0 { paths } else { &[] } {
            steps += path.steps.len() + 1;
        }
        if self.takes(steps) { paths.to_vec() } else { Vec::new() }
    }

    fn takes(&mut self, steps: usize) -> bool {
        let fits = steps < self.left;
        self.left = if fits { self.left - steps } else { 0 };
        fits
    }
}

pub(crate) fn paths(node: &Node) -> Vec<PathUse<'_>> {
    let mut found = Found { all: Vec::new(), left: MOST_STEPS };
    let context = [PathUse { start: PathStart::Context, steps: Vec::new() }];
    let mut nodes = collect(node, &context, &mut found);
    found.all.append(&mut nodes);
    if found.left == 0 {
        // Anything may be meant.
        return vec![PathUse { start: PathStart::Root, steps: vec![PathStep::Anywhere] }];
    }
    found.all
}

/// Adds the paths a part of an expression looks into, and returns those whose nodes it gives.
fn collect<'a>(node: &'a Node, context: &[PathUse<'a>], found: &mut Found<'a>) -> Vec<PathUse<'a>> {
    let look = |node: &'a Node, found: &mut Found<'a>| {
        let mut nodes = collect(node, context, found);
        found.all.append(&mut nodes);
    };
    match node {
        Node::Number(_) | Node::Text(_) => Vec::new(),
        Node::Minus(inner, _) => {
            look(inner, found);
            Vec::new()
        }
        Node::Chain(first, rest) => {
            look(first, found);
            for (_, part) in rest {
                look(part, found);
            }
            Vec::new()
        }
        Node::Union(all) => {
            let mut nodes = Vec::new();
            for each in all {
                nodes.append(&mut collect(each, context, found));
            }
            nodes
        }
        Node::Path(path) => follow(path, context, found),
        Node::Call(call) => called(call, context, found),
    }
}

fn follow<'a>(path: &'a Path, context: &[PathUse<'a>], found: &mut Found<'a>) -> Vec<PathUse<'a>> {
    let mut nodes = match &path.start {
        Start::Context => found.again(context),
        Start::Root => vec![PathUse { start: PathStart::Root, steps: Vec::new() }],
        Start::Filter(inner, predicates) => {
            let nodes = collect(inner, context, found);
            inside(predicates, &nodes, found);
            nodes
        }
    };
    for step in &path.steps {
        if let Some(step) = step_use(step)
            && found.takes(nodes.len())
        {
            for node in &mut nodes {
                node.steps.push(step);
            }
        }
        inside(&step.predicates, &nodes, found);
    }
    nodes
}

fn inside<'a>(predicates: &'a [Node], nodes: &[PathUse<'a>], found: &mut Found<'a>) {
    for predicate in predicates {
        let mut more = collect(predicate, nodes, found);
        found.all.append(&mut more);
    }
}

/// `None` for `.`, which goes nowhere.
fn step_use(step: &Step) -> Option<PathStep<'_>> {
    Some(match (step.axis, &step.test) {
        (Axis::This, _) => return None,
        (Axis::Child, Test::Name(name)) => PathStep::Child(name),
        (Axis::Child, Test::Any | Test::Node | Test::Prefix(_)) => PathStep::Children,
        (Axis::Attribute, Test::Name(name)) => PathStep::Attribute(name),
        (Axis::Attribute, _) => PathStep::Anywhere,
        (Axis::Child, _) => PathStep::Nothing,
        (Axis::Parent, _) => PathStep::Parent,
        (Axis::Descendant | Axis::DescendantOrSelf, _) => PathStep::Inside,
        _ => PathStep::Anywhere,
    })
}

fn called<'a>(call: &'a Call, context: &[PathUse<'a>], found: &mut Found<'a>) -> Vec<PathUse<'a>> {
    if call.name == "instance" || call.name == "pulldata" {
        let id = if let Some(Node::Text(id)) = call.args.first() { id } else { "" };
        inside(&call.args, context, found);
        return vec![PathUse { start: PathStart::Instance(id), steps: Vec::new() }];
    }
    if call.name == "current" {
        return vec![PathUse { start: PathStart::Current, steps: Vec::new() }];
    }
    // These look at the context node when they get no argument, `once` always.
    if call.name == "once" || (call.args.is_empty() && functions::uses_context(&call.name)) {
        let mut context = found.again(context);
        found.all.append(&mut context);
    }
    let mut nodes = Vec::new();
    for arg in &call.args {
        nodes.append(&mut collect(arg, context, found));
    }
    nodes
}

/// Calls `each` for every call in an expression.
fn calls<'a>(node: &'a Node, each: &mut dyn FnMut(&'a Call)) {
    match node {
        Node::Number(_) | Node::Text(_) => {}
        Node::Minus(inner, _) => calls(inner, each),
        Node::Chain(first, rest) => {
            calls(first, each);
            for (_, part) in rest {
                calls(part, each);
            }
        }
        Node::Union(all) => calls_in(all, each),
        Node::Path(path) => {
            if let Start::Filter(inner, predicates) = &path.start {
                calls(inner, each);
                calls_in(predicates, each);
            }
            for step in &path.steps {
                calls_in(&step.predicates, each);
            }
        }
        Node::Call(call) => {
            each(call);
            calls_in(&call.args, each);
        }
    }
}

fn calls_in<'a>(nodes: &'a [Node], each: &mut dyn FnMut(&'a Call)) {
    for node in nodes {
        calls(node, each);
    }
}

pub(crate) fn functions(node: &Node) -> Vec<&str> {
    let mut known = BTreeSet::new();
    let mut names = Vec::new();
    calls(node, &mut |call| {
        if known.insert(call.name.as_str()) {
            names.push(call.name.as_str());
        }
    });
    names
}

pub(crate) fn does_call(node: &Node, name: &str) -> bool {
    let mut does = false;
    calls(node, &mut |call| does |= call.name == name);
    does
}

#[cfg(feature = "read")]
pub(crate) fn texts_given<'a>(node: &'a Node, function: &str, argument: usize) -> Option<Vec<&'a str>> {
    let mut texts = Some(Vec::new());
    calls(node, &mut |call| {
        if call.name == function {
            match call.args.get(argument) {
                Some(Node::Text(text)) => texts.iter_mut().for_each(|texts| texts.push(text.as_str())),
                _ => texts = None,
            }
        }
    });
    texts
}

#[cfg(feature = "read")]
pub(crate) fn texts_of<'a>(node: &'a Node, function: &str) -> Vec<Vec<Option<&'a str>>> {
    let text = |arg: &'a Node| if let Node::Text(text) = arg { Some(text.as_str()) } else { None };
    let mut found = Vec::new();
    calls(node, &mut |call| {
        if call.name == function {
            found.push(call.args.iter().map(text).collect());
        }
    });
    found
}

pub(crate) fn check(node: &Node) -> Vec<FunctionProblem<'_>> {
    let mut problems = Vec::new();
    calls(node, &mut |call| {
        let known = call.index.is_some();
        if !call.index.and_then(functions::at).is_some_and(|function| function.takes(call.args.len())) {
            problems.push(FunctionProblem { name: &call.name, known });
        }
    });
    problems
}
