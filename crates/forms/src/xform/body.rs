//! The body: what a person is asked, and how.

use super::builder::{Builder, Element, attribute, expression};
use super::paths::resolve;
use super::problem::XFormProblemKind;
use super::texts::elements;
use super::xml;
use crate::definition::{Kind, Node};

/// An element of the body that is bound to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Input,
    SelectOne,
    SelectMultiple,
    Rank,
    Upload,
    Range,
    Trigger,
    Group,
    Repeat,
}

impl Tag {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "input" | "secret" | "textarea" => Self::Input,
            "select1" => Self::SelectOne,
            "select" => Self::SelectMultiple,
            "rank" => Self::Rank,
            "upload" => Self::Upload,
            "range" => Self::Range,
            "trigger" => Self::Trigger,
            "group" => Self::Group,
            "repeat" => Self::Repeat,
            _ => return None,
        })
    }

    fn is_structure(self) -> bool {
        matches!(self, Self::Group | Self::Repeat)
    }
}

/// A control with the node that it is bound to.
#[derive(Clone, Debug)]
pub(super) struct Control<'a> {
    pub(super) element: Element<'a>,
    pub(super) tag: Tag,
    /// The path of its node.
    pub(super) path: String,
}

/// What may stand in a structure beside controls.
const PARTS: [&str; 5] = ["label", "hint", "setvalue", "setgeopoint", "recordaudio"];

impl<'a> Builder<'a> {
    /// Finds the controls of the body with the paths that they are bound to.
    pub(super) fn find_controls(&mut self) {
        let Some(body) = self.body else { return };
        let root = format!("/{}", xml::name(self.primary));
        // In document order, without calling itself: what is opened last is looked at first.
        let mut open: Vec<(Element<'a>, String)> = Vec::new();
        let push = |inside: Element<'a>, context: &str, open: &mut Vec<(Element<'a>, String)>| {
            let children: Vec<_> = inside.children().filter(Element::is_element).collect();
            open.extend(children.into_iter().rev().map(|child| (child, context.to_owned())));
        };
        push(body, &root, &mut open);
        while let Some((element, context)) = open.pop() {
            let name = element.tag_name().name();
            let Some(tag) = Tag::of(name) else {
                if !PARTS.contains(&name) {
                    self.warn(element, XFormProblemKind::Ignored(xml::name(element).to_owned()));
                }
                continue;
            };
            let path = self.bound_to(element, &context);
            if tag.is_structure() {
                push(element, path.as_ref().unwrap_or(&context), &mut open);
            }
            match path {
                Some(path) => self.controls.push(Control { element, tag, path }),
                None if tag == Tag::Group && attribute(element, "ref").is_none() => {
                    if elements(element, "label").next().is_some() && !self.repeats_alone(element) {
                        self.warn(element, XFormProblemKind::NoNode);
                    }
                }
                None => {
                    let reference = element.attribute("ref").or_else(|| element.attribute("nodeset"));
                    self.problem(element, XFormProblemKind::UnknownPath(reference.unwrap_or_default().to_owned()));
                }
            }
        }
    }

    /// The path an element is bound to by `ref`, `nodeset` or the id of a `bind`.
    fn bound_to(&self, element: Element<'a>, context: &str) -> Option<String> {
        let reference = element.attribute("ref").or_else(|| element.attribute("nodeset"));
        let of_bind = || {
            let id = element.attribute("bind")?;
            let bind = elements(self.model, "bind").find(|bind| bind.attribute("id") == Some(id))?;
            bind.attribute("nodeset").or_else(|| bind.attribute("ref"))
        };
        resolve(context, reference.or_else(of_bind)?)
    }

    /// Whether a group is but the frame of a repeat: then its label is the repeat's.
    fn repeats_alone(&self, group: Element<'a>) -> bool {
        let mut inside =
            group.children().filter(|child| child.is_element() && Tag::of(child.tag_name().name()).is_some());
        inside.next().is_some_and(|first| first.tag_name().name() == "repeat") && inside.next().is_none()
    }

    /// Gives nodes what their controls say of them.
    pub(super) fn use_controls(&mut self) {
        for control in self.controls.clone() {
            let Some(index) = self.paths.find(&control.path) else {
                self.problem(control.element, XFormProblemKind::UnknownPath(control.path));
                continue;
            };
            let is_structure = matches!(self.nodes[index].kind, Kind::Group | Kind::Repeat | Kind::Root);
            if control.tag.is_structure() != is_structure {
                self.problem(control.element, XFormProblemKind::OtherStructure(control.path));
                continue;
            }
            if !is_structure && !self.controlled.insert(index) {
                self.warn(control.element, XFormProblemKind::SecondControl(control.path));
                continue;
            }
            self.words(control.element, index);
            self.appearance(control.element, index);
            match control.tag {
                Tag::Repeat => self.repeat(control.element, index),
                Tag::Group => {}
                _ => self.question(&control, index),
            }
        }
    }

