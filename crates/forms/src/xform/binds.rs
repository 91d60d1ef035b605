//! Binds: types, rules, messages, preloads and what is saved to entities.

use super::builder::{Builder, Element, attribute, expression};
use super::lexical;
use super::paths::resolve;
use super::problem::XFormProblemKind;
use super::texts::elements;
use super::xml;
use crate::definition::{Kind, Node};

/// `jr:preload="uid"` as a default.
pub(crate) const UID: &str = "concat('uuid:', uuid())";

/// What a preload gives that has a kind of its own.
const PRELOADS: [(&str, &str, Kind); 11] = [
    ("timestamp", "start", Kind::Start),
    ("timestamp", "end", Kind::End),
    ("date", "today", Kind::Today),
    ("property", "deviceid", Kind::DeviceId),
    ("property", "username", Kind::Username),
    ("property", "email", Kind::Email),
    ("property", "phonenumber", Kind::PhoneNumber),
    ("property", "phone number", Kind::PhoneNumber),
    ("property", "subscriberid", Kind::SubscriberId),
    ("property", "simserial", Kind::SimSerial),
    ("property", "simid", Kind::SimSerial),
];

/// Attributes of binds that `XLSForm` has as parameters.
const PARAMETERS: [(&str, &str); 8] = [
    ("max-pixels", "max-pixels"),
    ("quality", "quality"),
    ("allow-mock-accuracy", "allow-mock-accuracy"),
    ("incremental", "incremental"),
    ("location-priority", "location-priority"),
    ("location-min-interval", "location-min-interval"),
    ("location-max-age", "location-max-age"),
    ("track-changes", "track-changes"),
];

impl<'a> Builder<'a> {
    /// Gives nodes what their binds say. Of several binds of a node, what a later one says counts.
    pub(super) fn use_binds(&mut self) {
        let root = format!("/{}", xml::name(self.primary));
        for bind in elements(self.model, "bind") {
            let reference = bind.attribute("nodeset").or_else(|| bind.attribute("ref")).unwrap_or_default();
            // A bind of nothing binds nothing: other clients let it be.
            match resolve(&root, reference).and_then(|path| self.paths.find(&path)) {
                Some(index) => self.bind(bind, index),
                None => self.warn(bind, XFormProblemKind::UnknownPath(reference.to_owned())),
            }
        }
    }

    fn bind(&mut self, bind: Element<'a>, index: usize) {
        if let Some(declared) = expression(bind, "type") {
            self.nodes[index].bind_type = type_name(declared).to_owned();
        }
        for (name, idle) in [
            ("relevant", "true()"),
            ("required", "false()"),
            ("constraint", "true()"),
            ("calculate", ""),
            ("readonly", "false()"),
        ] {
            let Some(text) = expression(bind, name) else { continue };
            let text = if text == idle { String::new() } else { self.paths.contextual(index, text) };
            let node = &mut self.nodes[index];
            *match name {
                "relevant" => &mut node.relevant,
                "required" => &mut node.required,
                "constraint" => &mut node.constraint,
                "calculate" => &mut node.calculate,
                _ => &mut node.readonly,
            } = text;
        }
        if let Some(message) = expression(bind, "constraintMsg") {
            self.nodes[index].constraint_message = self.message(bind, message, index);
        }
        if let Some(message) = expression(bind, "requiredMsg") {
            self.nodes[index].required_message = self.message(bind, message, index);
        }
        for (from, to) in PARAMETERS {
            if let Some(value) = attribute(bind, from) {
                self.nodes[index].parameters.insert(to.to_owned(), value.trim().to_owned());
            }
        }
        if let Some(property) = expression(bind, "saveto") {
            self.nodes[index].save_to = property.to_owned();
        }
        if let Some(preload) = expression(bind, "preload") {
            let parameters = attribute(bind, "preloadParams").unwrap_or_default().trim();
            self.preload(bind, index, preload, parameters);
        }
    }

    fn preload(&mut self, bind: Element<'a>, index: usize, preload: &str, parameters: &str) {
        let node = &mut self.nodes[index];
        if preload == "uid" {
            (node.default, node.dynamic_default) = (UID.into(), true);
            return;
        }
        match PRELOADS.iter().find(|(name, value, _)| *name == preload && *value == parameters) {
            Some((_, _, kind)) => node.kind = *kind,
            None => {
                let what = [preload, parameters].join(" ");
                self.warn(bind, XFormProblemKind::Ignored(what.trim().to_owned()));
            }
        }
    }

    /// Once controls and actions are known: what nobody is asked for, types that kinds have by themselves, defaults as they are
    /// stored.
    pub(super) fn settle(&mut self) {
        for index in 0..self.nodes.len() {
            let is_audit = xml::local(&self.nodes[index].name) == "audit" && self.nodes[index].bind_type == "binary";
            let node = &mut self.nodes[index];
            if node.kind == Kind::Hidden {
                if is_audit {
                    node.kind = Kind::Audit;
                } else if !node.calculate.is_empty() {
                    node.kind = Kind::Calculate;
                }
            }
            if is_own_type(node) {
                node.bind_type = String::new();
            }
            if !node.dynamic_default {
                match lexical::canonical(node, &node.default) {
                    Some(default) => node.default = default,
                    None => {
                        let default = std::mem::take(&mut node.default);
                        self.warn(self.places[index], XFormProblemKind::BadDefault(default));
                    }
                }
            }
        }
    }
}

/// Names of types without prefix, other names for the same as one.
fn type_name(declared: &str) -> &str {
    match xml::local(declared) {
        "integer" | "long" => "int",
        "double" | "float" => "decimal",
        "datetime" => "dateTime",
        "rank" => "odk:rank",
        "text" => "string",
        local => local,
    }
}

/// Whether a declared type says nothing beyond the kind. Choices are texts, whatever they are called.
fn is_own_type(node: &Node) -> bool {
    let fractions = node.parameters.iter().any(|(_, value)| value.contains('.'));
    let own = lexical::own_type(node.kind, fractions);
    let declared = node.bind_type.as_str();
    let is_choice = matches!(node.kind, Kind::SelectOne | Kind::SelectMultiple | Kind::Rank);
    declared == own
        || matches!(node.kind, Kind::Group | Kind::Repeat | Kind::Root)
        || (is_choice && matches!(declared, "select" | "select1" | "selectone" | "list" | "string" | "odk:rank"))
}
