//! `bind`s and what is done when a filling begins.

use super::entities;
use super::instance::has_meta;
use super::plan::Plan;
use super::xml::Xml;
use crate::definition::{Action, Event, Kind, Node};

/// Parameters that a bind carries: for which kinds, the parameter and the attribute.
const PARAMETERS: [(&[Kind], &str, &str); 10] = [
    (&[Kind::Image], "max-pixels", "orx:max-pixels"),
    (&[Kind::Audio], "quality", "odk:quality"),
    (PLACES, "allow-mock-accuracy", "odk:allow-mock-accuracy"),
    (&[Kind::Audit], "location-priority", "odk:location-priority"),
    (&[Kind::Audit], "location-min-interval", "odk:location-min-interval"),
    (&[Kind::Audit], "location-max-age", "odk:location-max-age"),
    (&[Kind::Audit], "track-changes", "odk:track-changes"),
    (&[Kind::Audit], "track-changes-reasons", "odk:track-changes-reasons"),
    (&[Kind::Audit], "track-changes-on-form-edit", "odk:track-changes-on-form-edit"),
    (&[Kind::Audit], "identify-user", "odk:identify-user"),
];

const PLACES: &[Kind] = &[Kind::Geopoint, Kind::Geotrace, Kind::Geoshape, Kind::StartGeopoint];

/// Writes all binds and the actions of the model.
pub(super) fn write(plan: &Plan<'_>, xml: &mut Xml) {
    for (index, node) in plan.form.nodes.iter().enumerate().skip(1) {
        if is_of_meta(plan, index) {
            continue;
        }
        bind(plan, xml, index, node);
        if let Some(name) = plan.counts[index].as_ref().and_then(|count| count.made.as_ref().map(|_| &count.path)) {
            xml.open("bind");
            xml.attribute("nodeset", name);
            xml.attribute("type", "string");
            xml.attribute("readonly", "true()");
            xml.attribute("calculate", &node.repeat_count);
            xml.close();
        }
    }
    for (index, node) in plan.form.nodes.iter().enumerate().filter(|(index, _)| !is_of_meta(plan, *index)) {
        at_start(plan, xml, index, node);
    }
    entities::binds(plan, xml);
    meta(plan, xml);
}

/// Whether a node is one of those that every submission has, which are bound by themselves; an id that the form computes in
/// its own way stays so.
fn is_of_meta(plan: &Plan<'_>, index: usize) -> bool {
    let is = |name: &str| plan.meta.is_some_and(|meta| has_meta(plan, meta, name) == Some(index));
    is("instanceName") || (is("instanceID") && plan.form.nodes[index].calculate.is_empty())
}

fn bind(plan: &Plan<'_>, xml: &mut Xml, index: usize, node: &Node) {
    let is_structure = matches!(node.kind, Kind::Group | Kind::Repeat);
    let rules = [&node.relevant, &node.readonly, &node.required, &node.constraint, &node.calculate, &node.bind_type];
    // An element that only has attributes holds no answer.
    let is_holder = node.kind == Kind::Hidden && plan.attributes(index).next().is_some();
    if (is_structure || is_holder || node.name.starts_with('@')) && rules.into_iter().all(String::is_empty) {
        return;
    }
    xml.open("bind");
    xml.attribute("nodeset", &plan.paths[index]);
    if !is_structure || !node.bind_type.is_empty() {
        xml.attribute("type", bind_type(node));
    }
    let readonly = if node.kind == Kind::Note && node.readonly.is_empty() { "true()" } else { &node.readonly };
    // What a change of another answer sets is computed then, not always.
    for (name, expression) in [
        ("relevant", node.relevant.as_str()),
        ("required", &node.required),
        ("readonly", readonly),
        ("constraint", &node.constraint),
        ("calculate", &node.calculate),
    ] {
        xml.attribute_if(name, expression);
    }
    for (name, text) in [("jr:constraintMsg", &node.constraint_message), ("jr:requiredMsg", &node.required_message)] {
        xml.attribute_if(name, &plan.message(index, name, text.as_ref()));
    }
    if let Some((preload, parameters)) = preload(node.kind) {
        xml.attribute("jr:preload", preload);
        xml.attribute("jr:preloadParams", parameters);
    }
    xml.attribute_if("entities:saveto", &node.save_to);
    for (kinds, parameter, attribute) in PARAMETERS {
        if let Some(value) = node.parameters.get(parameter).filter(|_| kinds.contains(&node.kind)) {
            xml.attribute(attribute, value);
        }
    }
    xml.close();
}

