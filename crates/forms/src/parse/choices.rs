//! The `choices` sheet.

use litemap::LiteMap;
use std::collections::{BTreeMap, BTreeSet};

use super::languages::Languages;
use super::problem::ProblemKind;
use super::references::Scope;
use super::survey::{Survey, is_yes};
use super::table::{Aliases, Table};
use super::{Settings, used_by_multiple};
use crate::definition::{Choice, ChoiceLists, Text};

pub(super) const ALIASES: Aliases = &[("list", "list_name"), ("value", "name"), ("caption", "label")];

/// Columns of a choice that are not there for `choice_filter`.
const OWN: &[&str] = &["list_name", "name", "label", "image", "audio", "video", "media", "big-image"];

pub(super) fn list_names(table: &Table<'_>) -> BTreeSet<String> {
    table.rows().map(|row| table.get(row, "list_name").to_owned()).filter(|name| !name.is_empty()).collect()
}

pub(super) fn read(
    table: &Table<'_>,
    languages: &Languages,
    scope: &Scope,
    survey: &mut Survey<'_>,
    settings: &Settings<'_>,
) -> ChoiceLists {
    let mut lists: BTreeMap<String, Vec<Choice>> = BTreeMap::new();
    let twins_allowed = is_yes(settings.get("allow_choice_duplicates"));
    for row in table.rows() {
        let (list, name) = (table.get(row, "list_name"), table.get(row, "name"));
        if list.is_empty() {
            continue;
        }
        if name.is_empty() {
            survey.problems.push(table.problem(row, "name", ProblemKind::NoName));
            continue;
        }
        let (label, mut problems) = languages.text(table, row, "label", |raw| scope.pieces(0, raw));
        survey.problems.append(&mut problems);
        if label.is_none() {
            survey.warnings.push(table.problem(row, "label", ProblemKind::NoLabel(name.into())));
        }
        if name.contains(' ') && used_by_multiple(survey, list) {
            survey.problems.push(table.problem(row, "name", ProblemKind::SpaceInChoice(name.into())));
        }
        let choices = lists.entry(list.to_owned()).or_default();
        if !twins_allowed && choices.iter().any(|other| other.name == name) {
            survey.problems.push(table.problem(row, "name", ProblemKind::DuplicateChoice(name.into())));
        }
        choices.push(Choice {
            name: name.into(),
            label: label.unwrap_or(Text(Vec::new())),
            columns: extra(table, row),
            ..Choice::default()
        });
    }
    // A list that nobody selects from may still be read by instance(); one that nobody names is not worth its bytes.
    lists.retain(|list, _| survey.uses_list(list));
    lists.into()
}

fn extra(table: &Table<'_>, row: usize) -> LiteMap<String, String> {
    let columns =
        table.columns.iter().filter(|column| !OWN.contains(&column.key.as_str()) && column.language.is_none());
    columns
        .map(|column| (column.title.trim().to_owned(), table.at(row, column).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}
