//! `cargo xtask bench --forms`: what long forms cost. Natively by Criterion (tests/speed), and in a slowed-down Chromium beside the
//! other engines: an answer on which 200 calculations depend, in forms of 300 and 1,000 questions; and what is wanted of the app
//! alone.
mod alone;

use super::{Options, checklist, machine, setup};
use crate::{files, place::Place, run};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

/// What stands around the generated part of the document.
pub const MARKS: (&str, &str) =
    ("<!-- forms: written by `cargo xtask bench --forms --write` -->", "<!-- end of forms -->");

/// The spreadsheets that the other engines get, too.
const SHEETS: [&str; 4] = ["chained-300", "chained-1000", "branched-300", "branched-1000"];

/// Milliseconds: at most so many natively. What Criterion calls it; an empty limit is only told.
const NATIVE: [(&str, Option<f64>); 12] = [
    ("read 1000 questions from a spreadsheet", Some(100.0)),
    ("open 1000 questions", None),
    ("change an answer on which 200 calculations depend", Some(1.0)),
    ("change an answer on which nothing depends", None),
    ("pages of 1000 questions", None),
    ("add an instance of 15 questions after 10", None),
    ("add an instance of 15 questions after 200", None),
    ("change an answer of one of 200 instances", None),
    ("add an instance of 15 questions after 200, with a sum over all", None),
    ("the first lookup among 30000 rows", None),
    ("a lookup among 30000 rows", None),
    ("choose a county and see its 400 of 8000 villages", None),
];

/// Adding the 201st instance may cost so many times what the 11th did.
const SAME: f64 = 1.2;

/// In Chromium, 95 of 100 changes: milliseconds of script, and until painted.
const SCRIPT: f64 = 16.0;
const PAINTED: f64 = 33.0;

/// What measure-forms.mjs writes.
#[derive(Deserialize)]
struct Report {
    chromium: String,
    slow: super::report::Slow,
    times: u32,
    load: Vec<f64>,
    results: Vec<Measured>,
    /// What was measured in the app alone.
    app: Vec<alone::Measured>,
}

/// One engine with one form.
#[derive(Deserialize)]
struct Measured {
    engine: String,
    questions: u32,
    /// How many chains the calculations make.
    chains: u32,
    /// Why it could not be measured.
    failed: Option<String>,
    /// Milliseconds from the tap until the first question was painted; of others from the start of loading until it was there.
    opened: Option<f64>,
    /// Bytes by which scripts' heap and the program's memory grew from the first page to the open form.
    grown: Option<f64>,
    rows: Vec<Change>,
}

/// One change of an answer, in milliseconds.
#[derive(Deserialize)]
struct Change {
    script: f64,
    /// Of the page's main thread in all.
    busy: f64,
    painted: f64,
}

/// Measures, prints, and writes the document's part when asked to.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    let folder = place.target.join("bench");
    let results = folder.join("forms.json");
    if !options.last {
        native(place)?;
        browser(place, options, &folder, &results)?;
    }
    let text = files::read_text(&results).context("nothing was measured yet: run without --last")?;
    let report: Report = serde_json::from_str(&text).with_context(|| format!("reading {}", results.display()))?;
    let told = [native_table(place)?, browser_table(&report)?, alone::table(&report.app), load(&report)].join("\n");
    println!("{told}");
    if options.write {
        let document = place.root.join("docs/benchmarks.md");
        let machine = machine::describe(place);
        let section = format!("{}\nMachine: {machine}.\n\n{told}\n", MARKS.0);
        files::write(&document, super::table::put(&files::read_text(&document)?, &section, MARKS)?.as_bytes())?;
        println!("written: {}", document.display());
    }
    Ok(())
}

fn native(place: &Place) -> Result<()> {
    run::run(place.cargo().args(["bench", "--quiet", "--offline", "-p", "zhucun-speed"]))
}

fn browser(place: &Place, options: &Options, folder: &Path, results: &Path) -> Result<()> {
    let form = checklist(place, "household_visit.xlsx")?;
    let households = checklist(place, "households.csv")?;
    let made = setup::all(place, folder, options.server.as_deref(), &form, &households)?;
    let sheets = folder.join("forms");
    std::fs::create_dir_all(&sheets)?;
    run::run(
        place
            .cargo()
            .args(["run", "--quiet", "--offline", "-p", "zhucun-speed", "--example", "write", "--"])
            .arg(&sheets),
    )?;
    for name in SHEETS {
        let xform = sheets.join(name).with_extension("xml");
        let mut python = place.command(&made.python.to_string_lossy());
        python.args(["-m", "pyxform.xls2xform", "--skip_validate"]).arg(sheets.join(name).with_extension("xlsx"));
        run::run(python.arg(&xform))?;
        let mut node = place.command("node");
        node.current_dir(&made.scripts).arg("prepare.mjs").arg("--xform").arg(&xform);
        node.arg("--households").arg(&households).args(["--chromium", made.chromium]);
        run::run(node.arg("--out").arg(site(folder).join(name)))?;
    }
    // An old file must not be taken for this run's.
    if results.exists() {
        std::fs::remove_file(results)?;
    }
    let mut command = place.command("node");
    command.current_dir(&made.scripts).arg("measure-forms.mjs").arg("--server").arg(&made.server);
    command.arg("--forms").arg(&sheets).arg("--sites").arg(site(folder)).args(["--chromium", made.chromium]);
    if let Some(only) = &options.only {
        command.args(["--only", only]);
    }
    run::run(command.arg("--out").arg(results)).context("the forms could not be measured: there are no figures")
}

