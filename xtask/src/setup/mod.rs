//! Finds what building and testing need and sets up what is missing, one line for each step.
pub mod axe;
pub mod browser;
pub mod postgres;
pub mod std_source;
pub mod tools;

use crate::{clock::Stopwatch, files, place::Place, run};
use anyhow::Result;
use std::process::Command;

/// Numbered lines: `[2/6] wasm-bindgen 0.2.130: building, about 4 minutes`.
pub struct Steps {
    total: usize,
    done: usize,
}

impl Steps {
    /// So many steps will come.
    pub fn new(total: usize) -> Self {
        Self { total, done: 0 }
    }

    /// Runs one step: `ready` decides, and `make` is announced with `how` and does it.
    pub fn step(&mut self, what: &str, ready: bool, how: &str, make: impl FnOnce() -> Result<()>) -> Result<()> {
        self.done += 1;
        let number = format!("[{}/{}]", self.done, self.total);
        if ready {
            println!("{number} {what}: ready");
            return Ok(());
        }
        println!("{number} {what}: {how}");
        let watch = Stopwatch::start();
        make()?;
        println!("{number} {what}: done in {}", watch.words());
        Ok(())
    }
}

/// How many steps [`app_steps`] takes.
pub const APP_STEPS: usize = 6;

/// All that `cargo xtask app` needs.
pub fn for_app(place: &Place) -> Result<()> {
    app_steps(place, &mut Steps::new(APP_STEPS))
}

/// The compiler, Trunk, wasm-bindgen, wasm-opt, esbuild, and every crate of the lock file on this machine.
pub fn app_steps(place: &Place, steps: &mut Steps) -> Result<()> {
    let source = std_source::find(place).is_some();
    steps.step("source of Rust's std", source, "fetching, about 1 minute", || std_source::install(place))?;
    for tool in [tools::wasm_bindgen(place)?, tools::trunk(), tools::wasm_opt(), tools::esbuild()] {
        steps.step(&tool.label(), tool.is_there(place), tool.how, || tool.install(place))?;
    }
    let stamp = place.target.join("zhucun-fetched");
    let lock = files::hex(&files::sha256(&files::read(&place.root.join("Cargo.lock"))?));
    let fetched = std::fs::read_to_string(&stamp).is_ok_and(|text| text == lock);
    steps.step("crates", fetched, "fetching what the lock file names", || {
        fetch(place)?;
        files::write(&stamp, lock.as_bytes())
    })
}

/// Trunk builds offline, so every crate is fetched before: those of the lock file and those of std.
fn fetch(place: &Place) -> Result<()> {
    run::run(place.cargo().args(["fetch", "--locked", "--quiet"]))?;
    let mut command = place.cargo();
    command.args(["fetch", "--locked", "--quiet", "--target", "wasm32-unknown-unknown"]);
    command.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort").env("RUSTC_BOOTSTRAP", "1");
    if let Some(toolchain) = std_source::find(place) {
        toolchain.choose(&mut command);
    }
    run::run(&mut command)
}

/// Whether packages may be installed with apt here.
pub fn may_apt() -> bool {
    let root = run::version(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    root && run::version(Command::new("apt-get").arg("--version")).is_some()
}

/// Installs Debian packages.
pub fn apt(packages: &[&str]) -> Result<()> {
    let quiet = |command: &mut Command| {
        run::run(command.env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null()))
    };
    quiet(Command::new("apt-get").args(["update", "-qq"]))?;
    quiet(Command::new("apt-get").args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_is_ready_is_not_made_again() {
        let mut steps = Steps::new(2);
        steps.step("a", true, "making", || panic!("it is ready")).unwrap();
        let mut made = false;
        steps
            .step("b", false, "making", || {
                made = true;
                Ok(())
            })
            .unwrap();
        assert!(made);
    }
}
