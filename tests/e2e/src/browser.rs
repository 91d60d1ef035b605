//! Chromium as the users have it: 360×640, a profile that outlives the window, a network that can be cut.

use anyhow::{Context, Result};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::{By, ChromiumLikeCapabilities, DesiredCapabilities, WebDriver};
use tokio::process::Command;

use crate::{eventually, process::Process};

/// A browser profile on disk: what a phone keeps when the browser is closed.
pub struct Profile(TempDir);

impl Profile {
    /// An empty one.
    ///
    /// # Errors
    /// When no folder can be made.
    pub fn new() -> Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }
}

/// A running browser.
pub struct Browser {
    /// The WebDriver session.
    pub driver: WebDriver,
    _chromedriver: Process,
}

impl Browser {
    /// Opens Chromium on a profile, as a phone of 360×640 in a language (`zh-CN`, `en`).
    ///
    /// # Errors
    /// When chromedriver or Chromium is missing: `cargo xtask test` installs them.
    pub async fn open(profile: &Profile, lang: &str) -> Result<Self> {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0");
        let (chromedriver, port) = Process::start(&mut command, |line| {
            line.rsplit_once("successfully on port ")
                .and_then(|(_, port)| port.trim_end_matches('.').parse::<u16>().ok())
        })
        .await
        .context("chromedriver is needed: apt-get install chromium-driver")?;
        let mut caps = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--use-fake-device-for-media-stream",
            "--hide-scrollbars",
        ] {
            caps.add_arg(argument)?;
        }
        caps.add_arg(&format!("--lang={lang}"))?;
        caps.add_arg(&format!("--user-data-dir={}", profile.0.path().display()))?;
        caps.add_experimental_option("prefs", json!({ "intl.accept_languages": lang }))?;
        caps.add_experimental_option(
            "mobileEmulation",
            json!({ "deviceMetrics": { "width": 360, "height": 640, "pixelRatio": 2.0, "touch": true } }),
        )?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), caps).await?;
        Ok(Self { driver, _chromedriver: chromedriver })
    }

    /// Cuts or gives back the network, by the browser.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        let speed = if offline { 0 } else { -1 };
        let conditions =
            json!({ "offline": offline, "latency": 0, "downloadThroughput": speed, "uploadThroughput": speed });
        self.cdp("Network.emulateNetworkConditions", conditions).await?;
        Ok(())
    }

    /// Runs a DevTools command.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn cdp(&self, command: &str, params: serde_json::Value) -> Result<serde_json::Value> {
        Ok(self.driver.cdp().send_raw(command, params).await?)
    }

    /// Closes the browser; the profile stays.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn close(self) -> Result<()> {
        self.driver.quit().await?;
        Ok(())
    }
}

/// What people do on any page.
impl Browser {
    /// All words on the page.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn text(&self) -> Result<String> {
        Ok(self.driver.find(By::Tag("body")).await?.text().await?)
    }

    /// Waits until words are on the page.
    ///
    /// # Errors
    /// When they do not come; says what is there instead.
    pub async fn see(&self, words: &str) -> Result<()> {
        let waited = eventually(words, || async { Ok(self.text().await?.contains(words)) }).await;
        match waited {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("on the page: {}", self.text().await.unwrap_or_default()))),
        }
    }

    /// Types into the first field that a selector finds, once it is there.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn type_into(&self, css: &str, text: &str) -> Result<()> {
        eventually(css, || async { Ok(self.driver.find(By::Css(css)).await?.is_displayed().await?) }).await?;
        Ok(self.driver.find(By::Css(css)).await?.send_keys(text).await?)
    }

    /// Taps what a selector finds, once it is there.
    ///
    /// # Errors
    /// When it does not come or cannot be tapped.
    pub async fn click_css(&self, css: &str) -> Result<()> {
        eventually(css, || async {
            self.driver.find(By::Css(css)).await?.click().await?;
            Ok(true)
        })
        .await
    }

    /// Taps the element of a kind with these words in it.
    ///
    /// # Errors
    /// When it does not come or cannot be tapped.
    pub async fn click_text(&self, tag: &str, words: &str) -> Result<()> {
        let path = format!("//{tag}[contains(normalize-space(.), '{words}')]");
        eventually(words, || async {
            self.driver.find(By::XPath(&path)).await?.click().await?;
            Ok(true)
        })
        .await
    }
}