    fn words(&mut self, element: Element<'a>, index: usize) {
        let framed =
            element.parent().filter(|above| element.tag_name().name() == "repeat" && self.repeats_alone(*above));
        let frame = framed.filter(|above| attribute(*above, "ref").is_none());
        let label =
            elements(element, "label").next().or_else(|| frame.and_then(|above| elements(above, "label").next()));
        if let Some(label) = label {
            let texts = self.texts(label, index);
            let node = &mut self.nodes[index];
            node.label = texts.words.or(node.label.take());
            node.media = texts.media;
        }
        if let Some(hint) = elements(element, "hint").next() {
            let texts = self.texts(hint, index);
            let node = &mut self.nodes[index];
            (node.hint, node.guidance) = (texts.words, texts.guidance);
        }
    }

    fn appearance(&mut self, element: Element<'a>, index: usize) {
        for word in attribute(element, "appearance").unwrap_or_default().split_whitespace() {
            let words = &mut self.nodes[index].appearance;
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
    }

    fn repeat(&mut self, element: Element<'a>, index: usize) {
        if let Some(count) = expression(element, "count") {
            self.nodes[index].repeat_count = self.paths.contextual(index, count);
        }
        self.nodes[index].fixed =
            expression(element, "noAddRemove").is_some_and(|text| matches!(text, "true()" | "1" | "true"));
    }

    fn question(&mut self, control: &Control<'a>, index: usize) {
        let element = control.element;
        self.asked_preload(element, index);
        let declared = self.nodes[index].bind_type.clone();
        let kind = match control.tag {
            Tag::SelectOne => Kind::SelectOne,
            Tag::SelectMultiple => Kind::SelectMultiple,
            Tag::Rank => Kind::Rank,
            Tag::Trigger => Kind::Acknowledge,
            Tag::Range => Kind::Range,
            Tag::Upload => uploaded(element),
            _ => typed(&declared, &self.nodes[index]),
        };
        let node = &mut self.nodes[index];
        node.kind = kind;
        for (from, to) in PARAMETERS {
            if let Some(value) = attribute(element, from) {
                node.parameters.insert(to.to_owned(), value.trim().to_owned());
            }
        }
        if kind == Kind::Range {
            for bound in ["start", "end", "step"] {
                if self.nodes[index].parameters.get(bound).is_none_or(|text| crate::decimal::parse(text).is_none()) {
                    let text = attribute(element, bound).unwrap_or_default().to_owned();
                    self.problem(element, XFormProblemKind::BadNumber(bound.to_owned(), text));
                }
            }
        }
        let has_choices = elements(element, "itemset").next().is_some();
        if has_choices || matches!(kind, Kind::SelectOne | Kind::SelectMultiple | Kind::Rank) {
            self.choices(element, index);
        } else if let Some(query) = expression(element, "query") {
            self.queried(query, index);
        }
    }
}

impl<'a> Builder<'a> {
    /// A value that is filled in and asked for as well: a default that may be changed, where an expression can say it.
    fn asked_preload(&mut self, element: Element<'a>, index: usize) {
        let node = &mut self.nodes[index];
        let default = match node.kind {
            Kind::Today => "today()",
            Kind::Start => "now()",
            Kind::Hidden => return,
            _ => {
                self.warn(element, XFormProblemKind::Ignored("jr:preload".into()));
                return;
            }
        };
        (node.default, node.dynamic_default) = (default.to_owned(), true);
    }
}

/// Attributes of controls that `XLSForm` has as parameters.
const PARAMETERS: [(&str, &str); 10] = [
    ("start", "start"),
    ("end", "end"),
    ("step", "step"),
    ("rows", "rows"),
    ("placeholder", "placeholder"),
    ("tick-interval", "tick_interval"),
    ("accuracyThreshold", "capture-accuracy"),
    ("unacceptableAccuracyThreshold", "warning-accuracy"),
    ("incremental", "incremental"),
    ("intent", "app"),
];

fn uploaded(element: Element<'_>) -> Kind {
    let media = attribute(element, "accept").or_else(|| attribute(element, "mediatype")).unwrap_or_default().trim();
    match media.split('/').next() {
        Some("image") => Kind::Image,
        Some("audio") => Kind::Audio,
        Some("video") => Kind::Video,
        _ => Kind::File,
    }
}

/// What an `input` asks for. One that nobody may ever change and that shows no value is a note.
fn typed(declared: &str, node: &Node) -> Kind {
    match declared {
        "int" => Kind::Integer,
        "decimal" => Kind::Decimal,
        "date" => Kind::Date,
        "time" => Kind::Time,
        "dateTime" => Kind::DateTime,
        "geopoint" => Kind::Geopoint,
        "geotrace" => Kind::Geotrace,
        "geoshape" => Kind::Geoshape,
        "barcode" => Kind::Barcode,
        "binary" => Kind::File,
        "string" | "" if node.readonly == "true()" && node.calculate.is_empty() && node.default.is_empty() => {
            Kind::Note
        }
        _ => Kind::Text,
    }
}