fn site(folder: &Path) -> PathBuf {
    folder.join("form-sites")
}

/// Nanoseconds that Criterion found for a benchmark; `None` when it has not run.
fn estimate(place: &Place, name: &str) -> Option<f64> {
    #[derive(Deserialize)]
    struct Estimates {
        median: Estimate,
    }
    #[derive(Deserialize)]
    struct Estimate {
        point_estimate: f64,
    }
    let path = place.target.join("criterion").join(name).join("new/estimates.json");
    let text = std::fs::read_to_string(path).ok()?;
    serde_json::from_str::<Estimates>(&text).ok().map(|found| found.median.point_estimate)
}

fn native_table(place: &Place) -> Result<String> {
    let mut text = String::from("| natively (release, medians) | ms | wanted |\n|---|---|---|\n");
    for (name, limit) in NATIVE {
        let Some(nanoseconds) = estimate(place, name) else { continue };
        let ms = nanoseconds / 1e6;
        let wanted = limit.map_or_else(String::new, |limit| format!("{limit} ({})", word(ms, limit)));
        writeln!(text, "| {name} | {ms:.4} | {wanted} |")?;
    }
    let adding = |count: u32| estimate(place, &format!("add an instance of 15 questions after {count}"));
    if let Some(times) = adding(200).zip(adding(10)).map(|(late, early)| late / early) {
        writeln!(text, "| adding the 201st instance : the 11th | {times:.2} × | {SAME} × ({}) |", word(times, SAME))?;
    }
    Ok(text)
}

fn browser_table(report: &Report) -> Result<String> {
    let mut text = format!(
        "Chromium {}, processor {} times slower; an answer on which 200 calculations depend, {} times; milliseconds: median, and in\n\
         brackets what 95 of 100 are not above.\n\n\
         | engine | questions | chains | opened | script | main thread in all | until painted | memory grown, MB |\n\
         |---|---|---|---|---|---|---|---|\n",
        report.chromium, report.slow.cpu, report.times
    );
    for row in &report.results {
        let name = match row.engine.as_str() {
            "zhucun" => "Zhucun",
            "odk" => "ODK Web Forms",
            _ => "Enketo Core",
        };
        if let Some(why) = &row.failed {
            let why = why.lines().next().unwrap_or_default().replace('|', "/");
            writeln!(text, "| {name} | {} | {} | {why} | | | | |", row.questions, row.chains)?;
            continue;
        }
        let both = |value: fn(&Change) -> f64| format!("{:.1} ({:.1})", row.at(0.5, value), row.at(0.95, value));
        writeln!(
            text,
            "| {name} | {} | {} | {:.0} | {} | {} | {} | {} |",
            row.questions,
            row.chains,
            row.opened.unwrap_or(f64::NAN),
            both(|change| change.script),
            both(|change| change.busy),
            both(|change| change.painted),
            row.grown.map_or_else(String::new, |bytes| format!("{:.1}", bytes / 1e6)),
        )?;
    }
    text.push('\n');
    for row in report.results.iter().filter(|row| row.engine == "zhucun" && row.failed.is_none()) {
        let (script, painted) = (row.at(0.95, |change| change.script), row.at(0.95, |change| change.painted));
        let (is_script, is_painted) = (word(script, SCRIPT), word(painted, PAINTED));
        let chains = if row.chains == 1 { String::new() } else { format!(", {} chains", row.chains) };
        writeln!(
            text,
            "- {} questions{chains}: script {script:.1} ms, wanted {SCRIPT} ({is_script}); painted {painted:.1} ms, wanted {PAINTED} ({is_painted})",
            row.questions
        )?;
    }
    Ok(text)
}

impl Measured {
    /// Of all changes, the value that a share of them are not above.
    fn at(&self, share: f64, value: fn(&Change) -> f64) -> f64 {
        rank(self.rows.iter().map(value).collect(), share)
    }
}

fn load(report: &Report) -> String {
    let load = report.load.iter().copied().fold(0.0, f64::max);
    format!("Load of the machine meanwhile: at most {load:.1}.\n")
}

/// The value that a share of all are not above.
fn rank(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = ((values.len() as f64 * share).ceil() as usize).saturating_sub(1);
    values.get(place).copied().unwrap_or(f64::NAN)
}

fn word(found: f64, limit: f64) -> &'static str {
    if found <= limit { "reached" } else { "missed" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_is_a_value_that_was_measured() {
        let values = || (1..=50).map(f64::from).collect::<Vec<_>>();
        assert_eq!(rank(values(), 0.95), 48.0);
        assert_eq!(rank(values(), 0.5), 25.0);
        assert_eq!(rank(vec![7.0], 0.95), 7.0);
        assert!(rank(Vec::new(), 0.95).is_nan());
    }
}
