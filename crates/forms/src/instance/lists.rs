//! Secondary instances: choice lists and external lists as trees for expressions, with an index for lookups.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use crate::contract::Lists;
use crate::definition::{Definition, Piece, Text};
use crate::xpath::NodeId;

/// Numbers of list nodes begin here; those of answers stay far below.
pub(super) const FIRST: u32 = 1 << 28;

/// So many times a column is looked through from its first row to its last; then an index is worth its making, which takes as
/// long as two looks.
const LOOKS: u32 = 4;

/// All lists of a filling.
pub(super) struct Secondary {
    definition: Rc<Definition>,
    lists: Rc<Lists>,
    tables: Vec<Table>,
}

/// One list: the document, `root`, then each item followed by its columns.
pub(super) struct Table {
    pub(super) name: String,
    source: Source,
    columns: Vec<String>,
    first: u32,
    pub(super) rows: usize,
    /// What columns were looked into.
    looks: RefCell<Vec<Looked>>,
}

/// Where a list's rows are.
enum Source {
    /// The place of the list among the external ones; beyond them, of one that is not here.
    External(usize),
    /// Choices of the definition: the place of their list in it.
    Choices(usize),
}

/// A column that was looked into.
struct Looked {
    column: usize,
    times: u32,
    /// As many places as there are rows, and then the rows. Texts of one number ([`place_of`]) have one place: it says which row
    /// is the first of them, and each row says which is the next; from 1, 0 for none.
    index: Vec<u32>,
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

    pub(super) fn row_of(&self, item: NodeId) -> usize {
        ((item.0 - self.first - 2) / self.width()) as usize
    }

    fn is_external(&self) -> bool {
        matches!(self.source, Source::External(_))
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

impl Secondary {
    pub(super) fn new(definition: Rc<Definition>, lists: Rc<Lists>) -> Self {
        let mut all = Self { definition, lists, tables: Vec::new() };
        let (definition, lists) = (Rc::clone(&all.definition), Rc::clone(&all.lists));
        for (place, (name, list)) in lists.iter().enumerate() {
            all.add(name, Source::External(place), list.columns().to_vec(), list.rows());
        }
        // A file that is not here counts as empty.
        for file in &definition.files {
            if all.find(&file.id).is_none() {
                all.add(&file.id, Source::External(usize::MAX), Vec::new(), 0);
            }
        }
        for (place, (name, choices)) in definition.choices.all().iter().enumerate() {
            let mut columns = vec!["name".to_owned(), "label".to_owned()];
            for choice in choices {
                for column in choice.columns.keys() {
                    if !columns.contains(column) {
                        columns.push(column.clone());
                    }
                }
            }
            all.add(name, Source::Choices(place), columns, choices.len());
        }
        all
    }

    fn add(&mut self, name: &str, source: Source, columns: Vec<String>, rows: usize) {
        let first = self
            .tables
            .last()
            .map_or(FIRST, |table| table.first.saturating_add(2 + (table.rows as u32).saturating_mul(table.width())));
        let name = name.to_owned();
        self.tables.push(Table { name, source, columns, first, rows, looks: RefCell::default() });
    }

    pub(super) fn table(&self, name: &str, external: bool) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name && table.is_external() == external)
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
            Some((table, Part::Cell(row, column))) => self.cell(table, row, column, language),
            _ => Cow::Borrowed(""),
        }
    }

    /// A cell; empty where the row has none in that column.
    pub(super) fn cell<'a>(&'a self, table: &'a Table, row: usize, column: usize, language: usize) -> Cow<'a, str> {
        let choices = match &table.source {
            Source::External(place) => {
                let list = self.lists.get_indexed(*place);
                return Cow::Borrowed(list.map_or("", |(_, list)| list.cell(row, column)));
            }
            Source::Choices(place) => &self.definition.choices.all()[*place].1,
        };
        let Some(choice) = choices.get(row) else { return Cow::Borrowed("") };
        match column {
            0 => Cow::Borrowed(&choice.name),
            1 => plain(&choice.label, language, self.definition.default_language),
            _ => Cow::Borrowed(choice.columns.get(&table.columns[column]).map_or("", String::as_str)),
        }
    }

    pub(super) fn lookup(&self, name: &str, column: &str, value: &str, language: usize) -> Option<Vec<NodeId>> {
        let table = self.tables.iter().find(|table| table.name == name)?;
        Some(self.having(table, column, value, language))
    }

    /// The items of a list that have a value in a column.
    pub(super) fn having(&self, table: &Table, column: &str, value: &str, language: usize) -> Vec<NodeId> {
        let mut found = Vec::new();
        let Some(column) = table.column(column) else { return found };
        let mut looks = table.looks.borrow_mut();
        let known = looks.iter().position(|looked| looked.column == column).unwrap_or_else(|| {
            looks.push(Looked { column, times: 0, index: Vec::new() });
            looks.len() - 1
        });
        let looked = &mut looks[known];
        looked.times += 1;
        // The words of choices change with the language.
        let may_index = table.is_external() || column != 1;
        if looked.times > LOOKS && may_index && looked.index.is_empty() {
            looked.index = self.index(table, column, language);
        }
        // Row by row, or from each to the next that may have it.
        let has_index = !looked.index.is_empty();
        let mut row = if has_index { looked.index[place_of(value, table.rows)] } else { 1 } as usize;
        while (1..=table.rows).contains(&row) {
            if self.cell(table, row - 1, column, language) == value {
                found.push(table.item(row - 1));
            }
            row = if has_index { looked.index[table.rows + row - 1] as usize } else { row + 1 };
        }
        found
    }

    /// See [`Looked::index`].
    fn index(&self, table: &Table, column: usize, language: usize) -> Vec<u32> {
        let mut index = vec![0; 2 * table.rows];
        for row in (0..table.rows).rev() {
            let place = place_of(&self.cell(table, row, column, language), table.rows);
            index[table.rows + row] = index[place];
            index[place] = row as u32 + 1;
        }
        index
    }
}

/// One of so many places for a text: alike texts have the same, others seldom do (FNV-1a).
fn place_of(text: &str, places: usize) -> usize {
    let mut sum: u32 = 2_166_136_261;
    for byte in text.bytes() {
        sum = (sum ^ u32::from(byte)).wrapping_mul(16_777_619);
    }
    sum as usize % places
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
