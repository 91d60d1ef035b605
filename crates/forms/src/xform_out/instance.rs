//! The primary instance: what a new filling begins with.

use serde_json::Value;

use super::entities;
use super::plan::{Plan, local};
use super::xml::Xml;
use crate::definition::{Kind, Node};

/// Instances that a repeat begins with at most: no form has more.
const MOST: u32 = 1000;

/// What is still to be written; a list of these instead of calls in calls, so that no form can go too deep.
enum Task<'a> {
    Enter {
        node: usize,
        /// What the form's first answers have for it.
        first: Option<&'a Value>,
        /// Whether repeats inside say what a new instance of theirs is.
        templates: bool,
        is_template: bool,
    },
    Leave(usize),
    /// A node that is made to hold how often the repeat after it is there.
    Count(&'a str),
}

/// Writes the primary instance.
pub(super) fn write(plan: &Plan<'_>, xml: &mut Xml) {
    xml.open("instance");
    let first = Some(&plan.form.first).filter(|first| first.is_object());
    let mut tasks = vec![Task::Enter { node: 0, first, templates: true, is_template: false }];
    while let Some(task) = tasks.pop() {
        match task {
            Task::Leave(node) => leave(plan, xml, node),
            Task::Count(name) => xml.leaf(name, ""),
            Task::Enter { node, first, templates, is_template } => {
                let element = &plan.form.nodes[node];
                xml.open(&element.name);
                if node == 0 {
                    root(plan, xml);
                }
                if is_template {
                    xml.attribute("jr:template", "");
                }
                for (name, attribute) in plan.attributes(node) {
                    let first = first.and_then(|first| first.get(&attribute.name));
                    xml.attribute(name, &value(attribute, first));
                }
                if matches!(element.kind, Kind::Root | Kind::Group | Kind::Repeat) {
                    tasks.push(Task::Leave(node));
                    enter(plan, &mut tasks, node, first, templates);
                } else {
                    xml.text(&value(element, first));
                    xml.close();
                }
            }
        }
    }
    xml.close();
}

/// What the form's own element says of it.
fn root(plan: &Plan<'_>, xml: &mut Xml) {
    if let Some(uri) = plan.form.namespaces.get("") {
        xml.attribute("xmlns", uri);
    }
    for (name, value) in [("id", &plan.form.id), ("version", &plan.form.version)] {
        if plan.attributes(0).all(|(own, _)| own != name) {
            xml.attribute_if(name, value);
        }
    }
}

/// Adds what is inside an element, the last first.
fn enter<'a>(plan: &'a Plan<'_>, tasks: &mut Vec<Task<'a>>, node: usize, first: Option<&'a Value>, templates: bool) {
    for &child in plan.children[node].iter().rev() {
        let element = &plan.form.nodes[child];
        if plan.is_moved(child) || element.name.starts_with('@') {
            continue;
        }
        let first = first.and_then(|first| first.get(&element.name));
        if element.kind != Kind::Repeat {
            tasks.push(Task::Enter { node: child, first, templates, is_template: false });
            continue;
        }
        let instance = |first| Task::Enter { node: child, first, templates: false, is_template: false };
        match first.and_then(Value::as_array) {
            Some(instances) => tasks.extend(instances.iter().rev().map(|first| instance(Some(first)))),
            None => tasks.extend((0..element.begins.unwrap_or(1).min(MOST)).map(|_| instance(None))),
        }
        if templates {
            tasks.push(Task::Enter { node: child, first: None, templates, is_template: true });
        }
        let made = plan.counts[child].as_ref().and_then(|count| count.made.as_ref());
        tasks.extend(made.map(|name| Task::Count(name)));
    }
}

/// What an element has that the form does not name, and its end.
fn leave(plan: &Plan<'_>, xml: &mut Xml, node: usize) {
    let is_own_meta = plan.meta == Some(node);
    if is_own_meta {
        meta(plan, xml, Some(node));
    } else if node == 0 && plan.meta.is_none() {
        xml.open("meta");
        meta(plan, xml, None);
        entities::write(plan, xml, 0);
        xml.close();
    } else if node > 0 && entities::are_at(plan, node) {
        xml.open("meta");
        entities::write(plan, xml, node);
        xml.close();
    }
    if is_own_meta {
        entities::write(plan, xml, 0);
    }
    xml.close();
}

/// What every submission says of itself.
fn meta(plan: &Plan<'_>, xml: &mut Xml, own: Option<usize>) {
    for &child in &plan.children[0] {
        if plan.is_moved(child) {
            xml.leaf("audit", "");
        }
    }
    let has = |name: &str| own.is_some_and(|meta| has_meta(plan, meta, name).is_some());
    if !has("instanceID") {
        xml.leaf("instanceID", "");
    }
    if !has("instanceName") && !plan.form.instance_name.is_empty() {
        xml.leaf("instanceName", "");
    }
}

/// The child of the form's own `meta` of a name, whatever its prefix.
pub(super) fn has_meta(plan: &Plan<'_>, meta: usize, name: &str) -> Option<usize> {
    let is_it = |child: &usize| local(&plan.form.nodes[*child].name) == name;
    plan.children[meta].iter().copied().find(is_it)
}

/// What an answer begins with.
fn value(node: &Node, first: Option<&Value>) -> String {
    if let Some(text) = first.and_then(Value::as_str) {
        return text.to_owned();
    }
    if node.dynamic_default || node.default.is_empty() {
        return String::new();
    }
    if node.kind == Kind::Image && !node.default.contains("://") {
        return ["jr://images/", &node.default].concat();
    }
    node.default.clone()
}
