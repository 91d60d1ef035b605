//! Lists beside a form, read into one shape: CSV, XML (`root/item`) and `GeoJSON` become columns and rows of text, as ODK
//! Collect reads them. Source: ODK `XForms` specification, external secondary instances; for places the ODK format of points.

use std::{collections::BTreeMap, fmt};

use roxmltree::{Document, Node, ParsingOptions};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::files::FileKind;

/// Most rows of a list. Whole provinces have fewer villages.
pub const ROWS_MAX: usize = 200_000;
/// Most columns of a list.
pub const COLUMNS_MAX: usize = 500;

/// Most cells of a list, empty ones too: each takes memory.
const CELLS_MAX: usize = 4_000_000;
/// Most elements of a list in XML.
const NODES_MAX: u32 = 4_000_000;

/// A list. Every row has as many cells as there are columns; what a row has not is an empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Names of the columns, in the file's order, each once.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// Why a file cannot be read as a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableProblem {
    /// Not a kind of file that lists are in.
    NoList,
    /// Not UTF-8.
    Encoding,
    /// No column, or no row below the columns' names.
    Empty,
    /// The same column twice: its name.
    SameColumn(String),
    /// A line that has more cells than there are columns, or whose quotes do not end.
    Line(u64),
    /// Not the format that its name says: why, without what stands in it.
    Format(String),
    /// More rows or columns than are read.
    TooLarge,
}

impl TableProblem {
    /// What is wrong and what to do: Chinese for `zh…`, English for everything else.
    #[must_use]
    pub fn words(&self, language: &str) -> String {
        if language.starts_with("zh") { self.chinese() } else { self.to_string() }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NoList => "不是 .csv、.xml 或 .geojson 文件".into(),
            Self::Encoding => "文件不是 UTF-8 编码：请在 Excel 中另存为“CSV UTF-8”".into(),
            Self::Empty => "文件没有列名，或列名下面没有内容".into(),
            Self::SameColumn(name) => format!("列“{name}”出现了两次：请改名或删除其一"),
            Self::Line(line) => format!("第 {line} 行的列数多于首行，或引号没有结束：含逗号的内容请放在引号内"),
            Self::Format(why) => format!("文件内容与文件名后缀不符：{why}"),
            Self::TooLarge => format!("文件过大：最多 {ROWS_MAX} 行、{COLUMNS_MAX} 列"),
        }
    }
}

impl fmt::Display for TableProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoList => f.write_str("not a file that ends with .csv, .xml or .geojson"),
            Self::Encoding => f.write_str("the file is not in UTF-8: in Excel save it as “CSV UTF-8”"),
            Self::Empty => f.write_str("the file has no column names, or no row below them"),
            Self::SameColumn(name) => write!(f, "the column “{name}” is there twice: rename or delete one"),
            Self::Line(line) => {
                write!(
                    f,
                    "line {line} has more cells than the first, or a quote that does not end: put texts with commas in quotes"
                )
            }
            Self::Format(why) => write!(f, "the file is not what its name says: {why}"),
            Self::TooLarge => write!(f, "the list is too large: at most {ROWS_MAX} rows and {COLUMNS_MAX} columns"),
        }
    }
}

impl std::error::Error for TableProblem {}

/// Reads a list.
///
/// # Errors
/// [`TableProblem`], with the place where there is one.
pub fn read(kind: FileKind, bytes: &[u8]) -> Result<Table, TableProblem> {
    let text = std::str::from_utf8(bytes).map_err(|_| TableProblem::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let table = match kind {
        FileKind::Csv => csv(text)?,
        FileKind::Xml => xml(text)?,
        FileKind::Geojson => geojson(text)?,
        FileKind::Media => return Err(TableProblem::NoList),
    };
    if table.columns.is_empty() || table.rows.is_empty() { Err(TableProblem::Empty) } else { Ok(table) }
}

/// What separates the cells: what the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: u8| first.bytes().filter(|byte| *byte == mark).count();
    let mut best = b',';
    for mark in [b';', b'\t'] {
        if count(mark) > count(best) {
            best = mark;
        }
    }
    best
}

fn csv(text: &str) -> Result<Table, TableProblem> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let at = |error: &csv::Error| TableProblem::Line(error.position().map_or(0, csv::Position::line));
    let Some(head) = records.next() else { return Err(TableProblem::Empty) };
    let head = head.map_err(|error| at(&error))?;
    // A column without a name cannot be asked for.
    let kept: Vec<usize> = (0..head.len()).filter(|&column| !head[column].trim().is_empty()).collect();
    let mut building = Building::default();
    for &column in &kept {
        building.new_column(head[column].trim())?;
    }
    for record in records {
        let record = record.map_err(|error| at(&error))?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.iter().skip(head.len()).any(|cell| !cell.trim().is_empty()) {
            return Err(TableProblem::Line(record.position().map_or(0, csv::Position::line)));
        }
        building.row()?;
        for (place, &column) in kept.iter().enumerate() {
            building.put(place, record.get(column).unwrap_or_default().to_owned());
        }
    }
    Ok(building.end())
}

