//! The live tree of answers, as expressions see it.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;
use std::rc::Rc;

use super::form::Form;
use super::lists::{FIRST, Secondary, plain};
use super::trees::{self, Trees};
use crate::Host;
use crate::contract::Id;
use crate::definition::{Kind, NodeIndex};
use crate::xpath::{Expr, NodeId, NodeKind, Tree};

/// The document above the root element.
pub(super) const DOCUMENT: Id = 0;
/// The root element.
pub(super) const ROOT: Id = 1;

/// Nodes of a filling, those included that were taken out: from so many on no instance comes any more.
pub(super) const MOST_NODES: usize = 100_000;

/// A node that lives.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) node: NodeIndex,
    /// What holds it: for an instance of a repeat its range.
    pub(super) parent: Id,
    /// Its place among its parent's children, from 0.
    pub(super) place: usize,
    /// Of an element in the order of the definition's children; of a range its instances.
    pub(super) children: Vec<Id>,
    pub(super) value: String,
    /// The range of a repeat: holds its instances, is no element itself.
    pub(super) range: bool,
    /// Instances beyond `repeat_count`, kept in case it grows again.
    pub(super) parked: Vec<Id>,
    /// Whether it is in the tree now.
    alive: bool,
    /// What its own condition says.
    pub(super) own: bool,
    /// Whether it and all above it are relevant.
    pub(super) relevant: bool,
    pub(super) required: bool,
    pub(super) readonly: bool,
    /// Whether the constraint holds.
    pub(super) valid: bool,
}

/// The tree with everything that expressions may ask for.
pub(super) struct LiveTree {
    pub(super) form: Rc<Form>,
    pub(super) host: Rc<dyn Host>,
    pub(super) secondary: Secondary,
    trees: Trees,
    pub(super) language: usize,
    /// For choices that are shuffled without a seed of the form's: the same as long as this filling is open.
    pub(super) seed: f64,
    pub(super) live: Vec<Live>,
    /// Whether choices are being found for their words: those that ask for such words themselves would never end.
    pub(super) naming: Cell<bool>,
}

impl LiveTree {
    /// A document without children. The root is made by [`Self::create`].
    pub(super) fn new(form: Rc<Form>, host: Rc<dyn Host>, secondary: Secondary) -> Self {
        let language = form.definition.default_language;
        let mut tree = Self {
            trees: Trees::new(Rc::clone(&form.definition)),
            seed: host.random() * 1e9,
            form,
            host,
            secondary,
            language,
            live: Vec::new(),
            naming: Cell::new(false),
        };
        tree.push(0, DOCUMENT, true);
        tree
    }

    fn push(&mut self, node: NodeIndex, parent: Id, range: bool) -> Id {
        let id = Id::try_from(self.live.len()).expect("a phone's memory ends long before");
        self.live.push(Live {
            node,
            parent,
            place: 0,
            children: Vec::new(),
            value: String::new(),
            range,
            parked: Vec::new(),
            alive: true,
            own: true,
            relevant: true,
            required: false,
            readonly: false,
            valid: true,
        });
        id
    }

    pub(super) fn get(&self, id: Id) -> &Live {
        &self.live[id as usize]
    }

    pub(super) fn get_mut(&mut self, id: Id) -> &mut Live {
        &mut self.live[id as usize]
    }

    pub(super) fn kind(&self, id: Id) -> Kind {
        self.form.node(self.get(id).node).kind
    }

    /// Whether there are [`MOST_NODES`].
    pub(super) fn is_full(&self) -> bool {
        self.live.len() >= MOST_NODES
    }

    /// Makes an element and what is in it, with plain defaults; a repeat begins with one instance unless the form says
    /// otherwise or counts them. Calls itself no deeper than [`crate::definition::MAX_DEPTH`].
    pub(super) fn create(&mut self, node: NodeIndex, parent: Id) -> Id {
        let form = Rc::clone(&self.form);
        let id = self.push(node, parent, false);
        if !form.node(node).dynamic_default {
            self.get_mut(id).value.clone_from(&form.node(node).default);
        }
        for (place, &child) in form.children[node as usize].iter().enumerate() {
            let made = if form.node(child).kind == Kind::Repeat {
                let range = self.push(child, id, true);
                let counted = form.rules[child as usize].count.is_some();
                let begins = if counted { 0 } else { form.node(child).begins.unwrap_or(1) as usize };
                for place in 0..begins {
                    if self.is_full() {
                        break;
                    }
                    let instance = self.create(child, range);
                    self.get_mut(instance).place = place;
                    self.get_mut(range).children.push(instance);
                }
                range
            } else {
                self.create(child, id)
            };
            self.get_mut(made).place = place;
            self.get_mut(id).children.push(made);
        }
        id
    }

