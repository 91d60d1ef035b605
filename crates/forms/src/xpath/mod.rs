//! XPath 1.0 with the functions and rules of ODK XForms, over any tree of answers.
//!
//! Differences from XPath 1.0: texts that look like dates become days since 1970 in arithmetic and order comparison; halves
//! round away from zero; `and`, `or`, `if` and `coalesce` evaluate only what they need; an unknown function or a wrong
//! number of arguments is an error only when reached ([`Expr::check`] finds them all).

mod ast;
mod compare;
#[cfg(feature = "read")]
mod compared;
#[cfg(feature = "read")]
mod document;
mod eval;
mod functions;
#[cfg(feature = "read")]
mod lines;
mod parser;
#[cfg(any(feature = "read", test))]
mod print;
#[cfg(test)]
mod tests;
mod uses;
mod value;

use std::borrow::Cow;
use std::cell::RefCell;
use std::cmp::Ordering;

#[cfg(feature = "read")]
pub use document::{Document, XmlError};
pub use eval::EvalError;
pub(crate) use functions::shuffled;
pub use functions::{needs_rare, rare::install_rare};
#[cfg(feature = "read")]
pub use lines::{answer, refused};
pub use parser::ParseError;
pub use uses::{FunctionProblem, PathStart, PathStep, PathUse};
pub use value::{Value, number_text, text_number};

use crate::Host;

/// A node of a [`Tree`]; what the number means is the tree's affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// What sort of node: trees of answers have only elements and the document above them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// The document: no name, its child is the form's root element.
    Document,
    /// An element.
    Element,
    /// An attribute; its parent is its element, but it is no child.
    Attribute,
    /// Text between elements, where a tree has nodes for it.
    Text,
    /// A comment.
    Comment,
    /// A processing instruction.
    Instruction,
}

/// What expressions are evaluated over: the answers, and lists as secondary instances.
pub trait Tree {
    /// The document: `/data` looks for `data` among its children.
    fn root(&self) -> NodeId;
    /// The parent; `None` for the document and for what [`Tree::instance`] gives.
    fn parent(&self, node: NodeId) -> Option<NodeId>;
    /// Calls `each` for every child in document order.
    fn children(&self, node: NodeId, each: &mut dyn FnMut(NodeId));
    /// Calls `each` for the child elements that go by a name, in document order: the most usual step, which a tree may know a
    /// shorter way for.
    fn children_named(&self, node: NodeId, name: &str, each: &mut dyn FnMut(NodeId)) {
        self.children(node, &mut |child| {
            if self.kind(child) == NodeKind::Element && self.named(child, name) {
                each(child);
            }
        });
    }
    /// The element's name as written, prefix included; empty for a document.
    fn name(&self, node: NodeId) -> &str;
    /// The answer in it; that of a node that is not relevant counts as empty.
    fn string(&self, node: NodeId) -> Cow<'_, str>;
    /// The node whose child is `root` in `instance('id')/root/item`.
    fn instance(&self, id: &str) -> Option<NodeId>;
    /// Document order.
    fn order(&self, one: NodeId, other: NodeId) -> Ordering {
        one.cmp(&other)
    }
    /// What sort of node.
    fn kind(&self, node: NodeId) -> NodeKind {
        if node == self.root() { NodeKind::Document } else { NodeKind::Element }
    }
    /// Calls `each` for every attribute. Answers have none.
    fn attributes(&self, _node: NodeId, _each: &mut dyn FnMut(NodeId)) {}
    /// Whether an element or attribute goes by a name as an expression writes it; `p:` stands for all names of that prefix.
    fn named(&self, node: NodeId, name: &str) -> bool {
        let own = self.name(node);
        own == name || (name.ends_with(':') && own.starts_with(name))
    }
    /// The `item`s of `instance(id)/root/item[column = value]` in document order, where the tree keeps an index.
    fn lookup(&self, _id: &str, _column: &str, _value: &str) -> Option<Vec<NodeId>> {
        None
    }
    /// Which instance of its repeat a node is, from 1, those that are not relevant counted: where the tree knows.
    fn place(&self, _node: NodeId) -> Option<usize> {
        None
    }
    /// The words, in the active language, of a choice of the question at a path (`jr:choice-name`); the path is as the
    /// expression gives it, perhaps relative to `context`.
    fn choice_name(&self, _context: NodeId, _value: &str, _question: &str) -> Option<String> {
        None
    }
    /// The URI of an element's or attribute's namespace; empty for none. Answers have none.
    fn namespace(&self, _node: NodeId) -> &str {
        ""
    }
    /// The form's version (`version()`); empty for none.
    fn version(&self) -> &str {
        ""
    }
    /// A text by its id in the active language (`jr:itext`).
    fn itext(&self, _id: &str) -> Option<String> {
        None
    }
}

