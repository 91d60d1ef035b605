//! Spreadsheets of forms, made for a test.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rust_xlsxwriter::Workbook;

/// A form `visit` of a version with these rows (type, name, label in Chinese and in English), written into a folder.
///
/// # Errors
/// When the folder refuses.
pub fn form(folder: &Path, version: &str, rows: &[[&str; 4]]) -> Result<PathBuf> {
    let mut book = Workbook::new();
    let survey = book.add_worksheet();
    survey.set_name("survey")?;
    let heading = ["type", "name", "label::中文 (zh)", "label::English (en)"];
    for (row, cells) in (0..).zip(std::iter::once(&heading).chain(rows)) {
        for (column, cell) in (0..).zip(cells) {
            survey.write(row, column, *cell)?;
        }
    }
    let settings = book.add_worksheet();
    settings.set_name("settings")?;
    let cells = [("form_id", "visit"), ("form_title", "入户走访"), ("version", version)];
    for (column, (name, value)) in (0..).zip(cells) {
        settings.write(0, column, name)?;
        settings.write(1, column, value)?;
    }
    let path = folder.join(format!("visit-{version}-{}.xlsx", rows.len()));
    book.save(&path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// The gallery of all questions, as it stands in the repository: XLSForm as tables of Markdown.
#[must_use]
pub fn gallery() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/forms/gallery.md"))
}
