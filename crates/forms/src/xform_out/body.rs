//! The body: a control for everything that a person sees.

use super::binds::{act, set_value};
use super::entities;
use super::itext::{choice_id, element, reference};
use super::lists::{label, nodeset};
use super::plan::{Plan, local};
use super::xml::Xml;
use crate::definition::{ChoiceSource, Event, Kind, Node};

/// What is still to be written.
enum Task {
    Enter(usize),
    LeaveGroup,
    LeaveRepeat(usize),
}

/// Writes the body.
pub(super) fn write(plan: &Plan<'_>, xml: &mut Xml) {
    xml.open("h:body");
    xml.attribute_if("class", &plan.form.style.join(" "));
    let mut tasks: Vec<Task> = plan.children[0].iter().rev().map(|&child| Task::Enter(child)).collect();
    while let Some(task) = tasks.pop() {
        match task {
            Task::Enter(index) if is_unseen(&plan.form.nodes[index]) => {}
            Task::Enter(index) => {
                let leave = match plan.form.nodes[index].kind {
                    Kind::Group => Task::LeaveGroup,
                    Kind::Repeat => Task::LeaveRepeat(index),
                    _ => {
                        control(plan, xml, index);
                        continue;
                    }
                };
                open_group(plan, xml, index);
                tasks.push(leave);
                tasks.extend(plan.children[index].iter().rev().map(|&child| Task::Enter(child)));
            }
            Task::LeaveGroup => xml.close(),
            Task::LeaveRepeat(index) => {
                new_instance(plan, xml, index);
                xml.close();
                xml.close();
            }
        }
    }
    xml.close();
}

/// Attributes, and what a submission says of itself and of entities.
fn is_unseen(node: &Node) -> bool {
    node.name.starts_with('@') || (node.kind == Kind::Group && local(&node.name) == "meta")
}

fn open_group(plan: &Plan<'_>, xml: &mut Xml, index: usize) {
    let (node, path) = (&plan.form.nodes[index], &plan.paths[index]);
    let is_repeat = node.kind == Kind::Repeat;
    // Clients know no table of selects: they show them below each other, on one page.
    let words = node.appearance.iter().map(|word| if word == "table-list" { "field-list" } else { word.as_str() });
    let appearance = words.collect::<Vec<_>>().join(" ");
    xml.open("group");
    xml.attribute("ref", path);
    if !is_repeat {
        xml.attribute_if("appearance", &appearance);
    }
    if let Some(words) = plan.label(index) {
        element(xml, "label", Some(words));
    }
    if let Some(words) = plan.hint(index) {
        element(xml, "hint", Some(words));
    }
    if is_repeat {
        xml.open("repeat");
        xml.attribute("nodeset", path);
        xml.attribute_if("appearance", &appearance);
        if let Some(count) = &plan.counts[index] {
            xml.attribute("jr:count", &count.path);
        }
        if node.fixed {
            xml.attribute("jr:noAddRemove", "true()");
        }
    }
}

/// What is done when a repeat gets an instance.
fn new_instance(plan: &Plan<'_>, xml: &mut Xml, repeat: usize) {
    for (index, node) in plan.form.nodes.iter().enumerate() {
        let is_inside = plan.repeats[index] == Some(repeat);
        if is_inside && node.dynamic_default && !node.default.is_empty() {
            set_value(xml, "odk-new-repeat", &plan.paths[index], &node.default);
        }
        if is_inside {
            for action in &node.actions {
                act(plan, xml, index, action, &[(Event::Repeat, "odk-new-repeat")]);
            }
        }
    }
    entities::in_repeat(plan, xml, repeat);
}

/// The element of a question; none for what nobody sees.
fn element_of(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::SelectOne => "select1",
        Kind::SelectMultiple => "select",
        Kind::Rank => "odk:rank",
        Kind::Image | Kind::Audio | Kind::Video | Kind::File => "upload",
        Kind::Acknowledge => "trigger",
        Kind::Range => "range",
        Kind::Text
        | Kind::Integer
        | Kind::Decimal
        | Kind::Note
        | Kind::Geopoint
        | Kind::Geotrace
        | Kind::Geoshape
        | Kind::Date
        | Kind::Time
        | Kind::DateTime
        | Kind::Barcode => "input",
        Kind::Root
        | Kind::Group
        | Kind::Repeat
        | Kind::Calculate
        | Kind::Hidden
        | Kind::Start
        | Kind::End
        | Kind::Today
        | Kind::Username
        | Kind::DeviceId
        | Kind::PhoneNumber
        | Kind::Email
        | Kind::SubscriberId
        | Kind::SimSerial
        | Kind::StartGeopoint
        | Kind::BackgroundAudio
        | Kind::Audit => return None,
    })
}

