//! Instances as XML: a finished form as an `OpenRosa` submission, and back into answers.

mod reader;

use std::collections::HashMap;

use roxmltree::{Node as Element, NodeId};
use serde_json::Value;

use super::lexical;
use super::problem::{XFormProblem, XFormProblemKind};
use super::xml::{self, OPENROSA};
use crate::definition::{Definition, MAX_DEPTH, Node};

use reader::Reader;

/// What an instance says of itself, where the form has no nodes of its own for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// `uuid:…`: the same for every sending of the same answers.
    pub instance_id: String,
    /// Its name for people; empty when it has none.
    pub instance_name: String,
    /// The id that it had before it was edited; empty when it was not.
    pub deprecated_id: String,
    /// What it does to entity lists.
    pub entities: Vec<EntityElement>,
}

/// An `entity` element of an instance. Source: ODK Entities specification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityElement {
    /// Where its `meta` is: `/data`, or an instance of a repeat (`/data/tree[2]`).
    pub path: String,
    /// `dataset`: the entity list.
    pub list: String,
    /// `id`: of the entity.
    pub id: String,
    /// Whether it is created.
    pub create: bool,
    /// Whether it is updated.
    pub update: bool,
    /// `baseVersion`: the version that the form knew; empty when none.
    pub base_version: String,
    /// `label`: what people read; empty when it stays as it is.
    pub label: String,
}

/// What an instance is of, before one knows its form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `id` of its root.
    pub form_id: String,
    /// `version` of its root; empty when it has none.
    pub version: String,
    /// What it says of itself.
    pub meta: Meta,
}

/// An instance with its answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// What it is of.
    pub head: Head,
    /// In the shape of [`crate::contract::Draft::answers`]. What the instance has not, is not there either; but a repeat of
    /// which it has no instance is an empty list.
    pub answers: Value,
    /// What the form has no node for, and the answers have not.
    pub unknown: Vec<Unknown>,
}

/// What of an instance its form has no node for: an element, an attribute, words beside the elements of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// `/data/home/member[1]/age`, `/data/home/@age`, `/data/home/text()`.
    pub path: String,
    /// As it is written in the document; of an attribute its value.
    pub written: String,
}

/// Bytes that the paths of all entities may have.
const MAX_PATHS: usize = 4 << 20;

/// Reads only what an instance is of: to find its form.
///
/// # Errors
/// When it is no XML that is accepted.
pub fn head(xml: &str) -> Result<Head, XFormProblem> {
    let document = xml::open(xml, xml::INSTANCE_NODES)?;
    head_of(document.root_element())
}

/// Reads an instance of a form.
///
/// # Errors
/// When it is no XML that is accepted, or an instance of another form; also when it has more than an instance of the form.
pub fn read(definition: &Definition, xml: &str) -> Result<Instance, XFormProblem> {
    let document = xml::open(xml, xml::INSTANCE_NODES)?;
    let root = document.root_element();
    let head = head_of(root)?;
    let named = definition.nodes.first().map_or("", |node| node.name.as_str());
    if head.form_id != definition.id || xml::local(xml::name(root)) != xml::local(named) {
        let kind = XFormProblemKind::OtherForm(head.form_id, definition.id.clone());
        return Err(xml::problem(root, kind));
    }
    let mut reader = Reader::new(definition);
    let mut answers = reader.group(root, 0, &format!("/{named}"));
    let log = child(root, "meta").and_then(|meta| child(meta, "audit"));
    if let (Some(node), Some(log)) = (reader.audit(), log) {
        answers.entry(node.name.clone()).or_insert_with(|| Value::String(xml::own_text(log)));
    }
    if reader.is_full() {
        return Err(xml::problem(root, XFormProblemKind::TooLarge));
    }
    Ok(Instance { head, answers: Value::Object(answers), unknown: reader.unknown })
}

