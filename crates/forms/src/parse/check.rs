//! What can only be said once the whole form is known: expressions, the lists they read, circles.

use super::Settings;
use super::cycles;
use super::problem::ProblemKind;
use super::survey::{Survey, expressions_of, instances_in};
use crate::{definition::Definition, xpath::Expr};

/// Checks every expression of the form and adds what is wrong to the survey's problems.
pub(super) fn check(survey: &mut Survey<'_>, settings: &Settings<'_>, definition: &Definition) {
    let mut found: Vec<(usize, &'static str, ProblemKind)> = Vec::new();
    for (node, row) in survey.nodes.iter().zip(&survey.rows) {
        let Some(row) = *row else { continue };
        for (key, text) in expressions_of(node) {
            if let Some(kind) = expression_problem(text).or_else(|| list_problem(text, survey, definition)) {
                found.push((row, key, kind));
            }
        }
    }
    for (row, key, kind) in found {
        survey.problem(row, key, kind);
    }
    if !definition.instance_name.is_empty()
        && let Some(kind) = expression_problem(&definition.instance_name)
    {
        survey.problems.push(settings.problem("instance_name", kind));
    }
    cycles::check(survey);
}

/// What is wrong with an expression as such: its form, or a function that there is not.
fn expression_problem(text: &str) -> Option<ProblemKind> {
    let expr = match Expr::parse(text) {
        Ok(expr) => expr,
        Err(error) => return Some(ProblemKind::BadExpression(text.into(), error.to_string())),
    };
    let problem = expr.check().into_iter().next()?;
    Some(if problem.known {
        ProblemKind::BadExpression(text.into(), format!("{}() does not take that many arguments", problem.name))
    } else {
        ProblemKind::UnknownFunction(problem.name.into(), text.into())
    })
}

/// `instance('name')` of a list that is neither on the choices sheet nor a file of this form.
fn list_problem(text: &str, survey: &Survey<'_>, definition: &Definition) -> Option<ProblemKind> {
    let external = |name: &str| {
        survey.files.iter().any(|file| file.id == name)
            || survey
                .nodes
                .iter()
                .filter_map(|node| node.choices.as_ref())
                .any(|source| source.external && source.list == name)
    };
    let unknown = instances_in(text).find(|name| definition.choices.get(name).is_none() && !external(name));
    unknown.map(|name| ProblemKind::NoList(name.into()))
}
