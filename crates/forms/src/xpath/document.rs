//! An XML document as a tree for expressions.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use roxmltree::{Error, Node, NodeType, ParsingOptions};

use super::{NodeId, NodeKind, Tree};

/// Elements may be inside each other this deep. Forms stay below 20.
const DEEPEST: u32 = 1000;

const XFORMS: &str = "http://www.w3.org/2002/xforms";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Why a text is no document to evaluate over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XmlError {
    /// It is no XML: what is wrong, and where.
    Xml(String),
    /// It declares entities, which could make a short text a long one.
    Entities,
    /// Its elements are nested too deep.
    TooDeep,
    /// There is nothing at this path.
    NoNode(String),
}

impl fmt::Display for XmlError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Xml(what) => write!(out, "not XML: {what}"),
            Self::Entities => out.write_str("XML that declares entities is not read; write the characters themselves"),
            Self::TooDeep => write!(out, "elements are nested more than {DEEPEST} deep"),
            Self::NoNode(path) => {
                write!(out, "there is no node {path}; write a position in every step: /data[1]/item[2]/@id")
            }
        }
    }
}

impl std::error::Error for XmlError {}

/// A node with what the tree asks of it.
struct Entry {
    kind: NodeKind,
    parent: Option<NodeId>,
    /// What comes behind all that is inside it: its attributes are right behind it, then its children with what is in them.
    end: u32,
    depth: u32,
    /// As written, prefix included.
    name: String,
    /// URI; empty for none.
    namespace: String,
    /// Own text; empty for elements.
    text: String,
}

/// A document read from XML; ids are in document order.
///
/// A name without prefix means elements without namespace or of XForms. A prefix is what was bound by [`Self::bind`], else what
/// the document itself declares by it first.
pub struct Document {
    entries: Vec<Entry>,
    root: NodeId,
    bound: BTreeMap<String, String>,
    /// What the document itself binds.
    declared: BTreeMap<String, String>,
    /// The active language for `jr:itext`; none: the default one.
    language: Option<String>,
}

impl Document {
    /// Reads a document. White space before it is passed over, a document type too, but not one that declares entities.
    ///
    /// # Errors
    /// [`XmlError`].
    pub fn read(xml: &str) -> Result<Self, XmlError> {
        let xml = xml.trim_start();
        let parsed = match roxmltree::Document::parse(xml) {
            Err(Error::DtdDetected) if xml.contains("<!ENTITY") => return Err(XmlError::Entities),
            Err(Error::DtdDetected) => {
                let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
                roxmltree::Document::parse_with_options(xml, options)
            }
            parsed => parsed,
        };
        let parsed = parsed.map_err(|error| XmlError::Xml(error.to_string()))?;
        let bound = BTreeMap::from([("xml".to_owned(), XML.to_owned())]);
        let declared = BTreeMap::new();
        let mut document = Self { entries: Vec::new(), root: NodeId(0), bound, declared, language: None };
        // The parser counts nodes in document order, attributes not among them.
        let mut ids = Vec::new();
        for node in parsed.root().descendants() {
            let parent = node.parent().and_then(|parent| ids.get(parent.id().get_usize())).copied();
            ids.push(document.add(node, parent, xml)?);
        }
        document.find_ends();
        Ok(document)
    }

    fn add(&mut self, node: Node<'_, '_>, parent: Option<NodeId>, xml: &str) -> Result<NodeId, XmlError> {
        let (kind, name) = match node.node_type() {
            NodeType::Root => (NodeKind::Document, ""),
            NodeType::Element => (NodeKind::Element, written_name(xml, node.range().start)),
            NodeType::PI => (NodeKind::Instruction, node.pi().map_or("", |instruction| instruction.target)),
            NodeType::Comment => (NodeKind::Comment, ""),
            NodeType::Text => (NodeKind::Text, ""),
        };
        let text = match kind {
            NodeKind::Instruction => node.pi().and_then(|instruction| instruction.value),
            NodeKind::Text | NodeKind::Comment => node.text(),
            _ => None,
        };
        let id = self.push(kind, parent, name, node.tag_name().namespace(), text.unwrap_or_default());
        if self.entry(id).depth > DEEPEST {
            return Err(XmlError::TooDeep);
        }
        // What an element declares itself comes first; what it has from its parent is there already.
        for namespace in node.namespaces() {
            let prefix = namespace.name().unwrap_or_default();
            if !self.declared.contains_key(prefix) {
                self.declared.insert(prefix.to_owned(), namespace.uri().to_owned());
            }
        }
        for attribute in node.attributes() {
            let name = xml.get(attribute.range_qname()).unwrap_or_default();
            self.push(NodeKind::Attribute, Some(id), name, attribute.namespace(), attribute.value());
        }
        Ok(id)
    }

