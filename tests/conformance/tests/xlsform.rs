//! Tables of `xlsform.jsonl` and spreadsheets of `xlsforms/`: everything that pyxform makes of them, and their errors.
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

mod xlsform_forms;

use serde::Deserialize;
use serde_json::Value as Json;
use xlsform_forms::{ours, queried, theirs};
use zhucun_conformance::{Report, Suite, cases, shared};
use zhucun_forms::parse::{Parsed, SheetProblem, read_xlsform};

const EXPRESSION: &str = "we check expressions when a form is added; pyxform lets these through";

const TABLES: Suite = Suite {
    name: "xlsform",
    title: "Tables, read or refused (xlsform.jsonl)",
    wanted: Some(98.0),
    skipped: &[
        (
            "xlsform-4165092b2c3a",
            "`<>` is no XPath: we show such words as they are written, pyxform makes a value of them",
        ),
        ("xlsform-adb0e1e251c2", "pyxform forgets the file of the answers sent last where only a label names them"),
        ("xlsform-d5036833aaf4", EXPRESSION),
        ("xlsform-d7c2e523068c", EXPRESSION),
        ("xlsform-273ee5969f9f", "the name of the root comes from the settings here, never from the file's"),
    ],
};

const FILES: Suite = Suite {
    name: "xlsforms",
    title: "Spreadsheets, read or refused with a reason (xlsforms/)",
    wanted: None,
    skipped: &[
        (
            "xlsforms/example_xls__flat_xlsform_test.xlsx",
            "the setting `flat` of 2013, for ODK Tables, takes groups out of the answers and leaves them on the screen",
        ),
        ("xlsforms/example_xls__bad_calc.xlsx", EXPRESSION),
    ],
};

#[derive(Deserialize)]
struct Case {
    id: String,
    tests: Vec<String>,
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

#[test]
fn tables_are_read_or_refused_as_pyxform_does() {
    let Some(cases) = cases::<Case>("xlsform.jsonl") else { return };
    let mut report = Report::new(&TABLES);
    for case in cases {
        let read = read_xlsform("data.md", case.md.as_bytes());
        let outcome = match &case.summary {
            Some(summary) => same(read, summary, case.xform_xml.as_deref()),
            None => refused(read, case.error_message.as_deref().unwrap_or_default()),
        };
        assert_eq!(case.expect_error, case.summary.is_none(), "{}: a form or an error", case.id);
        report.case(&case.id, &case.tests.join(", "), outcome);
    }
    report.finish();
}

#[test]
fn spreadsheets_are_read_as_pyxform_reads_them() {
    let Some(files) = cases::<File>("xlsforms/manifest.jsonl") else { return };
    let mut report = Report::new(&FILES);
    for file in files {
        let bytes = std::fs::read(shared().join("conformance").join(&file.file)).unwrap();
        let summary = file.expect.summary.unwrap();
        report.case(&file.file, "", same(read_xlsform(&file.source, &bytes), &summary, None));
    }
    report.finish();
}
