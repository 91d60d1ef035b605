//! Every case of `xpath.jsonl` that is not skipped, with the reason, below.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests; how much was understood is worth a line")]

use serde::Deserialize;
use serde_json::Value as Json;
use zhucun_conformance::{Report, Suite, read};
use zhucun_forms::xpath::{Expr, answer};

const WHOLE_TEXT: &str = "regex() matches the whole text, as ODK's documentation (\"an exact and complete match\") and Collect say; the \
                          specification and the engines in browsers look for it anywhere, which would let 12 digits pass for [0-9]{10}";

const SUITE: Suite = Suite {
    name: "xpath",
    title: "Expressions (xpath.jsonl)",
    wanted: Some(99.0),
    skipped: &[("xpath-851c40019966", WHOLE_TEXT), ("xpath-8ec870e9d626", WHOLE_TEXT)],
};

#[derive(Deserialize)]
struct Case {
    id: String,
    test: String,
    expr: String,
    expect: Expected,
    tolerance: Option<f64>,
    #[serde(default = "yes")]
    ordered: bool,
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct Expected {
    #[serde(rename = "type")]
    kind: String,
    value: Json,
    #[serde(default)]
    first_only: bool,
}

fn yes() -> bool {
    true
}

fn number(json: &Json) -> Option<f64> {
    match json.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        Some(_) => None,
        None => json.as_f64(),
    }
}

fn is_same_number(one: Option<f64>, other: Option<f64>, tolerance: Option<f64>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let allowed = tolerance.unwrap_or(1e-12 * other.abs());
    one == other || (one.is_nan() && other.is_nan()) || (one - other).abs() <= allowed
}

fn are_same_nodes(case: &Case, found: &Json) -> bool {
    let nodes = |json: &Json| {
        let mut nodes = json.as_array().unwrap().clone();
        if case.expect.first_only {
            nodes.truncate(1);
        }
        if !case.ordered {
            nodes.sort_by_key(ToString::to_string);
        }
        nodes
    };
    nodes(found) == nodes(&case.expect.value)
}

/// Runs a case, a line; the error says what came instead.
fn run(line: &str, case: &Case) -> Result<(), String> {
    let answer: Json = serde_json::from_str(&answer(line.as_bytes(), 1_800_000_000_000)).unwrap();
    assert_eq!(answer["id"], case.id.as_str());
    let (value, expected) = (&answer["value"], &case.expect);
    let good = match expected.kind.as_str() {
        "error" => answer["type"] == "error",
        kind if answer["type"] != kind => false,
        "number" => is_same_number(number(value), number(&expected.value), case.tolerance),
        "nodeset" => are_same_nodes(case, value),
        _ => *value == expected.value,
    };
    if good {
        Ok(())
    } else {
        Err(format!("{}: {} gave {answer}, not {}", case.tags.join(" "), case.expr, expected.value))
    }
}

#[test]
fn expressions_give_what_the_other_odk_engines_give() {
    let Some(text) = read("xpath.jsonl") else { return };
    let mut report = Report::new(&SUITE);
    for line in text.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        report.case(&case.id, &case.test, run(line, &case));
    }
    report.finish();
}

/// Forms by themselves: their expressions are refused only where the form is to be refused.
#[test]
fn every_expression_of_the_scenarios_forms_is_understood() {
    let Some(text) = read("scenarios.jsonl") else { return };
    let (mut understood, mut wrong) = (0, Vec::new());
    for line in text.lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        if line.contains("expect_load_error") {
            continue;
        }
        let form = roxmltree::Document::parse(case["xform_xml"].as_str().unwrap()).unwrap();
        for node in form.descendants() {
            for name in ["relevant", "required", "readonly", "constraint", "calculate", "nodeset", "ref", "value"] {
                // Only these elements have expressions; an item's value is a text.
                let is_expression = node.attribute(name).filter(|_| node.tag_name().name() != "item");
                let Some(expression) = is_expression else {
                    continue;
                };
                match Expr::parse(expression) {
                    Ok(expr) if expr.check().is_empty() => understood += 1,
                    Ok(expr) => wrong.push(format!("{}: {expression}: {:?}", case["id"], expr.check())),
                    Err(error) => wrong.push(format!("{}: {expression}: {error}", case["id"])),
                }
            }
        }
    }
    eprintln!("{understood} expressions of forms understood");
    assert!(understood > 0, "the forms have expressions");
    assert!(wrong.is_empty(), "{} expressions are not understood:\n{}", wrong.len(), wrong.join("\n"));
}
