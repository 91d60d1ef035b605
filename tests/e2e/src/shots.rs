//! Screenshots of each screen, for people to look at: written where ZHUCUN_SHOTS names a folder.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use crate::Browser;

/// Takes a screenshot under a name, e.g. `today.zh-CN`; nothing when ZHUCUN_SHOTS is not set.
///
/// # Errors
/// When the browser or the folder refuses.
pub async fn shot(browser: &Browser, name: &str) -> Result<()> {
    let Some(folder) = std::env::var_os("ZHUCUN_SHOTS").map(PathBuf::from) else { return Ok(()) };
    std::fs::create_dir_all(&folder)?;
    browser.driver.screenshot(&folder.join(format!("{name}.png"))).await?;
    Ok(())
}

/// Prints the page as the browser does, to a file beside the screenshots; checks that paper shows no button.
///
/// # Errors
/// When a button or link of the screen would be on paper, or the browser cannot print.
pub async fn print(browser: &Browser, name: &str) -> Result<()> {
    const SHOWN: &str = "return [...document.querySelectorAll('button:not(.told-photo), a.btn, nav, a.desk-link')]
        .filter((one) => one.getClientRects().length > 0).map((one) => one.textContent)";
    browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await?;
    let shown = browser.script(SHOWN).await;
    browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "" })).await?;
    let shown = shown?;
    ensure!(shown == json!([]), "on paper: {shown}");
    let printed = browser.cdp("Page.printToPDF", json!({ "preferCSSPageSize": true, "printBackground": true })).await?;
    let bytes = STANDARD.decode(printed["data"].as_str().context("a document")?)?;
    ensure!(bytes.starts_with(b"%PDF"), "no document");
    let Some(folder) = std::env::var_os("ZHUCUN_SHOTS").map(PathBuf::from) else { return Ok(()) };
    std::fs::write(folder.join(format!("{name}.pdf")), bytes)?;
    Ok(())
}

/// As [`shot`], of the whole page, as far as it can be scrolled.
///
/// # Errors
/// When the browser or the folder refuses.
pub async fn shot_whole(browser: &Browser, name: &str) -> Result<()> {
    let Some(folder) = std::env::var_os("ZHUCUN_SHOTS").map(PathBuf::from) else { return Ok(()) };
    std::fs::create_dir_all(&folder)?;
    let params = json!({ "format": "png", "captureBeyondViewport": true });
    let taken = browser.cdp("Page.captureScreenshot", params).await?;
    let bytes = STANDARD.decode(taken["data"].as_str().context("a picture")?)?;
    std::fs::write(folder.join(format!("{name}.png")), bytes)?;
    Ok(())
}
