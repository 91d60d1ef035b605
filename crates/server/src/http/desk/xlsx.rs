//! Visits as a workbook for statisticians: a sheet with a row a visit and one for each repeat, cells with types.
//!
//! - Two rows of headings: names as the form has them (for programs and formulas), under them the questions' words.
//! - A choice has a column with its words and one with its code; several choices also a 0/1 column for each choice.
//! - Columns of all versions of the form, merged by the questions' names as in the CSV: the newest version's first.
//! - Rows go to the disk as they are written: memory does not grow with their number.

mod cells;
mod plan;
#[cfg(test)]
mod tests;

use std::{fs::File, io::Seek as _, sync::Arc};

use cells::{Formats, cut};
use plan::{Column, Plan};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use serde_json::Value;
use tokio::sync::mpsc;
use zhucun_domain::visit::field;
use zhucun_forms::{Definition, definition::Kind};
use zhucun_words::{Lang, server as w};

use super::{
    answers::Reader,
    visits::{Around, moment},
};
use crate::store::{RecordRow, Versions};

/// Rows of a sheet in Excel; what is more goes on in a further sheet.
const ROWS: u32 = 1_048_576;
/// Rows of headings.
const HEADINGS: u32 = 2;

/// What to write.
pub(super) struct Spec {
    /// The form's versions, newest first.
    pub(super) forms: Vec<Definition>,
    /// Language of headings and words.
    pub(super) lang: Lang,
    /// Which versions of corrected visits come.
    pub(super) versions: Versions,
    /// Whether there are several villages: then each row says which.
    pub(super) villages: bool,
}

/// Visits of a village.
pub(super) struct Batch {
    /// The village's name.
    pub(super) village: String,
    /// What they refer to.
    pub(super) around: Arc<Around>,
    /// The visits, each with the index of its form's version.
    pub(super) visits: Vec<(usize, RecordRow)>,
}

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum BookError {
    #[error("the workbook could not be written: {0}")]
    Xlsx(#[from] XlsxError),
    #[error("the workbook's file could not be written: {0}")]
    File(#[from] std::io::Error),
}

/// Writes what comes until the sender is gone; the file is at its beginning.
pub(super) fn write(spec: &Spec, mut batches: mpsc::Receiver<Batch>) -> Result<File, BookError> {
    let readers: Vec<_> = spec.forms.iter().map(|form| Reader::new(form, spec.lang)).collect();
    let mut book = Book::new(spec, &readers, ROWS)?;
    while let Some(batch) = batches.blocking_recv() {
        for (reader, visit) in &batch.visits {
            book.visit(&batch, *reader, visit)?;
        }
    }
    book.end()
}

/// A sheet that is being written.
struct Sheet {
    /// Its name without a number.
    name: String,
    worksheet: Worksheet,
    columns: Vec<Column>,
    next_row: u32,
}

struct Book<'r> {
    spec: &'r Spec,
    readers: &'r [Reader<'r>],
    plan: Plan,
    workbook: Workbook,
    formats: Formats,
    sheets: Vec<Sheet>,
    /// Sheets that are full or finished, each with its place among [`Book::sheets`].
    full: Vec<(usize, Worksheet)>,
    /// Names given, in lower case.
    names: Vec<String>,
    max_rows: u32,
}

/// Where an answer is: which visit, and its place within repeats.
struct Here<'b> {
    batch: &'b Batch,
    visit: &'b RecordRow,
    answers: &'b Value,
    reader: usize,
}

