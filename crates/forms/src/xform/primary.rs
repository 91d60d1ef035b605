//! The primary instance: nodes, defaults, and what a new filling begins with.

use std::collections::{HashMap, HashSet};

use litemap::LiteMap;
use serde_json::{Map, Value};

use super::body::Tag;
use super::builder::{Builder, Element};
use super::problem::XFormProblemKind;
use super::texts::elements;
use super::xml::{self, JAVAROSA, OPENROSA};
use super::{instance, lexical};
use crate::definition::{Kind, MAX_DEPTH, Node};

/// Namespaces that elements of forms are in without saying anything by it.
const XFORMS: &str = "http://www.w3.org/2002/xforms";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

impl<'a> Builder<'a> {
    /// Makes the nodes. Repeats are those that the body has.
    pub(super) fn make_nodes(&mut self) {
        let paths_of = |tag: Tag| -> HashSet<String> {
            self.controls.iter().filter(|control| control.tag == tag).map(|control| control.path.clone()).collect()
        };
        let bodies = Bodies { repeats: paths_of(Tag::Repeat), groups: paths_of(Tag::Group) };
        let bound = self.bound_attributes();
        let root = self.primary;
        let path = format!("/{}", xml::name(root));
        self.form_id(root);
        // In document order, without calling itself: (element, parent, path, kind, depth, whether values are defaults).
        let mut open =
            vec![Open { element: root, parent: 0, path, kind: Kind::Root, depth: 0, valued: true, begins: None }];
        while let Some(next) = open.pop() {
            if next.depth > MAX_DEPTH {
                self.problem(next.element, XFormProblemKind::TooDeep);
                return;
            }
            let index = self.push(&next);
            self.attributes(&next, index, &bound);
            let below = self.inside(&next, index, &bodies);
            open.extend(below.into_iter().rev());
        }
        self.prefixes();
    }

    fn form_id(&mut self, root: Element<'a>) {
        let namespace = root.tag_name().namespace().filter(|uri| *uri != XFORMS).unwrap_or_default();
        self.definition.id = root.attribute("id").unwrap_or(namespace).trim().to_owned();
        if self.definition.id.is_empty() {
            self.problem(root, XFormProblemKind::NoFormId);
        }
        let version = root.attribute("version").or_else(|| root.attribute((OPENROSA, "version")));
        self.definition.version = version.unwrap_or_default().to_owned();
    }

    fn push(&mut self, made: &Open<'a>) -> usize {
        let default = if made.valued { xml::own_text(made.element) } else { String::new() };
        self.nodes.push(Node {
            name: xml::name(made.element).to_owned(),
            parent: made.parent as u32,
            kind: made.kind,
            default: if made.kind == Kind::Hidden { default } else { String::new() },
            begins: made.begins,
            ..Node::default()
        });
        self.places.push(made.element);
        self.nodes.len() - 1
    }

    /// Paths of attributes that a `bind` or an action names: they are nodes also when they are empty.
    fn bound_attributes(&self) -> HashSet<String> {
        let root = format!("/{}", xml::name(self.primary));
        let named = self.model.descendants().filter(Element::is_element).filter_map(|element| {
            let reference = element.attribute("nodeset").or_else(|| element.attribute("ref"))?;
            super::paths::resolve(&root, &super::paths::without_predicates(reference))
        });
        named.filter(|path| path.contains("/@")).collect()
    }

    fn attributes(&mut self, made: &Open<'a>, index: usize, bound: &HashSet<String>) {
        let is_root = made.kind == Kind::Root;
        for (name, attribute) in xml::attributes(made.element) {
            let path = format!("{}/@{name}", made.path);
            let is_bound = bound.contains(&path);
            let namespace = attribute.namespace();
            // What the definition says by itself.
            let said = match (is_root, attribute.name(), namespace) {
                (_, _, Some(XMLNS)) | (_, "template", Some(JAVAROSA)) => true,
                (true, "id", None) => true,
                (true, "version", None) => !attribute.value().is_empty(),
                (true, ..) => false,
                _ => attribute.value().is_empty(),
            };
            if said && !is_bound {
                continue;
            }
            self.nodes.push(Node {
                name: format!("@{name}"),
                parent: index as u32,
                kind: Kind::Hidden,
                default: attribute.value().to_owned(),
                ..Node::default()
            });
            self.places.push(made.element);
        }
    }

