//! Secondary instances that are no tables, as expressions see them.

use std::rc::Rc;

use crate::definition::{Definition, TreeNode};
use crate::xpath::NodeId;

/// Numbers of their nodes begin here: far behind those of tables.
pub(super) const FIRST: u32 = 1 << 30;

/// All trees of a form. Each takes a number for its document, then one for each node.
pub(super) struct Trees {
    definition: Rc<Definition>,
    /// The number of each tree's document.
    documents: Vec<u32>,
}

impl Trees {
    pub(super) fn new(definition: Rc<Definition>) -> Self {
        let mut documents = Vec::new();
        let mut next = FIRST;
        for (_, nodes) in &definition.trees {
            documents.push(next);
            next += nodes.len() as u32 + 1;
        }
        Self { definition, documents }
    }

    pub(super) fn find(&self, id: &str) -> Option<NodeId> {
        let place = self.definition.trees.keys().position(|known| known == id)?;
        Some(NodeId(self.documents[place]))
    }

    /// The tree of a node, its document, and the node's index; `None` for the document itself.
    fn place(&self, node: NodeId) -> (&[TreeNode], u32, Option<usize>) {
        let tree = self.documents.partition_point(|first| *first <= node.0) - 1;
        let document = self.documents[tree];
        let nodes = self.definition.trees.values().nth(tree).map_or(&[][..], Vec::as_slice);
        (nodes, document, ((node.0 - document) as usize).checked_sub(1))
    }

    fn node(&self, node: NodeId) -> Option<&TreeNode> {
        let (nodes, _, index) = self.place(node);
        nodes.get(index?)
    }

    pub(super) fn name(&self, node: NodeId) -> &str {
        self.node(node).map_or("", |node| &node.name)
    }

    pub(super) fn text(&self, node: NodeId) -> &str {
        self.node(node).map_or("", |node| &node.text)
    }

    pub(super) fn parent(&self, node: NodeId) -> Option<NodeId> {
        let (nodes, document, index) = self.place(node);
        Some(NodeId(match index? {
            0 => document,
            index => document + 1 + nodes[index].parent,
        }))
    }

    /// Calls `each` for the elements in a node, or its attributes.
    pub(super) fn inside(&self, node: NodeId, attributes: bool, each: &mut dyn FnMut(NodeId)) {
        let (nodes, document, index) = self.place(node);
        let Some(index) = index else {
            if !attributes && !nodes.is_empty() {
                each(NodeId(document + 1));
            }
            return;
        };
        for (place, below) in nodes.iter().enumerate().skip(index + 1) {
            // In document order, what is not in it any more has a parent before it.
            if (below.parent as usize) < index {
                return;
            }
            if below.parent as usize == index && below.name.starts_with('@') == attributes {
                each(NodeId(document + 1 + place as u32));
            }
        }
    }
}
