//! Dates and times.

use super::{Call, Value};
use crate::dates::{self, DAY};
use crate::texts::cut;
use crate::xpath::eval::Evaluated;
use crate::xpath::value::{date_millis, date_number};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

pub(super) fn today(call: &Call<'_>) -> Evaluated {
    let offset = call.offset();
    let midnight = dates::local_day(call.eval.host.now(), offset) * DAY - i64::from(offset) * 60_000;
    Ok(Value::Date(midnight as f64 / DAY as f64))
}

pub(super) fn now(call: &Call<'_>) -> Evaluated {
    Ok(Value::Date(call.eval.host.now() as f64 / DAY as f64))
}

/// Days of an argument that is a date, a text like one or a number of days; NaN when it is none.
fn days(call: &Call<'_>, at: usize) -> Evaluated<f64> {
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

/// The part of the day, on this phone's clock, that a time is.
pub(super) fn decimal_time(call: &Call<'_>) -> Evaluated {
    let text = call.text(0);
    let (whole, time) = cut(&text, b'T');
    let time = time.unwrap_or(whole);
    let Some((millis, own)) = dates::parse_time(time) else {
        return Ok(Value::Number(f64::NAN));
    };
    let own = own.unwrap_or(call.offset());
    let local = millis + i64::from(call.offset() - own) * 60_000;
    Ok(Value::Number(local.rem_euclid(DAY) as f64 / DAY as f64))
}

/// `format-date` and `format-date-time`: nothing for what is no date.
pub(super) fn format(call: &Call<'_>) -> Evaluated {
    let pattern = call.text(1);
    let Some(millis) = date_millis(days(call, 0)?) else {
        return Ok(Value::Text(String::new()));
    };
    let local = millis + i64::from(call.offset()) * 60_000;
    let mut out = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
        } else if let Some(field) = letters.next()
            && !append(&mut out, field, local)
        {
            return call.unusable(&pattern);
        }
    }
    Ok(Value::Text(out))
}

/// Appends a field; false when there is no such field.
fn append(out: &mut String, field: char, local: i64) -> bool {
    let day = local.div_euclid(DAY);
    let (year, month, of_month) = dates::civil_from_days(day);
    let millis = local.rem_euclid(DAY).unsigned_abs();
    let seconds = millis / 1000;
    let (value, width) = match field {
        'Y' => (year.unsigned_abs(), 4),
        'y' => (year.unsigned_abs() % 100, 2),
        'm' => (u64::from(month), 2),
        'n' => (u64::from(month), 1),
        'd' => (u64::from(of_month), 2),
        'e' => (u64::from(of_month), 1),
        'H' => (seconds / 3600, 2),
        'h' => (seconds / 3600, 1),
        'M' => (seconds / 60 % 60, 2),
        'S' => (seconds % 60, 2),
        '3' => (millis % 1000, 3),
        'b' | 'a' | '%' => {
            out.push_str(match field {
                'b' => MONTHS[month as usize - 1],
                'a' => WEEKDAYS[dates::weekday(day)],
                _ => "%",
            });
            return true;
        }
        _ => return false,
    };
    dates::pad(out, value, width);
    true
}
