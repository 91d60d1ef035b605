//! The live tree of answers, as expressions see it.

use crate::texts::joined;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::rc::Rc;

use super::form::Form;
use super::lists::{FIRST, Secondary};
use crate::Host;
use crate::contract::Id;
use crate::definition::{Kind, NodeIndex};
use crate::xpath::{Expr, NodeId, Tree};

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
    pub(super) language: usize,
    pub(super) live: Vec<Live>,
    /// Live elements by definition node, in document order.
    pub(super) elements: Vec<Vec<Id>>,
    /// Ranges by definition node of their repeat, in document order.
    pub(super) ranges: Vec<Vec<Id>>,
    /// Place in document order, by id.
    ordinal: Vec<u32>,
    /// All that live, in document order.
    in_order: Vec<Id>,
}

impl LiveTree {
    /// A document without children. The root is made by [`Self::create`].
    pub(super) fn new(form: Rc<Form>, host: Rc<dyn Host>, secondary: Secondary) -> Self {
        let language = form.definition.default_language;
        let mut tree = Self {
            form,
            host,
            secondary,
            language,
            live: Vec::new(),
            elements: Vec::new(),
            ranges: Vec::new(),
            ordinal: Vec::new(),
            in_order: Vec::new(),
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

    /// Makes an element and what is in it, with plain defaults; a repeat begins with one instance unless it is counted.
    pub(super) fn create(&mut self, node: NodeIndex, parent: Id) -> Id {
        let form = Rc::clone(&self.form);
        let id = self.push(node, parent, false);
        if !form.node(node).dynamic_default {
            self.get_mut(id).value.clone_from(&form.node(node).default);
        }
        for &child in &form.children[node as usize] {
            let made = if form.node(child).kind == Kind::Repeat {
                let range = self.push(child, id, true);
                if form.rules[child as usize].count.is_none() {
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
        self.ordinal = vec![u32::MAX; self.live.len()];
        self.in_order.clear();
        self.visit(DOCUMENT);
    }

    fn visit(&mut self, id: Id) {
        self.ordinal[id as usize] = self.in_order.len() as u32;
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
        self.ordinal.get(id as usize).is_some_and(|ordinal| *ordinal != u32::MAX)
    }

    /// Its place in document order.
    pub(super) fn place(&self, id: Id) -> u32 {
        self.ordinal[id as usize]
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
        if node.0 >= FIRST {
            return self.secondary.parent(node);
        }
        (node.0 != DOCUMENT).then(|| NodeId(self.element_above(node.0)))
    }

    fn children(&self, node: NodeId, each: &mut dyn FnMut(NodeId)) {
        if node.0 >= FIRST {
            return self.secondary.children(node, each);
        }
        for &child in &self.get(node.0).children {
            if self.get(child).range {
                // Instances that are not relevant are not counted either; single answers are there, and empty.
                let instances = self.get(child).children.iter().filter(|&&instance| self.get(instance).relevant);
                instances.for_each(|&instance| each(NodeId(instance)));
            } else {
                each(NodeId(child));
            }
        }
    }

    fn name(&self, node: NodeId) -> &str {
        match node.0 {
            DOCUMENT => "",
            id if id >= FIRST => self.secondary.name(node),
            id => &self.form.node(self.get(id).node).name,
        }
    }

    fn string(&self, node: NodeId) -> Cow<'_, str> {
        if node.0 >= FIRST {
            return self.secondary.string(node, self.language);
        }
        let live = self.get(node.0);
        Cow::Borrowed(if live.relevant { &live.value } else { "" })
    }

    fn instance(&self, id: &str) -> Option<NodeId> {
        self.secondary.find(id)
    }

    fn order(&self, one: NodeId, other: NodeId) -> Ordering {
        if one.0 >= FIRST || other.0 >= FIRST { one.cmp(&other) } else { self.place(one.0).cmp(&self.place(other.0)) }
    }

    fn lookup(&self, id: &str, column: &str, value: &str) -> Option<Vec<NodeId>> {
        self.secondary.lookup(id, column, value, self.language)
    }

    fn choice_name(&self, context: NodeId, value: &str, question: &str) -> Option<String> {
        let found = Expr::parse(question).ok()?.eval(self, context, &*self.host).ok()?;
        let crate::xpath::Value::Nodes(nodes) = found else { return None };
        let node = nodes.first().filter(|node| node.0 < FIRST)?;
        self.choice_label(self.get(node.0).node, value)
    }
}

impl LiveTree {
    /// The words of a choice in the active language, whether or not it is offered now.
    pub(super) fn choice_label(&self, node: NodeIndex, value: &str) -> Option<String> {
        let (name, label) = self.choice_columns(node)?;
        let source = self.form.node(node).choices.as_ref()?;
        let table = self.secondary.table(&source.list, source.external)?;
        let row = self.secondary.row(table, &name, value, self.language)?;
        Some(self.secondary.cell(table, row, &label, self.language).into_owned())
    }

    /// The columns a select stores and shows: `parameters` may name others, and files may be translated.
    pub(super) fn choice_columns(&self, node: NodeIndex) -> Option<(String, String)> {
        let node = self.form.node(node);
        let source = node.choices.as_ref()?;
        let named = |key: &str, otherwise: &str| node.parameters.get(key).map_or(otherwise, String::as_str).to_owned();
        if !source.external {
            return Some(("name".into(), "label".into()));
        }
        let label = named("label", "label");
        let language = self.form.definition.languages.get(self.language).map_or("", String::as_str);
        let translated = joined(&[label.as_str(), "::", language], "");
        let has = self.secondary.table(&source.list, true).is_some_and(|table| table.has(&translated));
        Some((named("value", "name"), if has { translated } else { label }))
    }
}
