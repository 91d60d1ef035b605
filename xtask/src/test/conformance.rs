//! docs/conformance.md: what the suites over the public engines' cases came to. They write reports into a folder (JSON, one
//! a suite); the page is made of these and of nothing else, so it says what the tests have just seen.
use crate::{files, place::Place, run};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The variable that tells the suites where to write (tests/conformance).
pub const VARIABLE: &str = "ZHUCUN_CONFORMANCE_REPORT";
/// The page.
const PAGE: &str = "docs/conformance.md";
/// The suites, in the page's order.
const SUITES: [&str; 8] =
    ["xpath", "xlsform", "xlsforms", "scenarios", "xforms", "xform_written", "xform_again", "xform_kept"];
/// Their test programs.
const PROGRAMS: [&str; 5] = ["xpath", "xlsform", "scenarios", "xforms", "xform_out"];

const HEAD: &str = "\
# Conformance: the public engines' cases

Made by the test run: `cargo xtask test` fails when this page says anything else than the suites have just come to.

    cargo xtask conformance            # runs the suites alone, and compares
    cargo xtask conformance --write    # the same, and writes this page

The cases come from the tests of pyxform, ODK Web Forms and Enketo, and were written by nobody here. They lie in
../shared/conformance, beside the checkout, and are no part of it: here are only their ids, the names of the tests they come
from, and our reasons. What is good is exactly as expected; every other case is below with its reason, and a case without
one fails the tests, as a reason does that is not needed.
";

/// What to do.
#[derive(clap::Args)]
pub struct Options {
    /// Write docs/conformance.md
    #[arg(long)]
    write: bool,
}

/// A suite's outcome, as it told it.
#[derive(Deserialize)]
struct Report {
    title: String,
    wanted: Option<f64>,
    total: usize,
    good: usize,
    rest: Vec<Other>,
}

/// A case that is not as expected.
#[derive(Deserialize)]
struct Other {
    id: String,
    test: String,
    reason: String,
}

/// The folder of the reports, empty: what is in it afterwards was told in this run.
pub fn folder(place: &Place) -> Result<PathBuf> {
    let folder = place.target.join("zhucun-conformance");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

/// Whether the data are here, beside the checkout or where `ZHUCUN_SHARED` says.
fn has_data(place: &Place) -> bool {
    place.shared().join("conformance/xpath.jsonl").is_file()
}

/// Runs the suites alone; compares, or writes.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    if !has_data(place) {
        bail!("{} holds no conformance data: set ZHUCUN_SHARED to the folder that does", place.shared().display());
    }
    let reports = folder(place)?;
    let mut cargo = place.cargo();
    // Chosen by name from all packages: a package alone would be built anew, with other features.
    cargo.args(["test", "--quiet", "--workspace", "--exclude", "zhucun-e2e", "--no-fail-fast", "--locked"]);
    for name in PROGRAMS {
        cargo.args(["--test", name]);
    }
    let tested = run::run(cargo.env(VARIABLE, &reports));
    let page = page(&reports)?;
    if options.write {
        files::write(&place.root.join(PAGE), page.as_bytes())?;
        println!("conformance: {PAGE} is written");
    } else if tested.is_ok() {
        compare(place, &page)?;
    }
    tested
}

/// Compares the page with what the suites have just told. Without data there is nothing to compare, which is said: where that
/// may not be, with `CI=true`, the suites themselves fail.
pub fn check(place: &Place, reports: &Path) -> Result<()> {
    if !has_data(place) {
        println!("conformance: NOT CHECKED, {} holds no conformance data (ZHUCUN_SHARED)", place.shared().display());
        return Ok(());
    }
    compare(place, &page(reports)?)
}

fn compare(place: &Place, page: &str) -> Result<()> {
    let there = fs::read_to_string(place.root.join(PAGE)).unwrap_or_default();
    if there == page {
        println!("conformance: {PAGE} says what the suites came to");
        return Ok(());
    }
    for line in page.lines().filter(|line| !there.lines().any(|old| old == *line)) {
        println!("conformance: new: {line}");
    }
    for line in there.lines().filter(|line| !page.lines().any(|new| new == *line)) {
        println!("conformance: gone: {line}");
    }
    bail!("{PAGE} is not what the suites came to; `cargo xtask conformance --write` writes it")
}

/// The page, made of the reports in a folder.
fn page(folder: &Path) -> Result<String> {
    let mut reports = Vec::new();
    for suite in SUITES {
        let path = folder.join(suite).with_extension("json");
        let text = files::read_text(&path).with_context(|| format!("the suite {suite} told nothing"))?;
        let report: Report = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        reports.push(report);
    }
    Ok(written(&reports))
}

fn written(reports: &[Report]) -> String {
    let mut page = HEAD.to_owned() + "\n| suite | cases | good | share | wanted |\n|---|---:|---:|---:|---:|\n";
    for report in reports {
        let Report { title, total, good, .. } = report;
        let wanted = report.wanted.map_or_else(|| "–".to_owned(), |wanted| format!("{wanted} %"));
        page += &format!("| {title} | {total} | {good} | {} | {wanted} |\n", share(*good, *total));
    }
    for report in reports.iter().filter(|report| !report.rest.is_empty()) {
        page += &format!("\n## {}\n\n", report.title);
        for Other { id, test, reason } in &report.rest {
            let test = if test.is_empty() { String::new() } else { format!(" ({})", plain(test)) };
            page += &format!("- {id}{test}: {}\n", plain(reason));
        }
    }
    page
}

/// `99.05 %`, rounded down: 100 % is all of them.
fn share(good: usize, total: usize) -> String {
    let hundredths = (good * 10_000).checked_div(total).unwrap_or(10_000);
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// Words of others on one line, none of them Markdown's.
fn plain(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let marks = |letter: char| matches!(letter, '<' | '|' | '*' | '_' | '`' | '[' | '\\');
    words.chars().flat_map(|letter| marks(letter).then_some('\\').into_iter().chain([letter])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(title: &str, wanted: Option<f64>, rest: &[(&str, &str, &str)]) -> Report {
        let other = |(id, test, reason): &(&str, &str, &str)| Other {
            id: (*id).to_owned(),
            test: (*test).to_owned(),
            reason: (*reason).to_owned(),
        };
        let rest: Vec<Other> = rest.iter().map(other).collect();
        Report { title: title.to_owned(), wanted, total: 3, good: 3 - rest.len(), rest }
    }

    #[test]
    fn the_page_has_a_row_for_each_suite_and_a_line_for_each_other_case() {
        let one = report("One", Some(97.0), &[("a", "group > <repeat>\n", "it is `wrong`"), ("b", "", "so is it")]);
        let page = written(&[one, report("Two", None, &[])]);
        let (_, table) = page.split_once("|---|---:|---:|---:|---:|\n").unwrap();
        assert_eq!(
            table,
            "| One | 3 | 1 | 33.33 % | 97 % |\n| Two | 3 | 3 | 100.00 % | – |\n\n## One\n\n\
             - a (group > \\<repeat>): it is \\`wrong\\`\n- b: so is it\n"
        );
    }

    #[test]
    fn a_share_is_rounded_down() {
        assert_eq!(share(1999, 2000), "99.95 %");
        assert_eq!(share(99_999, 100_000), "99.99 %");
        assert_eq!(share(0, 0), "100.00 %");
    }

    #[test]
    fn a_suite_that_told_nothing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(format!("{:#}", page(folder.path()).unwrap_err()).contains("xpath"));
    }
}
