//! Screenshots of each screen, for people to look at: written where ZHUCUN_SHOTS names a folder.

use std::path::PathBuf;

use anyhow::Result;

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
