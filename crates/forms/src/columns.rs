//! Columns that a form names and a list beside it has not: a lookup in them is empty for ever, and nothing else says so.

use std::collections::BTreeSet;

use crate::definition::{ChoiceSource, Definition, Kind};
use crate::files::{expressions, external, file_name};
use crate::xpath::Expr;

/// So many columns that a list has are told.
const MOST_TOLD: usize = 20;

/// What a list lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnsMissing {
    /// The list's file.
    pub file: String,
    /// The columns that the form names and it has not, at least one.
    pub missing: Vec<String>,
    /// The columns that it has.
    pub there: Vec<String>,
}

impl ColumnsMissing {
    /// What is missing: Chinese for `zh…`, English for everything else.
    #[must_use]
    pub fn words(&self, language: &str) -> String {
        let zh = language.starts_with("zh");
        let joined = |names: &[String]| names.join(if zh { "、" } else { ", " });
        let (file, missing) = (&self.file, joined(&self.missing));
        let mut there = joined(self.there.get(..MOST_TOLD).unwrap_or(&self.there));
        if self.there.len() > MOST_TOLD {
            there.push('…');
        }
        match (zh, self.missing.len()) {
            (true, _) => format!("{file} 没有表单所用的列 {missing}（现有：{there}）"),
            (false, 1) => format!("{file} has no column {missing} (it has: {there})"),
            (false, _) => format!("{file} has no columns {missing} (it has: {there})"),
        }
    }
}

/// Which of the columns that the form names a list lacks, by its file and its columns: those that selects store and show, and
/// those that stand in quotes in `pulldata()`.
#[must_use]
pub fn columns_missing(form: &Definition, file: &str, there: &[String]) -> Option<ColumnsMissing> {
    let files = external(form);
    let ids = files.iter().filter(|external| file_name(&external.file) == Some(file)).map(|external| &external.id);
    let mut named = BTreeSet::new();
    for id in ids {
        columns(form, id, &mut named);
    }
    let missing: Vec<_> = named.into_iter().filter(|column| !there.contains(column)).collect();
    (!missing.is_empty()).then(|| ColumnsMissing { file: file.to_owned(), missing, there: there.to_vec() })
}

/// The columns that a select stores and shows.
pub(crate) fn or_usual(source: &ChoiceSource) -> (&str, &str) {
    let value = if source.value.is_empty() { "name" } else { &source.value };
    let label = if source.label.is_empty() { "label" } else { &source.label };
    (value, label)
}

/// The columns of a list that a form names.
fn columns(form: &Definition, id: &str, named: &mut BTreeSet<String>) {
    for node in &form.nodes {
        let is_select = matches!(node.kind, Kind::SelectOne | Kind::SelectMultiple | Kind::Rank);
        if let Some(source) = node.choices.as_ref().filter(|source| is_select && source.external && source.list == id) {
            let (value, label) = or_usual(source);
            for column in [value, label] {
                // Not a path below the choice, nor a call.
                if column.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')) {
                    named.insert(column.to_owned());
                }
            }
        }
        expressions(node, &mut |text| looked_up(text, id, named));
    }
    looked_up(&form.instance_name, id, named);
}

/// The columns of a list that an expression names in `pulldata(list, column, key column, key)`.
fn looked_up(text: &str, id: &str, named: &mut BTreeSet<String>) {
    if !text.contains("pulldata") {
        return;
    }
    let Ok(expression) = Expr::parse(text) else { return };
    for call in expression.texts_of("pulldata") {
        if let [Some(list), columns @ ..] = call.as_slice()
            && list.strip_suffix(".csv").unwrap_or(list) == id
        {
            let columns = columns.iter().take(2).flatten().filter(|column| !column.starts_with('@'));
            named.extend(columns.map(|column| (*column).to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{ChoiceSource, Node};

    fn form() -> Definition {
        let source = |list: &str, label: &str| {
            Some(ChoiceSource { list: list.into(), external: true, label: label.into(), ..ChoiceSource::default() })
        };
        let select =
            |list: &str, label: &str| Node { kind: Kind::SelectOne, choices: source(list, label), ..Node::default() };
        Definition {
            nodes: vec![
                Node::default(),
                Node {
                    calculate: "concat(pulldata('prices', 'yuan', 'kind', /data/k), 'x')".into(),
                    ..Node::default()
                },
                Node { relevant: "pulldata(\"prices.csv\", /data/column, 'place', 'a') = 1".into(), ..Node::default() },
                select("plants", ""),
                select("wells", "title"),
                select("texts", "jr:itext(itextId)"),
            ],
            ..Definition::default()
        }
    }

    fn missing(file: &str, there: &[&str]) -> Option<Vec<String>> {
        let there: Vec<_> = there.iter().map(|column| (*column).to_owned()).collect();
        columns_missing(&form(), file, &there).map(|found| found.missing)
    }

    #[test]
    fn a_list_lacks_the_columns_that_lookups_and_selects_name() {
        let named = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(missing("prices.csv", &["kind", "preis", "place"]), named(&["yuan"]));
        assert_eq!(missing("prices.csv", &["kind", "yuan", "place"]), None);
        assert_eq!(missing("plants.csv", &["nombre"]), named(&["label", "name"]));
        assert_eq!(missing("wells.csv", &["name", "label"]), named(&["title"]));
    }

    #[test]
    fn what_is_computed_or_is_no_list_of_the_form_is_not_missed() {
        assert_eq!(missing("texts.csv", &["name", "itextId"]), None);
        assert_eq!(missing("others.csv", &["a"]), None);
    }

    #[test]
    fn what_a_list_lacks_is_said_in_both_languages() {
        let there = ["kind", "preis", "place"].map(str::to_owned);
        let found = columns_missing(&form(), "prices.csv", &there).expect("yuan is missing");
        assert_eq!(found.words("en"), "prices.csv has no column yuan (it has: kind, preis, place)");
        assert_eq!(found.words("zh"), "prices.csv 没有表单所用的列 yuan（现有：kind、preis、place）");
    }
}
