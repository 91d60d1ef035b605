//! `cargo xtask test`: every check, one after the other, all of them even when one fails. The last line says
//! `N passed, N failed`: tests, and each stage as one more; then how many stages were not run, for what they need is not here.
pub mod conformance;
mod counts;
mod postgres;
mod stages;

use crate::{clock::Stopwatch, place::Place};
use anyhow::{Result, bail};
use counts::{Counts, Ended};

/// Which checks to run.
#[derive(clap::Args)]
pub struct Options {
    /// Run only these stages, in their usual order: setup,fmt,tidy,deny,clippy,clippy-wasm,tests,
    /// tests-postgres,app,server,e2e,e2e-postgres,size
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// Runs the stages and sums up. An error when anything failed.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    let known: Vec<&str> = stages::ALL.iter().map(|stage| stage.name).collect();
    if let Some(unknown) = options.only.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no stage {unknown}: {}", known.join(", "));
    }
    let wanted = |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    let mut total = Counts::default();
    let mut lines = Vec::new();
    for stage in stages::ALL.iter().filter(|stage| wanted(stage.name)) {
        println!("\n== {}", stage.name);
        let watch = Stopwatch::start();
        let mut tests = Counts::default();
        let ended = (stage.run)(place, &mut tests).unwrap_or_else(|error| {
            println!("{}: {error:#}", stage.name);
            Ended::Failed
        });
        total.add(&tests);
        total.add(&Counts::of_stage(ended));
        lines.push(line(stage.name, ended, &tests, &watch.words()));
    }
    println!("\n{}\n{}", lines.join("\n"), total.words());
    if total.failed > 0 {
        // The sums are the message, and the last line: nothing may follow them.
        std::process::exit(1);
    }
    Ok(())
}

fn line(name: &str, ended: Ended, tests: &Counts, time: &str) -> String {
    let verdict = match ended {
        Ended::Good => "ok",
        Ended::Failed => "FAILED",
        Ended::NotRun => "not run",
    };
    let counted = if tests.is_empty() { String::new() } else { tests.words() };
    format!("{name:14} {verdict:7} {time:>13}  {counted}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_one_line() {
        assert_eq!(line("fmt", Ended::Good, &Counts::default(), "0.4 s"), "fmt            ok              0.4 s");
        let tests = Counts { passed: 3, failed: 1, not_run: 0 };
        assert_eq!(
            line("tests", Ended::Failed, &tests, "1 min 0 s"),
            "tests          FAILED      1 min 0 s  3 passed, 1 failed"
        );
        assert_eq!(line("e2e", Ended::NotRun, &Counts::default(), "0.0 s"), "e2e            not run         0.0 s");
    }
}
