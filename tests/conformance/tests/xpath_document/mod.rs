//! An XML document as a tree for expressions.

use std::borrow::Cow;
use std::collections::BTreeMap;

use roxmltree::{Node, NodeType, ParsingOptions};
use zhucun_forms::Host;
use zhucun_forms::xpath::{NodeId, NodeKind, Tree};

/// Where the phone is.
pub struct Place {
    /// Minutes ahead of UTC.
    pub offset: i32,
}

impl Host for Place {
    fn now(&self) -> i64 {
        1_800_000_000_000
    }
    fn utc_offset(&self) -> i32 {
        self.offset
    }
    fn math(&self, name: &'static str, number: f64, other: f64) -> f64 {
        zhucun_forms::host::native_math(name, number, other)
    }

    fn random(&self) -> f64 {
        0.5
    }
    fn uuid(&self) -> String {
        "6f9619ff-8b86-4d01-b42d-00c04fc964ff".to_owned()
    }
    fn regex(&self, pattern: &str, text: &str) -> Option<bool> {
        Some(regex_lite::Regex::new(&format!("^(?:{pattern})$")).ok()?.is_match(text))
    }
    fn username(&self) -> String {
        String::new()
    }
    fn device_id(&self) -> String {
        String::new()
    }
}

/// A node with what the tree asks of it.
struct Entry {
    kind: NodeKind,
    parent: Option<NodeId>,
    /// As written, prefix included.
    name: String,
    namespace: String,
    /// Own text; empty for elements.
    text: String,
    children: Vec<NodeId>,
    attributes: Vec<NodeId>,
}

/// A document read from XML; ids are in document order.
pub struct Document<'a> {
    entries: Vec<Entry>,
    root: NodeId,
    namespaces: &'a BTreeMap<String, String>,
    /// What the document itself binds.
    declared: BTreeMap<String, String>,
}

impl<'a> Document<'a> {
    /// Reads a document. `root` is the path of the node that takes the place of the document.
    pub fn read(xml: &str, root: Option<&str>, namespaces: &'a BTreeMap<String, String>) -> Self {
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        let parsed = roxmltree::Document::parse_with_options(xml, options).unwrap();
        let mut document = Self { entries: Vec::new(), root: NodeId(0), namespaces, declared: BTreeMap::new() };
        document.add(parsed.root(), None, xml);
        if let Some(root) = root {
            document.root = document.find(root).unwrap();
        }
        document
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
            name: name.to_owned(),
            namespace: namespace.unwrap_or_default().to_owned(),
            text: text.to_owned(),
            children: Vec::new(),
            attributes: Vec::new(),
        });
        id
    }

    fn add(&mut self, node: Node<'_, '_>, parent: Option<NodeId>, xml: &str) -> NodeId {
        let (kind, name) = match node.node_type() {
            NodeType::Root => (NodeKind::Document, ""),
            NodeType::Element => {
                let written = &xml[node.range().start + 1..];
                let end = written.find(|letter: char| letter.is_whitespace() || "/>".contains(letter)).unwrap();
                (NodeKind::Element, &written[..end])
            }
            NodeType::PI => (NodeKind::Instruction, node.pi().unwrap().target),
            NodeType::Comment => (NodeKind::Comment, ""),
            NodeType::Text => (NodeKind::Text, ""),
        };
        let text = match kind {
            NodeKind::Instruction => node.pi().unwrap().value.unwrap_or_default(),
            NodeKind::Text | NodeKind::Comment => node.text().unwrap_or_default(),
            _ => "",
        };
        let id = self.push(kind, parent, name, node.tag_name().namespace(), text);
        for namespace in node.namespaces() {
            self.declared.entry(namespace.name().unwrap_or_default().to_owned()).or_insert(namespace.uri().to_owned());
        }
        for attribute in node.attributes() {
            let name = &xml[attribute.range_qname()];
            let id_of = self.push(NodeKind::Attribute, Some(id), name, attribute.namespace(), attribute.value());
            self.entries[id.0 as usize].attributes.push(id_of);
        }
        for child in node.children() {
            let child = self.add(child, Some(id), xml);
            self.entries[id.0 as usize].children.push(child);
        }
        id
    }

    fn entry(&self, node: NodeId) -> &Entry {
        &self.entries[node.0 as usize]
    }

    /// The node of a path with a position in every step.
    pub fn find(&self, path: &str) -> Option<NodeId> {
        path.split('/').filter(|step| !step.is_empty()).try_fold(NodeId(0), |node, step| self.step(node, step))
    }

    fn step(&self, node: NodeId, step: &str) -> Option<NodeId> {
        let entry = self.entry(node);
        if let Some(name) = step.strip_prefix('@') {
            return entry.attributes.iter().copied().find(|id| self.entry(*id).name == name);
        }
        let (name, position) = step.strip_suffix(']')?.split_once('[')?;
        let position: usize = position.parse().ok()?;
        let fits = |entry: &Entry| match name {
            "text()" => entry.kind == NodeKind::Text,
            "comment()" => entry.kind == NodeKind::Comment,
            "processing-instruction()" => entry.kind == NodeKind::Instruction,
            name => entry.kind == NodeKind::Element && entry.name == name,
        };
        entry.children.iter().copied().filter(|id| fits(self.entry(*id))).nth(position - 1)
    }

    fn gather(&self, node: NodeId, into: &mut String) {
        for child in &self.entry(node).children {
            match self.entry(*child).kind {
                NodeKind::Text => into.push_str(&self.entry(*child).text),
                NodeKind::Element => self.gather(*child, into),
                _ => {}
            }
        }
    }
}

impl Tree for Document<'_> {
    fn root(&self) -> NodeId {
        self.root
    }

    fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.entry(node).parent
    }

    fn children(&self, node: NodeId, each: &mut dyn FnMut(NodeId)) {
        self.entry(node).children.iter().copied().for_each(each);
    }

    fn name(&self, node: NodeId) -> &str {
        &self.entry(node).name
    }

    fn string(&self, node: NodeId) -> Cow<'_, str> {
        let entry = self.entry(node);
        if !matches!(entry.kind, NodeKind::Document | NodeKind::Element) {
            return Cow::Borrowed(&entry.text);
        }
        let mut text = String::new();
        self.gather(node, &mut text);
        Cow::Owned(text)
    }

    fn instance(&self, id: &str) -> Option<NodeId> {
        let has_id = |entry: &Entry| {
            entry.attributes.iter().any(|each| self.entry(*each).name == "id" && self.entry(*each).text == id)
        };
        let found = self.entries.iter().position(|entry| entry.name == "instance" && has_id(entry))?;
        Some(NodeId(found as u32))
    }

    fn kind(&self, node: NodeId) -> NodeKind {
        self.entry(node).kind
    }

    fn attributes(&self, node: NodeId, each: &mut dyn FnMut(NodeId)) {
        self.entry(node).attributes.iter().copied().for_each(each);
    }

    fn named(&self, node: NodeId, name: &str) -> bool {
        let entry = self.entry(node);
        let Some((prefix, local)) = name.split_once(':') else {
            let plain = entry.namespace.is_empty() || entry.namespace == "http://www.w3.org/2002/xforms";
            return plain && entry.name == name;
        };
        let own = entry.name.rsplit(':').next().unwrap_or_default();
        let bound = self.namespaces.get(prefix).or_else(|| self.declared.get(prefix));
        bound == Some(&entry.namespace) && (local.is_empty() || local == own)
    }
}
