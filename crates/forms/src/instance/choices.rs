//! The choices that a question offers, wherever they come from.

use super::form::Item;
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
        let mut kept = Vec::new();
        for (row, choice) in self.all_choices(self.get(id).node).into_iter().enumerate() {
            let place = (row + 1, table.rows);
            let value = filter.eval_in(self, table.item(row), NodeId(id), place, &*self.host).ok()?;
            if value.bool() {
                kept.push(choice);
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
        let Some(source) = self.source(node) else { return Vec::new() };
        let secondary = &self.secondary;
        let columns = self.choice_columns(node).zip(secondary.table(&source.list, source.external));
        let Some(((name, label), table)) = columns else { return Vec::new() };
        let cell = |row, column: &str| secondary.cell(table, row, column, self.language).into_owned();
        (0..table.rows).map(|row| (cell(row, &name), cell(row, &label))).collect()
    }

    /// Whether a select has choices to compare its answer with: a file may not be here.
    pub(super) fn has_choices(&self, node: NodeIndex) -> bool {
        let Some(source) = self.source(node) else { return false };
        let table = self.secondary.table(&source.list, source.external);
        !source.nodeset.is_empty() || table.is_some_and(|table| table.rows > 0)
    }

    /// Whether a chosen name is in its list. External lists may be incomplete on this phone, and nodes come and go: there all
    /// names are good.
    pub(super) fn is_listed(&self, node: NodeIndex, name: &str) -> bool {
        let source = self.source(node).filter(|source| !source.external && source.nodeset.is_empty());
        let table = source.and_then(|source| self.secondary.table(&source.list, false));
        let Some((table, (column, _))) = table.zip(self.choice_columns(node)) else { return true };
        self.secondary.row(table, &column, name, self.language).is_some()
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
        let (name, label) = self.choice_columns(node)?;
        let table = self.secondary.table(&source.list, source.external)?;
        let row = self.secondary.row(table, &name, value, self.language)?;
        Some(self.secondary.cell(table, row, &label, self.language).into_owned())
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
        let has = self.secondary.table(&source.list, true).is_some_and(|table| table.has(&translated));
        Some((name, if has { translated } else { label }))
    }
}
