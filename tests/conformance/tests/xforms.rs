//! The XForms that pyxform makes of the tables of `xlsform.jsonl`: read here, they are what the tables say.
use serde::Deserialize;
use serde_json::Value;
use zhucun_conformance::{Report, Suite, cases};
use zhucun_forms::describe::summary;
use zhucun_forms::xform::read_xform;

const EXPRESSION: &str = "we check expressions when a form is added; pyxform lets these through";

const SUITE: Suite = Suite {
    name: "xforms",
    title: "XForms that pyxform makes of these tables, read (xlsform.jsonl)",
    wanted: None,
    skipped: &[
        ("xlsform-4165092b2c3a", EXPRESSION),
        ("xlsform-4e050918309e", "the relevance of a question depends on its own answer: JavaRosa refuses that, too"),
        ("xlsform-d5036833aaf4", EXPRESSION),
        ("xlsform-d7c2e523068c", EXPRESSION),
    ],
};

#[derive(Deserialize)]
struct Case {
    id: String,
    tests: Vec<String>,
    xform_xml: Option<String>,
    summary: Option<Value>,
}

const RULES: [&str; 7] = ["relevant", "required", "constraint", "calculate", "readonly", "repeat_count", "default"];
const WORDS: [&str; 7] = ["label", "hint", "itemset", "itemset_value", "set_by", "appearance", "preload_params"];

/// Without white space, which means nothing outside quotes and is not compared inside them.
fn plain(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().concat()
}

/// The first difference in what a form says of its nodes.
fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    for key in ["form_id", "root"] {
        if ours[key] != theirs[key] {
            return Some(format!("{key}: {} and not {}", ours[key], theirs[key]));
        }
    }
    let nodes = |summary: &Value| summary["nodes"].as_array().cloned().unwrap_or_default();
    let (ours, theirs) = (nodes(ours), nodes(theirs));
    for (one, other) in ours.iter().zip(&theirs) {
        if one["path"] != other["path"] {
            return Some(format!("{} and not {}", one["path"], other["path"]));
        }
        for key in RULES {
            // What is always so is not said; absolute paths may be written as relative ones.
            let idle = |text: &str| match key {
                "relevant" => text == "true()",
                "required" | "readonly" => text == "false()",
                _ => false,
            };
            let (is, should) = (plain(&one[key]), plain(&other[key]));
            let is_idle = is.is_empty() && idle(&should);
            if is != should && !is_idle && !(is.contains("../") && should.contains('/')) {
                return Some(format!("{} {key}: {is} and not {should}", one["path"]));
            }
        }
        for key in WORDS {
            // Words that are not translated are those of the default language.
            let same_everywhere = other[key].is_string() && one[key].as_object().is_some_and(|words| words.len() == 1);
            let own = one[key].as_object().filter(|_| same_everywhere).and_then(|words| words.values().next());
            if plain(own.unwrap_or(&one[key])) != plain(&other[key]) && !other[key].is_null() {
                return Some(format!("{} {key}: {} and not {}", one["path"], one[key], other[key]));
            }
        }
        if one["repeat"] != other["repeat"]
            || (one["leaf"] != other["leaf"] && other["type"].is_null() && one["leaf"] == true)
        {
            return Some(format!("{one} and not {other}"));
        }
        let kind = other["type"].as_str().filter(|kind| *kind != "string").unwrap_or("string");
        let is_choice = matches!(other["control"].as_str(), Some("select1" | "select" | "rank"));
        if one["leaf"] == true && one["type"].as_str() != Some(kind) && !is_choice {
            return Some(format!("{}: {} and not {kind}", one["path"], one["type"]));
        }
    }
    (ours.len() != theirs.len()).then(|| format!("{} nodes and not {}", ours.len(), theirs.len()))
}

#[test]
fn forms_that_pyxform_makes_are_read_as_they_are_meant() {
    let Some(cases) = cases::<Case>("xlsform.jsonl") else { return };
    let mut report = Report::new(&SUITE);
    for case in cases {
        let (Some(xml), Some(expected)) = (case.xform_xml, case.summary) else { continue };
        let found = match read_xform(&xml) {
            Ok(form) => difference(&summary(&form.definition), &expected),
            Err(problems) => problems.first().map(|problem| format!("refused: {problem}")),
        };
        report.case(&case.id, &case.tests.join(", "), found.map_or(Ok(()), Err));
    }
    report.finish();
}
