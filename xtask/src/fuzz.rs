//! `cargo xtask fuzz`: random and damaged input for readers, expressions and fillings, until the time is over. No part of
//! `cargo xtask test`: what it finds depends on chance.
use crate::{
    clock::Stopwatch,
    files,
    place::Place,
    run,
    setup::{Steps, tools},
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The targets, with what of the conformance data they begin with.
const TARGETS: [(&str, &[Seeds]); 6] = [
    ("archive", &[Seeds::Files(&["xlsx", "xlsm", "xls", "ods"])]),
    ("tables", &[Seeds::Files(&["md", "csv"]), Seeds::Field("xlsform.jsonl", "md")]),
    ("xform", &[Seeds::Field("xlsform.jsonl", "xform_xml"), Seeds::Field("scenarios.jsonl", "xform_xml")]),
    ("expression", &[Seeds::Field("xpath.jsonl", "expr")]),
    ("session", &[]),
    ("definition", &[]),
];

/// The most memory that an input may take, in MB.
const MEMORY: u32 = 256;
/// Seconds that an input may take.
const TIMEOUT: u32 = 10;

/// Inputs to begin with.
enum Seeds {
    /// A field of each line of a file.
    Field(&'static str, &'static str),
    /// Spreadsheets with these endings.
    Files(&'static [&'static str]),
}

/// How long, and which.
#[derive(clap::Args)]
pub struct Options {
    /// Minutes for each target
    #[arg(long, default_value_t = 10)]
    minutes: u32,
    /// Only these targets: archive, tables, xform, expression, session, definition
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// Builds and runs the targets, one after the other; an error when one of them found something.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    let names = TARGETS.map(|(name, _)| name);
    if let Some(unknown) = options.only.iter().find(|name| !names.contains(&name.as_str())) {
        bail!("there is no target {unknown}: {}", names.join(", "));
    }
    let fuzz = tools::cargo_fuzz();
    Steps::new(1).step(&fuzz.label(), fuzz.is_there(place), fuzz.how, || fuzz.install(place))?;
    let mut found = Vec::new();
    for (name, seeds) in
        TARGETS.iter().filter(|(name, _)| options.only.is_empty() || options.only.iter().any(|only| only == name))
    {
        let corpus = folder(place, "corpus", name)?;
        let count = seed(place, seeds, &corpus)?;
        println!("\n== {name}: {count} inputs of the conformance data, built and run for {} min", options.minutes);
        if !fuzzed(place, name, &corpus, options.minutes)? {
            found.push(*name);
        }
    }
    if found.is_empty() { Ok(()) } else { bail!("something was found by {}, see above", found.join(", ")) }
}

/// A folder of a target below the target folder: never in the checkout.
fn folder(place: &Place, what: &str, name: &str) -> Result<PathBuf> {
    let folder = place.target.join("zhucun-fuzz").join(what).join(name);
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

/// Puts what a target begins with into its folder, each by its hash; says how many there are. Without data: none.
fn seed(place: &Place, seeds: &[Seeds], corpus: &Path) -> Result<usize> {
    let data = place.shared().join("conformance");
    let mut inputs = Vec::new();
    for seeds in seeds {
        match seeds {
            Seeds::Field(file, field) if data.join(file).is_file() => {
                inputs.extend(fields(&files::read_text(&data.join(file))?, field)?);
            }
            Seeds::Field(..) => {}
            Seeds::Files(endings) => {
                for path in files::walk(&data.join("xlsforms"))? {
                    if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
                        inputs.push(files::read(&path)?);
                    }
                }
            }
        }
    }
    for input in &inputs {
        files::write(&corpus.join(files::hex(&files::sha256(input))), input)?;
    }
    Ok(inputs.len())
}

/// A field of each line that has it.
fn fields(lines: &str, field: &str) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for line in lines.lines() {
        let case: serde_json::Value =
            serde_json::from_str(line).context("a line of the conformance data is not JSON")?;
        found.extend(case[field].as_str().map(|text| text.as_bytes().to_vec()));
    }
    Ok(found)
}

/// `cargo fuzz` for a target, with a compiler that takes nightly's switches.
fn cargo_fuzz(place: &Place, command: &str, name: &str) -> Command {
    let mut fuzz = place.command("cargo-fuzz");
    fuzz.env("RUSTC_BOOTSTRAP", "1").env_remove("CARGO_TARGET_DIR");
    // Without sanitizer: ours is safe Rust, and one takes several times the memory that is measured here.
    fuzz.args([command, "--fuzz-dir", "fuzz", "--sanitizer", "none", "--target-dir"])
        .arg(place.target.join("zhucun-fuzz/target"));
    fuzz.arg(name);
    fuzz
}

/// Runs a target; false when it found something, which is said.
fn fuzzed(place: &Place, name: &str, corpus: &Path, minutes: u32) -> Result<bool> {
    run::run(&mut cargo_fuzz(place, "build", name))?;
    let artifacts = folder(place, "artifacts", name)?;
    let before = files::walk(&artifacts)?;
    let log = place.target.join("zhucun-fuzz").join(name).with_extension("log");
    let watch = Stopwatch::start();
    let mut fuzz = cargo_fuzz(place, "run", name);
    fuzz.arg(corpus).arg("--").args([
        format!("-max_total_time={}", minutes * 60),
        format!("-rss_limit_mb={MEMORY}"),
        format!("-timeout={TIMEOUT}"),
        format!("-artifact_prefix={}/", artifacts.display()),
        "-print_final_stats=1".to_owned(),
    ]);
    fuzz.stderr(fs::File::create(&log).with_context(|| format!("writing {}", log.display()))?);
    let ended = run::run(&mut fuzz);
    let said = String::from_utf8_lossy(&files::read(&log)?).into_owned();
    let runs = stat(&said, "stat::number_of_executed_units:").unwrap_or_default();
    let peak = stat(&said, "stat::peak_rss_mb:").unwrap_or_default();
    let time = watch.words();
    if ended.is_ok() {
        println!("{name}: {runs} runs in {time}, {peak} MB at most: no panic, hang or more than {MEMORY} MB");
        return Ok(true);
    }
    println!("{name}: after {time}, see {}", log.display());
    for path in files::walk(&artifacts)?.into_iter().filter(|path| !before.contains(path)) {
        println!("{name}: found {}", path.display());
        let mut again = cargo_fuzz(place, "run", name);
        again.arg(&path);
        println!("  again: RUSTC_BOOTSTRAP=1 {}", run::words(&again));
    }
    Ok(false)
}

/// A figure of libFuzzer's statistics.
fn stat(said: &str, name: &str) -> Option<u64> {
    said.lines().find_map(|line| line.strip_prefix(name))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_each_line_is_an_input() {
        let lines = "{\"id\":1,\"md\":\"| survey |\"}\n{\"id\":2,\"md\":null}\n";
        assert_eq!(fields(lines, "md").unwrap(), [b"| survey |".to_vec()]);
        assert!(fields("no json", "md").is_err());
    }

    #[test]
    fn figures_are_read_of_the_statistics() {
        let said = "INFO: x\nstat::number_of_executed_units: 1894390\nstat::peak_rss_mb:              39\n";
        assert_eq!(stat(said, "stat::peak_rss_mb:"), Some(39));
        assert_eq!(stat(said, "stat::number_of_executed_units:"), Some(1_894_390));
    }
}
