//! Chromium as the users have it: 360×640, a profile that outlives the window, a network that can be cut.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, TimeoutConfiguration, WebDriver};
use tokio::process::Command;

use crate::process::Process;

/// How long one WebDriver call may take: none may hang the suite.
const CALL: Duration = Duration::from_secs(25);
/// How long a page may load or a script may run; less than a call, so that chromedriver itself says what hung.
const LOAD: Duration = Duration::from_secs(15);

/// A name of this machine that is no `localhost` to the browser: as if the server stood elsewhere in a local network.
pub const LAN: &str = "zhucun.lan";

const ARGUMENTS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    // A microphone that beeps and a camera that counts; whether they may be used is each test's to say.
    "--use-fake-device-for-media-stream",
    "--host-resolver-rules=MAP zhucun.lan 127.0.0.1",
];

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

    /// A folder for files of the test, gone with the profile.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.0.path()
    }
}

/// A running browser. When it is dropped without [`Browser::close`], as in a test that fails, it is killed.
pub struct Browser {
    /// The WebDriver session.
    pub driver: WebDriver,
    chromedriver: Process,
    /// The process of Chromium itself: it would outlive a killed chromedriver.
    chromium: Option<u64>,
}

impl Browser {
    /// Opens Chromium on a profile, as a phone of 360×640 in a language (`zh-CN`, `en`).
    ///
    /// # Errors
    /// When chromedriver or Chromium is missing: `cargo xtask test` installs them.
    pub async fn open(profile: &Profile, lang: &str) -> Result<Self> {
        let metrics = json!({ "width": 360, "height": 640, "pixelRatio": 2.0, "touch": true });
        Self::launch(profile, lang, &json!({ "mobileEmulation": { "deviceMetrics": metrics } })).await
    }

    /// Opens Chromium on a profile with an ordinary window of 1280×800, as at a desk.
    ///
    /// # Errors
    /// See [`Browser::open`].
    pub async fn open_wide(profile: &Profile, lang: &str) -> Result<Self> {
        let browser = Self::launch(profile, lang, &json!({})).await?;
        browser.driver.set_window_rect(0, 0, 1280, 800).await?;
        Ok(browser)
    }

    async fn launch(profile: &Profile, lang: &str, options: &Value) -> Result<Self> {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0");
        let (chromedriver, port) = Process::start(&mut command, |line| {
            line.rsplit_once("successfully on port ")
                .and_then(|(_, port)| port.trim_end_matches('.').parse::<u16>().ok())
        })
        .await
        .context("chromedriver is needed: apt-get install chromium-driver")?;
        let mut caps = DesiredCapabilities::chrome();
        for argument in ARGUMENTS {
            caps.add_arg(argument)?;
        }
        caps.add_arg(&format!("--lang={lang}"))?;
        caps.add_arg(&format!("--user-data-dir={}", profile.0.path().join("chromium").display()))?;
        caps.add_experimental_option("prefs", json!({ "intl.accept_languages": lang }))?;
        for (name, value) in options.as_object().into_iter().flatten() {
            caps.add_experimental_option(name, value)?;
        }
        let driver = WebDriver::builder(format!("http://127.0.0.1:{port}"), caps).request_timeout(CALL).await?;
        let chromium = driver.handle().capabilities().get("goog:processID").and_then(Value::as_u64);
        let browser = Self { driver, chromedriver, chromium };
        let limits = TimeoutConfiguration::new(Some(LOAD), Some(LOAD), None);
        browser.driver.update_timeouts(limits).await?;
        Ok(browser)
    }

    /// Cuts or gives back the network of the open page, by the browser: `navigator.onLine` tells it and no request leaves.
    ///
    /// # Errors
    /// When the browser refuses, or a request of the page goes through (or does not) after all.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        // Without it the browser only says that it is offline, and requests of the page still go through.
        self.cdp("Network.enable", json!({})).await?;
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.cdp("Network.emulateNetworkConditions", conditions).await?;
        if self.driver.current_url().await?.scheme() == "http" {
            let is_cut =
                self.script("return fetch('/healthz', {cache: 'no-store'}).then(() => false, () => true)").await?;
            ensure!(is_cut.as_bool() == Some(offline), "the network should be offline: {offline}; is cut: {is_cut}");
        }
        Ok(())
    }

    /// Runs a DevTools command.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn cdp(&self, command: &str, params: Value) -> Result<Value> {
        self.driver.cdp().send_raw(command, params).await.with_context(|| format!("DevTools: {command}"))
    }

    /// Runs a script in the page and gives what it returns, or what its promise comes to.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.driver.execute(script, Vec::new()).await?.json().clone())
    }

    /// Lets pages of an address know where the phone is, to eight metres.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn allow_place(&self, origin: &str, latitude: f64, longitude: f64) -> Result<()> {
        self.permit(origin, "geolocation", true).await?;
        self.locate(latitude, longitude, 8).await
    }

    /// Moves the phone, to so many metres.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn locate(&self, latitude: f64, longitude: f64, metres: u32) -> Result<()> {
        let place = json!({ "latitude": latitude, "longitude": longitude, "accuracy": metres });
        self.cdp("Emulation.setGeolocationOverride", place).await.map(drop)
    }

    /// Refuses pages of an address to know where the phone is, as a person may in the browser's settings.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn refuse_place(&self, origin: &str) -> Result<()> {
        self.permit(origin, "geolocation", false).await
    }

    /// Closes the browser as a person does; the profile stays.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn close(self) -> Result<()> {
        self.driver.clone().quit().await.context("cannot close the browser")
    }

    /// Kills the browser, as a phone does that is short of memory or out of power; the profile stays.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn kill(mut self) -> Result<()> {
        self.driver.clone().leak().context("the browser was closed already")?;
        if let Some(id) = self.chromium {
            Process::kill_by_id(id);
        }
        self.chromedriver.kill().await
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // An error says that it was closed. Otherwise the driver would close it now, on this thread, and block the test.
        if self.driver.clone().leak().is_ok() {
            self.chromedriver.kill_now();
            if let Some(id) = self.chromium {
                Process::kill_by_id(id);
            }
        }
    }
}
