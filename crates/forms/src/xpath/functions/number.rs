//! Numbers and counting.

use super::{Call, Value};
use crate::decimal;
use crate::xpath::eval::Evaluated;
use crate::xpath::value::date_number;

pub(super) fn number(call: &Call<'_>) -> Evaluated {
    let value = &call.values[0];
    Ok(match value {
        Value::Nodes(_) | Value::Text(_) => match date_number(call.text_of(value).trim(), call.offset()) {
            Some(days) => Value::Days(days),
            None => Value::Number(call.number_of(value)),
        },
        Value::Date(days) | Value::Days(days) => Value::Days(*days),
        value => Value::Number(call.number_of(value)),
    })
}

/// To so many digits after the point (before it, when below 0); halves away from zero.
pub(super) fn round(call: &Call<'_>) -> Evaluated {
    let value = call.number(0);
    let digits = if call.count() > 1 { call.number(1) } else { 0.0 };
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

pub(super) fn sum(call: &Call<'_>) -> Evaluated {
    call.nodes(0)?;
    let mut sum = 0.0;
    call.each_of(0, &mut |value| sum += call.number_of(value));
    Ok(Value::Number(sum))
}
