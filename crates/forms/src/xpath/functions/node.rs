//! Nodes, lists, and choosing between values.

use super::{Call, Value};
use crate::xpath::NodeId;
use crate::xpath::eval::{EvalError, Evaluated};

pub(super) fn yes(_: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(true))
}

pub(super) fn no(_: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(false))
}

pub(super) fn boolean(call: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(call.value(0)?.bool()))
}

pub(super) fn not(call: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(!call.value(0)?.bool()))
}

/// `if`.
pub(super) fn choose(call: &Call<'_>) -> Evaluated {
    call.value(if call.value(0)?.bool() { 1 } else { 2 })
}

/// A value as text; empty for a number that is none.
fn text_or_empty(call: &Call<'_>, value: &Value) -> String {
    match value {
        Value::Number(number) | Value::Days(number) if number.is_nan() => String::new(),
        value => call.text_of(value),
    }
}

/// The first argument that is not empty.
pub(super) fn coalesce(call: &Call<'_>) -> Evaluated {
    for at in 0..call.count() {
        let text = text_or_empty(call, &call.value(at)?);
        if !text.is_empty() {
            return Ok(Value::Text(text));
        }
    }
    Ok(Value::Text(String::new()))
}

/// What the node already holds, else the argument.
pub(super) fn once(call: &Call<'_>) -> Evaluated {
    let held = call.eval.tree.string(call.eval.current).into_owned();
    Ok(Value::Text(if held.is_empty() { text_or_empty(call, &call.value(0)?) } else { held }))
}

pub(super) fn current(call: &Call<'_>) -> Evaluated {
    Ok(Value::Nodes(vec![call.eval.current]))
}

pub(super) fn last(call: &Call<'_>) -> Evaluated {
    Ok(Value::Number(call.scope.size as f64))
}

/// Of the context; of a node: which of its siblings of that name it is, as repeats are counted.
pub(super) fn position(call: &Call<'_>) -> Evaluated {
    if call.count() == 0 {
        return Ok(Value::Number(call.scope.position as f64));
    }
    let nodes = call.nodes(0)?;
    Ok(Value::Number(nodes.first().map_or(f64::NAN, |node| place_of(call, *node) as f64)))
}

/// Position of a node among its siblings of the same name, from 1.
fn place_of(call: &Call<'_>, node: NodeId) -> usize {
    let tree = call.eval.tree;
    let mut place = 1;
    let mut count = 0;
    if let Some(parent) = tree.parent(node) {
        tree.children(parent, &mut |child| {
            count += usize::from(tree.name(child) == tree.name(node));
            if child == node {
                place = count;
            }
        });
    }
    place
}

pub(super) fn name(call: &Call<'_>) -> Evaluated {
    let node = if call.count() == 0 { Some(call.scope.node) } else { call.nodes(0)?.first().copied() };
    Ok(Value::Text(node.map_or(String::new(), |node| call.eval.tree.name(node).to_owned())))
}

pub(super) fn local_name(call: &Call<'_>) -> Evaluated {
    let Value::Text(mut name) = name(call)? else {
        return Ok(Value::Text(String::new()));
    };
    if let Some(at) = name.find(':') {
        name.drain(..=at);
    }
    Ok(Value::Text(name))
}

pub(super) fn instance(call: &Call<'_>) -> Evaluated {
    let id = call.text(0)?;
    match call.eval.tree.instance(&id) {
        Some(node) => Ok(Value::Nodes(vec![node])),
        None => Err(EvalError::UnknownInstance(id)),
    }
}

/// `pulldata(list, column, key column, key)`: one cell of a list.
pub(super) fn pulldata(call: &Call<'_>) -> Evaluated {
    let (id, column, key, wanted) = (call.text(0)?, call.text(1)?, call.text(2)?, call.text(3)?);
    let tree = call.eval.tree;
    let cell = |item: NodeId, column: &str| {
        let mut text = String::new();
        tree.children(item, &mut |child| {
            if tree.name(child) == column {
                text = tree.string(child).into_owned();
            }
        });
        text
    };
    if let Some(items) = tree.lookup(&id, &key, &wanted) {
        return Ok(Value::Text(items.first().map_or(String::new(), |item| cell(*item, &column))));
    }
    let Some(start) = tree.instance(&id) else {
        return Err(EvalError::UnknownInstance(id));
    };
    let item =
        call.eval.descendants(start).into_iter().find(|node| tree.name(*node) == "item" && cell(*node, &key) == wanted);
    Ok(Value::Text(item.map_or(String::new(), |item| cell(item, &column))))
}

/// `indexed-repeat(path, repeat, position, …)`: nodes of the path inside the repeats of these positions; of several, the
/// one nearest to the current node.
pub(super) fn indexed_repeat(call: &Call<'_>) -> Evaluated {
    let mut found = call.nodes(0)?;
    for at in (1..call.count()).step_by(2) {
        if at + 1 >= call.count() {
            return Err(EvalError::Arguments(call.name.to_owned()));
        }
        let repeats = call.nodes(at)?;
        let wanted = call.number(at + 1)?;
        let chosen: Vec<NodeId> = repeats.into_iter().filter(|node| place_of(call, *node) as f64 == wanted).collect();
        found.retain(|node| ancestors(call, *node).any(|node| chosen.contains(&node)));
    }
    let around: Vec<NodeId> = ancestors(call, call.eval.current).collect();
    let nearness = |node: NodeId| ancestors(call, node).position(|node| around.contains(&node)).unwrap_or(usize::MAX);
    let nearest = found.into_iter().min_by_key(|node| nearness(*node));
    Ok(Value::Nodes(nearest.into_iter().collect()))
}

/// A node and all around it.
fn ancestors<'a>(call: &'a Call<'_>, node: NodeId) -> impl Iterator<Item = NodeId> + 'a {
    std::iter::successors(Some(node), |node| call.eval.tree.parent(*node))
}

/// Shuffled; the same way for the same seed as in the other ODK engines (generator of Park and Miller).
pub(super) fn randomize(call: &Call<'_>) -> Evaluated {
    const MODULUS: i64 = 2_147_483_647;
    let mut nodes = call.nodes(0)?;
    // As Java makes a whole number: NaN is 0, infinities the farthest numbers.
    let mut state = if call.count() > 1 { call.number(1)? as i64 % MODULUS } else { 0 };
    if state <= 0 {
        state += MODULUS - 1;
    }
    for at in 0..nodes.len() {
        let part = if call.count() > 1 {
            state = state * 16_807 % MODULUS;
            (state - 1) as f64 / (MODULUS - 1) as f64
        } else {
            call.eval.host.random()
        };
        nodes.swap(at, ((part * (at + 1) as f64) as usize).min(at));
    }
    Ok(Value::Nodes(nodes))
}

pub(super) fn choice_name(call: &Call<'_>) -> Evaluated {
    let (value, question) = (call.text(0)?, call.text(1)?);
    let words = call.eval.tree.choice_name(call.eval.current, &value, question.trim());
    Ok(Value::Text(words.unwrap_or_default()))
}

pub(super) fn itext(call: &Call<'_>) -> Evaluated {
    Ok(Value::Text(call.eval.tree.itext(&call.text(0)?).unwrap_or_default()))
}
