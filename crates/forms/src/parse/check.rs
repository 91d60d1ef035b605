//! What can only be said once the whole form is known: expressions, the lists they read, circles.

use std::collections::BTreeSet;

use super::cycles;
use super::problem::ProblemKind;
use super::survey::{Survey, expressions_of, instances_in};
use crate::definition::{Definition, Kind, Node, Piece, Text};
use crate::instance::crowd::crowded;
use crate::xpath::Expr;

/// Checks every expression of the form and adds what is wrong to the survey's problems.
pub(super) fn check(survey: &mut Survey<'_>, definition: &Definition) {
    let lists: BTreeSet<&str> = definition
        .choices
        .all()
        .iter()
        .map(|(name, _)| name.as_str())
        .chain(definition.files.iter().map(|file| file.id.as_str()))
        .collect();
    let mut found: Vec<(usize, &'static str, ProblemKind)> = Vec::new();
    let mut good: BTreeSet<&str> = BTreeSet::new();
    for entry in &survey.entries {
        let Some(row) = entry.row else { continue };
        for (key, text) in expressions_of(&entry.node).chain(values_of(&entry.node)) {
            if good.contains(text) {
                continue;
            }
            match expression_problem(text).or_else(|| list_problem(text, &lists)) {
                Some(kind) => found.push((row, key, kind)),
                None => _ = good.insert(text),
            }
        }
    }
    for (row, key, kind) in found {
        survey.problem(row, key, kind);
    }
    search(survey);
    let sheets = survey.sheets;
    if let Some(kind) = expression_problem(&definition.instance_name) {
        survey.problems.push(sheets.settings.problem("instance_name", kind));
    }
    for entity in &definition.entities {
        let row = sheets.entities.rows().find(|&row| sheets.entities.get(row, "dataset") == entity.list);
        let expressions = [
            ("entity_id", &entity.entity_id),
            ("create_if", &entity.create_if),
            ("update_if", &entity.update_if),
            ("label", &entity.label),
        ];
        for (key, text) in expressions {
            if let (Some(row), Some(kind)) = (row, expression_problem(text)) {
                survey.problems.push(sheets.entities.problem(row, key, kind));
            }
        }
    }
    cycles::check(survey);
    let nodes: Vec<&Node> = survey.entries.iter().map(|entry| &entry.node).collect();
    for index in crowded(&nodes) {
        if let Some(row) = survey.entries[index].row {
            survey.warn(row, "repeat_count", ProblemKind::Crowded);
        }
    }
}

/// `search()` in an appearance takes the choices of a file and the names of its columns from the list: that list can serve
/// nothing else.
fn search(survey: &mut Survey<'_>) {
    let is_search = |node: &Node| node.appearance.iter().any(|word| word.starts_with("search("));
    let mut plain = BTreeSet::new();
    for entry in &survey.entries {
        let is_select = matches!(entry.node.kind, Kind::SelectOne | Kind::SelectMultiple | Kind::Rank);
        if let Some(source) = entry.node.choices.as_ref().filter(|_| is_select && !is_search(&entry.node)) {
            plain.insert(source.list.clone());
        }
    }
    let mut found = Vec::new();
    for entry in survey.entries.iter().filter(|entry| is_search(&entry.node)) {
        if let (Some(source), Some(row)) = (&entry.node.choices, entry.row)
            && (source.external || plain.contains(&source.list))
        {
            found.push((row, ProblemKind::MixedSearch(source.list.clone())));
        }
    }
    for (row, kind) in found {
        survey.problem(row, "appearance", kind);
    }
}

/// Expressions in the words of a node.
pub(super) fn values_of(node: &Node) -> impl Iterator<Item = (&'static str, &str)> {
    let texts: [(&'static str, &Option<Text>); 5] = [
        ("label", &node.label),
        ("hint", &node.hint),
        ("guidance_hint", &node.guidance),
        ("constraint_message", &node.constraint_message),
        ("required_message", &node.required_message),
    ];
    texts.into_iter().flat_map(|(key, text)| {
        let pieces = text.iter().flat_map(|text| &text.0).flatten();
        pieces.filter_map(move |piece| match piece {
            Piece::Value { v } => Some((key, v.as_str())),
            Piece::Words(_) => None,
        })
    })
}

/// What is wrong with an expression as such: its form, or a function that there is not.
fn expression_problem(text: &str) -> Option<ProblemKind> {
    if text.is_empty() {
        return None;
    }
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
fn list_problem(text: &str, lists: &BTreeSet<&str>) -> Option<ProblemKind> {
    let unknown = instances_in(text).find(|name| !lists.contains(name));
    unknown.map(|name| ProblemKind::NoList(name.into()))
}
