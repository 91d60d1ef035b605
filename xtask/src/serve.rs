//! `cargo xtask serve`: from a fresh machine to a demo county in the browser, with one command.
use crate::{
    app::{self, Mode},
    clock::Stopwatch,
    place::Place,
    run,
    setup::{self, Steps},
};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// What to serve, and where.
#[derive(clap::Args)]
pub struct Options {
    /// Port to listen on; the next free one is taken, and said, when it is in use
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder of the demo's data: kept between starts
    #[arg(long, default_value = "demo")]
    data: PathBuf,
    /// Build the app quickly, without optimisation
    #[arg(long)]
    dev: bool,
}

/// Sets up, builds, and runs the server until it is stopped.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    let mode = if options.dev { Mode::Dev } else { Mode::Release };
    let mut steps = Steps::new(setup::APP_STEPS + 2);
    setup::app_steps(place, &mut steps)?;
    let how = if options.dev { "building, about 3 minutes" } else { "building, about 6 minutes the first time" };
    steps.step("app", app::is_built(place, mode)?, how, || app::build(place, mode, false))?;
    let how = if place.server().exists() { "building what changed" } else { "building, about 5 minutes" };
    steps.step("server", false, how, || build_server(place))?;
    let mut server = place.command(&place.server().to_string_lossy());
    server.arg("demo").arg("--port").arg(options.port.to_string()).arg("--data").arg(&options.data);
    run::run(&mut server).context("the server ended")
}

/// The release binary, with dist/ inside.
pub fn build_server(place: &Place) -> Result<()> {
    let watch = Stopwatch::start();
    run::run(place.cargo().args(["build", "--release", "--locked", "--package", "zhucun-server"]))?;
    println!("server: {} ({})", place.server().display(), watch.words());
    Ok(())
}
