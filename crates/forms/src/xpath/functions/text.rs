//! Texts.

use super::{Call, Value};
use crate::xpath::eval::Evaluated;

fn text(text: impl Into<String>) -> Evaluated {
    Ok(Value::Text(text.into()))
}

pub(super) fn string(call: &Call<'_>) -> Evaluated {
    text(call.text(0)?)
}

pub(super) fn concat(call: &Call<'_>) -> Evaluated {
    let parts = call.flat(0)?;
    text(parts.iter().map(|part| call.text_of(part)).collect::<String>())
}

pub(super) fn join(call: &Call<'_>) -> Evaluated {
    let separator = call.text(0)?;
    let parts = call.flat(1)?;
    text(parts.iter().map(|part| call.text_of(part)).collect::<Vec<_>>().join(&separator))
}

pub(super) fn contains(call: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(call.text(0)?.contains(&call.text(1)?)))
}

pub(super) fn starts_with(call: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(call.text(0)?.starts_with(&call.text(1)?)))
}

pub(super) fn ends_with(call: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(call.text(0)?.ends_with(&call.text(1)?)))
}

pub(super) fn substring_before(call: &Call<'_>) -> Evaluated {
    let whole = call.text(0)?;
    let mark = call.text(1)?;
    text(whole.split_once(&mark).map_or("", |(before, _)| before))
}

pub(super) fn substring_after(call: &Call<'_>) -> Evaluated {
    let whole = call.text(0)?;
    let mark = call.text(1)?;
    text(whole.split_once(&mark).map_or("", |(_, after)| after))
}

/// XPath's: from a position counted from 1, a length, both rounded.
pub(super) fn substring(call: &Call<'_>) -> Evaluated {
    let whole = call.text(0)?;
    // XPath rounds halves upwards here.
    let round = |number: f64| (number + 0.5).floor();
    let from = round(call.number(1)?);
    let to = if call.count() > 2 { from + round(call.number(2)?) } else { f64::INFINITY };
    let inside = |at: usize| (at + 1) as f64 >= from && ((at + 1) as f64) < to;
    text(whole.chars().enumerate().filter(|(at, _)| inside(*at)).map(|(_, letter)| letter).collect::<String>())
}

/// ODK's: from an index counted from 0 to another, not included; below 0 counts from the end.
pub(super) fn substr(call: &Call<'_>) -> Evaluated {
    let whole: Vec<char> = call.text(0)?.chars().collect();
    let length = whole.len() as f64;
    let index = |number: f64| {
        let number = if number < 0.0 { length + number } else { number };
        // NaN becomes 0.
        number.clamp(0.0, length) as usize
    };
    let from = index(call.number(1)?);
    let to = if call.count() > 2 { index(call.number(2)?) } else { whole.len() };
    text(whole.get(from..to).unwrap_or_default().iter().collect::<String>())
}

pub(super) fn string_length(call: &Call<'_>) -> Evaluated {
    Ok(Value::Number(call.text(0)?.chars().count() as f64))
}

pub(super) fn normalize_space(call: &Call<'_>) -> Evaluated {
    text(call.text(0)?.split_whitespace().collect::<Vec<_>>().join(" "))
}

pub(super) fn translate(call: &Call<'_>) -> Evaluated {
    let from: Vec<char> = call.text(1)?.chars().collect();
    let to: Vec<char> = call.text(2)?.chars().collect();
    let change = |letter: char| match from.iter().position(|other| *other == letter) {
        None => Some(letter),
        Some(at) => to.get(at).copied(),
    };
    text(call.text(0)?.chars().filter_map(change).collect::<String>())
}

pub(super) fn selected(call: &Call<'_>) -> Evaluated {
    let wanted = call.text(1)?;
    let wanted = wanted.trim();
    Ok(Value::Bool(call.text(0)?.split_whitespace().any(|choice| choice == wanted)))
}

pub(super) fn selected_at(call: &Call<'_>) -> Evaluated {
    let choices = call.text(0)?;
    let at = call.number(1)?;
    let choice = if at >= 0.0 { choices.split_whitespace().nth(at as usize) } else { None };
    text(choice.unwrap_or_default())
}

pub(super) fn count_selected(call: &Call<'_>) -> Evaluated {
    Ok(Value::Number(call.text(0)?.split_whitespace().count() as f64))
}

pub(super) fn boolean_from_string(call: &Call<'_>) -> Evaluated {
    Ok(Value::Bool(matches!(call.text(0)?.as_str(), "1" | "true")))
}

pub(super) fn regex(call: &Call<'_>) -> Evaluated {
    let pattern = call.text(1)?;
    match call.eval.host.regex(&pattern, &call.text(0)?) {
        Some(matches) => Ok(Value::Bool(matches)),
        None => call.unusable(&pattern),
    }
}

/// A UUID, or so many random letters and digits.
pub(super) fn uuid(call: &Call<'_>) -> Evaluated {
    if call.count() == 0 {
        return text(call.eval.host.uuid());
    }
    let length = call.number(0)?;
    if !(1.0..=1024.0).contains(&length) {
        return call.unusable(&crate::xpath::number_text(length));
    }
    let mut out = String::new();
    while out.len() < length as usize {
        out.extend(call.eval.host.uuid().chars().filter(|letter| *letter != '-').take(length as usize - out.len()));
    }
    text(out)
}

/// The text that base64 stands for; what is not base64 or not UTF-8 is replaced or left out.
pub(super) fn base64_decode(call: &Call<'_>) -> Evaluated {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for letter in call.text(0)?.bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    text(String::from_utf8_lossy(&bytes))
}
