//! A [`Definition`] as an `XForm` document, for clients that speak OpenRosa (ODK Collect, Enketo).
//!
//! Source: ODK `XForms` specification (getodk.github.io/xforms-spec); where it leaves a choice, what pyxform writes, for that is
//! what the clients are tried with. Expressions go out as they are: their paths are written as pyxform writes them.

mod binds;
mod body;
mod entities;
mod instance;
mod itext;
mod lists;
mod plan;
mod xml;

use std::fmt;

use crate::definition::Definition;
use plan::Plan;
use xml::Xml;

/// Why a definition cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XformError {
    /// It has no root.
    Empty,
    /// A name that XML does not take: the path of its node.
    Name(String),
}

impl fmt::Display for XformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the form has no question"),
            Self::Name(path) => write!(f, "{path}: no element of XML can have this name; rename it in the form"),
        }
    }
}

impl std::error::Error for XformError {}

/// Prefixes of names and their namespaces; the one without is `XForms`' own.
const NAMESPACES: [(&str, &str); 8] = [
    ("xmlns", "http://www.w3.org/2002/xforms"),
    ("xmlns:h", "http://www.w3.org/1999/xhtml"),
    ("xmlns:ev", "http://www.w3.org/2001/xml-events"),
    ("xmlns:jr", "http://openrosa.org/javarosa"),
    ("xmlns:odk", "http://www.opendatakit.org/xforms"),
    ("xmlns:orx", "http://openrosa.org/xforms"),
    ("xmlns:xsd", "http://www.w3.org/2001/XMLSchema"),
    ("xmlns:entities", "http://www.opendatakit.org/xforms/entities"),
];

/// Writes a form as an `XForm`. The same definition gives the same bytes.
///
/// # Errors
/// [`XformError`] where the form has a name that XML does not take.
pub fn write(definition: &Definition) -> Result<String, XformError> {
    let plan = Plan::new(definition)?;
    let mut xml = Xml::default();
    xml.open("h:html");
    for (name, value) in NAMESPACES {
        xml.attribute(name, value);
    }
    for (prefix, uri) in plan.namespaces() {
        xml.attribute(&["xmlns:", prefix].concat(), uri);
    }
    xml.open("h:head");
    xml.leaf("h:title", &plan.title());
    model(&plan, &mut xml);
    xml.close();
    body::write(&plan, &mut xml);
    xml.close();
    Ok(["<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", &xml.finish()].concat())
}

fn model(plan: &Plan<'_>, xml: &mut Xml) {
    xml.open("model");
    xml.attribute("odk:xforms-version", "1.0.0");
    if let Some(version) = entities::version(plan) {
        xml.attribute("entities:entities-version", version);
    }
    itext::write(plan, xml);
    instance::write(plan, xml);
    lists::write(plan, xml);
    binds::write(plan, xml);
    xml.close();
}