/// The type of an answer, as `XForms` names it.
fn bind_type(node: &Node) -> &str {
    if !node.bind_type.is_empty() {
        return &node.bind_type;
    }
    let number = |name: &str| node.parameters.get(name).and_then(|text| text.parse::<f64>().ok());
    let is_whole = |name: &str| number(name).is_none_or(|number| number.fract() == 0.0);
    match node.kind {
        Kind::Integer => "int",
        Kind::Range if ["start", "end", "step"].into_iter().all(is_whole) => "int",
        Kind::Decimal | Kind::Range => "decimal",
        Kind::Date | Kind::Today => "date",
        Kind::Time => "time",
        Kind::DateTime | Kind::Start | Kind::End => "dateTime",
        Kind::Geopoint | Kind::StartGeopoint => "geopoint",
        Kind::Geotrace => "geotrace",
        Kind::Geoshape => "geoshape",
        Kind::Barcode => "barcode",
        Kind::Rank => "odk:rank",
        Kind::Image | Kind::Audio | Kind::Video | Kind::File | Kind::BackgroundAudio | Kind::Audit => "binary",
        Kind::Root
        | Kind::Group
        | Kind::Repeat
        | Kind::Text
        | Kind::SelectOne
        | Kind::SelectMultiple
        | Kind::Note
        | Kind::Calculate
        | Kind::Acknowledge
        | Kind::Hidden
        | Kind::Username
        | Kind::DeviceId
        | Kind::PhoneNumber
        | Kind::Email
        | Kind::SubscriberId
        | Kind::SimSerial => "string",
    }
}

/// What fills an answer when the filling begins or ends, and its parameter.
fn preload(kind: Kind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        Kind::Start => ("timestamp", "start"),
        Kind::End => ("timestamp", "end"),
        Kind::Today => ("date", "today"),
        Kind::Username => ("property", "username"),
        Kind::DeviceId => ("property", "deviceid"),
        Kind::PhoneNumber => ("property", "phonenumber"),
        Kind::Email => ("property", "email"),
        Kind::SubscriberId => ("property", "subscriberid"),
        Kind::SimSerial => ("property", "simserial"),
        _ => return None,
    })
}

/// What is done when a filling begins.
fn at_start(plan: &Plan<'_>, xml: &mut Xml, index: usize, node: &Node) {
    let path = &plan.paths[index];
    if node.dynamic_default && !node.default.is_empty() {
        set_value(xml, "odk-instance-first-load", path, &node.default);
    }
    match node.kind {
        Kind::StartGeopoint => set_place(xml, "odk-instance-first-load", path),
        Kind::BackgroundAudio => {
            xml.open("odk:recordaudio");
            xml.attribute("event", "odk-instance-load");
            xml.attribute("ref", path);
            xml.attribute_if("odk:quality", node.parameters.get("quality").map_or("", String::as_str));
            xml.close();
        }
        _ => {}
    }
    for action in &node.actions {
        act(plan, xml, index, action, &[(Event::First, "odk-instance-first-load"), (Event::Load, "odk-instance-load")]);
    }
}

/// Writes an action for those of its events that are meant here.
pub(super) fn act(plan: &Plan<'_>, xml: &mut Xml, from: usize, action: &Action, events: &[(Event, &str)]) {
    let meant = events.iter().filter(|(event, _)| action.events.contains(event));
    let names: Vec<&str> = meant.map(|(_, name)| *name).collect();
    if names.is_empty() {
        return;
    }
    let target = plan.target(&action.target, from);
    if action.geopoint {
        set_place(xml, &names.join(" "), &target);
    } else {
        set_value(xml, &names.join(" "), &target, &action.value);
    }
}

/// Writes a `setvalue`; without a value it clears.
pub(super) fn set_value(xml: &mut Xml, event: &str, target: &str, value: &str) {
    xml.open("setvalue");
    xml.attribute("event", event);
    xml.attribute("ref", target);
    xml.attribute_if("value", value);
    xml.close();
}

fn set_place(xml: &mut Xml, event: &str, target: &str) {
    xml.open("odk:setgeopoint");
    xml.attribute("event", event);
    xml.attribute("ref", target);
    xml.close();
}

/// What every submission says of itself.
fn meta(plan: &Plan<'_>, xml: &mut Xml) {
    let path = |name: &str| match plan.meta.and_then(|meta| has_meta(plan, meta, name)) {
        Some(own) => plan.paths[own].clone(),
        None => [&plan.meta_path(), "/", name].concat(),
    };
    let own = plan.meta.and_then(|meta| has_meta(plan, meta, "instanceID"));
    if own.is_none_or(|own| plan.form.nodes[own].calculate.is_empty()) {
        xml.open("bind");
        xml.attribute("nodeset", &path("instanceID"));
        xml.attribute("type", "string");
        xml.attribute("readonly", "true()");
        xml.attribute("jr:preload", "uid");
        xml.close();
    }
    let own = plan.meta.and_then(|meta| has_meta(plan, meta, "instanceName"));
    let own = own.map_or("", |own| plan.form.nodes[own].calculate.as_str());
    // Where there is a node for it, the form's own word may be no more than its path.
    let name = if own.is_empty() { plan.form.instance_name.as_str() } else { own };
    if !name.is_empty() && name != path("instanceName") {
        xml.open("bind");
        xml.attribute("nodeset", &path("instanceName"));
        xml.attribute("type", "string");
        xml.attribute("calculate", name);
        xml.close();
    }
}
