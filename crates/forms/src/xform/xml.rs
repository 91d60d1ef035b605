//! XML as forms and instances use it: no document type, bounded, names as they are written.

use roxmltree::{Document, Error, Node, ParsingOptions};

use super::problem::{XFormProblem, XFormProblemKind};
use crate::definition::MAX_DEPTH;

/// `meta` of the `OpenRosa` specification, and `version` of an instance.
pub(super) const OPENROSA: &str = "http://openrosa.org/xforms";
/// `jr:template`, `jr:count`, `jr:preload`, `jr:itext()`.
pub(super) const JAVAROSA: &str = "http://openrosa.org/javarosa";

/// No form has more nodes; what has is an attack on memory.
pub(super) const FORM_NODES: u32 = 2_000_000;
/// No instance has more: its answers would be longer than any visit.
pub(super) const INSTANCE_NODES: u32 = 200_000;
/// The reader compares each attribute of an element with all others of it.
const MAX_ATTRIBUTES: usize = 500;
/// The reader copies the namespaces of an element to each element in it that declares one of its own.
const MAX_NAMESPACES: usize = 2_000;
/// An instance's or a body's elements lie a few levels below the document's top.
const LEVELS_ABOVE: usize = 8;

/// Reads a document of at most so many nodes.
pub(super) fn open(text: &str, nodes: u32) -> Result<Document<'_>, XFormProblem> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.matches("xmlns").nth(MAX_NAMESPACES).is_some() || has_too_many_attributes(text) {
        return Err(XFormProblem { path: String::new(), line: 1, kind: XFormProblemKind::TooLarge });
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: nodes, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        let kind = match &error {
            Error::DtdDetected => XFormProblemKind::DocumentType,
            Error::NodesLimitReached | Error::AttributesLimitReached | Error::NamespacesLimitReached => {
                XFormProblemKind::TooLarge
            }
            other => XFormProblemKind::NotXml(other.to_string()),
        };
        XFormProblem { path: String::new(), line: error.pos().row, kind }
    })?;
    match too_deep(&document) {
        Some(node) => Err(problem(node, XFormProblemKind::TooDeep)),
        None => Ok(document),
    }
}

/// Whether a tag has more values in quotes than any element has.
fn has_too_many_attributes(text: &str) -> bool {
    text.split('<').skip(1).filter(|tag| !tag.starts_with(['!', '?'])).any(|tag| {
        let (mut quote, mut values) = (None, 0);
        for byte in tag.bytes() {
            match (quote, byte) {
                (None, b'>') => break,
                (None, b'"' | b'\'') => {
                    quote = Some(byte);
                    values += 1;
                }
                (Some(open), byte) if open == byte => quote = None,
                _ => {}
            }
        }
        values > MAX_ATTRIBUTES
    })
}

/// The first element that lies too deep.
fn too_deep<'a>(document: &'a Document<'_>) -> Option<Node<'a, 'a>> {
    // A node's parent comes before it: one pass, no walk up from each.
    let mut depths: Vec<usize> = Vec::new();
    for node in document.descendants() {
        let depth = node.parent().map_or(0, |parent| depths[parent.id().get_usize()] + 1);
        if depth > MAX_DEPTH + LEVELS_ABOVE && node.is_element() {
            return Some(node);
        }
        depths.push(depth);
    }
    None
}

/// A problem at an element.
pub(super) fn problem(node: Node<'_, '_>, kind: XFormProblemKind) -> XFormProblem {
    let line = node.document().text_pos_at(node.range().start).row;
    XFormProblem { path: path(node), line, kind }
}

/// `/h:html/h:head/model/bind[2]`.
fn path(node: Node<'_, '_>) -> String {
    let mut steps = Vec::new();
    for here in node.ancestors().filter(Node::is_element) {
        let own = name(here);
        let before = here.prev_siblings().skip(1).filter(|other| other.is_element() && name(*other) == own).count();
        let more = here.next_siblings().skip(1).any(|other| other.is_element() && name(other) == own);
        steps.push(if before > 0 || more { format!("/{own}[{}]", before + 1) } else { format!("/{own}") });
        if steps.len() > MAX_DEPTH {
            break;
        }
    }
    steps.reverse();
    steps.concat()
}

/// An element's name as it is written, prefix included.
pub(super) fn name<'a>(node: Node<'a, '_>) -> &'a str {
    let local = node.tag_name().name();
    let written = &node.document().input_text()[node.range()];
    let written = written.strip_prefix('<').unwrap_or(written);
    let end = written.find(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '>'));
    end.and_then(|end| written.get(..end)).filter(|name| name.ends_with(local)).unwrap_or(local)
}

/// The attributes of an element with their names as they are written.
pub(super) fn attributes<'a>(node: Node<'a, 'a>) -> impl Iterator<Item = (&'a str, roxmltree::Attribute<'a, 'a>)> {
    node.attributes().map(move |attribute| (&node.document().input_text()[attribute.range_qname()], attribute))
}

/// An element as it is written, with all that is in it.
pub(super) fn source<'a>(node: Node<'a, '_>) -> &'a str {
    &node.document().input_text()[node.range()]
}

/// What stands in an element, without what is in elements in it; empty where it is only white space.
pub(super) fn own_text(node: Node<'_, '_>) -> String {
    let text: String = node.children().filter(Node::is_text).filter_map(|child| child.text()).collect();
    if text.trim().is_empty() { String::new() } else { text }
}

/// The part of a name behind its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Writes text so that it is nothing but text, in an element or between double quotes.
pub(super) fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A reader would make a blank of it in an attribute, and a line's end of a carriage return.
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            // XML has no way to write them.
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
}
