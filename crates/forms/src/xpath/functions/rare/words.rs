//! Parts of texts, and texts by chance.

use super::super::text::text;
use super::{Call, Texts, Value};
use crate::texts::{find, words};
use crate::xpath::eval::Evaluated;

pub(super) fn join(call: &Call<'_>) -> Evaluated {
    Ok(Value::Text(call.joined(1, &call.text(0))))
}

pub(super) fn ends_with(texts: &Texts<'_>) -> Value {
    Value::Bool(texts[0].ends_with(&*texts[1]))
}

pub(super) fn substring_before(texts: &Texts<'_>) -> Value {
    text(find(&texts[0], &texts[1]).map_or("", |at| &texts[0][..at]))
}

pub(super) fn substring_after(texts: &Texts<'_>) -> Value {
    text(find(&texts[0], &texts[1]).map_or("", |at| &texts[0][at + texts[1].len()..]))
}

/// XPath's: from a position counted from 1, a length, both rounded.
pub(super) fn substring(call: &Call<'_>) -> Evaluated {
    // XPath rounds halves upwards here.
    let round = |number: f64| (number + 0.5).floor();
    let from = round(call.number(1));
    let to = if call.count() > 2 { from + round(call.number(2)) } else { f64::INFINITY };
    let mut part = String::new();
    let mut position = 0.0;
    for letter in call.text(0).chars() {
        position += 1.0;
        if position >= from && position < to {
            part.push(letter);
        }
    }
    Ok(Value::Text(part))
}

/// ODK's: from an index counted from 0 to another, not included; below 0 counts from the end.
pub(super) fn substr(call: &Call<'_>) -> Evaluated {
    let whole = call.text(0);
    let length = whole.chars().count() as f64;
    let index = |number: f64| {
        let number = if number < 0.0 { length + number } else { number };
        // NaN becomes 0.
        number.clamp(0.0, length) as usize
    };
    let from = index(call.number(1));
    let to = if call.count() > 2 { index(call.number(2)) } else { usize::MAX };
    let mut part = String::new();
    for (at, letter) in whole.chars().enumerate() {
        if at >= from && at < to {
            part.push(letter);
        }
    }
    Ok(Value::Text(part))
}

pub(super) fn translate(texts: &Texts<'_>) -> Value {
    let mut changes = Vec::new();
    let mut to = texts[2].chars();
    for from in texts[1].chars() {
        changes.push((from, to.next()));
    }
    let mut out = String::new();
    for letter in texts[0].chars() {
        let change = changes.iter().find(|(from, _)| *from == letter);
        if let Some(letter) = change.map_or(Some(letter), |(_, to)| *to) {
            out.push(letter);
        }
    }
    Value::Text(out)
}

pub(super) fn selected_at(call: &Call<'_>) -> Evaluated {
    let choices = call.text(0);
    let at = call.number(1);
    let chosen = if at >= 0.0 { words(&choices).get(at as usize).copied() } else { None };
    Ok(text(chosen.unwrap_or_default()))
}

pub(super) fn boolean_from_string(texts: &Texts<'_>) -> Value {
    Value::Bool(matches!(&*texts[0], "1" | "true"))
}

/// A UUID, or so many random letters and digits.
pub(super) fn uuid(call: &Call<'_>) -> Evaluated {
    if call.count() == 0 {
        return Ok(Value::Text(call.eval.host.uuid()));
    }
    let length = call.number(0);
    if !(1.0..=1024.0).contains(&length) {
        return call.unusable(&crate::xpath::number_text(length));
    }
    let mut out = String::new();
    while out.len() < length as usize {
        for letter in call.eval.host.uuid().chars() {
            if letter != '-' {
                out.push(letter);
            }
        }
    }
    out.truncate(length as usize);
    Ok(Value::Text(out))
}
