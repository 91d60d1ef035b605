//! Nodes, lists, and choosing between values.

use super::{Call, Value};
use crate::xpath::NodeId;
use crate::xpath::ast::Node;
use crate::xpath::eval::{Eval, EvalError, Evaluated, Scope};

pub(super) fn yes(_: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(true))
}

pub(super) fn no(_: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(false))
}

pub(super) fn boolean(call: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(call.values[0].bool()))
}

pub(super) fn not(call: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(!call.values[0].bool()))
}

/// `if`.
pub(super) fn choose(eval: &Eval<'_>, args: &[Node], scope: Scope) -> Evaluated {
    let chosen = if eval.node(&args[0], scope)?.bool() { 1 } else { 2 };
    eval.node(&args[chosen], scope)
}

/// The first argument that is not empty.
pub(super) fn coalesce(eval: &Eval<'_>, args: &[Node], scope: Scope) -> Evaluated {
    for arg in args {
        let text = eval.node(arg, scope)?.stored(eval.tree, eval.host);
        if !text.is_empty() {
            return Ok(Value::Text(text));
        }
    }
    Ok(Value::Text(String::new()))
}

/// What the node already holds, else the argument.
pub(super) fn once(eval: &Eval<'_>, args: &[Node], scope: Scope) -> Evaluated {
    let held = eval.tree.string(eval.current);
    Ok(Value::Text(if held.is_empty() {
        eval.node(&args[0], scope)?.stored(eval.tree, eval.host)
    } else {
        held.into_owned()
    }))
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
    if let Some(place) = tree.place(node) {
        return place;
    }
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

pub(super) fn list(call: &Call<'_>) -> Evaluated<NodeId> {
    let id = call.text(0);
    call.eval.tree.instance(&id).ok_or_else(|| EvalError::UnknownInstance(id.into_owned()))
}

pub(super) fn instance(call: &Call<'_>) -> Evaluated {
    Ok(Value::Nodes(vec![list(call)?]))
}

/// The order in which so many things are shuffled; the same for the same seed as in the other ODK engines (generator of Park
/// and Miller). Without a seed `random` gives numbers in [0, 1).
pub(crate) fn shuffled(count: usize, seed: Option<i64>, random: &dyn Fn() -> f64) -> Vec<usize> {
    const MODULUS: i64 = 2_147_483_647;
    let mut state = seed.unwrap_or_default() % MODULUS;
    if state <= 0 {
        state += MODULUS - 1;
    }
    let mut order = Vec::with_capacity(count);
    for at in 0..count {
        order.push(at);
        let part = if seed.is_some() {
            state = state * 16_807 % MODULUS;
            (state - 1) as f64 / (MODULUS - 1) as f64
        } else {
            random()
        };
        order.swap(at, ((part * (at + 1) as f64) as usize).min(at));
    }
    order
}