    fn push(
        &mut self,
        kind: NodeKind,
        parent: Option<NodeId>,
        name: &str,
        namespace: Option<&str>,
        text: &str,
    ) -> NodeId {
        let id = NodeId(self.entries.len() as u32);
        self.entries.push(Entry {
            kind,
            parent,
            end: id.0 + 1,
            depth: parent.map_or(0, |parent| self.entry(parent).depth + 1),
            name: name.to_owned(),
            namespace: namespace.unwrap_or_default().to_owned(),
            text: text.to_owned(),
        });
        id
    }

    fn find_ends(&mut self) {
        for at in (0..self.entries.len()).rev() {
            let end = self.entries[at].end;
            if let Some(parent) = self.entries[at].parent {
                let parent = &mut self.entries[parent.0 as usize];
                parent.end = parent.end.max(end);
            }
        }
    }

    /// Binds a prefix for expressions.
    pub fn bind(&mut self, prefix: &str, uri: &str) {
        self.bound.insert(prefix.to_owned(), uri.to_owned());
    }

    /// Makes a language the active one.
    pub fn set_language(&mut self, language: &str) {
        self.language = Some(language.to_owned());
    }

    /// Puts a node in the place of the document: `/data` means its child. `instance()` and `jr:itext()` still look around it.
    ///
    /// # Errors
    /// [`XmlError::NoNode`].
    pub fn set_root(&mut self, path: &str) -> Result<(), XmlError> {
        self.root = self.find(path)?;
        Ok(())
    }

    /// The node of a path with a position in every step: `/` is the document, `/data[1]/item[2]/@id`, `.../text()[1]`,
    /// `.../comment()[1]`, `.../processing-instruction()[1]`. Names are as written, prefix included; a position counts
    /// siblings written with that same name.
    ///
    /// # Errors
    /// [`XmlError::NoNode`].
    pub fn find(&self, path: &str) -> Result<NodeId, XmlError> {
        let mut steps = path.split('/').filter(|step| !step.is_empty());
        let found = steps.try_fold(NodeId(0), |node, step| self.step(node, step));
        found.filter(|_| path.starts_with('/')).ok_or_else(|| XmlError::NoNode(path.to_owned()))
    }

    fn step(&self, node: NodeId, step: &str) -> Option<NodeId> {
        if let Some(name) = step.strip_prefix('@') {
            return self.attributes_of(node).find(|id| self.entry(*id).name == name);
        }
        let (name, position) = step.strip_suffix(']')?.split_once('[')?;
        let position: usize = position.parse().ok()?;
        self.children_of(node).filter(|id| self.step_name(*id) == name).nth(position.checked_sub(1)?)
    }

    /// How a step of a path calls a node.
    fn step_name(&self, node: NodeId) -> &str {
        let entry = self.entry(node);
        match entry.kind {
            NodeKind::Text => "text()",
            NodeKind::Comment => "comment()",
            NodeKind::Instruction => "processing-instruction()",
            _ => &entry.name,
        }
    }

    /// The paths of nodes, as [`Self::find`] reads them.
    pub fn paths(&self, nodes: &[NodeId]) -> Vec<String> {
        let mut steps: BTreeMap<NodeId, String> = BTreeMap::new();
        let mut paths = Vec::new();
        for &node in nodes {
            let mut chain = Vec::new();
            let mut here = node;
            while let Some(parent) = self.entry(here).parent {
                if !steps.contains_key(&here) {
                    self.add_steps(parent, &mut steps);
                }
                chain.push(here);
                here = parent;
            }
            let path: Vec<&str> = chain.iter().rev().filter_map(|id| steps.get(id)).map(String::as_str).collect();
            paths.push(["/", &path.join("/")].concat());
        }
        paths
    }

