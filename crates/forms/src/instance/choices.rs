//! The choices that a question offers, wherever they come from.

use super::form::Item;
use super::lists::Table;
use super::tree::LiveTree;
use crate::contract::Id;
use crate::definition::{ChoiceSource, NodeIndex};
use crate::texts::joined;
use crate::xpath::{Expr, NodeId, Value, shuffled};

/// What is stored, and the words of it.
type Choices = Vec<(String, String)>;

impl LiveTree {
    fn source(&self, node: NodeIndex) -> Option<&ChoiceSource> {
        self.form.node(node).choices.as_ref()
    }

    /// The choices that are offered now; `None` where that cannot be found out.
    pub(super) fn offered(&self, id: Id) -> Option<Choices> {
        let node = self.get(id).node;
        let source = self.source(node)?;
        let rules = &self.form.rules[node as usize];
        let choices = match (&rules.item, &rules.filter) {
            (Some(item), Some(nodeset)) => self.of_nodes(id, nodeset, item)?,
            (_, Some(filter)) => self.filtered(id, source, filter)?,
            _ => self.all_choices(node),
        };
        Some(if source.randomize.is_some() { self.mixed(id, &choices) } else { choices })
    }

    fn filtered(&self, id: Id, source: &ChoiceSource, filter: &Expr) -> Option<Choices> {
        let Some(table) = self.secondary.table(&source.list, source.external) else { return Some(Vec::new()) };
        let look = |column: &str, value: &str| Some(self.secondary.having(table, column, value, self.language));
        let found = filter.found_by(self, NodeId(id), &*self.host, &look).ok()?;
        let (items, is_all) = found.unwrap_or_else(|| ((0..table.rows).map(|row| table.item(row)).collect(), false));
        let words = self.choice_words(self.get(id).node)?;
        let mut kept = Vec::new();
        for item in items {
            let row = table.row_of(item);
            let place = (row + 1, table.rows);
            if is_all || filter.eval_in(self, item, NodeId(id), place, &*self.host).ok()?.bool() {
                kept.push(words(row));
            }
        }
        Some(kept)
    }

    fn of_nodes(&self, id: Id, nodeset: &Expr, item: &Item) -> Option<Choices> {
        let Ok(Value::Nodes(nodes)) = nodeset.eval(self, NodeId(id), &*self.host) else { return None };
        let text = |expr: &Expr, place: usize| {
            let value = expr.eval_in(self, nodes[place], NodeId(id), (place + 1, nodes.len()), &*self.host);
            value.map_or_else(|_| String::new(), |value| value.text(self, &*self.host))
        };
        let mut choices = Vec::with_capacity(nodes.len());
        for place in 0..nodes.len() {
            choices.push((text(&item.value, place), text(&item.label, place)));
        }
        Some(choices)
    }

    /// Shuffled by the form's seed; without one as long as this filling is open in the same way.
    fn mixed(&self, id: Id, choices: &[(String, String)]) -> Choices {
        let seed = self.form.rules[self.get(id).node as usize].seed.as_ref();
        let seed = match seed.map(|expr| expr.eval(self, NodeId(id), &*self.host)) {
            Some(value) => value.map_or(f64::NAN, |value| value.number(self, &*self.host)),
            None => self.seed + f64::from(id),
        };
        let mut mixed = Vec::with_capacity(choices.len());
        for place in shuffled(choices.len(), Some(seed as i64), &|| 0.0) {
            mixed.push(choices[place].clone());
        }
        mixed
    }

    pub(super) fn all_choices(&self, node: NodeIndex) -> Choices {
        let (Some(table), Some(words)) = (self.choice_table(node), self.choice_words(node)) else { return Vec::new() };
        (0..table.rows).map(words).collect()
    }

    fn choice_table(&self, node: NodeIndex) -> Option<&Table> {
        let source = self.source(node)?;
        self.secondary.table(&source.list, source.external)
    }

    /// What a row gives to choose.
    fn choice_words(&self, node: NodeIndex) -> Option<impl Fn(usize) -> (String, String)> {
        let (table, (name, label)) = self.choice_table(node).zip(self.choice_columns(node))?;
        let (name, label) = (table.column(&name), table.column(&label));
        let cell = move |row, column: Option<usize>| {
            column
                .map_or_else(String::new, |column| self.secondary.cell(table, row, column, self.language).into_owned())
        };
        Some(move |row| (cell(row, name), cell(row, label)))
    }

    /// Whether a select has choices to compare its answer with: a file may not be here.
    pub(super) fn has_choices(&self, node: NodeIndex) -> bool {
        let has_rows = self.choice_table(node).is_some_and(|table| table.rows > 0);
        has_rows || self.source(node).is_some_and(|source| !source.nodeset.is_empty())
    }

    /// Whether a chosen name is in its list. External lists may be incomplete on this phone, and nodes come and go: there all
    /// names are good.
    pub(super) fn is_listed(&self, node: NodeIndex, name: &str) -> bool {
        let is_own = self.source(node).is_some_and(|source| !source.external && source.nodeset.is_empty());
        let table = self.choice_table(node).filter(|_| is_own);
        let Some((table, (column, _))) = table.zip(self.choice_columns(node)) else { return true };
        !self.secondary.having(table, &column, name, self.language).is_empty()
    }

    /// The words of a choice in the active language, whether or not it is offered now.
    pub(super) fn choice_label(&self, id: Id, value: &str) -> Option<String> {
        let node = self.get(id).node;
        let source = self.source(node)?;
        if !source.nodeset.is_empty() {
            // Words that ask for words of choices from nodes would go round in a circle.
            if self.naming.replace(true) {
                return None;
            }
            let choices = self.offered(id);
            self.naming.set(false);
            return choices?.into_iter().find(|(name, _)| name == value).map(|(_, label)| label);
        }
        let (table, (name, _)) = self.choice_table(node).zip(self.choice_columns(node))?;
        let item = *self.secondary.having(table, &name, value, self.language).first()?;
        Some(self.choice_words(node)?(table.row_of(item)).1)
    }

    /// The columns a select stores and shows: its source or its parameters may name others, and files may be translated.
    pub(super) fn choice_columns(&self, node: NodeIndex) -> Option<(String, String)> {
        let source = self.source(node)?;
        let parameters = &self.form.node(node).parameters;
        let named = |own: &str, key: &str, usual: &str| {
            let other = if source.external { parameters.get(key).map_or(usual, String::as_str) } else { usual };
            if own.is_empty() { other.to_owned() } else { own.to_owned() }
        };
        let (name, label) = (named(&source.value, "value", "name"), named(&source.label, "label", "label"));
        if !source.external {
            return Some((name, label));
        }
        let language = self.form.definition.languages.get(self.language).map_or("", String::as_str);
        let translated = joined(&[label.as_str(), "::", language], "");
        let has = self.choice_table(node).is_some_and(|table| table.column(&translated).is_some());
        Some((name, if has { translated } else { label }))
    }
}