    /// The nodes in an element, each once.
    fn inside(&mut self, made: &Open<'a>, index: usize, bodies: &Bodies) -> Vec<Open<'a>> {
        let mut order: Vec<&str> = Vec::new();
        let mut by_name: HashMap<&str, Vec<Element<'a>>> = HashMap::new();
        for element in made.element.children().filter(Element::is_element) {
            let name = xml::name(element);
            let same = by_name.entry(name).or_default();
            if same.is_empty() {
                order.push(name);
            }
            same.push(element);
        }
        let mut below: Vec<Open<'a>> = Vec::new();
        for name in order {
            let path = format!("{}/{name}", made.path);
            let same = &by_name[name];
            let is_template = |element: &&Element<'a>| element.attribute((JAVAROSA, "template")).is_some();
            let template = same.iter().find(is_template).copied();
            let is_repeat = bodies.repeats.contains(&path);
            if let Some(second) = same.get(1).filter(|_| !is_repeat) {
                self.problem(*second, XFormProblemKind::DuplicateNode(path.clone()));
            }
            let count = same.iter().filter(|element| !is_template(element)).count();
            let element = template.unwrap_or(same[0]);
            let is_group = element.first_element_child().is_some() || bodies.groups.contains(&path);
            below.push(Open {
                element,
                parent: index,
                kind: match (is_repeat, is_group) {
                    (true, _) => Kind::Repeat,
                    (false, true) => Kind::Group,
                    (false, false) => Kind::Hidden,
                },
                path,
                depth: made.depth + 1,
                // Without a template, new instances have the form of the first, not its values.
                valued: made.valued && (!is_repeat || template.is_some()),
                begins: u32::try_from(count).ok().filter(|count| is_repeat && *count != 1),
            });
        }
        below
    }

    /// What is needed to write names with prefixes again.
    fn prefixes(&mut self) {
        let mut known: LiteMap<String, String> = LiteMap::new();
        for (node, place) in self.nodes.iter().zip(&self.places) {
            let (name, is_attribute) = (node.name.trim_start_matches('@'), node.name.starts_with('@'));
            let Some((prefix, _)) = name.split_once(':').filter(|(prefix, _)| !known.contains_key(*prefix)) else {
                continue;
            };
            let mut attributes = xml::attributes(*place);
            let uri = match attributes.find(|(written, _)| is_attribute && *written == name) {
                Some((_, attribute)) => attribute.namespace(),
                None => place.tag_name().namespace(),
            };
            known.insert(prefix.to_owned(), uri.unwrap_or_default().to_owned());
        }
        let of_meta = self.primary.namespaces().find(|known| known.uri() == OPENROSA && known.name().is_some());
        if let Some(prefix) = of_meta.and_then(roxmltree::Namespace::name) {
            known.insert(prefix.to_owned(), OPENROSA.to_owned());
        }
        let own = self.primary.tag_name().namespace().filter(|uri| *uri != XFORMS && !self.nodes[0].name.contains(':'));
        if let Some(uri) = own {
            known.insert(String::new(), uri.to_owned());
        }
        self.definition.namespaces = known;
    }

    /// What a new filling begins with beyond defaults: instances of repeats with answers of their own.
    pub(super) fn begin_with(&mut self) {
        self.definition.nodes = self.nodes.clone();
        let children = instance::children(&self.definition);
        let mut answers = instance::answers(&self.definition, self.primary);
        self.canonical_answers(0, &mut answers, &children);
        self.definition.first = self.needed(0, &answers, &children).unwrap_or_default();
    }

    /// Puts answers into the form in which they are stored. Calls itself no deeper than [`MAX_DEPTH`].
    fn canonical_answers(&self, index: usize, answers: &mut Value, children: &[Vec<usize>]) {
        for &child in &children[index] {
            let node = &self.nodes[child];
            match answers.get_mut(&node.name) {
                Some(Value::String(text)) => {
                    if let Some(canonical) = lexical::canonical(node, text) {
                        *text = canonical;
                    }
                }
                Some(Value::Array(instances)) => {
                    instances.iter_mut().for_each(|instance| self.canonical_answers(child, instance, children));
                }
                Some(inside) => self.canonical_answers(child, inside, children),
                None => {}
            }
        }
    }

    /// Calls itself no deeper than [`MAX_DEPTH`].
    fn needed(&self, index: usize, answers: &Value, children: &[Vec<usize>]) -> Option<Value> {
        let mut out = Map::new();
        for &child in &children[index] {
            let node = &self.nodes[child];
            let Some(answer) = answers.get(&node.name) else { continue };
            let needed = match answer {
                Value::Array(instances) => {
                    let begins = node.begins.unwrap_or(1) as usize;
                    let differ = instances.iter().any(|instance| self.differs(child, instance, children));
                    let count_differs = node.repeat_count.is_empty() && instances.len() != begins;
                    (differ || count_differs).then(|| answer.clone())
                }
                Value::Object(_) => self.needed(child, answer, children),
                _ => None,
            };
            if let Some(needed) = needed {
                out.insert(node.name.clone(), needed);
            }
        }
        (!out.is_empty()).then_some(Value::Object(out))
    }

    /// Whether an instance is not what a new one would be.
    fn differs(&self, index: usize, answers: &Value, children: &[Vec<usize>]) -> bool {
        children[index].iter().any(|&child| {
            let node = &self.nodes[child];
            match answers.get(&node.name) {
                Some(Value::String(text)) => *text != node.default && !node.dynamic_default,
                Some(Value::Object(_)) => self.differs(child, &answers[&node.name], children),
                Some(Value::Array(instances)) => {
                    let count_differs =
                        node.repeat_count.is_empty() && instances.len() != node.begins.unwrap_or(1) as usize;
                    count_differs || instances.iter().any(|instance| self.differs(child, instance, children))
                }
                _ => false,
            }
        })
    }
}

/// Paths of structures in the body.
struct Bodies {
    repeats: HashSet<String>,
    groups: HashSet<String>,
}

/// A node to be made.
struct Open<'a> {
    element: Element<'a>,
    parent: usize,
    path: String,
    kind: Kind,
    depth: usize,
    /// Whether what stands in it is a default.
    valued: bool,
    begins: Option<u32>,
}

/// The instances behind the first one.
pub(super) fn secondary<'a>(model: Element<'a>) -> impl Iterator<Item = Element<'a>> {
    elements(model, "instance").skip(1)
}
