//! Forms of `scenarios.jsonl` filled step by step: values, relevance, choices and instances as the other ODK engines give them.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Value, json};
use zhucun_conformance::{Report, Suite, cases};
use zhucun_forms::play::run;
use zhucun_forms::xform::{XFormProblem, read_xform};
use zhucun_forms::{Host, NativeHost};

/// 2026-11-23 12:00 in China. No step depends on the clock.
const NOON: i64 = 1_795_406_400_000;

const SUITE: Suite = Suite {
    name: "scenarios",
    title: "Forms filled step by step (scenarios.jsonl)",
    wanted: Some(97.0),
    skipped: &[
        (
            "scenario-17c91ea4d7a1",
            "a default set at first load waits for its question to become relevant, as in JavaRosa; web-forms drops it",
        ),
        ("scenario-741d45dbbb7b", "the instance expected at the end is that of the filling before it was opened again"),
    ],
};

#[derive(Deserialize)]
struct Scenario {
    id: String,
    test: String,
    xform_xml: String,
    instance_xml: Option<String>,
    steps: Vec<Value>,
}

/// What went wrong in a scenario.
struct Wrong {
    /// Whether the source's own test looked at it.
    asserted: bool,
    why: String,
}

fn is_asserted(step: &Value) -> bool {
    step.get("asserted") == Some(&json!(true))
}

/// Plays a scenario; everything that is not as expected.
fn play(scenario: &Scenario) -> Vec<Wrong> {
    let told = |problems: Vec<XFormProblem>| problems.iter().map(ToString::to_string).collect::<Vec<_>>();
    let form = read_xform(&scenario.xform_xml).map(|form| Rc::new(form.definition)).map_err(told);
    let host: Rc<dyn Host> = Rc::new(NativeHost::new(NOON, 480));
    let (mut wrong, mut unopened) = (Vec::new(), String::new());
    let count = run(form, &Rc::default(), scenario.instance_xml.as_deref(), &scenario.steps, &host, &mut |line| {
        if line["opened"] == false {
            unopened = line["problems"].to_string();
        }
        if let Some(what) = line.get("wrong") {
            let asserted = is_asserted(&line["step"]) || line["step"].get("expect_load_error").is_some();
            wrong.push(Wrong { asserted, why: format!("{}: {what}", line["step"]) });
        }
    });
    if wrong.is_empty() && count > 0 {
        wrong.push(Wrong { asserted: true, why: format!("is refused: {unopened}") });
    }
    wrong
}

#[test]
fn forms_are_filled_as_the_other_odk_engines_fill_them() {
    let Some(scenarios) = cases::<Scenario>("scenarios.jsonl") else { return };
    let mut report = Report::new(&SUITE);
    for scenario in &scenarios {
        let wrong = play(scenario);
        // What the source's own test looked at comes first.
        let outcome = match wrong.iter().find(|wrong| wrong.asserted).or(wrong.first()) {
            None => Ok(()),
            Some(first) => {
                let mark = if first.asserted { "asserted" } else { "observed" };
                Err(format!("({mark}, {} wrong): {}", wrong.len(), first.why))
            }
        };
        report.case(&scenario.id, &scenario.test, outcome);
    }
    report.finish();
}