/// The answers in an instance's root element, as [`read`] gives them.
pub(super) fn answers(definition: &Definition, root: Element<'_, '_>) -> Value {
    Value::Object(Reader::new(definition).inside(root, 0, ""))
}

fn head_of(root: Element<'_, '_>) -> Result<Head, XFormProblem> {
    let attribute = |name: &str| root.attributes().find(|attribute| attribute.name() == name);
    let text = |name: &str| attribute(name).map_or_else(String::new, |found| found.value().to_owned());
    let mut meta = Meta::default();
    if let Some(element) = child(root, "meta") {
        let text =
            |name: &str| child(element, name).map_or_else(String::new, |found| xml::own_text(found).trim().into());
        meta.instance_id = text("instanceID");
        meta.instance_name = text("instanceName");
        meta.deprecated_id = text("deprecatedID");
    }
    let is_entity = |node: &Element<'_, '_>| {
        let above = node.parent_element().filter(|above| above.tag_name().name() == "meta");
        node.tag_name().name() == "entity" && above.is_some()
    };
    if root.descendants().any(|node| is_entity(&node)) {
        let places = Places::of(root);
        let mut bytes = 0;
        for element in root.descendants().filter(is_entity) {
            let owner = element.parent_element().and_then(|meta| meta.parent_element());
            let path = owner.map(|owner| places.path(owner)).unwrap_or_default();
            bytes += path.len();
            if bytes > MAX_PATHS {
                return Err(xml::problem(root, XFormProblemKind::TooLarge));
            }
            meta.entities.push(entity(element, &path));
        }
    }
    Ok(Head { form_id: text("id"), version: text("version"), meta })
}

fn child<'a>(node: Element<'a, 'a>, name: &str) -> Option<Element<'a, 'a>> {
    node.children().find(|child| child.is_element() && child.tag_name().name() == name)
}

fn entity(element: Element<'_, '_>, path: &str) -> EntityElement {
    let attribute = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
    let yes = |name: &str| matches!(element.attribute(name), Some("1" | "true"));
    let label = child(element, "label").map(xml::own_text).unwrap_or_default();
    EntityElement {
        path: path.to_owned(),
        list: attribute("dataset"),
        id: attribute("id"),
        create: yes("create"),
        update: yes("update"),
        base_version: attribute("baseVersion"),
        label,
    }
}

/// Which of its siblings of one name each element is, counted once for all.
struct Places<'a> {
    /// By parent and name.
    counts: HashMap<(NodeId, &'a str), usize>,
    places: HashMap<NodeId, usize>,
}

impl<'a> Places<'a> {
    fn of(root: Element<'a, 'a>) -> Self {
        let mut all = Self { counts: HashMap::new(), places: HashMap::new() };
        for node in root.descendants().filter(Element::is_element) {
            let Some(parent) = node.parent() else { continue };
            let count = all.counts.entry((parent.id(), xml::name(node))).or_default();
            *count += 1;
            all.places.insert(node.id(), *count);
        }
        all
    }

    /// `/data/tree[2]`; a position where there are several of the name.
    fn path(&self, node: Element<'a, 'a>) -> String {
        let mut steps = Vec::new();
        for here in node.ancestors().filter(Element::is_element) {
            let name = xml::name(here);
            let count = here.parent().and_then(|parent| self.counts.get(&(parent.id(), name)));
            let place = self.places.get(&here.id()).filter(|_| count.is_some_and(|count| *count > 1));
            steps.push(place.map_or_else(|| format!("/{name}"), |place| format!("/{name}[{place}]")));
        }
        steps.reverse();
        steps.concat()
    }
}

/// The nodes in each node.
pub(super) fn children(definition: &Definition) -> Vec<Vec<usize>> {
    let mut children = vec![Vec::new(); definition.nodes.len()];
    for (index, node) in definition.nodes.iter().enumerate().skip(1) {
        if let Some(siblings) = children.get_mut(node.parent as usize) {
            siblings.push(index);
        }
    }
    children
}

