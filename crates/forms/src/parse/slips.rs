//! What is allowed and surely not meant: columns, words and choices that there are not, and labels that were forgotten.

use std::collections::{BTreeMap, BTreeSet};

use super::cycles::{Children, children, follow};
use super::problem::{ProblemKind, SheetProblem};
use super::survey::{Entry, Survey};
use super::table::Table;
use super::types::List;
use super::{check, sheets::Sheets};
use crate::definition::{Definition, Kind, Node, NodeIndex};
use crate::xpath::{Expr, PathStart, PathStep};

/// Adds what it finds in a form that is right otherwise to the survey's warnings.
pub(super) fn find(survey: &mut Survey<'_>, definition: &Definition) {
    let children = children(survey);
    let mut found: Vec<SheetProblem> = Vec::new();
    for (index, entry) in (0..).zip(&survey.entries) {
        let Some(row) = entry.row else { continue };
        let mut tell = |key: &str, kind| {
            let problem = survey.sheets.survey.problem(row, key, kind);
            // The turns of a loop are of one row.
            if !found.contains(&problem) {
                found.push(problem);
            }
        };
        for (key, text) in expressions(&entry.node) {
            let Ok(expr) = Expr::parse(text) else { continue };
            let is_filter = key == "choice_filter";
            let kinds = if is_filter { columns(survey.sheets, entry, &expr) } else { words(&children, index, &expr) };
            kinds.into_iter().for_each(|kind| tell(key, kind));
            for (path, word) in expr.compared() {
                // A filter's own paths begin at the choice.
                if is_filter && path.start == PathStart::Context {
                    continue;
                }
                let asked = follow(survey, &children, index, &path).map(|node| &survey.entries[node as usize]);
                asked
                    .and_then(|asked| no_choice(survey, definition, asked, word))
                    .into_iter()
                    .for_each(|kind| tell(key, kind));
            }
        }
    }
    found.extend(labels(survey));
    survey.warnings.append(&mut found);
}

/// The expressions of a node that are its row's own, with their columns.
fn expressions(node: &Node) -> impl Iterator<Item = (&'static str, &str)> {
    let own = [
        ("relevant", node.relevant.as_str()),
        ("required", &node.required),
        ("constraint", &node.constraint),
        ("calculation", &node.calculate),
        ("readonly", &node.readonly),
        ("choice_filter", node.choices.as_ref().map_or("", |source| &source.filter)),
    ];
    own.into_iter().chain(check::values_of(node)).filter(|(_, text)| !text.is_empty())
}

fn is_search(node: &Node) -> bool {
    node.appearance.iter().any(|word| word.starts_with("search("))
}

/// Columns that a filter names and the sheet of its choices has not.
fn columns(sheets: &Sheets<'_>, entry: &Entry, expr: &Expr) -> Vec<ProblemKind> {
    let (table, list) = match &entry.list {
        Some(List::Choices(list)) if !is_search(&entry.node) => (&sheets.choices, list),
        Some(List::External(list)) => (&sheets.external, list),
        _ => return Vec::new(),
    };
    let known = columns_of(table);
    let mut kinds = Vec::new();
    for path in expr.paths() {
        if let (PathStart::Context, Some(PathStep::Child(name))) = (path.start, path.steps.first())
            && !(known.contains(name) || matches!(*name, "name" | "label" | "itextId"))
        {
            let known = known.iter().copied().filter(|title| *title != "list_name").collect::<Vec<_>>().join(", ");
            kinds.push(ProblemKind::NoFilterColumn((*name).to_owned(), list.clone(), known));
        }
    }
    kinds
}

/// What a filter can call the columns of a sheet of choices, in their order.
fn columns_of<'t>(table: &'t Table<'_>) -> Vec<&'t str> {
    let columns = table.columns.iter().filter(|column| column.language.is_none());
    columns
        .map(|column| match column.key.as_str() {
            key @ ("list_name" | "name" | "label") => key,
            _ => column.title.trim(),
        })
        .collect()
}

/// Words that are taken for something inside the node, which has nothing of that name in it.
fn words(children: &Children<'_>, index: NodeIndex, expr: &Expr) -> Vec<ProblemKind> {
    let mut kinds = Vec::new();
    for path in expr.paths() {
        if let (PathStart::Context, Some(PathStep::Child(name))) = (path.start, path.steps.first())
            && !children.contains_key(&(index, *name))
        {
            kinds.push(ProblemKind::IdleWord((*name).to_owned()));
        }
    }
    kinds
}

/// A word that is asked for and cannot be the answer: the choices are all on the sheet, and nothing else sets the answer.
fn no_choice(survey: &Survey<'_>, definition: &Definition, asked: &Entry, word: &str) -> Option<ProblemKind> {
    let node = &asked.node;
    let (Some(List::Choices(list)), Some(row)) = (&asked.list, asked.row) else { return None };
    let is_set = !survey.sheets.survey.get(row, "calculation").is_empty() || node.dynamic_default;
    if is_set || is_search(node) || node.choices.is_none() {
        return None;
    }
    let mut names: BTreeSet<&str> = definition.choices.get(list)?.iter().map(|choice| choice.name.as_str()).collect();
    names.extend(node.default.split_whitespace());
    let is_known = match node.kind {
        Kind::SelectOne => word.trim().is_empty() || names.contains(word.trim()),
        Kind::SelectMultiple => word.split_whitespace().all(|word| names.contains(word)),
        _ => true,
    };
    (!is_known).then(|| ProblemKind::UnknownChoice(word.into(), node.name.clone()))
}

/// Labels that a question or a choice has in one language and not in another in which most have one: a translation that was
/// only begun is no slip, nor is a heading that groups need not have.
fn labels(survey: &Survey<'_>) -> Vec<SheetProblem> {
    let sheets = survey.sheets;
    let is_shown = |kind: Kind| kind.is_asked() || kind == Kind::Note;
    let questions: BTreeSet<usize> =
        survey.entries.iter().filter(|entry| is_shown(entry.node.kind)).filter_map(|entry| entry.row).collect();
    let choices: BTreeSet<usize> = sheets.lists.values().flatten().copied().collect();
    let mut found = Vec::new();
    for (table, rows) in [(&sheets.survey, questions), (&sheets.choices, choices)] {
        let mut gaps: BTreeMap<usize, Vec<SheetProblem>> = BTreeMap::new();
        for &row in &rows {
            for (column, language) in sheets.languages.gaps(table, row, "label") {
                let kind = ProblemKind::NoLabelIn(table.get(row, "name").to_owned(), language.to_owned());
                gaps.entry(column.index).or_default().push(table.problem_at(row, column, kind));
            }
        }
        found.extend(gaps.into_values().filter(|gaps| gaps.len() * 2 <= rows.len()).flatten());
    }
    found
}
