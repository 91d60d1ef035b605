//! Tables of `xlsform.jsonl` and spreadsheets of `xlsforms/`: names, types and expressions as pyxform reads them.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests; the reader must see that data are missing")]

use std::collections::BTreeMap;

use serde::Deserialize;
use zhucun_conformance::{read, shared};
use zhucun_forms::Definition;
use zhucun_forms::definition::{Kind, Node};
use zhucun_forms::parse::{Parsed, Sheet, SheetProblem, Workbook, read_workbook, read_xlsform};

/// At least so many tables give the expected nodes; raise it when more do.
const TABLES: usize = 231;
/// At least so many spreadsheets do.
const FILES: usize = 13;
/// At least so many tables that pyxform refuses are refused. Most others are wrong in entities or in parameters that are not
/// read here.
const REFUSED: usize = 67;

const EXPRESSION: &str = "we check expressions when a form is added; pyxform lets these through";

/// Cases skipped one by one.
const SKIPPED: [(&str, &str); 6] = [
    ("xlsform-d5036833aaf4", EXPRESSION),
    ("xlsform-d7c2e523068c", EXPRESSION),
    ("xlsform-e0d3e1f70292", "pyxform adds notes for the appearance table-list"),
    ("xlsforms/example_xls__bad_calc.xlsx", EXPRESSION),
    (
        "xlsforms/example_xls__survey_no_name.xlsx",
        "the only sheet is taken as the survey by pyxform, whatever its name",
    ),
    ("xlsforms/bug_example_xls__extra_columns.xls", "rows of chatter far below the form"),
];

#[derive(Deserialize)]
struct Case {
    id: String,
    md: String,
    expect_error: bool,
    summary: Option<Summary>,
}

#[derive(Deserialize)]
struct File {
    file: String,
    really: String,
    expect: Expected,
}

#[derive(Deserialize)]
struct Expected {
    summary: Option<Summary>,
}

#[derive(Deserialize)]
struct Summary {
    root: String,
    nodes: Vec<Wanted>,
}

#[derive(Deserialize)]
struct Wanted {
    path: String,
    leaf: bool,
    #[serde(rename = "type")]
    kind: Option<String>,
    relevant: Option<String>,
    constraint: Option<String>,
    calculate: Option<String>,
    #[serde(default)]
    repeat: bool,
}

