//! `XForm` XML to a definition.

use super::builder::Builder;
use super::paths::Paths;
use super::problem::XFormProblem;
use super::xml;
use crate::definition::{Definition, Node};

/// A form that can be filled.
#[derive(Clone, Debug)]
pub struct XForm {
    /// The form.
    pub definition: Definition,
    /// What its author may want to know; nothing that keeps it from being filled.
    pub warnings: Vec<XFormProblem>,
}

/// Reads an `XForm`.
///
/// # Errors
/// Everything that keeps the form from being filled, with element and line.
pub fn read_xform(xml: &str) -> Result<XForm, Vec<XFormProblem>> {
    let document = xml::open(xml, xml::FORM_NODES).map_err(|problem| vec![problem])?;
    let mut form = Builder::new(&document).map_err(|problem| vec![problem])?;
    form.find_controls();
    form.make_nodes();
    form.paths = Paths::of(&form.nodes);
    form.find_secondary();
    form.use_binds();
    form.use_controls();
    form.use_actions();
    form.settle();
    form.use_meta();
    let mentions = mentions(&form.nodes, &form.definition.instance_name);
    form.use_secondary(&mentions);
    form.check();
    form.begin_with();
    if !form.problems.is_empty() {
        return Err(form.problems);
    }
    let mut definition = form.definition;
    definition.choices = form.lists.into();
    Ok(XForm { definition, warnings: form.warnings })
}

/// All expressions of a form as one text. The texts of choices by their ids are no mention: they are read here.
fn mentions(nodes: &[Node], instance_name: &str) -> String {
    let mut all = instance_name.to_owned();
    let mut first: Vec<(&str, &str, &str)> = Vec::new();
    for node in nodes {
        for text in Builder::expressions(node) {
            all.push('\n');
            all.push_str(text);
        }
        let Some(source) = &node.choices else { continue };
        let taken = (source.list.as_str(), source.value.as_str(), source.label.as_str());
        match first.iter().find(|(list, ..)| *list == taken.0) {
            Some(known) if *known == taken => {}
            Some(_) => {
                all.push('\n');
                all.push_str(&[taken.1, " ", taken.2].concat());
            }
            None => first.push(taken),
        }
    }
    all
}
