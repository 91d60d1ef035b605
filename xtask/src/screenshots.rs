//! `cargo xtask screenshots`: the pictures that a phone shows when it offers to install the app, taken of the app itself.
use crate::{
    app,
    place::Place,
    run, serve,
    setup::{self, browser},
};
use anyhow::{Result, ensure};

/// Builds app and server, and has the end-to-end suite take the pictures into public/.
pub fn run(place: &Place) -> Result<()> {
    let missing = browser::missing(place);
    ensure!(missing.is_empty(), "Chromium is missing: run `cargo xtask test --only setup`");
    setup::for_app(place)?;
    app::build(place, app::Mode::Release, false)?;
    serve::build_server(place)?;
    let mut cargo = place.cargo();
    cargo.args(["test", "--package", "zhucun-e2e", "--test", "goals", "--locked", "manifest"]);
    run::run(cargo.env("ZHUCUN_BIN", place.server()).env("ZHUCUN_SCREENSHOTS", place.root.join("public")))
}
