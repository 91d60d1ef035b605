//! Choosing by count and by weight, and two numbers.

use super::{Call, Value};
use crate::xpath::eval::{EvalError, Evaluated};

pub(super) fn exp10(call: &Call<'_>) -> Evaluated {
    Ok(Value::Number(call.eval.host.math("pow", 10.0, call.number(0))))
}

pub(super) fn pi(_: &Call<'_>) -> Evaluated {
    Ok(Value::Number(std::f64::consts::PI))
}

/// Whether a number lies between the first two arguments; a bound of -1 is none.
fn within(call: &Call<'_>, number: f64) -> Evaluated {
    let (least, most) = (call.number(0), call.number(1));
    Ok(Value::Bool((least == -1.0 || number >= least) && (most == -1.0 || number <= most)))
}

pub(super) fn checklist(call: &Call<'_>) -> Evaluated {
    let mut count = 0;
    call.each_from(2, &mut |value| count += usize::from(value.bool()));
    within(call, count as f64)
}

pub(super) fn weighted_checklist(call: &Call<'_>) -> Evaluated {
    if !call.count().is_multiple_of(2) {
        return Err(EvalError::Arguments(call.name.to_owned()));
    }
    let mut conditions = Vec::new();
    let mut weights = Vec::new();
    for at in 2..call.count() {
        if at % 2 == 0 {
            call.each_of(at, &mut |value| conditions.push(value.bool()));
        } else {
            call.each_of(at, &mut |value| weights.push(call.number_of(value)));
        }
    }
    let mut sum = 0.0;
    for (holds, weight) in conditions.iter().zip(&weights) {
        if *holds {
            sum += weight;
        }
    }
    within(call, sum)
}
