//! Tables of `xlsform.jsonl` and spreadsheets of `xlsforms/`: everything that pyxform makes of them, and their errors.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests; the reader must see that data are missing")]

mod xlsform_forms;

use serde::Deserialize;
use serde_json::Value as Json;
use xlsform_forms::{ours, queried, theirs};
use zhucun_conformance::{Report, read, shared};
use zhucun_forms::parse::{Parsed, SheetProblem, read_form};

const EXPRESSION: &str = "we check expressions when a form is added; pyxform lets these through";

/// Cases skipped one by one.
const SKIPPED: [(&str, &str); 7] = [
    ("xlsform-4165092b2c3a", "`<>` is no XPath: we show such words as they are written, pyxform makes a value of them"),
    ("xlsform-adb0e1e251c2", "pyxform forgets the file of the answers sent last where only a label names them"),
    (
        "xlsforms/example_xls__flat_xlsform_test.xlsx",
        "the setting `flat` of 2013, for ODK Tables, takes groups out of the answers and leaves them on the screen",
    ),
    ("xlsform-d5036833aaf4", EXPRESSION),
    ("xlsform-d7c2e523068c", EXPRESSION),
    ("xlsforms/example_xls__bad_calc.xlsx", EXPRESSION),
    ("xlsform-273ee5969f9f", "the name of the root comes from the settings here, never from the file's"),
];

#[derive(Deserialize)]
struct Case {
    id: String,
    md: String,
    expect_error: bool,
    error_message: Option<String>,
    summary: Option<Json>,
    xform_xml: Option<String>,
}

#[derive(Deserialize)]
struct File {
    file: String,
    source: String,
    expect: Expected,
}

#[derive(Deserialize)]
struct Expected {
    summary: Option<Json>,
}

/// Whether a form came out as pyxform's; why not.
fn same(read: Result<Parsed, Vec<SheetProblem>>, summary: &Json, xform: Option<&str>) -> Result<(), String> {
    let definition = read.map_err(|problems| format!("refused: {}", problems[0]))?.definition;
    let default = summary["default_language"].as_str().unwrap_or_default();
    match ours(&definition, default, &queried(summary)).difference(&theirs(summary, xform)) {
        Some(difference) => Err(difference),
        None => Ok(()),
    }
}

/// Whether a wrong table is refused, and at the row that pyxform names.
fn refused(read: Result<Parsed, Vec<SheetProblem>>, message: &str) -> Result<(), String> {
    let Err(problems) = read else { return Err(format!("is accepted: {message}")) };
    let row = message.split_once("[row : ").and_then(|(_, rest)| rest.split_once(']')).map(|(row, _)| row);
    let Some(row) = row else { return Ok(()) };
    let row_of =
        |problem: &SheetProblem| problem.cell.trim_start_matches(|letter: char| letter.is_ascii_uppercase()) == row;
    if problems.iter().any(row_of) { Ok(()) } else { Err(format!("{} is not in row {row}: {message}", problems[0])) }
}

/// Counts an outcome; what is not good must be skipped above, with a reason.
fn note(report: &mut Report, unexplained: &mut usize, id: &str, outcome: Result<(), String>) {
    let skipped = SKIPPED.iter().find(|(skipped, _)| *skipped == id);
    match (outcome, skipped) {
        (Ok(()), None) => report.good(),
        (Ok(()), Some(_)) => panic!("{id} is good and need not be skipped"),
        (Err(_), Some((_, reason))) => report.rest(id, reason),
        (Err(why), None) => {
            *unexplained += 1;
            report.rest(id, &why);
        }
    }
}

#[test]
fn tables_are_read_or_refused_as_pyxform_does() {
    let Some(text) = read("xlsform.jsonl") else {
        eprintln!("conformance data are not here: skipped");
        return;
    };
    let (mut report, mut unexplained) = (Report::new("xlsform"), 0);
    for case in text.lines().map(|line| serde_json::from_str::<Case>(line).unwrap()) {
        let read = read_form("data.md", case.md.as_bytes());
        let outcome = match &case.summary {
            Some(summary) => same(read, summary, case.xform_xml.as_deref()),
            None => refused(read, case.error_message.as_deref().unwrap_or_default()),
        };
        assert_eq!(case.expect_error, case.summary.is_none(), "{}: a form or an error", case.id);
        note(&mut report, &mut unexplained, &case.id, outcome);
    }
    report.finish();
    assert_eq!(unexplained, 0, "ZHUCUN_VERBOSE=1 lists them");
}

#[test]
fn spreadsheets_are_read_as_pyxform_reads_them() {
    let Some(text) = read("xlsforms/manifest.jsonl") else {
        eprintln!("conformance data are not here: skipped");
        return;
    };
    let (mut report, mut unexplained) = (Report::new("xlsforms"), 0);
    for file in text.lines().map(|line| serde_json::from_str::<File>(line).unwrap()) {
        let bytes = std::fs::read(shared().join("conformance").join(&file.file)).unwrap();
        let summary = file.expect.summary.unwrap();
        note(&mut report, &mut unexplained, &file.file, same(read_form(&file.source, &bytes), &summary, None));
    }
    report.finish();
    assert_eq!(unexplained, 0, "ZHUCUN_VERBOSE=1 lists them");
}
