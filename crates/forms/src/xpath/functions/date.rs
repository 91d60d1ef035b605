//! Dates and times.

use super::{Call, Value};
use crate::dates::{self, DAY};
use crate::xpath::eval::Evaluated;
use crate::xpath::value::date_number;

pub(super) fn today(call: &Call<'_>) -> Evaluated {
    let offset = call.offset();
    let midnight = dates::local_day(call.eval.host.now(), offset) * DAY - i64::from(offset) * 60_000;
    Ok(Value::Date(midnight as f64 / DAY as f64))
}

pub(super) fn now(call: &Call<'_>) -> Evaluated {
    Ok(Value::Date(call.eval.host.now() as f64 / DAY as f64))
}

/// Days of an argument that is a date, a text like one or a number of days; NaN when it is none.
pub(super) fn days(call: &Call<'_>, at: usize) -> Evaluated<f64> {
    let value = &call.values[at];
    let text = match value {
        Value::Nodes(_) | Value::Text(_) => call.text_of(value),
        Value::Bool(_) => return Ok(f64::NAN),
        value => return Ok(call.number_of(value)),
    };
    let text = text.trim();
    if let Some(days) = date_number(text, call.offset()) {
        return Ok(days);
    }
    if !dates::is_date_shaped(text) {
        return Ok(call.number_of(value));
    }
    match dates::parse_loose_date(text) {
        Some(day) => Ok((day * DAY - i64::from(call.offset()) * 60_000) as f64 / DAY as f64),
        None => call.unusable(text),
    }
}

/// `date` and `date-time`: of nothing nothing.
pub(super) fn date(call: &Call<'_>) -> Evaluated {
    let value = &call.values[0];
    if matches!(value, Value::Nodes(_) | Value::Text(_)) && call.text_of(value).trim().is_empty() {
        return Ok(Value::Text(String::new()));
    }
    Ok(Value::Date(days(call, 0)?))
}

pub(super) fn decimal_date_time(call: &Call<'_>) -> Evaluated {
    Ok(Value::Number(days(call, 0)?))
}
