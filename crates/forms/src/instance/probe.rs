//! A filling as a program sees it that plays a form: every node with what holds of it, by path.

use super::Session;
use super::tree::{DOCUMENT, ROOT};
use crate::contract::Id;
use crate::definition::{Kind, Node};

/// What holds of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// `/data/family/member[2]`; a repeat's list of instances without position at its end.
    pub path: String,
    /// What it is; a list of instances is a repeat with a `count`.
    pub kind: Kind,
    /// The answer, where it holds one; empty while it is not relevant.
    pub value: Option<String>,
    /// How many instances, for a list of them.
    pub count: Option<usize>,
    /// Whether it and all around it are relevant.
    pub relevant: bool,
    /// Whether an answer is needed.
    pub required: bool,
    /// Whether it or something around it may not be changed.
    pub readonly: bool,
    /// Whether the constraint holds.
    pub valid: bool,
}

impl Session {
    /// All nodes in document order.
    pub fn states(&self) -> Vec<State> {
        self.tree.inside(ROOT).into_iter().map(|id| self.state(id)).collect()
    }

    /// One node.
    pub fn state(&self, id: Id) -> State {
        let live = self.tree.get(id);
        let node = self.tree.form.node(live.node);
        let holds = !live.range && super::lexical::has_value(node.kind);
        // The list of instances is no element: what holds around it holds of it.
        let (required, readonly) = match live.range {
            true => (false, live.parent != DOCUMENT && self.tree.get(live.parent).readonly),
            false => (live.required, live.readonly),
        };
        State {
            path: self.path(id),
            kind: node.kind,
            value: holds.then(|| if live.relevant { live.value.clone() } else { String::new() }),
            count: live.range.then_some(live.children.len()),
            relevant: live.relevant,
            required,
            readonly,
            valid: live.valid,
        }
    }

    /// Its node in the definition.
    pub fn node(&self, id: Id) -> &Node {
        self.tree.form.node(self.tree.get(id).node)
    }

    /// The choices that are offered now: name and words.
    pub fn offered(&self, id: Id) -> Vec<(String, String)> {
        self.tree.offered(id).unwrap_or_default()
    }

    /// Its label with values.
    pub fn label_of(&self, id: Id) -> String {
        self.words(id, self.node(id).label.as_ref())
    }

    /// What the form says when a rule fails: the constraint's words, or those of a missing answer.
    pub fn message_of(&self, id: Id, constraint: bool) -> String {
        let node = self.node(id);
        self.words(id, if constraint { node.constraint_message.as_ref() } else { node.required_message.as_ref() })
    }
}
