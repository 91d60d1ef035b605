//! Answers out of an instance's elements, and what its form has no node for.

use std::collections::HashMap;

use roxmltree::Node as Element;
use serde_json::{Map, Value};

use super::super::xml::{self, JAVAROSA};
use super::Unknown;
use crate::definition::{Definition, Kind, Node};

/// An instance of another form than it says has nothing but such; one that is of its form has few.
const MAX_UNKNOWN: usize = 1_000;
/// Empty lists that are made of repeats without instances, in all.
const MAX_LISTS: usize = xml::INSTANCE_NODES as usize;

/// Reads answers by a form's nodes.
pub(super) struct Reader<'a> {
    definition: &'a Definition,
    /// The child of a node by its name.
    named: HashMap<(usize, &'a str), usize>,
    /// The first child by its name without the prefix, and whether it is an attribute.
    like: HashMap<(usize, bool, &'a str), usize>,
    /// The repeats in each node.
    repeats: HashMap<usize, Vec<usize>>,
    lists: usize,
    pub(super) unknown: Vec<Unknown>,
}

/// A name without its prefix, and whether it is an attribute's.
fn plain(name: &str) -> (bool, &str) {
    (name.starts_with('@'), xml::local(name))
}

impl<'a> Reader<'a> {
    pub(super) fn new(definition: &'a Definition) -> Self {
        let (mut named, mut like) = (HashMap::new(), HashMap::new());
        let mut repeats: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, node) in definition.nodes.iter().enumerate().skip(1) {
            let parent = node.parent as usize;
            let (is_attribute, name) = plain(&node.name);
            named.entry((parent, node.name.as_str())).or_insert(index);
            like.entry((parent, is_attribute, name)).or_insert(index);
            if node.kind == Kind::Repeat {
                repeats.entry(parent).or_default().push(index);
            }
        }
        Self { definition, named, like, repeats, lists: 0, unknown: Vec::new() }
    }

    /// The child of a node that an element or attribute of this name is; one of another prefix where none has the same.
    fn known(&self, index: usize, name: &str) -> Option<usize> {
        let (is_attribute, local) = plain(name);
        self.named.get(&(index, name)).or_else(|| self.like.get(&(index, is_attribute, local))).copied()
    }

    fn unknown(&mut self, path: String, written: &str) {
        self.unknown.push(Unknown { path, written: written.to_owned() });
    }

    /// Whether there is more than an instance of the form can have; nothing is read any more then.
    pub(super) fn is_full(&self) -> bool {
        self.unknown.len() > MAX_UNKNOWN || self.lists > MAX_LISTS
    }

    /// What is inside a group, with words beside its elements.
    pub(super) fn group(&mut self, element: Element<'_, '_>, index: usize, path: &str) -> Map<String, Value> {
        let words = xml::own_text(element);
        if !words.is_empty() {
            self.unknown(format!("{path}/text()"), &words);
        }
        self.inside(element, index, path)
    }

    /// What is inside an element. Elements are nested no deeper than [`xml::open`] lets them.
    pub(super) fn inside(&mut self, element: Element<'_, '_>, index: usize, path: &str) -> Map<String, Value> {
        let mut answers = Map::new();
        if self.is_full() {
            return answers;
        }
        if let Some(repeats) = self.repeats.get(&index) {
            self.lists += repeats.len();
            for &child in repeats {
                answers.insert(self.definition.nodes[child].name.clone(), Value::Array(Vec::new()));
            }
        }
        for (name, attribute) in xml::attributes(element) {
            let name = format!("@{name}");
            match self.known(index, &name) {
                Some(known) => {
                    let name = self.definition.nodes[known].name.clone();
                    answers.insert(name, Value::String(attribute.value().to_owned()));
                }
                // An element's own are of the form and of those that sent it.
                None if index == 0 || attribute.namespace().is_some() => {}
                None => self.unknown(format!("{path}/{name}"), attribute.value()),
            }
        }
        for child in element.children().filter(Element::is_element) {
            let name = xml::name(child);
            if child.attribute((JAVAROSA, "template")).is_some() {
                continue;
            }
            match self.known(index, name) {
                Some(known) => self.answer(child, known, path, &mut answers),
                None if child.tag_name().name() == "meta" && (index == 0 || self.has_entity(index)) => {
                    self.own_meta(child, index, path);
                }
                None if self.is_own_meta(index) && self.is_of_meta(child, 0) => {}
                None if self.is_count(index, name) => {}
                None => self.unknown(format!("{path}/{name}"), xml::source(child)),
            }
            if self.is_full() {
                break;
            }
        }
        answers
    }

    fn answer(&mut self, element: Element<'_, '_>, index: usize, path: &str, answers: &mut Map<String, Value>) {
        let Node { name, kind, .. } = &self.definition.nodes[index];
        let (name, kind) = (name.clone(), *kind);
        let path = format!("{path}/{name}");
        match kind {
            Kind::Repeat => {
                let place = answers.get(&name).and_then(Value::as_array).map_or(0, Vec::len) + 1;
                let instance = Value::Object(self.group(element, index, &format!("{path}[{place}]")));
                if let Some(instances) = answers.get_mut(&name).and_then(Value::as_array_mut) {
                    instances.push(instance);
                }
            }
            _ if answers.contains_key(&name) => self.unknown(format!("{path}[2]"), xml::source(element)),
            Kind::Group | Kind::Root => {
                let inside = self.group(element, index, &path);
                answers.insert(name, Value::Object(inside));
            }
            _ => {
                // Attributes of a question are the form's own: calculated, or always the same.
                let _ = self.inside(element, index, &path);
                answers.insert(name, Value::String(xml::own_text(element)));
            }
        }
    }

    /// A meta block that the form has no nodes for: what [`Meta`] has is known.
    fn own_meta(&mut self, meta: Element<'_, '_>, index: usize, path: &str) {
        for child in meta.children().filter(Element::is_element) {
            if !self.is_of_meta(child, index) {
                let path = format!("{path}/{}/{}", xml::name(meta), xml::name(child));
                self.unknown(path, xml::source(child));
            }
            if self.is_full() {
                break;
            }
        }
    }

    /// Whether an element of the meta block of a node is read without a node of its own.
    fn is_of_meta(&self, child: Element<'_, '_>, index: usize) -> bool {
        let name = child.tag_name().name();
        if name == "entity" {
            return true;
        }
        let is_text = ["instanceID", "instanceName", "deprecatedID"].contains(&name)
            || (name == "audit" && self.audit().is_some());
        let is_same = |other: Element<'_, '_>| other.is_element() && other.tag_name().name() == name;
        index == 0
            && is_text
            && !child.children().any(|inside| inside.is_element())
            && !child.prev_siblings().skip(1).any(is_same)
    }

    /// The form's log of the filling, which is written in the meta block wherever the form names it.
    pub(super) fn audit(&self) -> Option<&'a Node> {
        self.definition.nodes.iter().skip(1).find(|node| node.kind == Kind::Audit && node.parent == 0)
    }

    /// Whether a node is the form's own meta block.
    fn is_own_meta(&self, index: usize) -> bool {
        let node = &self.definition.nodes[index];
        index > 0 && node.parent == 0 && node.kind == Kind::Group && xml::local(&node.name) == "meta"
    }

    fn has_entity(&self, index: usize) -> bool {
        self.definition.entities.iter().any(|entity| entity.node as usize == index)
    }

    /// Whether an element was made to hold how often a repeat beside it is there: `member_count`. See [`crate::xform_out`].
    fn is_count(&self, index: usize, name: &str) -> bool {
        let repeat = name.trim_end_matches('_').strip_suffix("_count");
        let repeat = repeat.and_then(|repeat| self.named.get(&(index, repeat)));
        repeat.is_some_and(|&repeat| !self.definition.nodes[repeat].repeat_count.is_empty())
    }
}