    /// Puts an instance among those of a range.
    pub(super) fn attach(&mut self, range: Id, place: usize, instance: Id) {
        self.get_mut(range).children.insert(place, instance);
        self.number(range, place);
        self.set_alive(instance, true);
    }

    /// Takes an instance out of a range.
    pub(super) fn detach(&mut self, range: Id, place: usize) -> Id {
        let instance = self.get_mut(range).children.remove(place);
        self.number(range, place);
        self.set_alive(instance, false);
        instance
    }

    fn number(&mut self, range: Id, from: usize) {
        for place in from..self.get(range).children.len() {
            let child = self.get(range).children[place];
            self.get_mut(child).place = place;
        }
    }

    fn set_alive(&mut self, instance: Id, alive: bool) {
        if self.get(instance).alive != alive {
            for id in self.inside(instance) {
                self.get_mut(id).alive = alive;
            }
        }
    }

    /// Whether an id is in the tree now.
    pub(super) fn is_alive(&self, id: Id) -> bool {
        self.live.get(id as usize).is_some_and(|live| live.alive)
    }

    /// The elements of a definition node (of a repeat its instances) inside an element of a node around it, or that element
    /// itself; in document order.
    pub(super) fn elements(&self, top: Id, node: NodeIndex) -> Vec<Id> {
        let mut way = Vec::new();
        let mut here = node;
        while here != self.get(top).node && here != 0 {
            way.push(self.form.slots[here as usize]);
            here = self.form.node(here).parent;
        }
        let mut found = vec![top];
        for &slot in way.iter().rev() {
            let mut next = Vec::with_capacity(found.len());
            for id in found {
                let child = self.get(id).children[slot];
                if self.get(child).range {
                    next.extend_from_slice(&self.get(child).children);
                } else {
                    next.push(child);
                }
            }
            found = next;
        }
        found
    }

    /// As [`Self::elements`], of a repeat its ranges before their instances.
    pub(super) fn nodes(&self, top: Id, node: NodeIndex) -> Vec<Id> {
        if self.form.node(node).kind != Kind::Repeat || self.get(top).node == node {
            return self.elements(top, node);
        }
        let mut found = Vec::new();
        for above in self.elements(top, self.form.node(node).parent) {
            let range = self.get(above).children[self.form.slots[node as usize]];
            found.push(range);
            found.extend_from_slice(&self.get(range).children);
        }
        found
    }

    /// The instance of a repeat around an element, or that element itself; the root for node 0.
    pub(super) fn around(&self, id: Id, repeat: NodeIndex) -> Id {
        let mut here = id;
        while here != ROOT && (self.get(here).range || self.get(here).node != repeat) {
            here = self.get(here).parent;
        }
        here
    }

    fn depth(&self, id: Id) -> usize {
        let (mut here, mut depth) = (id, 0);
        while here != DOCUMENT {
            here = self.get(here).parent;
            depth += 1;
        }
        depth
    }

    /// Who comes first in the document.
    fn before(&self, one: Id, other: Id) -> Ordering {
        let (mut left, mut right) = (one, other);
        let (deep, other_deep) = (self.depth(one), self.depth(other));
        for _ in other_deep..deep {
            left = self.get(left).parent;
        }
        for _ in deep..other_deep {
            right = self.get(right).parent;
        }
        if left == right {
            return deep.cmp(&other_deep);
        }
        while self.get(left).parent != self.get(right).parent {
            (left, right) = (self.get(left).parent, self.get(right).parent);
        }
        self.get(left).place.cmp(&self.get(right).place)
    }

    /// All in it and itself, in document order.
    pub(super) fn inside(&self, id: Id) -> Vec<Id> {
        let mut all = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            all.push(id);
            open.extend(self.get(id).children.iter().rev());
        }
        all
    }

    /// The child of a name; a repeat is its range.
    pub(super) fn child(&self, id: Id, name: &str) -> Option<Id> {
        let slot = self.form.slot(self.get(id).node, name)?;
        self.get(id).children.get(slot).copied()
    }

    /// The element above, ranges skipped.
    pub(super) fn element_above(&self, id: Id) -> Id {
        let parent = self.get(id).parent;
        if parent != DOCUMENT && self.get(parent).range { self.get(parent).parent } else { parent }
    }
}

impl Tree for LiveTree {
    fn root(&self) -> NodeId {
        NodeId(DOCUMENT)
    }

    fn parent(&self, node: NodeId) -> Option<NodeId> {
        match node.0 {
            trees::FIRST.. => self.trees.parent(node),
            FIRST.. => self.secondary.parent(node),
            DOCUMENT => None,
            id => Some(NodeId(self.element_above(id))),
        }
    }

