//! Secondary instances: tables as choice lists, other shapes as trees, files by name.

use litemap::LiteMap;

use super::builder::{Builder, Element, attribute};
use super::primary::secondary;
use super::problem::XFormProblemKind;
use super::texts::{Texts, elements, file_name};
use super::xml;
use crate::definition::{Choice, ChoiceSource, ExternalFile, MAX_DEPTH, Piece, TreeNode};

/// The answers that were sent last, by the name that pyxform gives them.
const LAST_SAVED: &str = "__last-saved";

/// A secondary instance.
#[derive(Debug)]
pub(super) struct Secondary<'a> {
    pub(super) id: String,
    element: Element<'a>,
    /// Where it comes from, when it does not stand here.
    source: Option<&'a str>,
}

/// Whether an expression may read a column.
fn is_mentioned(mentions: &str, column: &str) -> bool {
    mentions.contains(column) || ["/*", "//", "node()"].iter().any(|any| mentions.contains(any))
}

/// What selects take from a table.
#[derive(Debug, Default)]
struct Use {
    value: String,
    label: String,
}

impl<'a> Builder<'a> {
    /// Finds the secondary instances.
    pub(super) fn find_secondary(&mut self) {
        for element in secondary(self.model) {
            let id = element.attribute("id").unwrap_or_default().trim().to_owned();
            if id.is_empty() {
                self.warn(element, XFormProblemKind::Ignored("instance".into()));
            } else if self.secondary.iter().any(|known| known.id == id) {
                self.problem(element, XFormProblemKind::DuplicateInstance(id));
            } else {
                let source = element.attribute("src").map(str::trim).filter(|source| !source.is_empty());
                self.secondary.push(Secondary { id, element, source });
            }
        }
    }

    /// Reads them, once it is known what selects take from them. `mentions`: all expressions of the form as one text.
    pub(super) fn use_secondary(&mut self, mentions: &str) {
        // pyxform does not always declare it.
        if mentions.contains(LAST_SAVED) && !self.is_instance(LAST_SAVED) {
            self.definition.files.push(ExternalFile { id: LAST_SAVED.into(), file: "jr://instance/last-saved".into() });
        }
        for Secondary { id, element, source } in std::mem::take(&mut self.secondary) {
            if let Some(source) = source {
                let file = if source.starts_with("jr://instance/") { source } else { file_name(source) };
                self.definition.files.push(ExternalFile { id: id.clone(), file: file.to_owned() });
                self.of_file(&id);
                continue;
            }
            let of_selects = self.uses(&id);
            let top = element.first_element_child().filter(|_| self.takes_columns(&id, &of_selects));
            match top.and_then(|top| self.table(top, &of_selects, mentions)) {
                Some(choices) => {
                    self.lists.insert(id.clone(), choices);
                    self.of_table(&id, &of_selects);
                }
                None => {
                    let tree = self.tree(element);
                    self.definition.trees.insert(id.clone(), tree);
                    self.of_tree(&id);
                }
            }
        }
    }

    fn sources(&mut self, id: &str) -> impl Iterator<Item = &mut ChoiceSource> {
        let sources = self.nodes.iter_mut().filter_map(|node| node.choices.as_mut());
        sources.filter(move |source| source.list == id && source.nodeset.is_empty())
    }

    fn uses(&mut self, id: &str) -> Use {
        let mut sources = self.sources(id);
        let first = sources.next().map(|source| Use { value: source.value.clone(), label: source.label.clone() });
        first.unwrap_or_else(|| Use { value: "name".into(), label: "label".into() })
    }

    /// Whether selects take columns of a table and nothing else; texts by their ids only all of them.
    fn takes_columns(&mut self, id: &str, first: &Use) -> bool {
        let label = first.label.clone();
        let is_column =
            |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.'));
        let is_itext = label
            .strip_prefix("jr:itext(")
            .and_then(|rest| rest.strip_suffix(')'))
            .is_some_and(|id| is_column(id.trim()));
        self.sources(id)
            .all(|source| is_column(&source.value) && (is_column(&source.label) || is_itext && source.label == label))
    }

    fn of_file(&mut self, id: &str) {
        for source in self.sources(id) {
            source.external = true;
            for (column, usual) in [(&mut source.value, "name"), (&mut source.label, "label")] {
                if column == usual {
                    column.clear();
                }
            }
        }
    }

