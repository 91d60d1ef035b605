//! Chromium, its driver and Chinese fonts, for the tests in a real browser.
use crate::{place::Place, run, setup};
use anyhow::{Result, bail};

/// A Debian package, and whether what it brings is here.
type Need = (&'static str, fn(&Place) -> bool);

/// All that is needed.
const NEEDS: [Need; 3] = [
    ("chromium", |place| program(place).is_some()),
    ("chromium-driver", |place| answers(place, "chromedriver")),
    // Without them Chinese shows as boxes, and screenshots prove nothing.
    ("fonts-noto-cjk", |place| {
        run::version(place.command("fc-list").arg(":lang=zh")).is_some_and(|line| !line.is_empty())
    }),
];

/// The name under which Chromium answers here.
pub fn program(place: &Place) -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| answers(place, name))
}

fn answers(place: &Place, name: &str) -> bool {
    run::version(place.command(name).arg("--version")).is_some()
}

/// The packages that are missing here.
pub fn missing(place: &Place) -> Vec<&'static str> {
    NEEDS.iter().filter(|(_, there)| !there(place)).map(|(package, _)| *package).collect()
}

/// Installs what is missing, or says how to.
pub fn install(packages: &[&str]) -> Result<()> {
    if !setup::may_apt() {
        bail!("the tests need a browser: on Debian, as root: apt-get install {}", packages.join(" "));
    }
    setup::apt(packages)
}
