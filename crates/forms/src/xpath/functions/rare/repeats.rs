//! Names of nodes, cells of lists, instances of repeats by their number, words of choices.

use super::super::node::list;
use super::{Call, Value};
use crate::texts::cut;
use crate::xpath::NodeId;
use crate::xpath::eval::{EvalError, Evaluated};

/// Of nodes those that have a position among their siblings of the same name. One look at the siblings is enough for those
/// that stand together.
fn instances(call: &Call<'_>, nodes: &[NodeId], wanted: f64) -> Vec<NodeId> {
    let tree = call.eval.tree;
    let mut chosen = Vec::new();
    let mut last: Option<(NodeId, Option<NodeId>, Option<NodeId>)> = None;
    for &node in nodes {
        let parent = tree.parent(node);
        let known = last.filter(|(other, above, _)| *above == parent && tree.name(*other) == tree.name(node));
        let at_place = known.map_or_else(|| sibling_at(call, node, wanted), |(_, _, at_place)| at_place);
        if at_place == Some(node) {
            chosen.push(node);
        }
        last = Some((node, parent, at_place));
    }
    chosen
}

/// The sibling of a node's name (or the node) at a position.
fn sibling_at(call: &Call<'_>, node: NodeId, wanted: f64) -> Option<NodeId> {
    let tree = call.eval.tree;
    let mut found = None;
    let mut count = 0.0;
    if let Some(parent) = tree.parent(node) {
        tree.children(parent, &mut |child| {
            if tree.name(child) == tree.name(node) {
                count += 1.0;
                if count == wanted {
                    found = Some(child);
                }
            }
        });
    }
    found
}

/// The name of the first node; empty where there is none.
fn first_name<'a>(call: &'a Call<'_>) -> Evaluated<&'a str> {
    Ok(call.nodes(0)?.first().map_or("", |node| call.eval.tree.name(*node)))
}

pub(super) fn name(call: &Call<'_>) -> Evaluated {
    Ok(Value::Text(first_name(call)?.to_owned()))
}

pub(super) fn local_name(call: &Call<'_>) -> Evaluated {
    let (name, behind_prefix) = cut(first_name(call)?, b':');
    Ok(Value::Text(behind_prefix.unwrap_or(name).to_owned()))
}

/// `pulldata(list, column, key column, key)`: one cell of a list.
pub(super) fn pulldata(call: &Call<'_>) -> Evaluated {
    let (column, key, wanted) = (call.text(1), call.text(2), call.text(3));
    let tree = call.eval.tree;
    let cell = |item: NodeId, column: &str| {
        let mut text = String::new();
        let mut look = |name: &str, child: NodeId| {
            if tree.name(child) == name {
                text = tree.string(child).into_owned();
            }
        };
        match column.strip_prefix('@') {
            Some(name) => tree.attributes(item, &mut |child| look(name, child)),
            None => tree.children(item, &mut |child| look(column, child)),
        }
        text
    };
    let item = if let Some(items) = tree.lookup(&call.text(0), &key, &wanted) {
        items.first().copied()
    } else {
        let mut all = call.eval.descendants(list(call)?).into_iter();
        all.find(|node| tree.name(*node) == "item" && cell(*node, &key) == wanted)
    };
    Ok(Value::Text(item.map_or_else(String::new, |item| cell(item, &column))))
}

/// `indexed-repeat(path, repeat, position, …)`: nodes of the path inside the repeats of these positions; of several, the
/// one nearest to the current node.
pub(super) fn indexed_repeat(call: &Call<'_>) -> Evaluated {
    let mut found = call.nodes(0)?.to_vec();
    for at in (1..call.count()).step_by(2) {
        if at + 1 >= call.count() {
            return Err(EvalError::Arguments(call.name.to_owned()));
        }
        let chosen = instances(call, call.nodes(at)?, call.number(at + 1));
        found.retain(|node| call.eval.ancestors(*node).iter().any(|node| chosen.contains(node)));
    }
    let around = call.eval.ancestors(call.eval.current);
    // How far up the first thing is that is around both.
    let far = |node: NodeId| call.eval.ancestors(node).iter().position(|node| around.contains(node));
    let mut nearest: Option<(usize, NodeId)> = None;
    for node in found {
        let distance = far(node).unwrap_or(usize::MAX);
        if nearest.is_none_or(|(least, _)| distance < least) {
            nearest = Some((distance, node));
        }
    }
    Ok(Value::Nodes(nearest.map(|(_, node)| node).into_iter().collect()))
}

pub(super) fn choice_name(call: &Call<'_>) -> Evaluated {
    let (value, question) = (call.text(0), call.text(1));
    let words = call.eval.tree.choice_name(call.eval.current, &value, question.trim());
    Ok(Value::Text(words.unwrap_or_default()))
}

pub(super) fn itext(call: &Call<'_>) -> Evaluated {
    Ok(Value::Text(call.eval.tree.itext(&call.text(0)).unwrap_or_default()))
}