/// `root/item`: the elements below the top are the rows, what is in them the cells.
fn xml(text: &str) -> Result<Table, TableProblem> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text.trim_start(), options).map_err(|error| {
        let place = error.pos();
        TableProblem::Format(format!("no XML, or XML with a document type, at line {}", place.row))
    })?;
    let mut building = Building::default();
    for item in document.root_element().children().filter(Node::is_element) {
        building.row()?;
        for cell in item.children().filter(Node::is_element) {
            let place = building.column(cell.tag_name().name())?;
            let words: String = cell.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect();
            building.put(place, words);
        }
    }
    Ok(building.end())
}

/// Features are rows: `id`, `geometry` and the properties, by name, are the columns.
fn geojson(text: &str) -> Result<Table, TableProblem> {
    let wrong = |why: &str| TableProblem::Format(why.to_owned());
    let json: Value = serde_json::from_str(text)
        .map_err(|error| TableProblem::Format(format!("no JSON at line {}", error.line())))?;
    let features = json.get("features").and_then(Value::as_array);
    let features = features.ok_or_else(|| wrong("no collection of features"))?;
    let mut building = Building::default();
    for feature in features {
        building.row()?;
        if let Some(id) = feature.get("id").filter(|id| !id.is_null()) {
            let place = building.column("id")?;
            building.put(place, plain(id));
        }
        let geometry = feature.get("geometry").filter(|geometry| !geometry.is_null());
        let place = building.column("geometry")?;
        if let Some(geometry) = geometry {
            let places =
                places(geometry).ok_or_else(|| wrong("a geometry other than Point, LineString and Polygon"))?;
            building.put(place, places);
        }
        for (name, value) in feature.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let place = building.column(name)?;
            building.put(place, plain(value));
        }
    }
    Ok(building.end())
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Points as ODK writes them: `latitude longitude altitude accuracy`, several with `;` between.
fn places(geometry: &Value) -> Option<String> {
    let coordinates = geometry.get("coordinates")?;
    let points = match geometry.get("type")?.as_str()? {
        "Point" => return point(coordinates),
        "LineString" => coordinates.as_array()?,
        // The outer ring; ODK knows no holes.
        "Polygon" => coordinates.as_array()?.first()?.as_array()?,
        _ => return None,
    };
    let points: Option<Vec<String>> = points.iter().map(point).collect();
    points.map(|points| points.join("; "))
}

/// `GeoJSON` has the longitude first.
fn point(coordinates: &Value) -> Option<String> {
    let [longitude, latitude, rest @ ..] = coordinates.as_array()?.as_slice() else { return None };
    let altitude =
        rest.first().filter(|altitude| altitude.is_number()).map_or_else(|| "0".to_owned(), Value::to_string);
    let known = longitude.is_number() && latitude.is_number();
    known.then(|| format!("{latitude} {longitude} {altitude} 0"))
}

/// A table whose columns become known on the way.
#[derive(Default)]
struct Building {
    table: Table,
    places: BTreeMap<String, usize>,
}

impl Building {
    fn new_column(&mut self, name: &str) -> Result<(), TableProblem> {
        if self.places.contains_key(name) {
            return Err(TableProblem::SameColumn(name.to_owned()));
        }
        self.column(name).map(drop)
    }

    /// The place of a column.
    fn column(&mut self, name: &str) -> Result<usize, TableProblem> {
        if let Some(&place) = self.places.get(name) {
            return Ok(place);
        }
        let place = self.table.columns.len();
        self.room(self.table.rows.len(), place + 1)?;
        self.table.columns.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        Ok(place)
    }

    fn room(&self, rows: usize, columns: usize) -> Result<(), TableProblem> {
        let fits = rows <= ROWS_MAX && columns <= COLUMNS_MAX && rows.saturating_mul(columns) <= CELLS_MAX;
        if fits { Ok(()) } else { Err(TableProblem::TooLarge) }
    }

    /// Begins a row.
    fn row(&mut self) -> Result<(), TableProblem> {
        self.room(self.table.rows.len() + 1, self.table.columns.len())?;
        self.table.rows.push(vec![String::new(); self.table.columns.len()]);
        Ok(())
    }

