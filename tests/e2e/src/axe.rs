//! Whether a screen can be used with a screen reader and be read at all: by the rules of axe-core.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::Browser;

/// All rules that are on by default, the best practices among them. Not the size of what is touched: it counts what the bars
/// at top and bottom cover while the page is scrolled.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: false}}}).then(
        (found) => done(found.violations.map((rule) =>
            `${rule.id}: ${rule.help}: ${rule.nodes.map((node) => node.target.join(' ') + ' ' + node.html.slice(0, 160)).join(' | ')}`)),
        (error) => done(['axe failed: ' + error]));";

/// Where axe-core lies: `ZHUCUN_AXE`, which `cargo xtask test` sets, else where that installs it.
fn script() -> Result<String> {
    let usual = || {
        let home = std::env::var_os("HOME").map(PathBuf::from)?;
        Some(home.join(".cache/zhucun/tools/npm/node_modules/axe-core/axe.min.js"))
    };
    let path =
        std::env::var_os("ZHUCUN_AXE").map(PathBuf::from).or_else(usual).context("ZHUCUN_AXE names axe.min.js")?;
    fs::read_to_string(&path).with_context(|| format!("{} is missing: `cargo xtask test` sets it up", path.display()))
}

/// Checks the screen as it is now.
///
/// # Errors
/// When a rule is broken: says which and where.
pub async fn check(browser: &Browser, name: &str) -> Result<()> {
    if browser.script("return typeof axe").await? == "undefined" {
        browser.driver.execute(&script()?, Vec::new()).await?;
    }
    let found = browser.driver.execute_async(RUN, Vec::new()).await?.json().clone();
    let found: Vec<&str> = found.as_array().context("axe gives a list")?.iter().filter_map(Value::as_str).collect();
    ensure!(found.is_empty(), "{name}: {}", found.join("\n"));
    Ok(())
}

/// Shows pages in the dark or the light scheme, as the phone's setting does.
///
/// # Errors
/// When the browser refuses.
pub async fn scheme(browser: &Browser, scheme: &str) -> Result<()> {
    let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
    browser.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
    // Colours glide to their new values, from the next frame on; not where nothing is drawn, as behind a closed summary.
    let glided = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
        Promise.all(document.getAnimations()
            .filter((one) => one.effect?.target?.checkVisibility() !== false)
            .map((one) => one.finished.catch(() => null))).then(() => done(true)))));";
    browser.script(glided).await.map(drop)
}
