//! ODK Entities: what a finished form creates or updates. Source: ODK Entities specification 2024.1, 2025.1 for repeats.

use super::lists::items;
use super::plan::{Plan, local};
use super::xml::Xml;
use crate::definition::{Entity, Kind};

/// From `meta/entity/@id` (and `meta/entity/label`) up to the node that the entity is of.
const UP: &str = "../../../";

/// The version of the specification that the form is written by; none without entities.
pub(super) fn version(plan: &Plan<'_>) -> Option<&'static str> {
    let form = plan.form;
    let in_repeat = |entity: &Entity| form.nodes.get(entity.node as usize).is_some_and(|node| node.kind != Kind::Root);
    match form.entities.as_slice() {
        [] => None,
        entities if entities.len() > 1 || entities.iter().any(in_repeat) => Some("2025.1.0"),
        _ => Some("2024.1.0"),
    }
}

/// Entities that the form has no nodes for: one that was an `XForm` has, and they say all.
fn unwritten<'a>(plan: &Plan<'a>) -> impl Iterator<Item = &'a Entity> {
    plan.form.entities.iter().filter(|entity| !has_nodes(plan, entity.node as usize))
}

fn has_nodes(plan: &Plan<'_>, node: usize) -> bool {
    let is = |index: &usize, name: &str| local(&plan.form.nodes[*index].name) == name;
    let children = |index: usize| plan.children.get(index).into_iter().flatten();
    children(node).filter(|meta| is(meta, "meta")).any(|&meta| children(meta).any(|entity| is(entity, "entity")))
}

fn at<'a>(plan: &Plan<'a>, node: usize) -> Vec<&'a Entity> {
    unwritten(plan).filter(|entity| entity.node as usize == node).collect()
}

/// Whether a node has entities.
pub(super) fn are_at(plan: &Plan<'_>, node: usize) -> bool {
    !at(plan, node).is_empty()
}

fn updates(entity: &Entity) -> bool {
    !entity.entity_id.is_empty()
}

fn creates(entity: &Entity) -> bool {
    !updates(entity) || !entity.create_if.is_empty()
}

/// Writes the entities of a node, inside its `meta`.
pub(super) fn write(plan: &Plan<'_>, xml: &mut Xml, node: usize) {
    for entity in at(plan, node) {
        xml.open("entity");
        xml.attribute("dataset", &entity.list);
        xml.attribute("id", "");
        if creates(entity) {
            xml.attribute("create", "1");
        }
        if updates(entity) {
            for (name, value) in [("update", "1"), ("baseVersion", ""), ("trunkVersion", ""), ("branchId", "")] {
                xml.attribute(name, value);
            }
        }
        if !entity.label.is_empty() {
            xml.leaf("label", "");
        }
        xml.close();
    }
}

/// Writes how the entities are computed.
pub(super) fn binds(plan: &Plan<'_>, xml: &mut Xml) {
    for entity in unwritten(plan) {
        let node = entity.node as usize;
        let Some(path) = plan.paths.get(node) else { continue };
        let meta = if node == 0 { plan.meta_path() } else { [path, "/meta"].concat() };
        let entity_path = [&meta, "/entity"].concat();
        let bind = |xml: &mut Xml, name: &str, calculate: &str| {
            xml.open("bind");
            xml.attribute("nodeset", &[&entity_path, "/", name].concat());
            xml.attribute("type", "string");
            xml.attribute("readonly", "true()");
            xml.attribute_if("calculate", calculate);
            xml.close();
        };
        let (create, update) = (moved(&entity.create_if, UP), moved(&entity.update_if, UP));
        if !create.is_empty() && creates(entity) {
            bind(xml, "@create", &create);
        }
        if updates(entity) {
            if !update.is_empty() {
                bind(xml, "@update", &update);
            }
            let id = moved(&entity.entity_id, &["current()/", UP].concat());
            for (name, column) in
                [("@baseVersion", "__version"), ("@trunkVersion", "__trunkVersion"), ("@branchId", "__branchId")]
            {
                bind(xml, name, &[&items(&entity.list), "[name=", &id, "]/", column].concat());
            }
        }
        bind(xml, "@id", &moved(&entity.entity_id, UP));
        if !updates(entity) {
            set_id(xml, "odk-instance-first-load", &entity_path);
        }
        if !entity.label.is_empty() {
            bind(xml, "label", &moved(&entity.label, UP));
        }
    }
}

/// New entities of a repeat: each instance has an id of its own.
pub(super) fn in_repeat(plan: &Plan<'_>, xml: &mut Xml, repeat: usize) {
    for entity in unwritten(plan) {
        let node = entity.node as usize;
        if !updates(entity) && plan.repeats.get(node).copied().flatten() == Some(repeat) {
            set_id(xml, "odk-new-repeat", &[&plan.paths[node], "/meta/entity"].concat());
        }
    }
}

fn set_id(xml: &mut Xml, event: &str, entity_path: &str) {
    xml.open("setvalue");
    xml.attribute("event", event);
    xml.attribute("ref", &[entity_path, "/@id"].concat());
    xml.attribute("value", "uuid()");
    xml.close();
}

/// An expression whose relative paths are meant from a node, for a place from which `up` leads to that node. Relative paths
/// begin with `.`, `..` or `current()` in definitions; those of predicates are meant from what they filter, and stay.
fn moved(expression: &str, up: &str) -> String {
    let mut out = String::with_capacity(expression.len() + up.len());
    let mut depth = 0_usize;
    let mut quote = None;
    let mut rest = expression;
    while let Some(character) = rest.chars().next() {
        let before = out.chars().next_back();
        let begins = quote.is_none() && !before.is_some_and(goes_on);
        if begins && rest.starts_with("current()/") {
            if !up.starts_with("current()") {
                out.push_str("current()/");
            }
            out.push_str(up);
            rest = rest["current()/".len()..].trim_start_matches("./");
            continue;
        }
        if begins && depth == 0 && character == '.' && !rest[1..].starts_with(|next: char| next.is_ascii_digit()) {
            if let Some(below) = rest.strip_prefix("./") {
                out.push_str(up);
                rest = below;
            } else if rest.starts_with("..") {
                out.push_str(up);
                out.push_str("..");
                rest = &rest[2..];
            } else {
                out.push_str(up.trim_end_matches('/'));
                rest = &rest[1..];
            }
            continue;
        }
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '[') => depth += 1,
            (None, ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        out.push(character);
        rest = &rest[character.len_utf8()..];
    }
    out
}

/// Whether what follows a character goes on with a path or a name.
fn goes_on(last: char) -> bool {
    last.is_alphanumeric() || matches!(last, '/' | '.' | '_' | ':' | ')' | ']' | '@')
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn paths_are_meant_from_where_the_expression_stands() {
        let table = [
            ("./q1", "../../../q1"),
            ("../../a", "../../../../../a"),
            ("concat(./q1, ' ./q1 ', ../a)", "concat(../../../q1, ' ./q1 ', ../../../../a)"),
            (".", "../../.."),
            ("/data/a + .5", "/data/a + .5"),
            (
                "instance('l')/root/item[name = current()/./q1][./x = 1]",
                "instance('l')/root/item[name = current()/../../../q1][./x = 1]",
            ),
            ("if(./a='', uuid(), ./a)", "if(../../../a='', uuid(), ../../../a)"),
            ("'村.'", "'村.'"),
        ];
        for (given, expected) in table {
            assert_eq!(moved(given, "../../../"), expected);
        }
        assert_eq!(moved("./q1", "current()/../../../"), "current()/../../../q1");
    }
}