    /// Fills a cell of the last row.
    fn put(&mut self, place: usize, value: String) {
        let Some(row) = self.table.rows.last_mut() else { return };
        if row.len() <= place {
            row.resize(place + 1, String::new());
        }
        row[place] = value;
    }

    fn end(mut self) -> Table {
        let width = self.table.columns.len();
        self.table.rows.iter_mut().for_each(|row| row.resize(width, String::new()));
        self.table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: FileKind, text: &str) -> String {
        match read(kind, text.as_bytes()) {
            Ok(table) => serde_json::to_string(&table).expect("JSON"),
            Err(problem) => format!("{problem:?}"),
        }
    }

    #[test]
    fn csv_of_all_kinds_of_programs_is_read() {
        let table = [
            (
                "\u{feff}name,label\na,\"甲, 乙\"\n\nb,\n",
                r#"{"columns":["name","label"],"rows":[["a","甲, 乙"],["b",""]]}"#,
            ),
            ("name;label\r\na;A\r\n", r#"{"columns":["name","label"],"rows":[["a","A"]]}"#),
            ("name\tlabel\na\n", r#"{"columns":["name","label"],"rows":[["a",""]]}"#),
            ("name,,label\na,x,A\n", r#"{"columns":["name","label"],"rows":[["a","A"]]}"#),
            ("name,label,\na,A,\n", r#"{"columns":["name","label"],"rows":[["a","A"]]}"#),
            ("name,name\na,b\n", r#"SameColumn("name")"#),
            ("name,label\na,A\nb,B,C\n", "Line(3)"),
            ("name\n", "Empty"),
            ("", "Empty"),
        ];
        for (text, expected) in table {
            assert_eq!(shown(FileKind::Csv, text), expected, "{text:?}");
        }
        assert_eq!(read(FileKind::Csv, b"name\n\xbc\xd7\n"), Err(TableProblem::Encoding));
    }

    #[test]
    fn xml_and_geojson_become_the_same_shape() {
        assert_eq!(
            shown(
                FileKind::Xml,
                "<root><item><name>a</name><label>甲<b>!</b></label></item><item><x>1</x></item></root>"
            ),
            r#"{"columns":["name","label","x"],"rows":[["a","甲!",""],["","","1"]]}"#
        );
        let features = r#"{"type":"FeatureCollection","features":[
            {"id":"f1","geometry":{"type":"Point","coordinates":[102.5,0.25]},"properties":{"name":"井","deep":3,"x":null}},
            {"geometry":{"type":"LineString","coordinates":[[1,2,7],[3,4]]},"properties":{"id":"f2"}},
            {"geometry":null,"properties":null}]}"#;
        assert_eq!(
            shown(FileKind::Geojson, features),
            r#"{"columns":["id","geometry","deep","name","x"],"rows":[["f1","0.25 102.5 0 0","3","井",""],["f2","2 1 7 0; 4 3 0 0","","",""],["","","","",""]]}"#
        );
    }

    #[test]
    fn what_is_hostile_or_something_else_is_refused() {
        let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><root><item><n>&b;</n></item></root>";
        assert!(shown(FileKind::Xml, bomb).starts_with("Format"));
        assert!(shown(FileKind::Xml, "name,label").starts_with("Format"));
        assert!(shown(FileKind::Geojson, &"[".repeat(100_000)).starts_with("Format"));
        assert!(shown(FileKind::Geojson, "{\"type\":\"Point\"}").starts_with("Format"));
        let deep = ["<root><item><n>", &"<b>".repeat(50_000), &"</b>".repeat(50_000), "</n></item></root>"].concat();
        assert_eq!(shown(FileKind::Xml, &deep), r#"{"columns":["n"],"rows":[[""]]}"#);
        let wide = (0..=COLUMNS_MAX).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(shown(FileKind::Csv, &format!("{wide}\n1\n")), "TooLarge");
        // Each row another column: small as a file, not as a table.
        let items: String = (0..20_000).map(|n| format!("<i><c{}>1</c{0}></i>", n % 400)).collect();
        assert_eq!(shown(FileKind::Xml, &format!("<root>{items}</root>")), "TooLarge");
        let long = "name\n".to_owned() + &"a\n".repeat(ROWS_MAX + 1);
        assert_eq!(shown(FileKind::Csv, &long), "TooLarge");
    }

    #[test]
    fn thirty_thousand_rows_are_read() {
        let mut text = String::from("name,label,county\n");
        for n in 0..35_000 {
            text.push_str(&format!("v{n},村 {n},c{}\n", n % 90));
        }
        let table = read(FileKind::Csv, text.as_bytes()).expect("a table");
        assert_eq!((table.rows.len(), table.rows[34_999][2].as_str()), (35_000, "c79"));
    }
}