/// Sorts nodes; alike ones stay as they are. The one sort there is: each other would be half a kilobyte of the download.
pub(crate) fn sort_nodes(nodes: &mut [NodeId], order: &dyn Fn(NodeId, NodeId) -> Ordering) {
    nodes.sort_unstable_by(|one, other| order(*one, *other));
}

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr(ast::Node);

impl Expr {
    /// Parses an expression.
    ///
    /// # Errors
    /// [`ParseError`] where the text is no expression, or is nested too deep to be evaluated safely.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        parser::parse(text).map(Self)
    }

    /// Evaluates with `context` as `.` and `current()`.
    ///
    /// # Errors
    /// [`EvalError`] when a function is unknown, gets a wrong number of arguments or something it cannot work with.
    pub fn eval(&self, tree: &dyn Tree, context: NodeId, host: &dyn Host) -> Result<Value, EvalError> {
        self.eval_at(tree, context, (1, 1), host)
    }

    /// As [`Expr::eval`], for a context that is one of several (a choice filter's item): `position()` from 1, `last()`.
    ///
    /// # Errors
    /// As [`Expr::eval`].
    pub fn eval_at(
        &self,
        tree: &dyn Tree,
        context: NodeId,
        place: (usize, usize),
        host: &dyn Host,
    ) -> Result<Value, EvalError> {
        self.eval_in(tree, context, context, place, host)
    }

    /// As [`Expr::eval_at`], where `current()` is another node than the context: a choice filter's context is the item,
    /// its `current()` the question.
    ///
    /// # Errors
    /// As [`Expr::eval`].
    pub fn eval_in(
        &self,
        tree: &dyn Tree,
        context: NodeId,
        current: NodeId,
        place: (usize, usize),
        host: &dyn Host,
    ) -> Result<Value, EvalError> {
        let scope = eval::Scope { node: context, position: place.0, size: place.1 };
        eval::Eval { tree, host, current, same: RefCell::default() }.node(&self.0, scope)
    }

    /// Of a condition on items (a choice filter), with `current` as `current()`: the items among which those are that it lets
    /// through, and whether it lets all of them through. `None` where only a look at each can tell. `look` finds the items that
    /// have a value in a column.
    ///
    /// # Errors
    /// As [`Expr::eval`].
    pub(crate) fn found_by(
        &self,
        tree: &dyn Tree,
        current: NodeId,
        host: &dyn Host,
        look: &eval::Look<'_>,
    ) -> Result<Option<(Vec<NodeId>, bool)>, EvalError> {
        let scope = eval::Scope { node: current, position: 1, size: 1 };
        eval::Eval { tree, host, current, same: RefCell::default() }.found_by(&self.0, scope, look)
    }

    /// The paths the expression may follow, those inside predicates and arguments included.
    pub fn paths(&self) -> Vec<PathUse<'_>> {
        uses::paths(&self.0)
    }

    /// Whether it calls a function.
    pub fn calls(&self, name: &str) -> bool {
        uses::does_call(&self.0, name)
    }

    /// Names of the functions it calls, each once.
    pub fn functions(&self) -> Vec<&str> {
        uses::functions(&self.0)
    }

    /// The texts that calls of a function give as an argument; `None` where one of them gives something else.
    #[cfg(feature = "read")]
    pub fn texts_given(&self, function: &str, argument: usize) -> Option<Vec<&str>> {
        uses::texts_given(&self.0, function, argument)
    }

    /// The arguments of each call of a function: texts, or `None` for those that are something else.
    #[cfg(feature = "read")]
    pub fn texts_of(&self, function: &str) -> Vec<Vec<Option<&str>>> {
        uses::texts_of(&self.0, function)
    }

    /// The paths, and the words that they are compared with: `selected(path, 'word')`, `path = 'word'`.
    #[cfg(feature = "read")]
    pub(crate) fn compared(&self) -> Vec<(PathUse<'_>, &str)> {
        compared::compared(&self.0)
    }

    /// Calls of functions that do not exist or do not take that many arguments.
    pub fn check(&self) -> Vec<FunctionProblem<'_>> {
        uses::check(&self.0)
    }
}
