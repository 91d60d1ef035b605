//! The project's commands: `cargo xtask serve` to try it, `cargo xtask test` to check it, and the parts they are made of.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks to its terminal")]

mod app;
mod bench;
mod clock;
mod files;
mod fuzz;
mod place;
mod run;
mod screenshots;
mod serve;
mod setup;
mod size;
mod test;
mod tidy;

use clap::{Parser, Subcommand};
use place::Place;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, serves and checks the village notebook", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sets up what is missing, builds the app and the server, and serves a demo county on http://localhost:8080
    Serve(serve::Options),
    /// Sets up what tests need and runs every check; ends with "N passed, N failed"
    Test(test::Options),
    /// Builds phone app and desk into dist/
    App(app::Options),
    /// Makes the manifest's screenshots (public/screenshot-*.webp) anew from the app as it is
    Screenshots,
    /// Bytes a phone fetches before its first checklist, and a villager's page, against their limits
    Size(size::Options),
    /// Seconds until the first question can be answered, beside two other form engines; see docs/benchmarks.md
    Bench(bench::Options),
    /// Runs the public engines' cases and compares with docs/conformance.md, or writes it
    Conformance(test::conformance::Options),
    /// Random and damaged input for readers, expressions and fillings: 10 minutes each, no part of `test`
    Fuzz(fuzz::Options),
    /// The project's own rules: which crate may use which, file lengths, paths in docs, locales
    Tidy,
}

fn main() -> ExitCode {
    if let Err(error) = app::shim::stand_in() {
        eprintln!("error: {error:#}");
        return ExitCode::FAILURE;
    }
    let cli = Cli::parse();
    let done = Place::find().and_then(|place| match cli.command {
        Command::Serve(options) => serve::run(&place, &options),
        Command::Test(options) => test::run(&place, &options),
        Command::App(options) => app::run(&place, &options),
        Command::Screenshots => screenshots::run(&place),
        Command::Size(options) => size::run(&place, &options),
        Command::Bench(options) => bench::run(&place, &options),
        Command::Conformance(options) => test::conformance::run(&place, &options),
        Command::Fuzz(options) => fuzz::run(&place, &options),
        Command::Tidy => tidy::run(&place),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
