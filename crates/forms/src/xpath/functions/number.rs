//! Numbers, counting and choosing by count.

use super::{Call, Value};
use crate::decimal;
use crate::xpath::eval::Evaluated;
use crate::xpath::value::date_number;

/// Functions of one number to one number.
macro_rules! plain {
    ($($name:ident: $code:expr;)*) => { $(
        pub(super) fn $name(call: &Call<'_>) -> Evaluated {
            let code: fn(f64) -> f64 = $code;
            Ok(Value::Number(code(call.number(0)?)))
        }
    )* };
}

plain! {
    abs: f64::abs;
    ceiling: f64::ceil;
    floor: f64::floor;
    int: f64::trunc;
    sqrt: f64::sqrt;
}

/// Functions the host computes.
macro_rules! of_host {
    ($($name:ident)*) => { $(
        pub(super) fn $name(call: &Call<'_>) -> Evaluated {
            Ok(Value::Number(call.eval.host.math(stringify!($name), call.number(0)?, 0.0)))
        }
    )* };
}

of_host! { acos asin atan cos exp log log10 sin tan }

pub(super) fn exp10(call: &Call<'_>) -> Evaluated {
    Ok(Value::Number(call.eval.host.math("pow", 10.0, call.number(0)?)))
}

pub(super) fn atan2(call: &Call<'_>) -> Evaluated {
    Ok(Value::Number(call.eval.host.math("atan2", call.number(0)?, call.number(1)?)))
}

pub(super) fn pow(call: &Call<'_>) -> Evaluated {
    Ok(Value::Number(call.eval.host.math("pow", call.number(0)?, call.number(1)?)))
}

pub(super) fn pi(_: &Call<'_>) -> Evaluated {
    Ok(Value::Number(std::f64::consts::PI))
}

pub(super) fn random(call: &Call<'_>) -> Evaluated {
    Ok(Value::Number(call.eval.host.random()))
}

pub(super) fn number(call: &Call<'_>) -> Evaluated {
    let value = if call.count() == 0 { call.node_text(call.scope.node) } else { call.value(0)? };
    Ok(match value {
        Value::Nodes(_) | Value::Text(_) => match date_number(call.text_of(&value).trim(), call.offset()) {
            Some(days) => Value::Days(days),
            None => Value::Number(call.number_of(&value)),
        },
        Value::Date(days) | Value::Days(days) => Value::Days(days),
        value => Value::Number(call.number_of(&value)),
    })
}

/// To so many digits after the point (before it, when below 0); halves away from zero.
pub(super) fn round(call: &Call<'_>) -> Evaluated {
    let value = call.number(0)?;
    let digits = if call.count() > 1 { call.number(1)? } else { 0.0 };
    if digits == 0.0 || !value.is_finite() {
        return Ok(Value::Number(value.round()));
    }
    // Through decimal text, so that 1.005 is the 1.005 that was written and not the binary number just below it.
    let shift = |value: f64, places| decimal::parse_shifted(&decimal::plain(value), places).unwrap_or(f64::NAN);
    let places = digits.trunc().clamp(-30.0, 30.0) as i32;
    Ok(Value::Number(shift(f64::round(shift(value, places)), -places)))
}

pub(super) fn count(call: &Call<'_>) -> Evaluated {
    Ok(Value::Number(call.nodes(0)?.len() as f64))
}

pub(super) fn count_non_empty(call: &Call<'_>) -> Evaluated {
    let nodes = call.nodes(0)?;
    Ok(Value::Number(nodes.into_iter().filter(|node| !call.eval.tree.string(*node).is_empty()).count() as f64))
}

pub(super) fn sum(call: &Call<'_>) -> Evaluated {
    let nodes = call.nodes(0)?;
    Ok(Value::Number(nodes.into_iter().map(|node| call.number_of(&call.node_text(node))).sum::<f64>() + 0.0))
}

/// The value that wins against all others; NaN when one is no number or there are none.
fn best(call: &Call<'_>, wins: fn(f64, f64) -> bool) -> Evaluated {
    let mut best = f64::NAN;
    for (at, value) in call.flat(0)?.iter().enumerate() {
        let number = call.number_of(value);
        if number.is_nan() {
            return Ok(Value::Number(number));
        }
        if at == 0 || wins(number, best) {
            best = number;
        }
    }
    Ok(Value::Number(best))
}

pub(super) fn max(call: &Call<'_>) -> Evaluated {
    best(call, |one, other| one > other)
}

pub(super) fn min(call: &Call<'_>) -> Evaluated {
    best(call, |one, other| one < other)
}

/// Whether a number lies between the first two arguments; a bound of -1 is none.
fn within(call: &Call<'_>, number: f64) -> Evaluated {
    let (least, most) = (call.number(0)?, call.number(1)?);
    Ok(Value::Bool((least == -1.0 || number >= least) && (most == -1.0 || number <= most)))
}

pub(super) fn checklist(call: &Call<'_>) -> Evaluated {
    within(call, call.flat(2)?.iter().filter(|value| value.bool()).count() as f64)
}

pub(super) fn weighted_checklist(call: &Call<'_>) -> Evaluated {
    let mut conditions = Vec::new();
    let mut weights = Vec::new();
    for at in 2..call.count() {
        let into = if at % 2 == 0 { &mut conditions } else { &mut weights };
        match call.value(at)? {
            Value::Nodes(nodes) => into.extend(nodes.into_iter().map(|node| call.node_text(node))),
            value => into.push(value),
        }
    }
    let pairs = conditions.iter().zip(&weights).filter(|(condition, _)| condition.bool());
    within(call, pairs.map(|(_, weight)| call.number_of(weight)).sum())
}
