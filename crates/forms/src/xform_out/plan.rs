//! What all parts of the document need to know of a form: paths, repeats, its texts.

use super::itext::Itext;
use super::xml::is_name;
use super::{NAMESPACES, XformError};
use crate::definition::{Definition, Kind, Node, Piece};

/// A form about to be written.
pub(super) struct Plan<'a> {
    pub(super) form: &'a Definition,
    /// Children of each node, in order.
    pub(super) children: Vec<Vec<usize>>,
    /// The path at which each node is written.
    pub(super) paths: Vec<String>,
    /// The nearest repeat that a node is in; a repeat is in itself.
    pub(super) repeats: Vec<Option<usize>>,
    /// How often a repeat is there, where the form says it.
    pub(super) counts: Vec<Option<Count>>,
    /// The form's own group `meta`.
    pub(super) meta: Option<usize>,
    pub(super) texts: Itext<'a>,
}

/// A `jr:count`.
pub(super) struct Count {
    /// The path of the node that holds it.
    pub(super) path: String,
    /// The name of that node, where it is made for it: it computes `repeat_count`.
    pub(super) made: Option<String>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(form: &'a Definition) -> Result<Self, XformError> {
        let count = form.nodes.len();
        let root = form.nodes.first().ok_or(XformError::Empty)?;
        let mut plan = Self {
            form,
            children: vec![Vec::new(); count],
            paths: vec![["/", &root.name].concat()],
            repeats: vec![None; count],
            counts: Vec::new(),
            meta: None,
            texts: Itext::default(),
        };
        let prefixes = plan.prefixes();
        for (index, node) in form.nodes.iter().enumerate() {
            let name = node.name.strip_prefix('@').unwrap_or(&node.name);
            if !is_name(name, &prefixes) {
                return Err(XformError::Name(node.name.clone()));
            }
            if index > 0 {
                plan.place(index, node);
            }
        }
        plan.meta = plan.children[0].iter().copied().find(|&child| {
            let node = &form.nodes[child];
            node.kind == Kind::Group && local(&node.name) == "meta"
        });
        plan.move_audit();
        plan.counts = (0..count).map(|index| plan.count(index)).collect();
        plan.texts = Itext::of(&plan);
        Ok(plan)
    }

    /// Namespaces of the form's own prefixes.
    pub(super) fn namespaces(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let is_known = |prefix: &str| NAMESPACES.iter().any(|(name, _)| name.strip_prefix("xmlns:") == Some(prefix));
        let all = self.form.namespaces.iter().map(|(prefix, uri)| (prefix.as_str(), uri.as_str()));
        all.filter(move |(prefix, _)| is_name(prefix, &[]) && !is_known(prefix))
    }

    /// Prefixes that names may have.
    fn prefixes(&self) -> Vec<&'a str> {
        let known = NAMESPACES.iter().filter_map(|(name, _)| name.strip_prefix("xmlns:"));
        known.chain(self.namespaces().map(|(prefix, _)| prefix)).collect()
    }

    /// The attributes of a node that the form has nodes for, with their names.
    pub(super) fn attributes(&self, index: usize) -> impl Iterator<Item = (&'a str, &'a Node)> {
        let form = self.form;
        let children = self.children[index].iter().map(move |&child| &form.nodes[child]);
        children.filter_map(|child| Some((child.name.strip_prefix('@')?, child)))
    }

    fn place(&mut self, index: usize, node: &Node) {
        // Parents come before what is in them.
        let parent = (node.parent as usize).min(index - 1);
        self.children[parent].push(index);
        self.paths.push([&self.paths[parent], "/", &node.name].concat());
        self.repeats[index] = if node.kind == Kind::Repeat { Some(index) } else { self.repeats[parent] };
    }

    /// The log of the filling is a part of `meta`, wherever the form names it.
    fn move_audit(&mut self) {
        for index in self.children[0].clone() {
            if self.form.nodes[index].kind == Kind::Audit {
                self.paths[index] = [&self.meta_path(), "/audit"].concat();
            }
        }
    }

    fn count(&self, index: usize) -> Option<Count> {
        let node = &self.form.nodes[index];
        if node.kind != Kind::Repeat || node.repeat_count.is_empty() {
            return None;
        }
        if let Some(target) = self.resolve(&node.repeat_count, index) {
            return Some(Count { path: self.paths[target].clone(), made: None });
        }
        let parent = self.parent(index);
        let is_taken = |name: &str| self.children[parent].iter().any(|&child| self.form.nodes[child].name == name);
        let mut name = [&node.name, "_count"].concat();
        while is_taken(&name) {
            name.push('_');
        }
        Some(Count { path: [&self.paths[parent], "/", &name].concat(), made: Some(name) })
    }

    /// The parent of a node.
    pub(super) fn parent(&self, index: usize) -> usize {
        (self.form.nodes[index].parent as usize).min(index.saturating_sub(1))
    }

    /// Where `meta` is written.
    pub(super) fn meta_path(&self) -> String {
        match self.meta {
            Some(meta) => self.paths[meta].clone(),
            None => [&self.paths[0], "/meta"].concat(),
        }
    }

    /// Whether a node is written within `meta` though the form has it at the top.
    pub(super) fn is_moved(&self, index: usize) -> bool {
        index > 0 && self.form.nodes[index].kind == Kind::Audit && self.parent(index) == 0
    }

    /// The node that a plain path leads to: absolute, or relative to a node.
    pub(super) fn resolve(&self, path: &str, from: usize) -> Option<usize> {
        let path = path.trim();
        let path = path.strip_prefix("current()/").unwrap_or(path);
        let (mut here, rest) = match path.strip_prefix(self.paths[0].as_str()) {
            Some("") => return Some(0),
            Some(below) if below.starts_with('/') => (0, &below[1..]),
            _ if path.starts_with('/') => return None,
            _ => (from, path),
        };
        for step in rest.split('/') {
            here = match step.trim() {
                "." => here,
                ".." => self.parent(here),
                name => self.children[here].iter().copied().find(|&child| self.form.nodes[child].name == name)?,
            };
        }
        Some(here)
    }

    /// The path of what an action sets.
    pub(super) fn target(&self, target: &str, from: usize) -> String {
        self.resolve(target, from).map_or_else(|| target.trim().to_owned(), |index| self.paths[index].clone())
    }

    /// Whether the form is written in languages that have names.
    pub(super) fn is_translated(&self) -> bool {
        match self.form.languages.as_slice() {
            [] => false,
            [only] => !only.is_empty(),
            _ => true,
        }
    }

    /// Plain words of the title, in the default language.
    pub(super) fn title(&self) -> String {
        let title = self.texts.pieces(self.form, &self.form.title, self.form.default_language);
        let words = title.iter().map(|piece| match piece {
            Piece::Words(words) => words.as_str(),
            Piece::Value { .. } => "",
        });
        let words: String = words.collect();
        if words.trim().is_empty() { self.form.id.clone() } else { words }
    }
}

/// A name without its prefix: `meta` may be `orx:meta`.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}
