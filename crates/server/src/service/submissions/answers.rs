//! What a submission says: the answers as the app has them, and what else there is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value, json};
use zhucun_api::CHANGE_MAX;
use zhucun_domain::household;
use zhucun_forms::{
    Definition,
    definition::{Kind, Node},
    xform::instance,
};

use super::NotTaken;
use crate::{error::ApiError, service::random};

/// What was understood of a submission's XML.
pub(super) struct Answers {
    pub(super) form: Definition,
    /// As the app would have finished them, but with the names that files have in the submission.
    pub(super) answers: Value,
    /// The names of the files in them.
    pub(super) files: BTreeSet<String>,
    /// Of those the files that were chosen, and have names of their own.
    pub(super) chosen: BTreeSet<String>,
    /// SHA-256 of the answers and of what else it says.
    pub(super) sha256: String,
    /// What it says that the form has no place for, as it is written; `None` where there is nothing.
    pub(super) more: Option<String>,
}

/// Reads the answers to a form, which comes as JSON.
pub(super) fn understood(form: &str, xml: &str) -> Result<Answers, NotTaken> {
    let form: Definition = serde_json::from_str(form).map_err(|error| ApiError::internal(&error))?;
    let read = instance::read(&form, xml)?;
    let names = names(&form);
    let answers = Value::Object(finished(&form, &names, 0, &read.answers));
    let text = answers.to_string();
    if text.len() > CHANGE_MAX {
        return Err(NotTaken::TooLarge);
    }
    let (mut files, mut chosen) = (BTreeSet::new(), BTreeSet::new());
    named(&form, &names, 0, &answers, Kind::is_file, &mut files);
    named(&form, &names, 0, &answers, |kind| kind == Kind::File, &mut chosen);
    let more: Vec<_> = read.unknown.iter().map(|unknown| json!([unknown.path, unknown.written])).collect();
    let sha256 = random::sha256_hex(if more.is_empty() { text } else { json!([text, more]).to_string() });
    let written: Vec<_> = read.unknown.into_iter().map(|unknown| unknown.written).collect();
    let more = (!written.is_empty()).then(|| written.join("\n"));
    Ok(Answers { answers, files, chosen, sha256, more, form })
}

/// The nodes in a node by their names: what walks over answers looks at them, not at all that could be there.
pub(super) type Names<'a> = HashMap<(usize, &'a str), usize>;

pub(super) fn names(form: &Definition) -> Names<'_> {
    let mut names = HashMap::new();
    for (index, node) in form.nodes.iter().enumerate().skip(1) {
        names.entry((node.parent as usize, node.name.as_str())).or_insert(index);
    }
    names
}

/// Answers as the app finishes them: an empty text only for what was asked, no group with nothing in it. Forms are no deeper
/// than their readers let them.
fn finished(form: &Definition, names: &Names<'_>, index: usize, answers: &Value) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, answer) in answers.as_object().into_iter().flatten() {
        let Some(&child) = names.get(&(index, name.as_str())) else { continue };
        let answer = match answer {
            Value::Array(instances) => {
                let one = |instance| Value::Object(finished(form, names, child, instance));
                Value::Array(instances.iter().map(one).collect())
            }
            group @ Value::Object(_) => {
                let inside = finished(form, names, child, group);
                if inside.is_empty() {
                    continue;
                }
                Value::Object(inside)
            }
            Value::String(text) if !text.is_empty() || form.nodes[child].kind.is_asked() => Value::String(text.clone()),
            _ => continue,
        };
        out.insert(name.clone(), answer);
    }
    out
}

/// Gathers the names of files in answers to questions of some kinds.
fn named(
    form: &Definition,
    names: &Names<'_>,
    index: usize,
    answers: &Value,
    of: fn(Kind) -> bool,
    files: &mut BTreeSet<String>,
) {
    for (name, answer) in answers.as_object().into_iter().flatten() {
        let Some(&child) = names.get(&(index, name.as_str())) else { continue };
        match answer {
            Value::Array(instances) => {
                instances.iter().for_each(|instance| named(form, names, child, instance, of, files));
            }
            group @ Value::Object(_) => named(form, names, child, group, of, files),
            Value::String(file) if of(form.nodes[child].kind) && !file.is_empty() => {
                files.insert(file.clone());
            }
            _ => {}
        }
    }
}

/// Puts other names in the place of those of files.
pub(super) fn rename(
    form: &Definition,
    names: &Names<'_>,
    index: usize,
    answers: &mut Value,
    files: &BTreeMap<&str, String>,
) {
    for (name, answer) in answers.as_object_mut().into_iter().flatten() {
        let Some(&child) = names.get(&(index, name.as_str())) else { continue };
        match answer {
            Value::Array(instances) => {
                instances.iter_mut().for_each(|instance| rename(form, names, child, instance, files));
            }
            group @ Value::Object(_) => rename(form, names, child, group, files),
            Value::String(file) if form.nodes[child].kind.is_file() && !file.is_empty() => {
                if let Some(full) = files.get(file.as_str()) {
                    full.clone_into(file);
                }
            }
            _ => {}
        }
    }
}

/// The names from below the root down to a node; `None` within a repeat.
fn way(form: &Definition, index: usize) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut here = index;
    while here > 0 {
        let node = form.nodes.get(here)?;
        if node.kind == Kind::Repeat {
            return None;
        }
        names.push(node.name.as_str());
        here = (node.parent as usize).min(here - 1);
    }
    names.reverse();
    Some(names)
}

fn answer_of<'a>(form: &Definition, answers: &'a Value, index: usize) -> Option<&'a str> {
    let found = way(form, index)?.into_iter().try_fold(answers, |inside, name| inside.get(name))?;
    found.as_str().filter(|text| !text.is_empty())
}

/// The answer to the first question of a kind.
pub(super) fn first_of<'a>(form: &Definition, answers: &'a Value, kind: Kind) -> Option<&'a str> {
    let mut questions = form.nodes.iter().enumerate().filter(|(_, node)| node.kind == kind);
    questions.find_map(|(index, _)| answer_of(form, answers, index))
}

/// The household that was chosen: of the first question that asks for one of the village's, as in the app.
pub(super) fn household_of<'a>(form: &Definition, answers: &'a Value) -> &'a str {
    let asks = |node: &Node| {
        let list = node.choices.as_ref().filter(|choices| choices.external && choices.list == household::LIST);
        node.kind == Kind::SelectOne && list.is_some()
    };
    let question = form.nodes.iter().position(asks);
    question.and_then(|index| answer_of(form, answers, index)).unwrap_or_default()
}

/// The first answer of a name, at any depth of groups.
pub(super) fn named_answer<'a>(answers: &'a Value, name: &str) -> Option<&'a str> {
    let group = answers.as_object()?;
    group.get(name).and_then(Value::as_str).or_else(|| group.values().find_map(|value| named_answer(value, name)))
}
