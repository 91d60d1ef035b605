//! Nodes by id, language and namespace; their order by chance; what a device knows of itself.

use super::digest::{Sha2, sha2};
use super::{Call, Value};
use crate::texts::words;
use crate::xpath::eval::Evaluated;
use crate::xpath::{NodeId, NodeKind, shuffled};

/// Elements by their attribute `id`: of each id in a text, or in the texts of nodes, the first in the context's document.
pub(super) fn id(call: &Call<'_>) -> Evaluated {
    let tree = call.eval.tree;
    let all = call.joined(0, " ");
    let mut wanted = words(&all);
    let mut found = Vec::new();
    let top = call.eval.ancestors(call.scope.node).last().copied().unwrap_or(call.scope.node);
    for node in call.eval.descendants(top) {
        let mut has = false;
        tree.attributes(node, &mut |attribute| {
            if tree.name(attribute) == "id" {
                let value = tree.string(attribute);
                let before = wanted.len();
                wanted.retain(|wanted| *wanted != value);
                has |= wanted.len() < before;
            }
        });
        if has {
            found.push(node);
        }
    }
    Ok(Value::Nodes(found))
}

/// The value of an attribute.
fn attribute(call: &Call<'_>, node: NodeId, name: &str) -> Option<String> {
    let tree = call.eval.tree;
    let mut value = None;
    tree.attributes(node, &mut |attribute| {
        if tree.name(attribute) == name {
            value = Some(tree.string(attribute).into_owned());
        }
    });
    value
}

/// Whether the nearest `xml:lang` at or above the context node is a language or a kind of it; case does not matter.
pub(super) fn lang(call: &Call<'_>) -> Evaluated {
    let wanted = call.text(0);
    let own = call.eval.ancestors(call.scope.node).into_iter().find_map(|node| attribute(call, node, "xml:lang"));
    let is = |own: String| {
        let (own, wanted) = (own.as_bytes(), wanted.as_bytes());
        let (same, rest) = own.split_at(wanted.len().min(own.len()));
        !wanted.is_empty() && same.eq_ignore_ascii_case(wanted) && matches!(rest, [] | [b'-', ..])
    };
    Ok(Value::Bool(own.is_some_and(is)))
}

/// The URI of the first node's namespace; empty where it has none.
pub(super) fn namespace_uri(call: &Call<'_>) -> Evaluated {
    let tree = call.eval.tree;
    let named = |node: &&NodeId| matches!(tree.kind(**node), NodeKind::Element | NodeKind::Attribute);
    let node = call.nodes(0)?.first().filter(named);
    Ok(Value::Text(node.map_or("", |node| tree.namespace(*node)).to_owned()))
}

/// `depend(value, …)`: the value; the rest is only there to be looked at.
pub(super) fn first_value(call: &Call<'_>) -> Evaluated {
    Ok(call.values[0].clone())
}

/// What a device knows of the person and itself; empty for what it does not.
pub(super) fn property(call: &Call<'_>) -> Evaluated {
    let host = call.eval.host;
    Ok(Value::Text(match &*call.text(0) {
        "username" => host.username(),
        "deviceid" => host.device_id(),
        _ => String::new(),
    }))
}

pub(super) fn version(call: &Call<'_>) -> Evaluated {
    Ok(Value::Text(call.eval.tree.version().to_owned()))
}

/// The seed that an argument is. As the other ODK engines make it: a number without its part, as Java makes a whole number
/// (infinities are the farthest ones); an empty text is 0; another text the first 64 bits of its SHA-256.
fn seed(call: &Call<'_>) -> i64 {
    let number = call.number(1);
    let text = call.text(1);
    if !number.is_nan() || text.is_empty() || text == "NaN" {
        return number as i64;
    }
    sha2(text.as_bytes(), Sha2::SHA256).iter().take(8).fold(0, |bits, byte| bits << 8 | i64::from(*byte))
}

/// Shuffled: see [`shuffled`].
pub(super) fn randomize(call: &Call<'_>) -> Evaluated {
    let nodes = call.nodes(0)?;
    let seed = (call.count() > 1).then(|| seed(call));
    let order = shuffled(nodes.len(), seed, &|| call.eval.host.random());
    Ok(Value::Nodes(order.into_iter().map(|place| nodes[place]).collect()))
}
