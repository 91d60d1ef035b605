//! The project's commands: `cargo xtask serve` to try it, `cargo xtask test` to check it, and the parts they are made of.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks to its terminal")]

mod app;
mod clock;
mod files;
mod place;
mod run;
mod serve;
mod setup;

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
    /// Builds phone app and desk into dist/
    App(app::Options),
}

fn main() -> ExitCode {
    if let Err(error) = app::shim::stand_in() {
        eprintln!("error: {error:#}");
        return ExitCode::FAILURE;
    }
    let cli = Cli::parse();
    let done = Place::find().and_then(|place| match cli.command {
        Command::Serve(options) => serve::run(&place, &options),
        Command::App(options) => app::run(&place, &options),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
