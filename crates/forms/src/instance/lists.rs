//! Secondary instances: choice lists and external lists as trees for expressions, with an index for lookups.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use crate::contract::{Lists, Row};
use crate::definition::{Definition, Piece, Text};
use crate::xpath::{NodeId, sort_nodes};

/// Numbers of list nodes begin here; those of answers stay far below.
pub(super) const FIRST: u32 = 1 << 28;

/// Below this many rows a scan is as quick as an index.
const WORTH_AN_INDEX: usize = 16;

/// All lists of a filling.
pub(super) struct Secondary {
    definition: Rc<Definition>,
    lists: Rc<Lists>,
    tables: Vec<Table>,
}

/// One list: the document, `root`, then each item followed by its columns.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) external: bool,
    columns: Vec<String>,
    first: u32,
    pub(super) rows: usize,
    /// For a column that was looked into: its place, and the items in the order of what they have in it.
    indexes: RefCell<Vec<(usize, Vec<NodeId>)>>,
}

/// What a number of a list node stands for.
pub(super) enum Part {
    Document,
    Root,
    Item(usize),
    Cell(usize, usize),
}

impl Table {
    fn width(&self) -> u32 {
        self.columns.len() as u32 + 1
    }

    pub(super) fn item(&self, row: usize) -> NodeId {
        NodeId(self.first + 2 + row as u32 * self.width())
    }

    fn row_of(&self, item: NodeId) -> usize {
        ((item.0 - self.first - 2) / self.width()) as usize
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.column(column).is_some()
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

impl Secondary {
    pub(super) fn new(definition: Rc<Definition>, lists: Rc<Lists>) -> Self {
        let mut all = Self { definition, lists, tables: Vec::new() };
        let (definition, lists) = (Rc::clone(&all.definition), Rc::clone(&all.lists));
        for (name, rows) in &*lists {
            let mut columns = Vec::new();
            rows.iter().for_each(|row| add_columns(&mut columns, row));
            all.add(name, true, columns, rows.len());
        }
        for (name, choices) in definition.choices.all() {
            let mut others = Vec::new();
            choices.iter().for_each(|choice| add_columns(&mut others, &choice.columns));
            let mut columns = vec!["name".to_owned(), "label".to_owned()];
            columns.append(&mut others);
            all.add(name, false, columns, choices.len());
        }
        all
    }

    fn add(&mut self, name: &str, external: bool, columns: Vec<String>, rows: usize) {
        let first = self
            .tables
            .last()
            .map_or(FIRST, |table| table.first.saturating_add(2 + (table.rows as u32).saturating_mul(table.width())));
        let name = name.to_owned();
        self.tables.push(Table { name, external, columns, first, rows, indexes: RefCell::default() });
    }

    pub(super) fn table(&self, name: &str, external: bool) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name && table.external == external)
    }

    pub(super) fn find(&self, name: &str) -> Option<NodeId> {
        self.tables.iter().find(|table| table.name == name).map(|table| NodeId(table.first))
    }

    /// The table a list node is of, and which part.
    pub(super) fn part(&self, node: NodeId) -> Option<(&Table, Part)> {
        let after = self.tables.partition_point(|table| table.first <= node.0);
        let table = self.tables.get(after.checked_sub(1)?)?;
        let offset = node.0 - table.first;
        let part = match offset {
            0 => Part::Document,
            1 => Part::Root,
            _ => {
                let row = ((offset - 2) / table.width()) as usize;
                match (offset - 2) % table.width() {
                    0 => Part::Item(row),
                    column => Part::Cell(row, column as usize - 1),
                }
            }
        };
        Some((table, part))
    }

    pub(super) fn parent(&self, node: NodeId) -> Option<NodeId> {
        let (table, part) = self.part(node)?;
        match part {
            Part::Document => None,
            Part::Root => Some(NodeId(table.first)),
            Part::Item(_) => Some(NodeId(table.first + 1)),
            Part::Cell(row, _) => Some(table.item(row)),
        }
    }

    pub(super) fn children(&self, node: NodeId, each: &mut dyn FnMut(NodeId)) {
        let Some((table, part)) = self.part(node) else { return };
        match part {
            Part::Document => each(NodeId(table.first + 1)),
            Part::Root => (0..table.rows).for_each(|row| each(table.item(row))),
            Part::Item(row) => (1..table.width()).for_each(|column| each(NodeId(table.item(row).0 + column))),
            Part::Cell(..) => {}
        }
    }

