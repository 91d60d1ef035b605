//! Where the choices of selects come from: items in place, tables, files, or nodes anywhere.

use litemap::LiteMap;

use super::builder::{Builder, Element, attribute};
use super::problem::XFormProblemKind;
use super::texts::{Texts, elements};
use super::xml;
use crate::definition::{Choice, ChoiceSource, ExternalFile, Kind};

/// A nodeset in its parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Nodeset {
    /// Of `randomize(…, seed)`: the seed, empty when none.
    pub(super) randomize: Option<String>,
    /// Without `randomize`.
    pub(super) nodes: String,
    /// Of `instance('list')/root/item[filter]`: the list and the filter.
    pub(super) table: Option<(String, String)>,
}

impl Nodeset {
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim();
        let shuffled = text.strip_prefix("randomize").map(str::trim_start).and_then(|rest| rest.strip_prefix('('));
        let shuffled = shuffled.and_then(|rest| rest.strip_suffix(')'));
        let (randomize, nodes) = match shuffled.map(first_argument) {
            Some((nodes, seed)) => (Some(seed.unwrap_or_default().trim().to_owned()), nodes.trim()),
            None => (None, text),
        };
        Self { randomize, nodes: nodes.to_owned(), table: table(nodes) }
    }
}

/// The first argument of a call, and what follows the comma behind it.
fn first_argument(arguments: &str) -> (&str, Option<&str>) {
    let mut depth = 0usize;
    let mut quote = None;
    for (at, letter) in arguments.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => return (&arguments[..at], Some(&arguments[at + 1..])),
            _ => {}
        }
    }
    (arguments, None)
}

/// `instance('list')/root/item[filter]`. A filter that is a position counts among the items: that is no filter of one item.
fn table(nodes: &str) -> Option<(String, String)> {
    let rest = nodes.strip_prefix("instance")?.trim_start().strip_prefix('(')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let (list, rest) = rest[1..].split_once(quote)?;
    let rest = rest.trim_start().strip_prefix(')')?.trim_start();
    let rest = rest.strip_prefix('/')?.trim_start().strip_prefix("root")?.trim_start();
    let rest = rest.strip_prefix('/')?.trim_start().strip_prefix("item")?.trim();
    if rest.is_empty() {
        return Some((list.to_owned(), String::new()));
    }
    let inside = rest.strip_prefix('[')?.strip_suffix(']')?;
    // One predicate, not `[a][b]`.
    let closes_early = first_argument_end(inside) < inside.len();
    let is_position = crate::decimal::parse(inside.trim()).is_some();
    (!closes_early && !is_position).then(|| (list.to_owned(), inside.trim().to_owned()))
}

/// Where a text has a closing bracket too many; its length where it has none.
fn first_argument_end(text: &str) -> usize {
    let mut depth = 0usize;
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') if depth == 0 => return at,
            (None, ')' | ']') => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

impl<'a> Builder<'a> {
    /// The choices of a select.
    pub(super) fn choices(&mut self, element: Element<'a>, index: usize) {
        let source = match elements(element, "itemset").next() {
            Some(itemset) => self.itemset(itemset, index),
            None => Some(self.items(element, index)),
        };
        self.nodes[index].choices = source;
    }

    fn itemset(&mut self, itemset: Element<'a>, index: usize) -> Option<ChoiceSource> {
        let text = attribute(itemset, "nodeset").or_else(|| attribute(itemset, "ref")).unwrap_or_default();
        if text.trim().is_empty() {
            self.problem(itemset, XFormProblemKind::NoChoices(self.paths.absolute(index)));
            return None;
        }
        let nodeset = Nodeset::of(&self.paths.contextual(index, text));
        let part = |name: &'static str| elements(itemset, name).next().and_then(|part| attribute(part, "ref"));
        let value = part("value").unwrap_or_default().trim().to_owned();
        if value.is_empty() {
            self.problem(itemset, XFormProblemKind::NoValue);
            return None;
        }
        let label = part("label").unwrap_or(&value).trim().to_owned();
        let mut source = ChoiceSource { value, label, randomize: nodeset.randomize, ..ChoiceSource::default() };
        match nodeset.table {
            Some((list, filter)) => (source.list, source.filter) = (list, filter),
            None => source.nodeset = nodeset.nodes,
        }
        Some(source)
    }

    /// An `input` with a query: a select of the list's rows in `itemsets.csv`, as `select_one_external` makes them.
    pub(super) fn queried(&mut self, query: &str, index: usize) {
        let Some((list, filter)) = Nodeset::of(&self.paths.contextual(index, query)).table else { return };
        let file = ExternalFile { id: list.clone(), file: "itemsets.csv".into() };
        if !self.definition.files.contains(&file) {
            self.definition.files.push(file);
        }
        let node = &mut self.nodes[index];
        node.kind = Kind::SelectOne;
        node.choices = Some(ChoiceSource { list, filter, external: true, ..ChoiceSource::default() });
    }

    /// Items in place: a list of their own, named after the question.
    fn items(&mut self, element: Element<'a>, index: usize) -> ChoiceSource {
        let mut choices = Vec::new();
        for item in elements(element, "item") {
            let name = elements(item, "value").next().map(xml::own_text).unwrap_or_default().trim().to_owned();
            let label = elements(item, "label").next();
            let Texts { words, media, .. } = label.map(|label| self.texts(label, index)).unwrap_or_default();
            choices.push(Choice { name, label: words.unwrap_or_default(), columns: LiteMap::new(), media });
        }
        let list = self.list_named(&self.nodes[index].name.clone(), choices);
        ChoiceSource { list, ..ChoiceSource::default() }
    }

    /// Adds a list under a free name; one that is there already with the same choices is used again.
    fn list_named(&mut self, name: &str, choices: Vec<Choice>) -> String {
        let mut number = 1;
        loop {
            let candidate = if number == 1 { name.to_owned() } else { format!("{name}_{number}") };
            match self.lists.get(&candidate) {
                Some(known) if *known == choices => return candidate,
                None if !self.is_instance(&candidate) => {
                    self.lists.insert(candidate.clone(), choices);
                    return candidate;
                }
                _ => number += 1,
            }
        }
    }

    pub(super) fn is_instance(&self, name: &str) -> bool {
        self.secondary.iter().any(|instance| instance.id == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nodeset_is_taken_apart() {
        let parts = |text: &str| {
            let Nodeset { randomize, nodes, table } = Nodeset::of(text);
            (randomize, nodes, table)
        };
        let table = |list: &str, filter: &str| Some((list.to_owned(), filter.to_owned()));
        assert_eq!(parts("instance('c')/root/item"), (None, "instance('c')/root/item".into(), table("c", "")));
        assert_eq!(parts("instance(\"c\") / root / item [ a = ']' ]").2, table("c", "a = ']'"));
        assert_eq!(
            parts("randomize(instance('c')/root/item[f(a, 'x')], /data/seed)"),
            (Some("/data/seed".into()), "instance('c')/root/item[f(a, 'x')]".into(), table("c", "f(a, 'x')"))
        );
        assert_eq!(parts("randomize(../member)"), (Some(String::new()), "../member".into(), None));
        assert_eq!(parts("instance('c')/root/item[a][b]").2, None);
        assert_eq!(parts("instance('c')/root/item[3]").2, None);
        assert_eq!(parts("instance('c')/root/cat").2, None);
    }
}