    fn children(&self, node: NodeId, each: &mut dyn FnMut(NodeId)) {
        match node.0 {
            trees::FIRST.. => self.trees.inside(node, false, each),
            FIRST.. => self.secondary.children(node, each),
            id => self.inside_element(id, false, each),
        }
    }

    fn attributes(&self, node: NodeId, each: &mut dyn FnMut(NodeId)) {
        match node.0 {
            trees::FIRST.. => self.trees.inside(node, true, each),
            FIRST.. => {}
            id => self.inside_element(id, true, each),
        }
    }

    fn kind(&self, node: NodeId) -> NodeKind {
        match node.0 {
            DOCUMENT => NodeKind::Document,
            _ if self.written_name(node).starts_with('@') => NodeKind::Attribute,
            _ => NodeKind::Element,
        }
    }

    fn children_named(&self, node: NodeId, name: &str, each: &mut dyn FnMut(NodeId)) {
        let child = match node.0 {
            trees::FIRST.. => {
                let mut named = |child: NodeId| {
                    if self.named(child, name) {
                        each(child);
                    }
                };
                return self.trees.inside(node, false, &mut named);
            }
            FIRST.. => return self.secondary.children_named(node, name, each),
            DOCUMENT => Some(ROOT).filter(|_| self.form.node(0).name == name),
            id => self.child(id, name),
        };
        match child {
            Some(range) if self.get(range).range => self.instances(range, each),
            Some(child) => each(NodeId(child)),
            None => {}
        }
    }

    fn name(&self, node: NodeId) -> &str {
        let name = self.written_name(node);
        name.strip_prefix('@').unwrap_or(name)
    }

    fn string(&self, node: NodeId) -> Cow<'_, str> {
        match node.0 {
            trees::FIRST.. => Cow::Borrowed(self.trees.text(node)),
            FIRST.. => self.secondary.string(node, self.language),
            id => {
                let live = self.get(id);
                Cow::Borrowed(if live.relevant { &live.value } else { "" })
            }
        }
    }

    fn instance(&self, id: &str) -> Option<NodeId> {
        self.secondary.find(id).or_else(|| self.trees.find(id))
    }

    fn order(&self, one: NodeId, other: NodeId) -> Ordering {
        if one.0 >= FIRST || other.0 >= FIRST { one.cmp(&other) } else { self.before(one.0, other.0) }
    }

    fn version(&self) -> &str {
        &self.form.definition.version
    }

    fn lookup(&self, id: &str, column: &str, value: &str) -> Option<Vec<NodeId>> {
        self.secondary.lookup(id, column, value, self.language)
    }

    fn place(&self, node: NodeId) -> Option<usize> {
        if node.0 <= ROOT || node.0 >= FIRST {
            return None;
        }
        let live = self.get(node.0);
        self.get(live.parent).range.then_some(live.place + 1)
    }

    fn choice_name(&self, context: NodeId, value: &str, question: &str) -> Option<String> {
        let found = Expr::parse(question).ok()?.eval(self, context, &*self.host).ok()?;
        let crate::xpath::Value::Nodes(nodes) = found else { return None };
        let node = nodes.first().filter(|node| node.0 < FIRST)?;
        self.choice_label(node.0, value)
    }

    fn itext(&self, id: &str) -> Option<String> {
        let definition = &self.form.definition;
        let text = definition.texts.get(id)?;
        Some(plain(text, self.language, definition.default_language).into_owned())
    }
}

impl LiveTree {
    /// Instances that are not relevant are not counted either; single answers are there, and empty.
    fn instances(&self, range: Id, each: &mut dyn FnMut(NodeId)) {
        for &instance in &self.get(range).children {
            if self.get(instance).relevant {
                each(NodeId(instance));
            }
        }
    }

    /// An attribute's name begins with `@`, as in the definition.
    fn written_name(&self, node: NodeId) -> &str {
        match node.0 {
            DOCUMENT => "",
            trees::FIRST.. => self.trees.name(node),
            FIRST.. => self.secondary.name(node),
            id => &self.form.node(self.get(id).node).name,
        }
    }

    /// The elements in an element, or its attributes.
    fn inside_element(&self, id: Id, attributes: bool, each: &mut dyn FnMut(NodeId)) {
        for &child in &self.get(id).children {
            let live = self.get(child);
            if live.range {
                if !attributes {
                    self.instances(child, each);
                }
            } else if self.form.node(live.node).name.starts_with('@') == attributes {
                each(NodeId(child));
            }
        }
    }
}
