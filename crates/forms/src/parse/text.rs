//! Sheets written as text: Markdown tables, comma separated values. Both as pyxform reads them: the first column names the
//! sheet, on a row of its own or together with the column names.

use std::str::from_utf8;

use super::problem::{ProblemKind, SheetProblem};
use super::workbook::{Filling, Sheet, file_problem, unreadable};

fn utf8(bytes: &[u8]) -> Result<&str, SheetProblem> {
    let text = from_utf8(bytes).map_err(|_| file_problem(ProblemKind::NotUtf8))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The sheets of a text, filled row by row.
#[derive(Default)]
struct Sheets {
    all: Vec<Filling>,
    /// Rows of the last sheet so far.
    rows: u32,
}

impl Sheets {
    /// A row whose first cell names the sheet it begins, or is empty.
    fn row<'a>(&mut self, mut cells: impl Iterator<Item = &'a str>) -> Result<(), SheetProblem> {
        let name = cells.next().map_or("", str::trim);
        if !name.is_empty() {
            self.all.push(Filling::new(name));
            self.rows = 0;
        }
        let Some(sheet) = self.all.last_mut() else { return Ok(()) };
        let mut any = false;
        for (column, cell) in (0..).zip(cells) {
            any |= !cell.trim().is_empty();
            sheet.put(self.rows, column, cell)?;
        }
        // Blank rows do not count, as in pyxform.
        self.rows += u32::from(any);
        Ok(())
    }

    fn done(self) -> Result<Vec<Sheet>, SheetProblem> {
        if self.all.is_empty() { Err(unreadable()) } else { Ok(self.all.into_iter().map(Filling::sheet).collect()) }
    }
}

/// Tables as `| survey |`, then `| | type | name |`; lines without bars around them are an author's notes.
pub(super) fn markdown(bytes: &[u8]) -> Result<Vec<Sheet>, SheetProblem> {
    let mut sheets = Sheets::default();
    for line in utf8(bytes)?.lines().map(str::trim) {
        // A note behind the last bar.
        let line = line.rfind('|').map_or("", |end| &line[..=end]);
        let Some(inside) = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) else { continue };
        let is_rule = !inside.is_empty()
            && inside.chars().all(|each| matches!(each, '-' | '|' | ':' | ' '))
            && inside.contains('-');
        if is_rule {
            continue;
        }
        let cells = split(inside);
        sheets.row(cells.iter().map(String::as_str))?;
    }
    sheets.done()
}

/// Cells between bars; `\|` is a bar in a cell.
fn split(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut rest = line.chars().peekable();
    while let Some(character) = rest.next() {
        let cell = match character {
            '|' => {
                cells.push(String::new());
                continue;
            }
            '\\' if rest.peek() == Some(&'|') => rest.next(),
            other => Some(other),
        };
        if let (Some(last), Some(character)) = (cells.last_mut(), cell) {
            last.push(character);
        }
    }
    cells
}

/// Comma separated values (RFC 4180); semicolons or tabs where the first lines have more of them.
pub(super) fn csv(bytes: &[u8]) -> Result<Vec<Sheet>, SheetProblem> {
    let text = utf8(bytes)?;
    let head: Vec<char> = text.chars().take(5000).collect();
    let count = |separator: char| head.iter().filter(|character| **character == separator).count();
    let separator = [',', ';', '\t'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(',');
    // A form with one question has four: | survey | , | type | name | , | text | a |.
    if count(separator) < 4 {
        return Err(unreadable());
    }
    let mut sheets = Sheets::default();
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let cell = cells.last_mut();
        match character {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                _ = cell.map(|cell| cell.push('"'));
            }
            '"' if quoted || cell.as_ref().is_some_and(|cell| cell.is_empty()) => quoted = !quoted,
            _ if quoted => _ = cell.map(|cell| cell.push(character)),
            '\r' => {}
            '\n' => {
                sheets.row(cells.iter().map(String::as_str))?;
                cells = vec![String::new()];
            }
            _ if character == separator => cells.push(String::new()),
            _ => _ = cell.map(|cell| cell.push(character)),
        }
    }
    sheets.row(cells.iter().map(String::as_str))?;
    sheets.done()
}
