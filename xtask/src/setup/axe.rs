//! axe-core, the rules by which the screens are checked for people who use a screen reader: run by the tests in the browser.
use crate::{files, place::Place, run};
use anyhow::{Context, Result};
use std::path::PathBuf;

const PACKAGE: &str = "axe-core";
const VERSION: &str = "4.14.1";

fn folder(place: &Place) -> PathBuf {
    place.tools.join("npm/node_modules").join(PACKAGE)
}

/// The script that brings the rules.
pub fn script(place: &Place) -> PathBuf {
    folder(place).join("axe.min.js")
}

/// Name and version.
pub fn label() -> String {
    format!("{PACKAGE} {VERSION}")
}

/// Whether it lies in our cache in the version asked for.
pub fn is_there(place: &Place) -> bool {
    let package = files::read_text(&folder(place).join("package.json")).unwrap_or_default();
    let package: serde_json::Value = serde_json::from_str(&package).unwrap_or_default();
    package["version"] == VERSION && script(place).is_file()
}

/// Installs it into our cache.
pub fn install(place: &Place) -> Result<()> {
    let prefix = place.tools.join("npm");
    std::fs::create_dir_all(&prefix)?;
    let mut npm = place.command("npm");
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(&prefix);
    run::run(npm.arg(format!("{PACKAGE}@{VERSION}"))).context("this comes as an npm package: install Node.js with npm")
}
