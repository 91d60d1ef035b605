//! `cargo xtask bench`: how long until the first question of the checklist can be answered, for this app and two other form
//! engines in the same run, on a slowed-down Chromium (docs/benchmarks.md). No part of `cargo xtask test`: a time depends on
//! the machine and what else it does; only figures of one run, side by side, say something.
mod forms;
mod machine;
mod report;
mod setup;
mod table;

use crate::{files, place::Place, run};
use anyhow::{Context, Result, bail};
use report::Report;
use std::path::{Path, PathBuf};

/// How to measure.
#[derive(clap::Args)]
pub struct Options {
    /// Openings of each kind for each engine
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Put the table into docs/benchmarks.md
    #[arg(long)]
    write: bool,
    /// Measure this server, the app inside, instead of building one
    #[arg(long)]
    server: Option<PathBuf>,
    /// Measure nothing: take the figures of the last run
    #[arg(long)]
    last: bool,
    /// Only engines of these keys, by commas: zhucun, zhucun-household, enketo, odk; with --forms also app: what is measured in it alone
    #[arg(long, conflicts_with = "write")]
    only: Option<String>,
    /// Measure what an answer costs in long forms instead, natively and in Chromium
    #[arg(long, conflicts_with = "runs")]
    forms: bool,
}

/// Sets up, measures, prints, and writes the document's table when asked to.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    if options.forms {
        return forms::run(place, options);
    }
    let folder = place.target.join("bench");
    let results = folder.join("results.json");
    if !options.last {
        measure(place, options, &folder, &results)?;
    }
    let text = files::read_text(&results).context("nothing was measured yet: run without --last")?;
    let report: Report = serde_json::from_str(&text).with_context(|| format!("reading {}", results.display()))?;
    println!("{}", table::markdown(&report)?);
    println!("{}", table::verdict(&report));
    println!("every opening: {}", results.display());
    if options.write {
        let document = place.root.join("docs/benchmarks.md");
        let machine = machine::describe(place);
        let text = table::put(&files::read_text(&document)?, &table::section(&report, &machine)?, table::MARKS)?;
        files::write(&document, text.as_bytes())?;
        println!("written: {}", document.display());
    }
    Ok(())
}

fn measure(place: &Place, options: &Options, folder: &Path, results: &Path) -> Result<()> {
    let form = checklist(place, "household_visit.xlsx")?;
    let households = checklist(place, "households.csv")?;
    let made = setup::all(place, folder, options.server.as_deref(), &form, &households)?;
    // An old file must not be taken for this run's.
    if results.exists() {
        std::fs::remove_file(results)?;
    }
    let mut command = place.command("node");
    command.current_dir(&made.scripts).arg("measure.mjs");
    command.arg("--server").arg(&made.server).arg("--form").arg(&form);
    command.arg("--site").arg(&made.site).args(["--chromium", made.chromium]);
    command.arg("--out").arg(results).args(["--runs", &options.runs.to_string()]);
    if let Some(only) = &options.only {
        command.args(["--only", only]);
    }
    run::run(&mut command).context("something could not be measured: there are no figures")
}

/// A file of the checklist that the whole project is measured by: not in the repository, but beside it.
fn checklist(place: &Place, name: &str) -> Result<PathBuf> {
    let shared = std::env::var_os("ZHUCUN_SHARED").map_or_else(|| place.root.join("../shared"), PathBuf::from);
    // Scripts run in another folder.
    let path = std::path::absolute(shared.join("forms").join(name))?;
    if !path.is_file() {
        bail!("{} is missing: ZHUCUN_SHARED names the folder that holds forms/", path.display());
    }
    Ok(path)
}