fn control(plan: &Plan<'_>, xml: &mut Xml, index: usize) {
    let node = &plan.form.nodes[index];
    let (label, hint) = (plan.label(index), plan.hint(index));
    let Some(name) = element_of(node.kind) else { return };
    xml.open(name);
    xml.attribute("ref", &plan.paths[index]);
    xml.attribute_if("appearance", &node.appearance.join(" "));
    attributes(xml, node);
    element(xml, "label", label);
    if hint.is_some() {
        element(xml, "hint", hint);
    }
    choices(plan, xml, node);
    for action in &node.actions {
        act(plan, xml, index, action, &[(Event::Changed, "xforms-value-changed")]);
    }
    xml.close();
}

/// Attributes of a control that come from its parameters.
fn attributes(xml: &mut Xml, node: &Node) {
    let parameter = |name: &str| node.parameters.get(name).map_or("", String::as_str);
    let or = |name: &str, otherwise: &'static str| match parameter(name) {
        "" => otherwise.to_owned(),
        value => value.to_owned(),
    };
    match node.kind {
        Kind::Range => {
            for (name, otherwise) in [("start", "1"), ("end", "10"), ("step", "1")] {
                xml.attribute(name, &or(name, otherwise));
            }
            xml.attribute_if("odk:tick-interval", parameter("tick_interval"));
            xml.attribute_if("odk:placeholder", parameter("placeholder"));
        }
        Kind::Image => {
            xml.attribute("mediatype", "image/*");
            // Another app takes the photo only where the form wants a photo as it comes.
            if node.appearance.iter().all(|word| word == "annotate") {
                xml.attribute_if("intent", parameter("app"));
            }
        }
        Kind::Audio => xml.attribute("mediatype", "audio/*"),
        Kind::Video => xml.attribute("mediatype", "video/*"),
        Kind::File => xml.attribute("mediatype", "application/*"),
        Kind::Geopoint => {
            xml.attribute_if("accuracyThreshold", parameter("capture-accuracy"));
            xml.attribute_if("unacceptableAccuracyThreshold", parameter("warning-accuracy"));
        }
        Kind::Geotrace | Kind::Geoshape => {
            // The words that tables may have for it.
            let value = match parameter("incremental") {
                word if ["yes", "true", "true()"].iter().any(|yes| word.eq_ignore_ascii_case(yes)) => "true",
                word if ["no", "false", "false()"].iter().any(|no| word.eq_ignore_ascii_case(no)) => "false",
                word => word,
            };
            xml.attribute_if("incremental", value);
        }
        Kind::Text => xml.attribute_if("rows", parameter("rows")),
        _ => {}
    }
}

/// The choices of a question: of a select, or those that are drawn along a range or beside a line.
fn choices(plan: &Plan<'_>, xml: &mut Xml, node: &Node) {
    if let Some(source) = &node.choices {
        match plan.form.choices.get(&source.list).filter(|_| searches(node)) {
            Some(_) => inline(plan, xml, &source.list),
            None => itemset(plan, xml, source),
        }
    }
    for name in ["tick_labelset", "reference-geometry"] {
        if let Some(list) = node.parameters.get(name) {
            let source = ChoiceSource { list: list.clone(), ..ChoiceSource::default() };
            itemset(plan, xml, &source);
        }
    }
}

/// Whether Collect looks for the choices in a file (`search()`): it wants to find the columns' names in the control itself.
pub(super) fn searches(node: &Node) -> bool {
    node.appearance.iter().any(|word| word.starts_with("search("))
}

fn itemset(plan: &Plan<'_>, xml: &mut Xml, source: &ChoiceSource) {
    let own = |column: &String, otherwise: &'static str| match column.as_str() {
        "" => otherwise.to_owned(),
        column => column.to_owned(),
    };
    let is_ours = source.nodeset.is_empty() && !source.external && plan.texts.has_list(&source.list);
    let label = if is_ours { "jr:itext(itextId)".to_owned() } else { own(&source.label, "label") };
    xml.open("itemset");
    xml.attribute("nodeset", &nodeset(source));
    for (name, path) in [("value", own(&source.value, "name")), ("label", label)] {
        xml.open(name);
        xml.attribute("ref", &path);
        xml.close();
    }
    xml.close();
}

fn inline(plan: &Plan<'_>, xml: &mut Xml, list: &str) {
    for (place, choice) in plan.form.choices.get(list).into_iter().flatten().enumerate() {
        xml.open("item");
        if plan.texts.has_list(list) {
            xml.open("label");
            xml.attribute("ref", &reference(&choice_id(list, place)));
            xml.close();
        } else {
            xml.leaf("label", &label(plan, choice));
        }
        xml.leaf("value", &choice.name);
        xml.close();
    }
}