/// Writes an instance. `answers` have the shape of [`crate::contract::Finalised::answers`]: what is not there is not written;
/// [`crate::Session::instance`] gives also what is relevant and empty. A form's own nodes for what `meta` has win.
#[must_use]
pub fn write(definition: &Definition, answers: &Value, meta: &Meta) -> String {
    let children = children(definition);
    let mut writer = Writer { definition, children, meta, out: String::new() };
    let Some(root) = definition.nodes.first() else { return String::new() };
    writer.out.push('<');
    writer.out.push_str(&root.name);
    for (prefix, uri) in writer.namespaces() {
        let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        writer.attribute(&name, &uri);
    }
    writer.attribute("id", &definition.id);
    if !definition.version.is_empty() && !writer.has(0, "@version") {
        writer.attribute("version", &definition.version);
    }
    writer.rest(0, answers, &format!("/{}", root.name), 0);
    writer.out
}

struct Writer<'a> {
    definition: &'a Definition,
    children: Vec<Vec<usize>>,
    meta: &'a Meta,
    out: String,
}

impl Writer<'_> {
    fn node(&self, index: usize) -> &Node {
        &self.definition.nodes[index]
    }

    /// Whether a node has a child of a name, whatever its prefix.
    fn has(&self, index: usize, name: &str) -> bool {
        self.child(index, name).is_some()
    }

    fn child(&self, index: usize, name: &str) -> Option<usize> {
        let is_attribute = name.starts_with('@');
        let wanted = name.trim_start_matches('@');
        self.children[index].iter().copied().find(|&child| {
            let known = &self.node(child).name;
            known.starts_with('@') == is_attribute && xml::local(known.trim_start_matches('@')) == wanted
        })
    }

    /// The prefix of the meta block where the form has none: the one that it has for this namespace.
    fn meta_prefix(&self) -> String {
        let found = self.definition.namespaces.iter().find(|(prefix, uri)| !prefix.is_empty() && *uri == OPENROSA);
        found.map_or_else(String::new, |(prefix, _)| format!("{prefix}:"))
    }

    fn namespaces(&self) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = Vec::new();
        for (prefix, uri) in &self.definition.namespaces {
            all.push((prefix.clone(), uri.clone()));
        }
        for node in &self.definition.nodes {
            let Some((prefix, _)) = node.name.trim_start_matches('@').split_once(':') else { continue };
            if !all.iter().any(|(known, _)| known == prefix) {
                let uri = if prefix == "orx" { OPENROSA.to_owned() } else { format!("urn:prefix:{prefix}") };
                all.push((prefix.to_owned(), uri));
            }
        }
        all
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        xml::escape(value, &mut self.out);
        self.out.push('"');
    }

    /// What follows an element's name and first attributes: its own attributes, what is inside, its end.
    fn rest(&mut self, index: usize, answers: &Value, path: &str, depth: usize) {
        for child in self.children[index].clone() {
            let name = self.node(child).name.clone();
            if let (Some(attribute), Some(Value::String(value))) = (name.strip_prefix('@'), answers.get(&name)) {
                self.attribute(attribute, value);
            }
        }
        let from = self.out.len();
        self.out.push('>');
        if depth <= MAX_DEPTH {
            self.inside(index, answers, path, depth);
        }
        if self.out.len() == from + 1 {
            self.out.truncate(from);
            self.out.push_str("/>");
        } else {
            self.end(index);
        }
    }

    fn begin(&mut self, index: usize) {
        self.out.push('<');
        let name = self.node(index).name.clone();
        self.out.push_str(&name);
    }

    fn end(&mut self, index: usize) {
        self.out.push_str("</");
        let name = self.node(index).name.clone();
        self.out.push_str(&name);
        self.out.push('>');
    }

    fn inside(&mut self, index: usize, answers: &Value, path: &str, depth: usize) {
        for child in self.children[index].clone() {
            let name = self.node(child).name.clone();
            let Some(answer) = answers.get(&name).filter(|_| !name.starts_with('@')) else { continue };
            let path = format!("{path}/{name}");
            match answer {
                Value::Array(instances) => {
                    for (place, instance) in instances.iter().enumerate() {
                        self.begin(child);
                        self.rest(child, instance, &format!("{path}[{}]", place + 1), depth + 1);
                    }
                }
                Value::Object(_) => {
                    self.begin(child);
                    self.rest(child, answer, &path, depth + 1);
                }
                Value::String(text) => self.question(child, text, &name, answers),
                _ => {}
            }
        }
        let is_meta = depth == 1 && xml::local(&self.node(index).name) == "meta";
        if is_meta {
            self.own_meta(index);
        } else if depth == 0 && !self.has(0, "meta") {
            self.meta_block();
        } else {
            let entities: Vec<_> =
                self.meta.entities.iter().filter(|entity| depth > 0 && entity.path == path).collect();
            if !entities.is_empty() {
                self.out.push_str("<meta>");
                entities.into_iter().for_each(|entity| self.entity(entity));
                self.out.push_str("</meta>");
            }
        }
    }

    fn question(&mut self, index: usize, text: &str, name: &str, answers: &Value) {
        self.begin(index);
        let stored = lexical::canonical(self.node(index), text);
        let text = stored.as_deref().unwrap_or(text);
        for child in self.children[index].clone() {
            let attribute = self.node(child).name.clone();
            let value = answers.get(format!("{name}/{attribute}")).and_then(Value::as_str);
            let value = value.map_or_else(|| self.node(child).default.clone(), str::to_owned);
            if let Some(attribute) = attribute.strip_prefix('@') {
                self.attribute(attribute, &value);
            }
        }
        if text.is_empty() {
            self.out.push_str("/>");
        } else {
            self.out.push('>');
            xml::escape(text, &mut self.out);
            self.end(index);
        }
    }

    /// Adds to a form's own meta block what it has no node for.
    fn own_meta(&mut self, index: usize) {
        let prefix = self.node(index).name.split_once(':').map_or_else(String::new, |(prefix, _)| format!("{prefix}:"));
        self.meta_elements(&prefix, Some(index));
    }

    fn meta_block(&mut self) {
        let prefix = self.meta_prefix();
        self.out.push_str(&format!("<{prefix}meta>"));
        self.meta_elements(&prefix, None);
        self.out.push_str(&format!("</{prefix}meta>"));
    }

    fn meta_elements(&mut self, prefix: &str, index: Option<usize>) {
        let meta = self.meta;
        for (name, value) in [
            ("instanceID", &meta.instance_id),
            ("instanceName", &meta.instance_name),
            ("deprecatedID", &meta.deprecated_id),
        ] {
            if value.is_empty() || index.is_some_and(|index| self.has(index, name)) {
                continue;
            }
            self.out.push_str(&format!("<{prefix}{name}>"));
            xml::escape(value, &mut self.out);
            self.out.push_str(&format!("</{prefix}{name}>"));
        }
        let root = format!("/{}", self.node(0).name);
        if !index.is_some_and(|index| self.has(index, "entity")) {
            meta.entities.iter().filter(|entity| entity.path == root).for_each(|entity| self.entity(entity));
        }
    }

    fn entity(&mut self, entity: &EntityElement) {
        self.out.push_str("<entity");
        self.attribute("dataset", &entity.list);
        self.attribute("id", &entity.id);
        for (name, yes) in [("create", entity.create), ("update", entity.update)] {
            if yes {
                self.attribute(name, "1");
            }
        }
        if !entity.base_version.is_empty() {
            self.attribute("baseVersion", &entity.base_version);
        }
        self.out.push('>');
        if !entity.label.is_empty() {
            self.out.push_str("<label>");
            xml::escape(&entity.label, &mut self.out);
            self.out.push_str("</label>");
        }
        self.out.push_str("</entity>");
    }
}
