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
    Ok(match &call.values[at] {
        Value::Bool(_) => f64::NAN,
        value => dated(call, value)?.unwrap_or_else(|| call.number_of(value)),
    })
}

/// Days of a value that is a text, and that a date; a date that does not exist is an error.
fn dated(call: &Call<'_>, value: &Value) -> Evaluated<Option<f64>> {
    if !is_text(value) {
        return Ok(None);
    }
    let text = call.text_of(value);
    let text = text.trim();
    if let Some(days) = date_number(text, call.offset()) {
        return Ok(Some(days));
    }
    if !dates::is_date_shaped(text) {
        return Ok(None);
    }
    match dates::parse_loose_date(text) {
        Some(day) => Ok(Some((day * DAY - i64::from(call.offset()) * 60_000) as f64 / DAY as f64)),
        None => call.unusable(text),
    }
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::Nodes(_) | Value::Text(_))
}

/// `date` and `date-time`: of nothing nothing.
pub(super) fn date(call: &Call<'_>) -> Evaluated {
    let value = &call.values[0];
    if is_text(value) && call.text_of(value).trim().is_empty() {
        return Ok(Value::Text(String::new()));
    }
    Ok(Value::Date(days(call, 0)?))
}

/// Of a text only where that is a date: digits are none.
pub(super) fn decimal_date_time(call: &Call<'_>) -> Evaluated {
    let value = &call.values[0];
    let days = if is_text(value) { dated(call, value)?.unwrap_or(f64::NAN) } else { days(call, 0)? };
    Ok(Value::Number(days))
}
