//! ODK `XForm` XML: forms in, instances in and out. Source: <https://getodk.github.io/xforms-spec/>.

mod actions;
mod binds;
mod body;
mod builder;
mod check;
mod choices;
mod entities;
pub mod instance;
pub mod lexical;
mod paths;
mod primary;
mod problem;
mod read;
mod secondary;
mod texts;
mod xml;

pub(crate) use binds::UID;
pub(crate) use paths::{resolve, without_predicates};
pub use problem::{XFormProblem, XFormProblemKind};
pub use read::{XForm, read_xform};

/// An element's name as it is written, prefix included.
pub(crate) fn written_name<'a>(node: roxmltree::Node<'a, 'a>) -> &'a str {
    xml::name(node)
}

/// An element's attributes with their names as they are written.
pub(crate) fn written_attributes<'a>(node: roxmltree::Node<'a, 'a>) -> Vec<(&'a str, &'a str)> {
    xml::attributes(node).map(|(name, attribute)| (name, attribute.value())).collect()
}
