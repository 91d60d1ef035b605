//! What is known of an `XForm` while it is read.

use std::collections::{BTreeMap, HashSet};

use roxmltree::Document;

use super::body::Control;
use super::paths::Paths;
use super::problem::{XFormProblem, XFormProblemKind};
use super::secondary::Secondary;
use super::texts::{Itext, elements};
use super::xml;
use crate::definition::{Choice, Definition, Node, Piece};

pub(super) type Element<'a> = roxmltree::Node<'a, 'a>;

/// More than anybody reads; to find the place of each takes time.
const MOST_PROBLEMS: usize = 200;

/// A form on its way from XML to a definition.
pub(super) struct Builder<'a> {
    pub(super) model: Element<'a>,
    pub(super) body: Option<Element<'a>>,
    /// The root of the primary instance.
    pub(super) primary: Element<'a>,
    pub(super) itext: Itext<'a>,
    pub(super) nodes: Vec<Node>,
    pub(super) paths: Paths,
    /// The element of each node in the primary instance.
    pub(super) places: Vec<Element<'a>>,
    /// Controls of the body, in its order.
    pub(super) controls: Vec<Control<'a>>,
    /// Nodes that have a control.
    pub(super) controlled: HashSet<usize>,
    pub(super) secondary: Vec<Secondary<'a>>,
    pub(super) lists: BTreeMap<String, Vec<Choice>>,
    /// Everything but the nodes and lists.
    pub(super) definition: Definition,
    pub(super) problems: Vec<XFormProblem>,
    pub(super) warnings: Vec<XFormProblem>,
}

impl<'a> Builder<'a> {
    /// Finds the parts of a form.
    pub(super) fn new(document: &'a Document<'a>) -> Result<Self, XFormProblem> {
        let top = document.root_element();
        let missing = |kind| Err(xml::problem(top, kind));
        let head = elements(top, "head").next();
        let Some((head, model)) = head.and_then(|head| Some((head, elements(head, "model").next()?))) else {
            return missing(XFormProblemKind::NotAForm);
        };
        let primary = elements(model, "instance").next().and_then(|instance| instance.first_element_child());
        let Some(primary) = primary else { return missing(XFormProblemKind::NoInstance) };
        let itext = Itext::of(model);
        let mut builder = Self {
            model,
            body: elements(top, "body").next(),
            primary,
            nodes: Vec::new(),
            paths: Paths::default(),
            places: Vec::new(),
            controls: Vec::new(),
            controlled: HashSet::new(),
            secondary: Vec::new(),
            lists: BTreeMap::new(),
            definition: Definition {
                languages: itext.languages.clone(),
                default_language: itext.default,
                ..Definition::default()
            },
            itext,
            problems: Vec::new(),
            warnings: Vec::new(),
        };
        builder.title(head);
        builder.submission();
        Ok(builder)
    }

    fn title(&mut self, head: Element<'a>) {
        let title =
            elements(head, "title").next().map(|title| xml::own_text(title).trim().to_owned()).unwrap_or_default();
        let words = if title.is_empty() { Vec::new() } else { vec![Piece::Words(title)] };
        self.definition.title = self.in_default(words).unwrap_or_default();
        let style = self.body.and_then(|body| body.attribute("class")).unwrap_or_default();
        self.definition.style = style.split_whitespace().map(str::to_owned).collect();
    }

    fn submission(&mut self) {
        for submission in elements(self.model, "submission") {
            let method = submission.attribute("method").unwrap_or("post").trim();
            if !matches!(method, "post" | "form-data-post") {
                self.problem(submission, XFormProblemKind::BadSubmission(method.to_owned()));
            }
            if submission.attribute("base64RsaPublicKey").is_some() {
                self.warn(submission, XFormProblemKind::NotEncrypted);
            }
        }
    }

    pub(super) fn problem(&mut self, element: Element<'_>, kind: XFormProblemKind) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(xml::problem(element, kind));
        }
    }

    pub(super) fn warn(&mut self, element: Element<'_>, kind: XFormProblemKind) {
        if self.warnings.len() < MOST_PROBLEMS {
            self.warnings.push(xml::problem(element, kind));
        }
    }
}

/// An attribute by its name without prefix.
pub(super) fn attribute<'a>(element: Element<'a>, name: &str) -> Option<&'a str> {
    element.attributes().find(|attribute| attribute.name() == name).map(|attribute| attribute.value())
}

/// An attribute that holds an expression; `None` where it is empty.
pub(super) fn expression<'a>(element: Element<'a>, name: &str) -> Option<&'a str> {
    attribute(element, name).map(str::trim).filter(|text| !text.is_empty())
}
