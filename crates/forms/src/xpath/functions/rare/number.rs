//! The least, the greatest, and numbers by chance.

use super::{Call, Value};
use crate::xpath::eval::Evaluated;

pub(super) fn random(call: &Call<'_>) -> Evaluated {
    Ok(Value::Number(call.eval.host.random()))
}

pub(super) fn count_non_empty(call: &Call<'_>) -> Evaluated {
    call.nodes(0)?;
    let mut count = 0;
    call.each_of(0, &mut |value| count += usize::from(value.bool()));
    Ok(Value::Number(count as f64))
}

/// The value that wins against all others; NaN when one is no number or there are none.
fn best(call: &Call<'_>, wins: fn(f64, f64) -> bool) -> Evaluated {
    let mut best = None;
    call.each_from(0, &mut |value| {
        let number = call.number_of(value);
        best = Some(match best {
            Some(best) if !number.is_nan() && !wins(number, best) => best,
            _ => number,
        });
    });
    Ok(Value::Number(best.unwrap_or(f64::NAN)))
}

pub(super) fn max(call: &Call<'_>) -> Evaluated {
    best(call, |one, other| one > other)
}

pub(super) fn min(call: &Call<'_>) -> Evaluated {
    best(call, |one, other| one < other)
}
