//! Texts.

use super::{Call, Texts, Value};
use crate::texts::{find, joined, words};
use crate::xpath::eval::Evaluated;

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn string(texts: &Texts<'_>) -> Value {
    text(&texts[0])
}

pub(super) fn concat(call: &Call<'_>) -> Evaluated {
    Ok(Value::Text(call.joined(0, "")))
}

pub(super) fn contains(texts: &Texts<'_>) -> Value {
    Value::Bool(find(&texts[0], &texts[1]).is_some())
}

pub(super) fn starts_with(texts: &Texts<'_>) -> Value {
    Value::Bool(texts[0].starts_with(&*texts[1]))
}

pub(super) fn string_length(texts: &Texts<'_>) -> Value {
    Value::Number(texts[0].chars().count() as f64)
}

pub(super) fn normalize_space(texts: &Texts<'_>) -> Value {
    Value::Text(joined(&words(&texts[0]), " "))
}

/// Whether a word is among words; where there is none, "nothing" is: `selected(., '')` asks whether nothing is chosen.
pub(super) fn selected(texts: &Texts<'_>) -> Value {
    let (all, wanted) = (words(&texts[0]), texts[1].trim());
    Value::Bool(all.contains(&wanted) || (all.is_empty() && wanted.is_empty()))
}

pub(super) fn count_selected(texts: &Texts<'_>) -> Value {
    Value::Number(words(&texts[0]).len() as f64)
}

pub(super) fn regex(call: &Call<'_>) -> Evaluated {
    let pattern = call.text(1);
    match call.eval.host.regex(&pattern, &call.text(0)) {
        Some(matches) => Ok(Value::Bool(matches)),
        None => call.unusable(&pattern),
    }
}
