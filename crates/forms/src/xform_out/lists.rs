//! Secondary instances: choices, files beside the form, the answers that were sent last.

use std::collections::BTreeSet;

use super::body::searches;
use super::itext::choice_id;
use super::plan::Plan;
use super::xml::{Xml, is_name};
use crate::definition::{Choice, ChoiceSource, Piece, TreeNode};
use crate::files::{self, FileKind};

/// Columns of a choice that are written by themselves.
const OWN: [&str; 3] = ["itextId", "name", "label"];

/// Writes every list that the form has or reads.
pub(super) fn write(plan: &Plan<'_>, xml: &mut Xml) {
    let mut written = BTreeSet::new();
    for (list, choices) in plan.form.choices.all() {
        written.insert(list.clone());
        if is_searched(plan, list) {
            continue;
        }
        xml.open("instance");
        xml.attribute("id", list);
        xml.open("root");
        for (place, choice) in choices.iter().enumerate() {
            item(plan, xml, (list, place), choice);
        }
        xml.close();
        xml.close();
    }
    for (id, nodes) in &plan.form.trees {
        written.insert(id.clone());
        tree(xml, id, nodes);
    }
    for file in files::external(plan.form) {
        if written.insert(file.id.clone()) {
            xml.open("instance");
            xml.attribute("id", &file.id);
            xml.attribute("src", &address(&file.file));
            xml.close();
        }
    }
}

/// A secondary instance that is no table.
fn tree(xml: &mut Xml, id: &str, nodes: &[TreeNode]) {
    xml.open("instance");
    xml.attribute("id", id);
    // The elements that are open, by their places, and the text of the last.
    let (mut open, mut text): (Vec<usize>, &str) = (Vec::new(), "");
    for (index, node) in nodes.iter().enumerate() {
        // No prefix of another document is known here.
        let local = node.name.rsplit([':', '@']).next().filter(|name| is_name(name, &[])).unwrap_or("item");
        if node.name.starts_with('@') {
            xml.attribute(local, &node.text);
            continue;
        }
        xml.text(text);
        while open.len() > 1 && open.last() != Some(&(node.parent as usize)) {
            open.pop();
            xml.close();
        }
        xml.open(local);
        open.push(index);
        text = &node.text;
    }
    xml.text(text);
    open.iter().for_each(|_| xml.close());
    xml.close();
}

/// Whether a list is only there for `search()`, which has it in the control itself.
fn is_searched(plan: &Plan<'_>, list: &str) -> bool {
    let mut users =
        plan.form.nodes.iter().filter(|node| node.choices.as_ref().is_some_and(|source| source.list == list));
    let all_search = users.clone().all(searches);
    users.next().is_some() && all_search
}

fn item(plan: &Plan<'_>, xml: &mut Xml, (list, place): (&str, usize), choice: &Choice) {
    xml.open("item");
    if plan.texts.has_list(list) {
        xml.leaf("itextId", &choice_id(list, place));
    }
    xml.leaf("name", &choice.name);
    if !plan.texts.has_list(list) && choice.label.0.iter().any(|pieces| !pieces.is_empty()) {
        xml.leaf("label", &label(plan, choice));
    }
    for (column, value) in &choice.columns {
        // What has no name in XML no expression can ask for.
        if !OWN.contains(&column.as_str()) && is_name(column, &[]) {
            xml.leaf(column, value);
        }
    }
    xml.close();
}

/// The words of a choice, where they are said in one language and hold no value.
pub(super) fn label(plan: &Plan<'_>, choice: &Choice) -> String {
    let pieces = plan.texts.pieces(plan.form, &choice.label, plan.form.default_language);
    let words = pieces.iter().filter_map(|piece| match piece {
        Piece::Words(words) => Some(words.as_str()),
        Piece::Value { .. } => None,
    });
    words.collect()
}

/// Where a client finds a file that is read as data.
fn address(file: &str) -> String {
    if file.starts_with("jr://") {
        return file.to_owned();
    }
    let folder = if FileKind::of(file) == FileKind::Csv { "jr://file-csv/" } else { "jr://file/" };
    [folder, file].concat()
}

/// The nodes that a select takes its choices from: `itemset`'s `nodeset`.
pub(super) fn nodeset(source: &ChoiceSource) -> String {
    let mut nodes = source.nodeset.clone();
    if nodes.is_empty() {
        nodes = items(&source.list);
        if !source.filter.is_empty() {
            nodes = [&nodes, "[", &source.filter, "]"].concat();
        }
    }
    match source.randomize.as_deref() {
        None => nodes,
        Some("") => ["randomize(", &nodes, ")"].concat(),
        Some(seed) => ["randomize(", &nodes, ", ", seed, ")"].concat(),
    }
}

/// All items of a list.
pub(super) fn items(list: &str) -> String {
    let quote = if list.contains('\'') { "\"" } else { "'" };
    ["instance(", quote, list, quote, ")/root/item"].concat()
}
