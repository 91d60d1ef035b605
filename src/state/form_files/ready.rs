//! A definition made ready for filling with what lies beside it: its lists, and the answers that were given last.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use zhucun_domain::{collection, household, visit::field};
use zhucun_forms::Definition;
use zhucun_forms::contract::Lists;
use zhucun_forms::definition::{ExternalFile, TreeNode};
use zhucun_forms::list::json;
use zhucun_json::Value;
use zhucun_json::texts::{find, joined};

use super::{Held, bare, bring, bytes, held, list};
use crate::platform::storage::Db;
use crate::state::drafts::DraftError;
use crate::state::{App, use_app};

/// Comes when everything is there.
pub type Ready = Pin<Box<dyn Future<Output = Result<(Rc<Definition>, Lists), DraftError>>>>;

/// The address by which a form names the answers that were given last.
const LAST_SAVED: &str = "jr://instance/last-saved";

/// Adds to a form, by its definition's hash, the lists that lie beside it. Those that have not come are fetched, when there is
/// a network.
pub fn ready((hash, definition, lists): (String, Rc<Definition>, Lists)) -> Ready {
    Box::pin(with_lists(use_app(), hash, definition, lists))
}

async fn with_lists(
    app: App,
    hash: String,
    definition: Rc<Definition>,
    mut lists: Lists,
) -> Result<(Rc<Definition>, Lists), DraftError> {
    let db = app.db().ok_or(DraftError::NoVillage)?;
    let text = db.definition(&hash).await?;
    let is_needed = |file: &&ExternalFile| is_list(file) && text.as_ref().is_none_or(|text| is_read(text, &file.id));
    let needed: Vec<&str> = definition.files.iter().filter(is_needed).map(|file| bare(&file.file)).collect();
    let mut have = held(&db, &hash).await?.unwrap_or_default();
    if lacks(&have, &needed).is_some() && app.online.get_untracked() {
        // A server that does not answer has nothing for us.
        for file in list(&hash).await.unwrap_or_default() {
            if file.is_list && have.named(&file.name).is_none() {
                bring(&db, &hash, &file).await?;
            }
        }
        have = held(&db, &hash).await?.unwrap_or_default();
    }
    if let Some(missing) = lacks(&have, &needed) {
        return Err(DraftError::ListMissing(missing.to_owned()));
    }
    for file in definition.files.iter().filter(|file| is_list(file)) {
        read(&db, &have, file, &mut lists).await?;
    }
    Ok((with_last(app, definition), lists))
}

/// Whether it is a file that somebody gave: the others are made here.
fn is_list(file: &ExternalFile) -> bool {
    file.id != household::LIST && !file.file.starts_with("jr://instance/")
}

/// Whether anything in a definition, as it is written, reads a list: expressions name it in quotes, selects as theirs.
fn is_read(definition: &str, id: &str) -> bool {
    let names = [["'", id, "'"], ["\\\"", id, "\\\""], ["\"list\":\"", id, "\""]];
    names.iter().any(|name| find(definition, &joined(name, "")).is_some())
}

fn lacks<'a>(held: &Held, needed: &[&'a str]) -> Option<&'a str> {
    needed.iter().copied().find(|name| held.named(name).is_none())
}

async fn read(db: &Db, held: &Held, file: &ExternalFile, lists: &mut Lists) -> Result<(), DraftError> {
    let Some(kept) = held.named(bare(&file.file)) else { return Ok(()) };
    let missing = || DraftError::ListMissing(kept.name.clone());
    let (_, bytes) = bytes(db, kept).await.ok_or_else(missing)?;
    let text = String::from_utf8(bytes.to_vec()).map_err(|_| missing())?;
    lists.insert(file.id.clone(), json::read(&text).ok_or_else(missing)?);
    Ok(())
}

/// With the answers that this user gave last in this form, where it asks for them and there are some.
fn with_last(app: App, definition: Rc<Definition>) -> Rc<Definition> {
    let is_last = |file: &ExternalFile| file.file == LAST_SAVED;
    let Some(id) = definition.files.iter().find(|file| is_last(file)).map(|file| file.id.clone()) else {
        return definition;
    };
    let user = app.me.with_untracked(|me| me.as_ref().map(|me| me.user.clone())).unwrap_or_default();
    let answers = app.records.with_untracked(|records| {
        let visits = records.all(collection::VISITS);
        let own = visits
            .iter()
            .map(|(_, visit)| visit)
            .filter(|visit| visit.text(field::FORM) == definition.id && visit.text(field::BY) == user);
        let moment = |name, visit: &zhucun_sync::Record| visit.get(name).and_then(Value::as_i64);
        // Of the versions of a visit the newest.
        own.max_by_key(|visit| (moment(field::FINISHED_AT, visit), moment(field::CORRECTED_AT, visit)))
            .and_then(|visit| visit.get(field::ANSWERS).cloned())
    });
    let (Some(answers), Some(root)) = (answers, definition.nodes.first()) else { return definition };
    let mut nodes = Vec::new();
    add(&mut nodes, 0, &root.name, &answers);
    let mut with = Definition::clone(&definition);
    // As a list it would be found first, and be empty.
    with.files.retain(|file| !is_last(file));
    with.trees.insert(id, nodes);
    Rc::new(with)
}

/// Answers as elements. Calls itself no deeper than groups lie in each other.
fn add(nodes: &mut Vec<TreeNode>, parent: u32, name: &str, value: &Value) {
    let one = |nodes: &mut Vec<TreeNode>, value: &Value| {
        let here = nodes.len() as u32;
        let text = value.as_str().unwrap_or_default().to_owned();
        nodes.push(TreeNode { name: name.to_owned(), parent, text });
        for (name, value) in value.as_object().into_iter().flatten() {
            add(nodes, here, name, value);
        }
    };
    match value {
        Value::Array(instances) => instances.iter().for_each(|value| one(nodes, value)),
        value => one(nodes, value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_read_when_an_expression_or_a_select_names_it() {
        let written =
            |node: Value| json!({"files": [{"id": "towns", "file": "towns.csv"}], "nodes": [node]}).to_string();
        assert!(is_read(&written(json!({"calc": "pulldata('towns', 'a', 'b', 'c')"})), "towns"));
        assert!(is_read(&written(json!({"calc": "instance(\"towns\")/root/item/a"})), "towns"));
        assert!(is_read(&written(json!({"ch": {"list": "towns", "x": true}})), "towns"));
        assert!(!is_read(&written(json!({"calc": "instance('other towns')/root"})), "towns"));
        assert!(!is_read(&written(json!({"n": "towns"})), "towns"));
    }

    #[test]
    fn last_answers_become_elements_in_their_order() {
        let mut nodes = Vec::new();
        add(&mut nodes, 0, "data", &json!({"a": "1", "g": {"b": "2"}, "m": [{"n": "x"}, {"n": "y"}]}));
        let all: Vec<_> = nodes.iter().map(|node| (node.name.as_str(), node.parent, node.text.as_str())).collect();
        let wanted = [
            ("data", 0, ""),
            ("a", 0, "1"),
            ("g", 0, ""),
            ("b", 2, "2"),
            ("m", 0, ""),
            ("n", 4, "x"),
            ("m", 0, ""),
            ("n", 6, "y"),
        ];
        assert_eq!(all, wanted);
    }
}
