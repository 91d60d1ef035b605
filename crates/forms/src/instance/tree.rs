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

/// A node that lives.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) node: NodeIndex,
    /// What holds it: for an instance of a repeat its range.
    pub(super) parent: Id,
    pub(super) children: Vec<Id>,
    pub(super) value: String,
    /// The range of a repeat: holds its instances, is no element itself.
    pub(super) range: bool,
    /// Instances beyond `repeat_count`, kept in case it grows again.
    pub(super) parked: Vec<Id>,
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
    /// Live elements by definition node, in document order.
    pub(super) elements: Vec<Vec<Id>>,
    /// Ranges by definition node of their repeat, in document order.
    pub(super) ranges: Vec<Vec<Id>>,
    /// Place in document order, by id.
    ordinals: Vec<u32>,
    /// All that live, in document order.
    in_order: Vec<Id>,
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
            elements: Vec::new(),
            ranges: Vec::new(),
            ordinals: Vec::new(),
            in_order: Vec::new(),
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
            children: Vec::new(),
            value: String::new(),
            range,
            parked: Vec::new(),
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

    /// Makes an element and what is in it, with plain defaults; a repeat begins with one instance unless the form says
    /// otherwise or counts them. Calls itself no deeper than [`crate::definition::MAX_DEPTH`].
    pub(super) fn create(&mut self, node: NodeIndex, parent: Id) -> Id {
        let form = Rc::clone(&self.form);
        let id = self.push(node, parent, false);
        if !form.node(node).dynamic_default {
            self.get_mut(id).value.clone_from(&form.node(node).default);
        }
        for &child in &form.children[node as usize] {
            let made = if form.node(child).kind == Kind::Repeat {
                let range = self.push(child, id, true);
                let counted = form.rules[child as usize].count.is_some();
                for _ in 0..if counted { 0 } else { form.node(child).begins.unwrap_or(1) } {
                    let instance = self.create(child, range);
                    self.get_mut(range).children.push(instance);
                }
                range
            } else {
                self.create(child, id)
            };
            self.get_mut(id).children.push(made);
        }
        id
    }

    /// To be called whenever elements came or went.
    pub(super) fn reorder(&mut self) {
        let count = self.form.rules.len();
        self.elements = vec![Vec::new(); count];
        self.ranges = vec![Vec::new(); count];
        self.ordinals = vec![u32::MAX; self.live.len()];
        self.in_order.clear();
        self.visit(DOCUMENT);
    }

    fn visit(&mut self, id: Id) {
        self.ordinals[id as usize] = self.in_order.len() as u32;
        self.in_order.push(id);
        let node = self.get(id).node as usize;
        if id != DOCUMENT {
            let lists = if self.get(id).range { &mut self.ranges } else { &mut self.elements };
            lists[node].push(id);
        }
        for place in 0..self.get(id).children.len() {
            self.visit(self.get(id).children[place]);
        }
    }

    /// Whether an id is in the tree now.
    pub(super) fn is_alive(&self, id: Id) -> bool {
        self.ordinals.get(id as usize).is_some_and(|ordinal| *ordinal != u32::MAX)
    }

    /// Its place in document order.
    pub(super) fn ordinal(&self, id: Id) -> u32 {
        self.ordinals[id as usize]
    }

    /// Who has a place in document order.
    pub(super) fn at_place(&self, place: u32) -> Id {
        self.in_order[place as usize]
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
        self.get(id).children.iter().copied().find(|&child| self.form.node(self.get(child).node).name == name)
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
        if one.0 >= FIRST || other.0 >= FIRST {
            one.cmp(&other)
        } else {
            self.ordinal(one.0).cmp(&self.ordinal(other.0))
        }
    }

    fn lookup(&self, id: &str, column: &str, value: &str) -> Option<Vec<NodeId>> {
        self.secondary.lookup(id, column, value, self.language)
    }

    fn place(&self, node: NodeId) -> Option<usize> {
        if node.0 <= ROOT || node.0 >= FIRST {
            return None;
        }
        let above = self.get(self.get(node.0).parent);
        let place = above.children.iter().position(|&child| child == node.0).filter(|_| above.range)?;
        Some(place + 1)
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
                // Instances that are not relevant are not counted either; single answers are there, and empty.
                let instances = live.children.iter().filter(|&&instance| !attributes && self.get(instance).relevant);
                instances.for_each(|&instance| each(NodeId(instance)));
            } else if self.form.node(live.node).name.starts_with('@') == attributes {
                each(NodeId(child));
            }
        }
    }
}