/// What became of a case.
enum Outcome {
    Good,
    /// This version cannot do it, and says so.
    Skipped(&'static str),
    Wrong(String),
}

/// A node as it can be compared: its path below the root, what it is, its expressions.
#[derive(Debug, PartialEq)]
struct Shape {
    path: String,
    kind: String,
    expressions: [String; 3],
}

/// Sheets written as a Markdown table.
fn workbook(md: &str) -> Workbook {
    let mut sheets: Vec<Sheet> = Vec::new();
    for line in md.lines().map(str::trim).filter(|line| line.starts_with('|')) {
        let bars = line.replace("\\|", "\u{1}");
        let mut cells: Vec<String> = bars.split('|').skip(1).map(|cell| cell.trim().replace('\u{1}', "|")).collect();
        cells.pop();
        let first = if cells.is_empty() { String::new() } else { cells.remove(0) };
        if !first.is_empty() {
            sheets.push(Sheet { name: first, rows: Vec::new() });
            if cells.iter().all(String::is_empty) {
                continue;
            }
        }
        if let Some(sheet) = sheets.last_mut() {
            sheet.rows.push(cells);
        }
    }
    Workbook { sheets }
}

/// White space outside quotes, and how a path is written, do not matter: each path that begins with `..` or `.` is made
/// absolute below the root.
fn plain(text: &str, at: &str, root: &str) -> String {
    let mut out = String::new();
    let mut rest = text.replace("current()/", "");
    while !rest.is_empty() {
        let begins =
            out.chars().next_back().is_none_or(|last| !last.is_alphanumeric() && !matches!(last, '/' | '.' | ')'));
        if let Some(after) = rest.strip_prefix("../").filter(|_| begins) {
            let mut here = at.rsplit_once('/').map_or("", |(above, _)| above);
            let mut after = after;
            while let Some(more) = after.strip_prefix("../") {
                here = here.rsplit_once('/').map_or("", |(above, _)| above);
                after = more;
            }
            out.push_str(here);
            out.push('/');
            rest = after.to_owned();
            continue;
        }
        let first = rest.remove(0);
        if first == '/' && begins && rest.starts_with(&format!("{root}/")) {
            rest.drain(..root.len());
        } else if !first.is_whitespace() {
            out.push(first);
        }
    }
    out
}

/// Nodes that pyxform adds of its own accord.
fn is_generated(path: &str) -> bool {
    path.split('/').skip(2).any(|step| step == "meta" || step == "__version__" || step.starts_with("generated_"))
}

fn wanted(summary: &Summary) -> Vec<Shape> {
    let nodes = summary.nodes.iter().filter(|node| !is_generated(&node.path));
    let root = summary.root.as_str();
    let shapes = nodes.map(|node| {
        let path = node.path.strip_prefix(&format!("/{root}")).unwrap_or(&node.path).to_owned();
        let text = |text: &Option<String>| plain(text.as_deref().unwrap_or_default(), &path, root);
        let kind = match (node.leaf, node.repeat) {
            (true, _) => node.kind.clone().unwrap_or_default(),
            (false, true) => "repeat".into(),
            (false, false) => "group".into(),
        };
        Shape { expressions: [text(&node.relevant), text(&node.constraint), text(&node.calculate)], path, kind }
    });
    shapes.collect()
}

fn kind(node: &Node) -> &'static str {
    let whole = |key: &str| !node.parameters.get(key).is_some_and(|text| text.contains('.'));
    match node.kind {
        Kind::Root | Kind::Group => "group",
        Kind::Repeat => "repeat",
        Kind::Integer => "int",
        Kind::Decimal => "decimal",
        Kind::Range if ["start", "end", "step"].into_iter().all(whole) => "int",
        Kind::Range => "decimal",
        Kind::Geopoint | Kind::StartGeopoint => "geopoint",
        Kind::Geotrace => "geotrace",
        Kind::Geoshape => "geoshape",
        Kind::Barcode => "barcode",
        Kind::Rank => "odk:rank",
        Kind::Date | Kind::Today => "date",
        Kind::Time => "time",
        Kind::DateTime | Kind::Start | Kind::End => "dateTime",
        Kind::Image | Kind::Audio | Kind::Video | Kind::File | Kind::BackgroundAudio | Kind::Audit => "binary",
        Kind::Text
        | Kind::SelectOne
        | Kind::SelectMultiple
        | Kind::Note
        | Kind::Calculate
        | Kind::Acknowledge
        | Kind::Hidden
        | Kind::Username
        | Kind::DeviceId
        | Kind::PhoneNumber
        | Kind::Email
        | Kind::SubscriberId
        | Kind::SimSerial => "string",
    }
}

fn shapes(definition: &Definition) -> Vec<Shape> {
    let root = &definition.nodes[0].name;
    let mut paths: Vec<String> = vec![String::new()];
    let mut all = Vec::new();
    for node in definition.nodes.iter().skip(1) {
        let path = format!("{}/{}", paths[node.parent as usize], node.name);
        let text = |text: &str| plain(text, &path, root);
        let expressions = [text(&node.relevant), text(&node.constraint), text(&node.calculate)];
        all.push(Shape { path: path.clone(), kind: kind(node).into(), expressions });
        paths.push(path);
    }
    all
}

