//! What an expression costs, counted in nodes that it looks at: twice the nodes, twice the cost.

use std::borrow::Cow;
use std::cell::Cell;

use super::super::{Document, NodeKind, Tree};
use super::{Expr, NodeId, Phone};

/// A document that counts how often it is asked for a node.
struct Counted {
    document: Document,
    asked: Cell<usize>,
}

impl Counted {
    fn count(&self) {
        self.asked.set(self.asked.get() + 1);
    }
}

impl Tree for Counted {
    fn root(&self) -> NodeId {
        self.document.root()
    }
    fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.count();
        self.document.parent(node)
    }
    fn children(&self, node: NodeId, each: &mut dyn FnMut(NodeId)) {
        self.document.children(node, &mut |child| {
            self.count();
            each(child);
        });
    }
    fn name(&self, node: NodeId) -> &str {
        self.document.name(node)
    }
    fn string(&self, node: NodeId) -> Cow<'_, str> {
        self.count();
        self.document.string(node)
    }
    fn instance(&self, id: &str) -> Option<NodeId> {
        self.document.instance(id)
    }
    fn kind(&self, node: NodeId) -> NodeKind {
        self.document.kind(node)
    }
}

/// How many nodes an expression asks for where there are so many items.
fn cost(expression: &str, items: usize) -> usize {
    let items: String = (0..items).map(|at| format!("<item><name>n{at}</name><p>{}</p></item>", at % 50)).collect();
    let document = Document::read(&format!("<data><x>n7</x>{items}</data>")).unwrap();
    let tree = Counted { document, asked: Cell::new(0) };
    Expr::parse(expression).unwrap().eval(&tree, tree.root(), &Phone).unwrap();
    tree.asked.get()
}

#[test]
fn twice_the_nodes_cost_twice_as_much() {
    let expressions = [
        "count(//*)",
        "count(//name | //p | //item | /data/*)",
        "sum(//p)",
        "count(//item/..)",
        "count(//*/ancestor::*)",
        "count(//*//p)",
        "count(/data/item[p = 7 or name = 'n3'])",
        "count(/data/item[name = /data/x and p != /data/x])",
        "count(/data/item[name = current()/data/x])",
        "indexed-repeat(/data/item/name, /data/item, 900)",
        "count((//item)[p = 3]/name)",
        "join(' ', randomize(//name, 3))",
        "count(/data/item[position() = last()]/following-sibling::*)",
    ];
    for expression in expressions {
        let (once, twice) = (cost(expression, 1000), cost(expression, 2000));
        assert!(once > 1000 && twice < once * 5 / 2, "{expression}: {once} and {twice}");
    }
}
