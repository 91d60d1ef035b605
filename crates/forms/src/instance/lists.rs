//! Secondary instances: choice lists and external lists as trees for expressions, with an index for lookups.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::contract::Lists;
use crate::definition::{Definition, Piece, Text};
use crate::xpath::NodeId;

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
    index: RefCell<BTreeMap<usize, BTreeMap<String, Vec<u32>>>>,
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

    pub(super) fn has(&self, column: &str) -> bool {
        self.column(column).is_some()
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

impl Secondary {
    pub(super) fn new(definition: Rc<Definition>, lists: Rc<Lists>) -> Self {
        let mut tables = Vec::new();
        let mut first = FIRST;
        let mut add = |name: &String, external, columns: Vec<String>, rows: usize| {
            let table = Table { name: name.clone(), external, columns, first, rows, index: RefCell::default() };
            first = first.saturating_add(2 + (rows as u32).saturating_mul(table.width()));
            tables.push(table);
        };
        for (name, rows) in lists.iter() {
            let columns: BTreeSet<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
            add(name, true, columns.into_iter().cloned().collect(), rows.len());
        }
        for (name, choices) in &definition.choices {
            let extra: BTreeSet<&String> = choices.iter().flat_map(|choice| choice.columns.keys()).collect();
            let columns = ["name", "label"].into_iter().map(str::to_owned).chain(extra.into_iter().cloned()).collect();
            add(name, false, columns, choices.len());
        }
        Self { definition, lists, tables }
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
        let mut indexes = table.index.borrow_mut();
        let index = indexes.entry(position).or_insert_with(|| {
            let mut index: BTreeMap<String, Vec<u32>> = BTreeMap::new();
            for row in 0..table.rows {
                let text = self.cell(table, row, column, language).into_owned();
                index.entry(text).or_default().push(row as u32);
            }
            index
        });
        let rows = index.get(value).map_or(&[][..], Vec::as_slice);
        Some(rows.iter().map(|&row| table.item(row as usize)).collect())
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
        many => Cow::Owned(
            many.iter().map(|piece| if let Piece::Words(words) = piece { words.as_str() } else { "" }).collect(),
        ),
    }
}
