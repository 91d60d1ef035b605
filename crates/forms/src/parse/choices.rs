//! The sheets `choices` and `external_choices`.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;

use super::Sheets;
use super::languages::Raw;
use super::problem::ProblemKind;
use super::references::Scope;
use super::survey::{Survey, is_yes};
use super::table::Table;
use super::types::List;
use crate::definition::{Choice, ChoiceLists, Kind, Piece, Text};

/// Columns of a choice that are not there for `choice_filter`.
const OWN: &[&str] =
    &["list_name", "name", "label", "media", "media::image", "media::big-image", "media::audio", "media::video"];

/// What `or_other` adds to a list.
const OTHER: &str = "other";

/// Reads the lists, and adds what is wrong with them to the survey's problems.
pub(super) fn read(scope: &Scope, survey: &mut Survey<'_>) -> ChoiceLists {
    let sheets = survey.sheets;
    heads(survey);
    let mut lists: BTreeMap<String, Vec<Choice>> = BTreeMap::new();
    let twins_allowed = is_yes(sheets.settings.get("allow_choice_duplicates"));
    let spaceless = without_spaces(survey);
    for (list, rows) in &sheets.lists {
        let mut names = BTreeSet::new();
        let mut choices = Vec::with_capacity(rows.len());
        for &row in rows {
            let name = sheets.choices.get(row, "name");
            let wrong = match name {
                "" => Some(ProblemKind::NoName),
                name if name.contains(' ') && spaceless.contains(list) => Some(ProblemKind::SpaceInChoice(name.into())),
                name if !names.insert(name) && !twins_allowed => Some(ProblemKind::DuplicateChoice(name.into())),
                _ => None,
            };
            if let Some(kind) = wrong {
                survey.problems.push(sheets.choices.problem(row, "name", kind));
            }
            let choice = choice(Some(scope), survey, &sheets.choices, row);
            if choice.label.0.is_empty() && choice.media.is_empty() {
                survey.warnings.push(sheets.choices.problem(row, "label", ProblemKind::NoLabel(name.into())));
            }
            choices.push(choice);
        }
        if survey.with_other.contains(list) && !names.contains(OTHER) {
            choices.push(other(sheets, &choices));
        }
        lists.insert(list.clone(), choices);
    }
    external(survey, &mut lists);
    lists.into()
}

/// A choice; without a scope its words are as they are written.
fn choice(scope: Option<&Scope>, survey: &mut Survey<'_>, table: &Table<'_>, row: usize) -> Choice {
    let languages = &survey.sheets.languages;
    let mut problems = Vec::new();
    let mut read = |key: &str| {
        let (text, mut wrong) = languages.text(table, row, key, |raw: Raw<'_>| match scope {
            Some(scope) => scope.pieces(0, raw.text),
            None => Ok(vec![Piece::Words(raw.text.into())]),
        });
        problems.append(&mut wrong);
        text
    };
    let label = read("label").unwrap_or_default();
    let media = ["image", "big-image", "audio", "video"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), read(&["media::", name].concat())?)));
    let media: LiteMap<String, Text> = media.collect();
    survey.problems.append(&mut problems);
    Choice { name: table.get(row, "name").to_owned(), label, media, columns: extra(table, row) }
}

fn extra(table: &Table<'_>, row: usize) -> LiteMap<String, String> {
    let columns = table.columns.iter().filter(|column| {
        // A name with a space in it cannot be an element's: nothing could ask for the column.
        !OWN.contains(&column.key.as_str()) && column.language.is_none() && !column.title.trim().contains(' ')
    });
    columns
        .map(|column| (column.title.trim().to_owned(), table.at(row, column).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// Columns that there cannot be, or that nothing can name.
fn heads(survey: &mut Survey<'_>) {
    let table = &survey.sheets.choices;
    if table.rows().next().is_some() && !table.has("name") {
        survey.problems.push(table.sheet_problem(ProblemKind::NoColumn("name")));
    }
    for column in &table.columns {
        if !OWN.contains(&column.key.as_str()) && column.title.trim().contains(' ') {
            survey.warnings.push(table.head_problem(column, ProblemKind::SpaceInColumn(column.title.clone())));
        }
    }
}

/// Lists of selects of several: their choices are stored with spaces between.
fn without_spaces(survey: &Survey<'_>) -> BTreeSet<String> {
    let lists = survey.entries.iter().filter_map(|entry| match &entry.list {
        Some(List::Choices(list)) if entry.node.kind == Kind::SelectMultiple => Some(list.clone()),
        _ => None,
    });
    lists.collect()
}

/// The choice that `or_other` adds: in English, in every language that the others have words in.
fn other(sheets: &Sheets<'_>, choices: &[Choice]) -> Choice {
    let has_words = |language: usize| {
        choices.iter().any(|choice| choice.label.0.get(language).is_some_and(|words| !words.is_empty()))
    };
    let mut label = sheets.languages.plain("Other");
    let count = label.0.len();
    if (0..count).any(has_words) {
        let words = std::mem::take(&mut label.0[sheets.languages.default]);
        for (language, text) in label.0.iter_mut().enumerate() {
            if has_words(language) {
                text.clone_from(&words);
            }
        }
    }
    Choice { name: OTHER.into(), label, ..Choice::default() }
}

/// Lists of `external_choices` that a select names.
fn external(survey: &mut Survey<'_>, lists: &mut BTreeMap<String, Vec<Choice>>) {
    let sheets = survey.sheets;
    let used: BTreeSet<String> = survey
        .entries
        .iter()
        .filter_map(|entry| match &entry.list {
            Some(List::External(list)) => Some(list.clone()),
            _ => None,
        })
        .collect();
    for list in used {
        let rows = sheets.external_lists.get(&list).map_or(&[][..], Vec::as_slice);
        let choices = rows.iter().map(|&row| choice(None, survey, &sheets.external, row)).collect();
        lists.insert(sheets.external_name(&list), choices);
    }
}