    /// Children by name: of an item one of its columns.
    pub(super) fn children_named(&self, node: NodeId, name: &str, each: &mut dyn FnMut(NodeId)) {
        match self.part(node) {
            Some((table, Part::Item(row))) => {
                if let Some(column) = table.column(name) {
                    each(NodeId(table.item(row).0 + 1 + column as u32));
                }
            }
            Some((_, Part::Document)) if name == "root" => self.children(node, each),
            Some((_, Part::Root)) if name == "item" => self.children(node, each),
            _ => {}
        }
    }

    pub(super) fn name(&self, node: NodeId) -> &str {
        match self.part(node) {
            Some((_, Part::Root)) => "root",
            Some((_, Part::Item(_))) => "item",
            Some((table, Part::Cell(_, column))) => &table.columns[column],
            _ => "",
        }
    }

    pub(super) fn string(&self, node: NodeId, language: usize) -> Cow<'_, str> {
        match self.part(node) {
            Some((table, Part::Cell(row, column))) => self.cell(table, row, &table.columns[column], language),
            _ => Cow::Borrowed(""),
        }
    }

    /// A cell by its column; empty where the row has none.
    pub(super) fn cell(&self, table: &Table, row: usize, column: &str, language: usize) -> Cow<'_, str> {
        if table.external {
            let text = self.lists.get(&table.name).and_then(|rows| rows.get(row)?.get(column));
            return Cow::Borrowed(text.map_or("", String::as_str));
        }
        let Some(choice) = self.definition.choices.get(&table.name).and_then(|choices| choices.get(row)) else {
            return Cow::Borrowed("");
        };
        match column {
            "name" => Cow::Borrowed(&choice.name),
            "label" => plain(&choice.label, language, self.definition.default_language),
            _ => Cow::Borrowed(choice.columns.get(column).map_or("", String::as_str)),
        }
    }

    /// The row of a list where a column has a value.
    pub(super) fn row(&self, table: &Table, column: &str, value: &str, language: usize) -> Option<usize> {
        (0..table.rows).find(|&row| self.cell(table, row, column, language) == value)
    }

    pub(super) fn lookup(&self, name: &str, column: &str, value: &str, language: usize) -> Option<Vec<NodeId>> {
        let table = self.tables.iter().find(|table| table.name == name)?;
        // Labels change with the language: not worth keeping.
        if table.rows < WORTH_AN_INDEX || column == "label" {
            return None;
        }
        let Some(position) = table.column(column) else { return Some(Vec::new()) };
        let mut indexes = table.indexes.borrow_mut();
        let known = indexes.iter().position(|(of, _)| *of == position).unwrap_or_else(|| {
            indexes.push((position, self.index(table, column, language)));
            indexes.len() - 1
        });
        let items = &indexes[known].1;
        let text = |item: NodeId| self.cell(table, table.row_of(item), column, language);
        let from = items.partition_point(|item| &*text(*item) < value);
        let found = items[from..].iter().copied().take_while(|item| text(*item) == value);
        Some(found.collect())
    }

    /// The items of a table in the order of what they have in a column; alike ones in their own.
    fn index(&self, table: &Table, column: &str, language: usize) -> Vec<NodeId> {
        let mut items = Vec::with_capacity(table.rows);
        let mut texts = Vec::with_capacity(table.rows);
        for row in 0..table.rows {
            items.push(table.item(row));
            texts.push(self.cell(table, row, column, language));
        }
        sort_nodes(&mut items, &|one, other| texts[table.row_of(one)].cmp(&texts[table.row_of(other)]));
        items
    }
}

/// Adds the columns that a row has and earlier ones had not; they are kept in order.
fn add_columns(columns: &mut Vec<String>, row: &Row) {
    for name in row.keys() {
        if let Err(place) = columns.binary_search(name) {
            columns.insert(place, name.clone());
        }
    }
}

/// The pieces of a text in a language; in the default one, then any, where that has no words.
pub(super) fn pieces(text: &Text, language: usize, default: usize) -> &[Piece] {
    let has_words = |index: usize| text.0.get(index).filter(|pieces| !pieces.is_empty());
    has_words(language)
        .or_else(|| has_words(default))
        .or_else(|| text.0.iter().find(|pieces| !pieces.is_empty()))
        .map_or(&[], Vec::as_slice)
}

/// The words of a text without values in it.
pub(super) fn plain(text: &Text, language: usize, default: usize) -> Cow<'_, str> {
    match pieces(text, language, default) {
        [] => Cow::Borrowed(""),
        [Piece::Words(words)] => Cow::Borrowed(words),
        many => {
            let mut all = String::new();
            for piece in many {
                if let Piece::Words(words) = piece {
                    all.push_str(words);
                }
            }
            Cow::Owned(all)
        }
    }
}