    /// Selects that take what the first takes need not say so.
    fn of_table(&mut self, id: &str, first: &Use) {
        let (value, label) = (first.value.clone(), first.label.clone());
        for source in self.sources(id) {
            if source.value == value {
                source.value.clear();
            }
            if source.label == label {
                source.label.clear();
            }
        }
    }

    fn of_tree(&mut self, id: &str) {
        let path = format!("instance('{id}')/root/item");
        for source in self.sources(id) {
            source.nodeset = if source.filter.is_empty() { path.clone() } else { format!("{path}[{}]", source.filter) };
            source.list = String::new();
            source.filter = String::new();
        }
    }

    /// The rows of `root/item`, all of which have but texts in them; `None` for anything else. What selects store is the name
    /// of a choice, what they show its label; columns that no expression mentions are left out.
    fn table(&mut self, top: Element<'a>, of_selects: &Use, mentions: &str) -> Option<Vec<Choice>> {
        let is_plain = |element: Element<'a>| element.attributes().next().is_none();
        let items: Vec<Element<'a>> = top.children().filter(Element::is_element).collect();
        if xml::name(top) != "root"
            || !is_plain(top)
            || !items.iter().all(|item| xml::name(*item) == "item" && is_plain(*item))
        {
            return None;
        }
        let itext = of_selects.label.strip_prefix("jr:itext(").and_then(|rest| rest.strip_suffix(')')).map(str::trim);
        let label_column = itext.unwrap_or(&of_selects.label);
        let mut choices = Vec::new();
        for item in items {
            let mut cells: LiteMap<String, String> = LiteMap::new();
            for cell in item.children().filter(Element::is_element) {
                let is_leaf = is_plain(cell) && cell.first_element_child().is_none();
                let twice = cells.insert(xml::name(cell).to_owned(), xml::own_text(cell).trim().to_owned()).is_some();
                if !is_leaf || twice {
                    return None;
                }
            }
            let name = cells.get(&of_selects.value).cloned().unwrap_or_default();
            let label = cells.get(label_column).cloned().unwrap_or_default();
            // A choice has these columns of its own: they cannot mean something else besides.
            let own = |column: &str, text: &String| cells.get(column).is_none_or(|cell| cell == text);
            if !own("name", &name) || (itext.is_none() && !own("label", &label)) {
                return None;
            }
            let Texts { words, media, .. } = match itext {
                Some(_) if cells.contains_key("label") => return None,
                Some(_) => self.translated(&label, 0),
                None if label.is_empty() => Texts::default(),
                None => Texts { words: self.in_default(vec![Piece::Words(label)]), ..Texts::default() },
            };
            let mut columns = LiteMap::new();
            for (column, text) in cells {
                if !matches!(column.as_str(), "name" | "label") && !text.is_empty() && is_mentioned(mentions, &column) {
                    columns.insert(column, text);
                }
            }
            choices.push(Choice { name, label: words.unwrap_or_default(), columns, media });
        }
        Some(choices)
    }

    /// Any other shape. Forms have few of them; deeper than forms are, it is cut with a problem.
    fn tree(&mut self, instance: Element<'a>) -> Vec<TreeNode> {
        let mut tree: Vec<TreeNode> = Vec::new();
        let top: Vec<_> = instance.first_element_child().map(|top| (top, 0, 0)).into_iter().collect();
        let mut open: Vec<(Element<'a>, u32, usize)> = top;
        while let Some((element, parent, depth)) = open.pop() {
            if depth > MAX_DEPTH {
                self.problem(element, XFormProblemKind::TooDeep);
                break;
            }
            let index = tree.len() as u32;
            tree.push(TreeNode {
                name: xml::name(element).to_owned(),
                parent,
                text: xml::own_text(element).trim().to_owned(),
            });
            for (name, attribute) in xml::attributes(element) {
                tree.push(TreeNode { name: format!("@{name}"), parent: index, text: attribute.value().to_owned() });
            }
            let below: Vec<_> = element.children().filter(Element::is_element).collect();
            open.extend(below.into_iter().rev().map(|child| (child, index, depth + 1)));
        }
        tree
    }

    /// Whether a name in `instance('…')` or `pulldata('…')` is one of the form's.
    pub(super) fn knows_instance(&self, id: &str) -> bool {
        let definition = &self.definition;
        self.lists.contains_key(id)
            || definition.trees.contains_key(id)
            || definition.files.iter().any(|file| file.id == id)
            // The primary one by its id, where it has one.
            || elements(self.model, "instance").next().is_some_and(|primary| attribute(primary, "id") == Some(id))
    }
}
