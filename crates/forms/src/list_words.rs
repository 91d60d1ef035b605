//! The words of choices whose list lies beside the form, for reading answers.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Definition,
    columns::or_usual,
    definition::ChoiceSource,
    files::{external, file_name},
    tables::Table,
};

/// How a select reads a list: its id, the column that is stored and the one that is read.
type Reading = (String, String, String);

/// What is stored of a list's rows, with the words of each; for every way in which selects read it.
#[derive(Clone, Debug, Default)]
pub struct ListWords(BTreeMap<Reading, BTreeMap<String, String>>);

/// How a form's selects read the list of a file: each way once, however many questions read it so.
fn readings(form: &Definition, file: &str) -> BTreeSet<Reading> {
    let files = external(form);
    let is_of = |list: &str| files.iter().any(|one| one.id == list && file_name(&one.file) == Some(file));
    let sources = form.nodes.iter().filter_map(|node| node.choices.as_ref());
    sources.filter(|source| source.external && is_of(&source.list)).map(reading).collect()
}

/// Whether selects of a form read the list of a file: one that only lookups read need not be read for its words.
#[must_use]
pub fn is_read(form: &Definition, file: &str) -> bool {
    !readings(form, file).is_empty()
}

/// How a source reads its list.
fn reading(source: &ChoiceSource) -> Reading {
    let (value, label) = or_usual(source);
    (source.list.clone(), value.to_owned(), label.to_owned())
}

impl ListWords {
    /// Adds the list of a file, by its name, as a form's selects read it. What an earlier one said stays: of several versions of
    /// a form the newest comes first.
    pub fn add(&mut self, form: &Definition, file: &str, table: &Table) {
        for reading in readings(form, file) {
            let place = |column: &str| table.columns.iter().position(|name| name == column);
            let (Some(value), Some(label)) = (place(&reading.1), place(&reading.2)) else { continue };
            let words = self.0.entry(reading).or_default();
            for row in &table.rows {
                let (Some(value), Some(label)) = (row.get(value), row.get(label)) else { continue };
                if !value.is_empty() && !label.is_empty() && !words.contains_key(value) {
                    words.insert(value.clone(), label.clone());
                }
            }
        }
    }

    /// The words of a choice of a list; `None` where the list does not have it, or is not here.
    #[must_use]
    pub fn get(&self, source: &ChoiceSource, name: &str) -> Option<&str> {
        self.0.get(&reading(source))?.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Kind, Node};

    fn source(value: &str, label: &str) -> ChoiceSource {
        let (list, value, label) = ("villages".to_owned(), value.to_owned(), label.to_owned());
        ChoiceSource { list, external: true, value, label, ..ChoiceSource::default() }
    }

    fn form(sources: &[ChoiceSource]) -> Definition {
        let node =
            |source: &ChoiceSource| Node { kind: Kind::SelectOne, choices: Some(source.clone()), ..Node::default() };
        Definition { nodes: sources.iter().map(node).collect(), ..Definition::default() }
    }

    fn table(rows: &[[&str; 3]]) -> Table {
        let texts = |row: &[&str; 3]| row.map(str::to_owned).to_vec();
        Table { columns: texts(&["name", "label", "short"]), rows: rows.iter().map(texts).collect() }
    }

    #[test]
    fn a_choice_of_a_file_is_read_by_the_columns_of_its_question() {
        let (usual, short) = (source("", ""), source("name", "short"));
        let mut words = ListWords::default();
        words.add(
            &form(&[usual.clone(), short.clone()]),
            "villages.csv",
            &table(&[["v1", "石板村", "石"], ["v2", "", ""]]),
        );
        assert_eq!(words.get(&usual, "v1"), Some("石板村"));
        assert_eq!(words.get(&short, "v1"), Some("石"));
        assert_eq!(words.get(&usual, "v2"), None, "without words");
        assert_eq!(words.get(&usual, "v3"), None);
        assert_eq!(words.get(&source("label", "name"), "v1"), None, "as no question reads it");
        assert!(is_read(&form(&[usual]), "villages.csv") && !is_read(&form(&[]), "villages.csv"));
    }

    #[test]
    fn another_file_and_a_list_without_the_column_say_nothing() {
        let usual = source("", "");
        let mut words = ListWords::default();
        words.add(&form(std::slice::from_ref(&usual)), "other.csv", &table(&[["v1", "石板村", ""]]));
        words.add(&form(&[source("", "title")]), "villages.csv", &table(&[["v1", "石板村", ""]]));
        assert_eq!(words.get(&usual, "v1"), None);
    }

    #[test]
    fn of_two_versions_of_a_list_the_first_one_given_counts() {
        let usual = source("", "");
        let mut words = ListWords::default();
        for label in ["新村", "老村"] {
            words.add(&form(std::slice::from_ref(&usual)), "villages.csv", &table(&[["v1", label, ""]]));
        }
        assert_eq!(words.get(&usual, "v1"), Some("新村"));
    }
}
