//! `=`, `!=` and the order of values.

use super::ast::Op;
use super::eval::Eval;
use super::value::text_number;
use super::{NodeId, Value};

/// Compares; of nodes, one (or one pair) that satisfies is enough.
pub(crate) fn compare(eval: &Eval<'_>, op: Op, left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Nodes(_), Value::Bool(_)) | (Value::Bool(_), Value::Nodes(_)) => {
            plain(eval, op, &Value::Bool(left.bool()), &Value::Bool(right.bool()))
        }
        (Value::Nodes(left), Value::Nodes(right)) => {
            let right: Vec<Value> = right.iter().map(|node| text(eval, *node)).collect();
            left.iter().any(|node| {
                let left = text(eval, *node);
                right.iter().any(|right| plain(eval, op, &left, right))
            })
        }
        (Value::Nodes(nodes), right) => nodes.iter().any(|node| plain(eval, op, &text(eval, *node), right)),
        (left, Value::Nodes(nodes)) => nodes.iter().any(|node| plain(eval, op, left, &text(eval, *node))),
        _ => plain(eval, op, left, right),
    }
}

fn text(eval: &Eval<'_>, node: NodeId) -> Value {
    Value::Text(eval.tree.string(node).into_owned())
}

/// Compares two values that are not nodes.
fn plain(eval: &Eval<'_>, op: Op, left: &Value, right: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Text(text) => text_number(text, eval.host),
        value => value.number(eval.tree, eval.host),
    };
    if !matches!(op, Op::Equal | Op::Differs) {
        let (left, right) = (number(left), number(right));
        return match op {
            Op::Less => left < right,
            Op::LessOrEqual => left <= right,
            Op::More => left > right,
            _ => left >= right,
        };
    }
    let equal = match (left, right) {
        (Value::Bool(_), _) | (_, Value::Bool(_)) => left.bool() == right.bool(),
        (Value::Text(left), Value::Text(right)) => left == right,
        (Value::Date(_), _) | (_, Value::Date(_)) => {
            // Dates are whole milliseconds; days with their part are not exact.
            (number(left) - number(right)).abs() < 0.5 / crate::dates::DAY as f64
        }
        _ => number(left) == number(right),
    };
    equal == (op == Op::Equal)
}
