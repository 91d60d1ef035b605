//! Spreadsheets of forms, made for a test.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rust_xlsxwriter::{Workbook, Worksheet};

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

/// The gallery of all questions (`forms/gallery.md`), written into a folder.
///
/// # Errors
/// See [`from_tables`].
pub fn gallery(folder: &Path) -> Result<PathBuf> {
    from_tables(folder, "gallery", include_str!("../forms/gallery.md"))
}

/// A form written as tables, the first column of which names the sheet, written into a folder.
///
/// # Errors
/// When there are rows before a sheet has a name, or the folder refuses.
pub fn from_tables(folder: &Path, name: &str, tables: &str) -> Result<PathBuf> {
    let mut book = Workbook::new();
    let mut open: Option<(Worksheet, u32)> = None;
    for line in tables.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        if let Some(sheet) = cells.first().filter(|sheet| !sheet.is_empty()) {
            let mut begun = Worksheet::new();
            begun.set_name(*sheet)?;
            if let Some((done, _)) = open.replace((begun, 0)) {
                book.push_worksheet(done);
            }
            continue;
        }
        let (sheet, row) = open.as_mut().with_context(|| format!("no sheet for {line}"))?;
        for (column, cell) in (0..).zip(&cells[1..]).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(*row, column, *cell)?;
        }
        *row += 1;
    }
    if let Some((done, _)) = open {
        book.push_worksheet(done);
    }
    let path = folder.join(format!("{name}.xlsx"));
    book.save(&path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