impl<'r> Book<'r> {
    fn new(spec: &'r Spec, readers: &'r [Reader<'r>], max_rows: u32) -> Result<Self, BookError> {
        let mut book = Self {
            spec,
            readers,
            plan: Plan::new(spec, readers),
            workbook: Workbook::new(),
            formats: Formats::default(),
            sheets: Vec::new(),
            full: Vec::new(),
            names: Vec::new(),
            max_rows,
        };
        for (name, columns) in std::mem::take(&mut book.plan.sheets) {
            let worksheet = book.worksheet(&name, &columns)?;
            book.sheets.push(Sheet { name, worksheet, columns, next_row: HEADINGS });
        }
        Ok(book)
    }

    /// A new sheet with its headings.
    fn worksheet(&mut self, name: &str, columns: &[Column]) -> Result<Worksheet, XlsxError> {
        let name = plan::sheet_name(name, &mut self.names);
        let mut worksheet = self.workbook.new_worksheet_with_constant_memory();
        worksheet.set_name(name)?;
        worksheet.set_freeze_panes(HEADINGS, 1)?;
        for (at, column) in (0..).zip(columns) {
            worksheet.set_column_width(at, column.width)?;
            worksheet.write_string_with_format(0, at, cut(&column.name), &self.formats.name)?;
        }
        for (at, column) in (0..).zip(columns) {
            worksheet.write_string_with_format(1, at, cut(&column.label), &self.formats.label)?;
        }
        Ok(worksheet)
    }

    /// The next row of a sheet; in a further sheet when this one is full.
    fn next_row(&mut self, sheet: usize) -> Result<u32, XlsxError> {
        if self.sheets[sheet].next_row >= self.max_rows {
            let (name, columns) = (self.sheets[sheet].name.clone(), std::mem::take(&mut self.sheets[sheet].columns));
            let fresh = self.worksheet(&name, &columns)?;
            let this = &mut self.sheets[sheet];
            filter(&mut this.worksheet, this.next_row, columns.len())?;
            this.columns = columns;
            this.next_row = HEADINGS;
            let full = std::mem::replace(&mut this.worksheet, fresh);
            self.full.push((sheet, full));
        }
        let this = &mut self.sheets[sheet];
        this.next_row += 1;
        Ok(this.next_row - 1)
    }

    fn visit(&mut self, batch: &Batch, reader: usize, visit: &RecordRow) -> Result<(), XlsxError> {
        let row = self.next_row(0)?;
        self.facts(row, batch, visit)?;
        let answers = visit.record.get(field::ANSWERS).unwrap_or(&Value::Null);
        self.answers(&Here { batch, visit, answers, reader }, 0, answers, (0, row), "")
    }

    /// What every visit has.
    fn facts(&mut self, row: u32, batch: &Batch, visit: &RecordRow) -> Result<(), XlsxError> {
        let (record, facts) = (&visit.record, batch.around.row(visit));
        let mut line = cells::Line::new(&mut self.sheets[0].worksheet, &self.formats, row);
        line.text(&facts.household)?;
        line.text(&facts.group)?;
        if self.spec.villages {
            line.text(&batch.village)?;
        }
        line.day(&facts.day)?;
        line.text(&facts.by)?;
        line.moment(moment(record, field::STARTED_AT))?;
        line.moment(Some(facts.finished_at))?;
        line.text(record.text(field::FORM_VERSION))?;
        line.text(record.text(field::HOUSEHOLD))?;
        line.text(&visit.id)?;
        if self.spec.versions == Versions::All {
            line.text(record.text(field::REPLACES))?;
            line.moment(facts.corrected_at)?;
            line.text(batch.around.name(record.text(field::CORRECTED_BY)))?;
            line.text(record.text(field::REASON))?;
        }
        Ok(())
    }

    /// The answers under a node, into a row of a sheet; instances of repeats into rows of their own.
    fn answers(
        &mut self,
        here: &Here<'_>,
        node: usize,
        value: &Value,
        (sheet, row): (usize, u32),
        number: &str,
    ) -> Result<(), XlsxError> {
        let reader = &self.readers[here.reader];
        for child in reader.children(node) {
            let below = &reader.form.nodes[*child];
            let Some(inner) = value.get(&below.name) else { continue };
            match below.kind {
                Kind::Group => self.answers(here, *child, inner, (sheet, row), number)?,
                Kind::Repeat => {
                    let own = self.plan.sheet_of(here.reader, *child);
                    for (n, instance) in inner.as_array().into_iter().flatten().enumerate() {
                        let row = self.next_row(own)?;
                        self.keys(here, (own, row), number, n + 1)?;
                        let number =
                            if number.is_empty() { (n + 1).to_string() } else { format!("{number}.{}", n + 1) };
                        self.answers(here, *child, instance, (own, row), &number)?;
                    }
                }
                _ => {
                    let value = inner.as_str().unwrap_or_default();
                    let words = || reader.words(below, value, here.answers, &*here.batch.around);
                    let worksheet = &mut self.sheets[sheet].worksheet;
                    for (part, column) in self.plan.columns_of(here.reader, *child) {
                        cells::write(worksheet, &self.formats, (row, *column), (below.kind, part), value, &words)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// By what an instance of a repeat finds its visit.
    fn keys(&mut self, here: &Here<'_>, (sheet, row): (usize, u32), within: &str, n: usize) -> Result<(), XlsxError> {
        let facts = here.batch.around.row(here.visit);
        let is_nested = self.sheets[sheet].columns.iter().any(|column| column.name == plan::PARENT);
        let mut line = cells::Line::new(&mut self.sheets[sheet].worksheet, &self.formats, row);
        line.text(&facts.household)?;
        if self.spec.villages {
            line.text(&here.batch.village)?;
        }
        line.day(&facts.day)?;
        line.text(&here.visit.id)?;
        if is_nested {
            line.number_or_text(within)?;
        }
        line.number_or_text(&n.to_string())
    }

    fn end(mut self) -> Result<File, BookError> {
        let mut all = self.full;
        for (place, mut sheet) in self.sheets.into_iter().enumerate() {
            filter(&mut sheet.worksheet, sheet.next_row, sheet.columns.len())?;
            all.push((place, sheet.worksheet));
        }
        // Stable: what goes on stands behind what it goes on with.
        all.sort_by_key(|(place, _)| *place);
        for (_, worksheet) in all {
            self.workbook.push_worksheet(worksheet);
        }
        let mut file = tempfile::tempfile()?;
        self.workbook.save_to_writer(&mut file)?;
        file.rewind()?;
        Ok(file)
    }
}

/// Lets the reader of a sheet filter its rows by the line of words.
fn filter(worksheet: &mut Worksheet, next_row: u32, columns: usize) -> Result<(), XlsxError> {
    let last = u16::try_from(columns.saturating_sub(1)).unwrap_or(u16::MAX);
    worksheet.autofilter(HEADINGS - 1, 0, next_row.saturating_sub(1).max(HEADINGS - 1), last).map(drop)
}

/// The title of the sheet of visits.
fn visits_title(lang: Lang) -> String {
    w::SHEET_VISITS.get(lang).to_owned()
}
