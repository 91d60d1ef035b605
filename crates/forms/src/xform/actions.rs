//! Actions: values that are set when something happens.

use std::collections::HashMap;

use super::builder::{Builder, Element, attribute};
use super::paths::{resolve, without_predicates};
use super::problem::XFormProblemKind;
use super::xml;
use crate::definition::{Action, Event, Kind};

/// An action as it is found.
struct Found<'a> {
    element: Element<'a>,
    events: Vec<Event>,
    /// The node that it sets, and its path as written where that has predicates.
    target: usize,
    with_predicates: Option<String>,
    value: String,
    geopoint: bool,
    /// The node of the control that it stands in; `None` in the model.
    inside: Option<usize>,
}

impl<'a> Builder<'a> {
    /// Reads all actions.
    pub(super) fn use_actions(&mut self) {
        let mut found: Vec<Found<'a>> = Vec::new();
        let is_action =
            |node: &Element<'_>| matches!(node.tag_name().name(), "setvalue" | "setgeopoint" | "recordaudio");
        for action in self.model.children().filter(|node| node.is_element() && is_action(node)) {
            found.extend(self.action(action, None));
        }
        for control in self.controls.clone() {
            let Some(index) = self.paths.find(&control.path) else { continue };
            for action in control.element.children().filter(|node| node.is_element() && is_action(node)) {
                found.extend(self.action(action, Some(index)));
            }
        }
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for action in &found {
            *counts.entry(action.target).or_default() += 1;
        }
        for action in found {
            let is_only = counts.get(&action.target) == Some(&1);
            if !(is_only && self.is_default(&action)) {
                self.attach(&action);
            }
        }
    }

    fn action(&mut self, element: Element<'a>, inside: Option<usize>) -> Option<Found<'a>> {
        let mut events = Vec::new();
        for name in attribute(element, "event").unwrap_or_default().split_whitespace() {
            match name {
                "odk-instance-first-load" | "xforms-ready" => events.push(Event::First),
                "odk-instance-load" => events.push(Event::Load),
                "odk-new-repeat" | "jr-insert" => events.push(Event::Repeat),
                "xforms-value-changed" => events.push(Event::Changed),
                "xforms-revalidate" => self.warn(element, XFormProblemKind::Ignored(name.to_owned())),
                _ => self.problem(element, XFormProblemKind::BadEvent(name.to_owned())),
            }
        }
        let context = inside.map_or_else(|| self.paths.absolute(0), |index| self.paths.absolute(index));
        let reference = self.reference(element)?;
        let path = resolve(&context, &without_predicates(&reference));
        let Some(target) = path.as_ref().and_then(|path| self.paths.find(path)) else {
            self.problem(element, XFormProblemKind::UnknownPath(reference));
            return None;
        };
        if element.tag_name().name() == "recordaudio" {
            self.nodes[target].kind = Kind::BackgroundAudio;
            return None;
        }
        let with_predicates = reference.contains('[').then(|| reference.trim().to_owned());
        let value = match element.attribute("value").map(str::trim) {
            Some(value) => self.paths.contextual(target, value),
            None => literal(&xml::own_text(element)),
        };
        let geopoint = element.tag_name().name() == "setgeopoint";
        (!events.is_empty()).then_some(Found { element, events, target, with_predicates, value, geopoint, inside })
    }

    fn reference(&mut self, element: Element<'a>) -> Option<String> {
        let of_bind = || {
            let id = element.attribute("bind")?;
            let bind = super::texts::elements(self.model, "bind").find(|bind| bind.attribute("id") == Some(id))?;
            bind.attribute("nodeset")
        };
        let reference = element.attribute("ref").or_else(of_bind).map(str::to_owned);
        if reference.is_none() {
            self.problem(element, XFormProblemKind::NoTarget);
        }
        reference
    }

    /// Makes a node's default of an action that does just what a default does: once, when its node comes into being.
    fn is_default(&mut self, action: &Found<'a>) -> bool {
        let repeat = self.paths.repeat_around(action.target);
        let usual: &[Event] = if repeat.is_some() { &[Event::First, Event::Repeat] } else { &[Event::First] };
        let same = action.events.len() == usual.len() && usual.iter().all(|event| action.events.contains(event));
        let here = repeat.is_none() || action.inside.is_some_and(|inside| self.paths.repeat_around(inside) == repeat);
        let node = &mut self.nodes[action.target];
        let free = node.default.is_empty() && !node.dynamic_default && node.calculate.is_empty();
        if !same || !here || !free || action.with_predicates.is_some() {
            return false;
        }
        if action.geopoint {
            let is_start = node.kind == Kind::Hidden && repeat.is_none();
            if is_start {
                node.kind = Kind::StartGeopoint;
            }
            return is_start;
        }
        if action.value.is_empty() {
            return true;
        }
        (node.default, node.dynamic_default) = (action.value.clone(), true);
        true
    }

    /// Puts an action where its events happen.
    fn attach(&mut self, action: &Found<'a>) {
        let (at_root, elsewhere): (Vec<Event>, Vec<Event>) =
            action.events.iter().partition(|event| matches!(event, Event::First | Event::Load));
        if !at_root.is_empty() {
            self.add(0, at_root, action);
        }
        for event in elsewhere {
            let place = match event {
                Event::Repeat => action.inside.and_then(|inside| self.paths.repeat_around(inside)),
                _ => action.inside,
            };
            match place {
                Some(place) => self.add(place, vec![event], action),
                None => self.problem(action.element, XFormProblemKind::MisplacedAction),
            }
        }
    }

    fn add(&mut self, place: usize, events: Vec<Event>, action: &Found<'a>) {
        let path = self.paths.absolute(action.target);
        let target = self.paths.contextual(place, action.with_predicates.as_ref().unwrap_or(&path));
        let value = if action.geopoint { String::new() } else { action.value.clone() };
        self.nodes[place].actions.push(Action { events, target, value, geopoint: action.geopoint });
    }
}

/// A text as an expression; empty for none.
fn literal(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else if !text.contains('\'') {
        format!("'{text}'")
    } else if !text.contains('"') {
        format!("\"{text}\"")
    } else {
        let parts: Vec<String> = text.split('\'').map(|part| format!("'{part}'")).collect();
        format!("concat({})", parts.join(", \"'\", "))
    }
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn any_text_can_be_an_expression() {
        assert_eq!(literal("a"), "'a'");
        assert_eq!(literal("it's"), "\"it's\"");
        assert_eq!(literal("it's \"b\""), "concat('it', \"'\", 's \"b\"')");
    }
}
