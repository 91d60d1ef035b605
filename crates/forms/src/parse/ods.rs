//! Sheets of an OpenDocument spreadsheet, read bit by bit.

use std::borrow::Cow;
use std::io::{BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::problem::SheetProblem;
use super::workbook::{Filling, Sheet, matters, unreadable};

/// The part that has the sheets.
pub(super) const CONTENT: &str = "content.xml";

/// Where in the document the reader is.
#[derive(Default)]
struct Place {
    row: u32,
    column: u32,
    row_times: u32,
    cell_times: u32,
    /// The cells of the row so far: column, how often, text.
    cells: Vec<(u32, u32, String)>,
    /// What a cell's attributes say it is: a number, a date.
    value: Option<String>,
    words: String,
    paragraphs: u32,
    /// Notes at cells are no part of them.
    notes: u32,
}

/// The sheets of a form.
pub(super) fn sheets(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Vec<Sheet>, SheetProblem> {
    let mut found: Vec<Filling> = Vec::new();
    let mut place = Place::default();
    let content = archive.by_name(CONTENT).map_err(|_| unreadable())?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let mut buffer = Vec::new();
    let mut deep = 0_u32;
    loop {
        let event = reader.read_event_into(&mut buffer).map_err(|_| unreadable())?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                if tag.local_name().as_ref() == "table" {
                    found.push(Filling::new(&attribute(tag, "name").unwrap_or_default()));
                    place = Place::default();
                }
                place.begin(tag);
                if matches!(event, Event::Empty(_)) {
                    place.end(tag.local_name().as_ref(), found.last_mut())?;
                } else {
                    deep += 1;
                }
            }
            Event::End(tag) => {
                deep = deep.saturating_sub(1);
                place.end(tag.local_name().as_ref(), found.last_mut())?;
            }
            Event::Text(text) => place.text(text.as_ref()),
            Event::CData(text) => place.text(text.as_ref()),
            Event::GeneralRef(name) => place.text(&named(name.as_ref())),
            Event::Eof => break,
            _ => {}
        }
        // Words of a cell are a few tags deep.
        if deep > 256 {
            return Err(unreadable());
        }
        buffer.clear();
    }
    let count = found.len();
    let sheets = found
        .into_iter()
        .map(Filling::sheet)
        .map(|sheet| if matters(&sheet.name, count) { sheet } else { Sheet { name: sheet.name, rows: Vec::new() } });
    Ok(sheets.collect())
}

impl Place {
    fn begin(&mut self, tag: &BytesStart<'_>) {
        let times = |name: &str| attribute(tag, name).and_then(|times| times.parse().ok()).unwrap_or(1);
        match tag.local_name().as_ref() {
            "table-row" => {
                self.row_times = times("number-rows-repeated");
                self.column = 0;
                self.cells.clear();
            }
            "table-cell" | "covered-table-cell" => {
                self.cell_times = times("number-columns-repeated");
                self.value = attribute(tag, "date-value")
                    .or_else(|| attribute(tag, "time-value").and_then(|time| time_of(&time)))
                    .or_else(|| attribute(tag, "boolean-value").map(|value| value.to_uppercase()))
                    .or_else(|| attribute(tag, "value"));
                self.words.clear();
                self.paragraphs = 0;
            }
            "p" if self.notes == 0 => {
                if self.paragraphs > 0 {
                    self.words.push('\n');
                }
                self.paragraphs += 1;
            }
            "s" => self.text(" "),
            "annotation" => self.notes += 1,
            _ => {}
        }
    }

    fn end(&mut self, name: &str, sheet: Option<&mut Filling>) -> Result<(), SheetProblem> {
        match name {
            "annotation" => self.notes = self.notes.saturating_sub(1),
            "table-cell" | "covered-table-cell" => {
                let text = self.value.take().unwrap_or_else(|| std::mem::take(&mut self.words));
                if !text.trim().is_empty() {
                    self.cells.push((self.column, self.cell_times, text));
                }
                self.column = self.column.saturating_add(self.cell_times);
            }
            "table-row" => {
                if let Some(sheet) = sheet.filter(|_| !self.cells.is_empty()) {
                    self.write(sheet)?;
                }
                self.row = self.row.saturating_add(self.row_times);
            }
            _ => {}
        }
        Ok(())
    }

    /// Writes the row as often as it is there; the sheet refuses more than a form has.
    fn write(&self, sheet: &mut Filling) -> Result<(), SheetProblem> {
        for row in self.row..self.row.saturating_add(self.row_times) {
            for (column, times, text) in &self.cells {
                for column in (*column..column.saturating_add(*times)).take(Filling::WIDTH) {
                    sheet.put(row, column, text)?;
                }
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.paragraphs > 0 && self.notes == 0 {
            self.words.push_str(text);
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes().flatten();
    let found = all.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let text: &str = &found.value;
    Some(quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), Cow::into_owned))
}

/// `PT09H30M00S` as `09:30:00`.
fn time_of(duration: &str) -> Option<String> {
    let rest = duration.strip_prefix("PT")?;
    let (hours, rest) = rest.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
    Some([hours, minutes, seconds].join(":"))
}

/// What a reference stands for; one that XML does not have stands for nothing.
fn named(name: &str) -> String {
    let text = ["&", name, ";"].concat();
    quick_xml::escape::unescape(&text).map_or_else(|_| String::new(), Cow::into_owned)
}
