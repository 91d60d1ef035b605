//! Dates in words, and times as parts of a day.

use super::super::date::days;
use super::{Call, Value};
use crate::dates::{self, DAY};
use crate::texts::cut;
use crate::xpath::eval::Evaluated;
use crate::xpath::value::date_millis;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

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