fn compare(read: Result<Parsed, Vec<SheetProblem>>, summary: &Summary) -> Outcome {
    let definition = match read {
        Ok(parsed) => parsed.definition,
        Err(problems) => {
            let unsupported = problems.iter().find(|problem| problem.kind.code().starts_with("unsupported"));
            return match unsupported {
                Some(_) => Outcome::Skipped("told as not supported by this version"),
                None => Outcome::Wrong(format!("refused: {}", problems[0])),
            };
        }
    };
    let (ours, theirs) = (shapes(&definition), wanted(summary));
    let pairs = ours.iter().zip(&theirs).find(|(one, other)| one != other);
    match pairs {
        Some((one, other)) => Outcome::Wrong(format!("{one:?} is not {other:?}")),
        None if ours.len() != theirs.len() => {
            let more = theirs.get(ours.len()).or(ours.get(theirs.len()));
            Outcome::Wrong(format!("{} nodes, not {}: {more:?}", ours.len(), theirs.len()))
        }
        None => Outcome::Good,
    }
}

fn say(id: &str, why: &str) {
    if std::env::var_os("ZHUCUN_VERBOSE").is_some() {
        eprintln!("{id}: {why}");
    }
}

/// Counts, and says what was not good where `ZHUCUN_VERBOSE` is set.
fn count(outcomes: Vec<(String, Outcome)>) -> usize {
    let mut skipped: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut good, mut wrong) = (0, 0);
    for (id, outcome) in outcomes {
        let outcome = match SKIPPED.iter().find(|(skipped, _)| *skipped == id) {
            Some((_, reason)) => Outcome::Skipped(reason),
            None => outcome,
        };
        match outcome {
            Outcome::Good => good += 1,
            Outcome::Skipped(reason) => *skipped.entry(reason).or_default() += 1,
            Outcome::Wrong(why) => {
                wrong += 1;
                say(&id, &why);
            }
        }
    }
    eprintln!("{good} good, {wrong} wrong, skipped: {skipped:?}");
    assert_eq!(wrong, 0, "ZHUCUN_VERBOSE=1 lists them");
    good
}

fn cases() -> Option<Vec<Case>> {
    let Some(text) = read("xlsform.jsonl") else {
        eprintln!("conformance data are not here: skipped");
        return None;
    };
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn tables_are_read_as_pyxform_reads_them() {
    let Some(cases) = cases() else { return };
    let fine = cases.into_iter().filter_map(|case| Some((case.id, case.md, case.summary?)));
    let good = count(
        fine.map(|(id, md, summary)| (id, compare(read_workbook("data.xlsx", &workbook(&md)), &summary))).collect(),
    );
    assert!(good >= TABLES, "{good} of {TABLES}");
}

#[test]
fn tables_that_pyxform_refuses_are_refused() {
    let Some(cases) = cases() else { return };
    let bad: Vec<_> = cases.into_iter().filter(|case| case.expect_error).collect();
    let accepted = bad.iter().filter(|case| read_workbook("data.xlsx", &workbook(&case.md)).is_ok());
    let refused = bad.len() - accepted.inspect(|case| say(&case.id, "is accepted")).count();
    eprintln!("{refused} of {} refused", bad.len());
    assert!(refused >= REFUSED, "{refused} of {REFUSED}");
}

#[test]
fn spreadsheets_are_read_as_pyxform_reads_them() {
    let Some(text) = read("xlsforms/manifest.jsonl") else {
        eprintln!("conformance data are not here: skipped");
        return;
    };
    let mut outcomes = Vec::new();
    for file in text.lines().map(|line| serde_json::from_str::<File>(line).unwrap()) {
        let Some(summary) = file.expect.summary else { continue };
        let bytes = std::fs::read(shared().join("conformance").join(&file.file)).unwrap();
        let outcome = if file.really == "text" {
            Outcome::Skipped("sheets as text: authors here have spreadsheets")
        } else {
            compare(read_xlsform(&file.file, &bytes), &summary)
        };
        outcomes.push((file.file, outcome));
    }
    let good = count(outcomes);
    assert!(good >= FILES, "{good} of {FILES}");
}
