//! What the bench needs: Chromium, the other engines in the versions of tests/bench, and our own server.
use crate::{
    app::{self, Mode},
    files,
    place::Place,
    run, serve,
    setup::{self, Steps, browser},
};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Where everything is.
pub struct Made {
    /// The scripts, beside what npm installed.
    pub scripts: PathBuf,
    /// The other engines' pages.
    pub site: PathBuf,
    /// Our server, the app inside.
    pub server: PathBuf,
    /// Chromium's name.
    pub chromium: &'static str,
    /// Python with pyxform.
    pub python: PathBuf,
}

/// Steps besides those of building our server.
const STEPS: usize = 5;

/// Sets up all of it below `folder`. A `server` that is given is not built.
pub fn all(place: &Place, folder: &Path, server: Option<&Path>, form: &Path, households: &Path) -> Result<Made> {
    let own = if server.is_some() { 0 } else { setup::APP_STEPS + 2 };
    let mut steps = Steps::new(STEPS + own);
    let missing = browser::missing(place);
    steps.step("Chromium and Chinese fonts", missing.is_empty(), "installing, about 2 minutes", || {
        browser::install(&missing)
    })?;
    let chromium = browser::program(place).context("Chromium was installed and does not answer")?;
    // A copy: what npm installs must not lie in the checkout.
    let scripts = folder.join("scripts");
    files::mirror(&place.root.join("tests/bench"), &scripts)?;
    let from_npm = Stamp::of(folder, "npm", &scripts.join("package-lock.json"))?;
    steps.step("Enketo Core and ODK Web Forms", from_npm.is_set(), "fetching, about 1 minute", || {
        let mut npm = place.command("npm");
        run::run(npm.current_dir(&scripts).args(["ci", "--silent"]))
            .context("they come as npm packages: install Node.js 20 with npm")?;
        from_npm.set()
    })?;
    let venv = folder.join("venv");
    let from_pypi = Stamp::of(folder, "pypi", &scripts.join("requirements.txt"))?;
    steps.step("pyxform", from_pypi.is_set(), "fetching, a few seconds", || {
        run::run(place.command("python3").args(["-m", "venv"]).arg(&venv))
            .context("Python 3 with venv is needed (Debian: apt-get install python3-venv)")?;
        let mut pip = place.command(&venv.join("bin/pip").to_string_lossy());
        run::run(pip.args(["install", "--quiet", "-r"]).arg(scripts.join("requirements.txt")))?;
        from_pypi.set()
    })?;
    let xform = folder.join("form.xml");
    steps.step("XForm", false, "made by pyxform", || {
        let mut python = place.command(&venv.join("bin/python").to_string_lossy());
        run::run(python.args(["-m", "pyxform.xls2xform", "--skip_validate"]).arg(form).arg(&xform))
    })?;
    let site = folder.join("site");
    steps.step("pages of the others", false, "building, a few seconds", || {
        let mut node = place.command("node");
        node.current_dir(&scripts).arg("prepare.mjs").arg("--xform").arg(&xform);
        node.arg("--households").arg(households).args(["--chromium", chromium]).arg("--out").arg(&site);
        run::run(&mut node)
    })?;
    let server = match server {
        Some(server) => std::path::absolute(server)?,
        None => {
            setup::app_steps(place, &mut steps)?;
            let ready = app::is_built(place, Mode::Release)?;
            steps.step("app", ready, "building, about 6 minutes the first time", || {
                app::build(place, Mode::Release, false)
            })?;
            steps.step("server", false, "building what changed", || serve::build_server(place))?;
            place.server()
        }
    };
    Ok(Made { scripts, site, server, chromium, python: venv.join("bin/python") })
}

/// A note that something was installed from a list, with the list's hash.
struct Stamp {
    path: PathBuf,
    hash: String,
}

impl Stamp {
    fn of(folder: &Path, name: &str, list: &Path) -> Result<Self> {
        let hash = files::hex(&files::sha256(&files::read(list)?));
        Ok(Self { path: folder.join(format!("{name}.stamp")), hash })
    }

    fn is_set(&self) -> bool {
        std::fs::read_to_string(&self.path).is_ok_and(|text| text == self.hash)
    }

    fn set(&self) -> Result<()> {
        files::write(&self.path, self.hash.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_list_is_installed_anew() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("list");
        files::write(&list, b"a==1").unwrap();
        let stamp = Stamp::of(folder.path(), "x", &list).unwrap();
        assert!(!stamp.is_set());
        stamp.set().unwrap();
        assert!(Stamp::of(folder.path(), "x", &list).unwrap().is_set());
        files::write(&list, b"a==2").unwrap();
        assert!(!Stamp::of(folder.path(), "x", &list).unwrap().is_set());
    }
}
