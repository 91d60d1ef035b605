//! The stages of `cargo xtask test`, in the order they run: quick ones first.
use super::{
    conformance,
    counts::{Counts, Ended},
    postgres::{Cluster, VARIABLE},
};
use crate::{
    app::{self, Mode},
    place::Place,
    run, serve,
    setup::{self, Steps, axe, browser, postgres, std_source, tools},
    size, tidy,
};
use anyhow::{Context, Result, bail};
use std::{fs, path::Path, process::Command};

/// One stage. What it counts goes into `Counts`, also when it ends with an error.
pub struct Stage {
    /// Its name for `--only`.
    pub name: &'static str,
    /// Runs it; what fails is an error.
    pub run: fn(&Place, &mut Counts) -> Result<Ended>,
}

/// All of them.
pub const ALL: [Stage; 13] = [
    Stage { name: "setup", run: |place, _| good(set_up(place)) },
    Stage { name: "fmt", run: |place, _| good(run::run(place.cargo().args(["fmt", "--all", "--check"]))) },
    Stage { name: "tidy", run: |place, _| good(tidy::run(place)) },
    Stage { name: "deny", run: |place, _| good(deny(place)) },
    Stage { name: "clippy", run: |place, _| good(clippy(place)) },
    Stage { name: "clippy-wasm", run: |place, _| good(clippy_wasm(place)) },
    Stage { name: "tests", run: |place, counts| good(tests(place, counts)) },
    Stage { name: "tests-postgres", run: |place, counts| good(tests_postgres(place, counts)) },
    Stage { name: "app", run: |place, _| good(app(place)) },
    Stage { name: "server", run: |place, _| good(serve::build_server(place)) },
    Stage { name: "e2e", run: |place, counts| e2e(place, counts, Database::Sqlite) },
    Stage { name: "e2e-postgres", run: |place, counts| e2e(place, counts, Database::Postgres) },
    Stage { name: "size", run: |place, _| good(size::run(place, &size::Options { need_server: true, engine: true })) },
];

fn good(result: Result<()>) -> Result<Ended> {
    result.map(|()| Ended::Good)
}

fn set_up(place: &Place) -> Result<()> {
    let mut steps = Steps::new(setup::APP_STEPS + 4);
    setup::app_steps(place, &mut steps)?;
    let deny = tools::cargo_deny();
    steps.step(&deny.label(), deny.is_there(place), deny.how, || deny.install(place))?;
    steps.step(&axe::label(), axe::is_there(place), "fetching, a few seconds", || axe::install(place))?;
    steps.step("PostgreSQL", postgres::programs(place).is_ok(), "installing, about 1 minute", || {
        postgres::install(place)
    })?;
    let missing = browser::missing(place);
    steps.step("Chromium and Chinese fonts", missing.is_empty(), "installing, about 2 minutes", || {
        browser::install(&missing)
    })
}

/// Licences, bans and sources. Never the advisory database: it needs the network.
fn deny(place: &Place) -> Result<()> {
    run::run(place.command("cargo-deny").args([
        "--offline",
        "--locked",
        "--workspace",
        "check",
        "licenses",
        "bans",
        "sources",
    ]))
}

fn clippy(place: &Place) -> Result<()> {
    let arguments =
        ["clippy", "--workspace", "--exclude", "zhucun-app", "--all-targets", "--locked", "--", "-D", "warnings"];
    run::run(place.cargo().args(arguments))
}

/// The apps as they are: for wasm32.
fn clippy_wasm(place: &Place) -> Result<()> {
    let toolchain = std_source::find(place).context("std's source is missing, see the stage setup")?;
    let mut cargo = place.cargo();
    app::wasm_environment(place, &mut cargo, &toolchain, Mode::Dev);
    cargo.args(["clippy", "--package", "zhucun-app", "--lib", "--bins", "--target", "wasm32-unknown-unknown"]);
    run::run(cargo.args(["--locked", "--offline", "--", "-D", "warnings"]))
}

/// Everything but the browser; what stores, on SQLite.
fn tests(place: &Place, counts: &mut Counts) -> Result<()> {
    let mut cargo = place.cargo();
    cargo.args(["test", "--workspace", "--exclude", "zhucun-e2e", "--no-fail-fast", "--locked"]);
    let reports = conformance::folder(place)?;
    counted(cargo.env_remove(VARIABLE).env(conformance::VARIABLE, &reports), counts)?;
    conformance::check(place, &reports)
}

/// Modules of tests that only measure: they say `ignore` as those do that need PostgreSQL, and take minutes.
const MEASUREMENTS: [&str; 1] = ["desk::many::"];

/// The server again, on PostgreSQL, with the tests that are about nothing else: they say `ignore`. Chosen by name from the
/// same packages as before: a package alone has other features, and would be built anew with half of what it stands on.
fn tests_postgres(place: &Place, counts: &mut Counts) -> Result<()> {
    let cluster = Cluster::start(place)?;
    let mut cargo = place.cargo();
    cargo.args(["test", "--workspace", "--exclude", "zhucun-e2e", "--no-fail-fast", "--locked"]);
    for name in test_programs(&place.root.join("crates/server/tests"))? {
        cargo.args(["--test", &name]);
    }
    cargo.args(["--", "--include-ignored"]).args(MEASUREMENTS.iter().flat_map(|module| ["--skip", module]));
    counted(cargo.env(VARIABLE, cluster.url()), counts)
}

/// The test programs of a folder, as cargo finds them: each file, and each folder with a `main.rs`.
fn test_programs(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "rs") || path.join("main.rs").is_file() {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    if names.is_empty() {
        bail!("there are no tests in {}", folder.display());
    }
    names.sort();
    Ok(names)
}

fn app(place: &Place) -> Result<()> {
    if app::is_built(place, Mode::Release)? {
        println!("app: dist/ is up to date");
        return Ok(());
    }
    app::build(place, Mode::Release, false)
}

/// What the server under test stores in.
#[derive(Clone, Copy)]
enum Database {
    Sqlite,
    Postgres,
}

/// What users do, against the binary users get.
fn e2e(place: &Place, counts: &mut Counts, database: Database) -> Result<Ended> {
    let server = place.server();
    if !server.is_file() {
        bail!("{} is missing, see the stage server", server.display());
    }
    let checklist = place.shared().join("forms/household_visit.xlsx");
    if !checklist.is_file() && std::env::var("CI").as_deref() != Ok("true") {
        println!("e2e: NOT RUN, {} is missing (ZHUCUN_SHARED names the folder that holds forms/)", checklist.display());
        return Ok(Ended::NotRun);
    }
    let mut cargo = place.cargo();
    cargo
        .args(["test", "--package", "zhucun-e2e", "--no-fail-fast", "--locked"])
        .env("ZHUCUN_BIN", &server)
        .env("ZHUCUN_AXE", axe::script(place));
    match database {
        Database::Sqlite => good(counted(cargo.env_remove(VARIABLE), counts)),
        Database::Postgres => {
            let cluster = Cluster::start(place)?;
            good(counted(cargo.env(VARIABLE, cluster.url()), counts))
        }
    }
}

fn counted(command: &mut Command, counts: &mut Counts) -> Result<()> {
    let (good, output) = run::tee(command)?;
    counts.add(&Counts::parse(&output));
    if !good {
        bail!("cargo test failed, see above");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_program_is_a_file_or_a_folder_with_a_main() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["store.rs", "routes/main.rs", "routes/world.rs", "snapshots/a.snap"] {
            crate::files::write(&folder.path().join(name), b"").unwrap();
        }
        assert_eq!(test_programs(folder.path()).unwrap(), ["routes", "store"]);
    }
}
