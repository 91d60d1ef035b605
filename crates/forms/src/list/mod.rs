//! External lists: files beside a form and the village's own households, for lookups and choices.

pub mod json;

use litemap::LiteMap;

/// External lists by name without ending: `households` to its rows.
pub type Lists = LiteMap<String, List>;

/// Rows with a cell for each column. All cells are one text: thirty thousand rows with a text for each cell are more than a
/// small phone has room for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    columns: Vec<String>,
    text: String,
    /// Where each cell ends in the text, row by row, in bytes.
    ends: Vec<u32>,
}

impl List {
    /// A list without rows.
    pub fn new(columns: &[&str]) -> Self {
        let mut list = Self::default();
        columns.iter().for_each(|column| list.columns.push((*column).to_owned()));
        list
    }

    /// Names of the columns, in their order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.ends.len() / self.columns.len().max(1)
    }

    /// Adds a row; cells that are missing are empty, and there are no more than columns.
    pub fn push(&mut self, cells: &[&str]) {
        for column in 0..self.columns.len() {
            self.text.push_str(cells.get(column).unwrap_or(&""));
            self.end();
        }
    }

    /// Ends a cell.
    fn end(&mut self) {
        self.ends.push(self.text.len() as u32);
    }

    /// A cell; empty where there is none.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.columns.len() + column;
        let Some(&end) = self.ends.get(at) else { return "" };
        let from = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[from as usize..end as usize]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(columns: usize, rows: &[Vec<String>]) -> List {
        let names: Vec<String> = (0..columns).map(|column| format!("c{column}")).collect();
        let mut list = List::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
        for row in rows {
            list.push(&row.iter().map(String::as_str).collect::<Vec<_>>());
        }
        list
    }

    #[test]
    fn a_list_without_columns_has_no_rows_and_no_cells() {
        let list = list(0, &[vec!["a".into()]]);
        assert_eq!((list.rows(), list.cell(0, 0)), (0, ""));
    }

    proptest! {
        #[test]
        fn cells_are_those_of_their_rows_short_rows_end_empty(rows in prop::collection::vec(prop::collection::vec("[a村\"]{0,3}", 0..5), 0..6)) {
            let list = list(3, &rows);
            prop_assert_eq!(list.rows(), rows.len());
            for (number, row) in rows.iter().enumerate() {
                for column in 0..3 {
                    prop_assert_eq!(list.cell(number, column), row.get(column).map_or("", String::as_str));
                }
            }
            prop_assert_eq!(list.cell(rows.len(), 0), "");
        }

        #[test]
        fn what_the_server_writes_is_read_as_it_was(rows in prop::collection::vec(prop::collection::vec(any::<String>(), 2), 0..6)) {
            let text = serde_json::json!({ "columns": ["c0", "c1"], "rows": rows }).to_string();
            prop_assert_eq!(json::read(&text), Some(list(2, &rows)));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[\\[\\]{}\",:\\\\acolumnsrows ]{0,40}") {
            let _ = json::read(&text);
            let _ = json::read(&["{\"columns\":[\"a\"],\"rows\":", &text].concat());
        }
    }

    #[test]
    fn spaces_do_not_matter_and_what_is_no_list_is_none() {
        let good =
            "{ \"columns\" : [ \"a\", \"b\" ],\n\"rows\": [ [ \"1\", \"\\u6751\" ] , [\"2\",\"\"] ] , \"more\": 1 }";
        let read = json::read(good).unwrap();
        assert_eq!((read.rows(), read.cell(0, 1), read.cell(1, 0)), (2, "村", "2"));
        for bad in [
            "",
            "[]",
            "{}",
            "{\"columns\":[\"a\"]}",
            "{\"rows\":[],\"columns\":[]}",
            "{\"columns\":[\"a\"],\"rows\":[[\"1\",\"2\"]]}",
            "{\"columns\":[\"a\",\"b\"],\"rows\":[[\"1\"]]}",
            "{\"columns\":[\"a\"],\"rows\":[[1]]}",
            "{\"columns\":[\"a\"],\"rows\":[[\"1\"],]}",
            "{\"columns\":[\"a\"],\"rows\":[[\"1\"]",
            "{\"columns\":[\"a\"],\"rows\":[[\"1",
        ] {
            assert_eq!(json::read(bad), None, "{bad}");
        }
    }
}