    /// The steps from a node to its attributes and children.
    fn add_steps(&self, parent: NodeId, steps: &mut BTreeMap<NodeId, String>) {
        for attribute in self.attributes_of(parent) {
            steps.insert(attribute, format!("@{}", self.entry(attribute).name));
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for child in self.children_of(parent) {
            let name = self.step_name(child);
            let count = counts.entry(name).or_default();
            *count += 1;
            steps.insert(child, format!("{name}[{count}]"));
        }
    }

    fn entry(&self, node: NodeId) -> &Entry {
        &self.entries[node.0 as usize]
    }

    fn attributes_of(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let inside = node.0 + 1..self.entry(node).end;
        inside.map(NodeId).take_while(|id| self.entry(*id).kind == NodeKind::Attribute)
    }

    fn children_of(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let end = self.entry(node).end;
        let first = node.0 + 1 + self.attributes_of(node).count() as u32;
        let within = move |at: u32| Some(at).filter(|at| *at < end);
        std::iter::successors(within(first), move |at| within(self.entry(NodeId(*at)).end)).map(NodeId)
    }

    fn attribute(&self, node: NodeId, name: &str) -> Option<&str> {
        self.attributes_of(node)
            .map(|id| self.entry(id))
            .find(|entry| entry.name == name)
            .map(|entry| entry.text.as_str())
    }

    /// Elements of a local name inside a node.
    fn elements<'a>(&'a self, inside: NodeId, name: &'a str) -> impl Iterator<Item = NodeId> {
        let ids = (inside.0..self.entry(inside).end).map(NodeId);
        ids.filter(move |id| self.entry(*id).kind == NodeKind::Element && local(&self.entry(*id).name) == name)
    }
}

/// The name of an element whose tag begins at a place of the text.
fn written_name(xml: &str, start: usize) -> &str {
    let written = xml.get(start + 1..).unwrap_or_default();
    let end = written.find(|letter: char| letter.is_ascii_whitespace() || matches!(letter, '/' | '>'));
    &written[..end.unwrap_or(written.len())]
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or_default()
}

impl Tree for Document {
    fn root(&self) -> NodeId {
        self.root
    }

    fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.entry(node).parent
    }

    fn children(&self, node: NodeId, each: &mut dyn FnMut(NodeId)) {
        self.children_of(node).for_each(each);
    }

    fn name(&self, node: NodeId) -> &str {
        &self.entry(node).name
    }

    fn string(&self, node: NodeId) -> Cow<'_, str> {
        let entry = self.entry(node);
        if !matches!(entry.kind, NodeKind::Document | NodeKind::Element) {
            return Cow::Borrowed(&entry.text);
        }
        let inside = &self.entries[node.0 as usize..entry.end as usize];
        let mut texts = inside.iter().filter(|entry| entry.kind == NodeKind::Text).map(|entry| entry.text.as_str());
        match (texts.next(), texts.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(only), None) => Cow::Borrowed(only),
            (Some(one), Some(other)) => Cow::Owned([one, other].into_iter().chain(texts).collect()),
        }
    }

    fn instance(&self, id: &str) -> Option<NodeId> {
        self.elements(NodeId(0), "instance").find(|node| self.attribute(*node, "id") == Some(id))
    }

    fn kind(&self, node: NodeId) -> NodeKind {
        self.entry(node).kind
    }

    fn attributes(&self, node: NodeId, each: &mut dyn FnMut(NodeId)) {
        self.attributes_of(node).for_each(each);
    }

    fn named(&self, node: NodeId, name: &str) -> bool {
        let entry = self.entry(node);
        let Some((prefix, wanted)) = name.split_once(':') else {
            let plain = entry.namespace.is_empty() || entry.namespace == XFORMS;
            return plain && entry.name == name;
        };
        let bound = self.bound.get(prefix).or_else(|| self.declared.get(prefix));
        bound == Some(&entry.namespace) && (wanted.is_empty() || wanted == local(&entry.name))
    }

    fn namespace(&self, node: NodeId) -> &str {
        &self.entry(node).namespace
    }

    fn version(&self) -> &str {
        let form = self.children_of(self.root).find(|id| self.entry(*id).kind == NodeKind::Element);
        let version = |id| self.attributes_of(id).find(|id| local(&self.entry(*id).name) == "version");
        form.and_then(version).map_or("", |id| &self.entry(id).text)
    }

    fn itext(&self, id: &str) -> Option<String> {
        let all: Vec<NodeId> = self
            .elements(NodeId(0), "itext")
            .flat_map(|itext| self.children_of(itext))
            .filter(|node| local(&self.entry(*node).name) == "translation")
            .collect();
        let is_active = |node: &&NodeId| match &self.language {
            Some(language) => self.attribute(**node, "lang") == Some(language),
            None => self.attribute(**node, "default").is_some(),
        };
        let translation = *all.iter().find(is_active).or_else(|| all.first())?;
        let text = self.elements(translation, "text").find(|node| self.attribute(*node, "id") == Some(id))?;
        // Others are media and short forms.
        let value = self.elements(text, "value").find(|node| self.attribute(*node, "form").is_none())?;
        Some(self.string(value).into_owned())
    }
}
