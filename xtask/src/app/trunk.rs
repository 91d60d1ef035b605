//! Trunk, twice: once for each page. It compiles and runs wasm-bindgen; its own page is not used.
use super::{DESK, Entry, Mode, PHONE, shim};
use crate::{clock::Stopwatch, files, place::Place, run, setup};
use anyhow::{Context, Result};
use std::{path::PathBuf, process::Command};

/// The feature set of 2019 (Chrome 74, Safari 13): what wasm-opt validates against, see shrink.rs.
const FEATURES: &str = "-Ctarget-cpu=mvp -Ctarget-feature=+mutable-globals,-reference-types,-multivalue";

/// Functions that do the same keep their own names until the module is split by names, see split.rs.
const APART: &str = "-Zmerge-functions=disabled";

/// 896 KiB of stack, so that data begins below 2^20: an address is three bytes instead of four, and none is 0x110000, which stands
/// for "no character" in the code and was taken for an address in the middle of a text (texts.rs).
const STACK: &str = "-Clink-arg=-zstack-size=917504";

/// Values of the data stay apart, so that it is known which text belongs to which (objects.rs).
const VALUES: &str = "-Clink-arg=--no-merge-data-segments";

/// Where Trunk left one entry.
pub struct Staged {
    /// The entry.
    pub entry: &'static Entry,
    /// The folder with its module and script.
    pub folder: PathBuf,
}

impl Staged {
    /// The module and wasm-bindgen's script, as they are.
    pub fn read(&self) -> Result<(Vec<u8>, String)> {
        let file = |ending: &str| self.folder.join(format!("{}{ending}", self.entry.bin));
        Ok((files::read(&file("_bg.wasm"))?, files::read_text(&file(".js"))?))
    }
}

/// Builds both entries.
pub fn build(place: &Place, mode: Mode) -> Result<Vec<Staged>> {
    let toolchain = setup::std_source::find(place)
        .context("std's source is missing: run `cargo xtask app` again, it sets it up")?;
    [&PHONE, &DESK]
        .into_iter()
        .map(|entry| {
            let watch = Stopwatch::start();
            println!("app: building {} ({})", entry.bin, mode.name());
            let folder = place.target.join("zhucun-stage").join(mode.name()).join(entry.bin);
            std::fs::create_dir_all(&folder)?;
            let mut command = place.command("trunk");
            wasm_environment(place, &mut command, &toolchain, mode);
            shim::use_in(place, &mut command)?;
            command.args(["build", entry.html, "--dist"]).arg(&folder);
            if mode != Mode::Dev {
                command.arg("--release");
            }
            run::run(&mut command).with_context(|| format!("Trunk could not build {}", entry.html))?;
            println!("app: {} built in {}", entry.bin, watch.words());
            Ok(Staged { entry, folder })
        })
        .collect()
}

/// What cargo needs to build std for wasm32 along with the app, for a build of `mode` or for clippy.
pub fn wasm_environment(place: &Place, command: &mut Command, toolchain: &setup::std_source::Toolchain, mode: Mode) {
    // RUSTFLAGS in the environment replaces the flags of cargo's configuration, so everything goes into one string.
    let flags = match mode {
        Mode::Dev => format!("{FEATURES} {STACK}"),
        Mode::Pilot => format!("{FEATURES} {STACK} {APART} {VALUES}"),
        Mode::Release => format!("{FEATURES} {STACK} {APART} {VALUES} -Zunstable-options -Cpanic=immediate-abort"),
    };
    command
        .env("CARGO_TARGET_DIR", place.wasm_target())
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", flags)
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .env_remove("NO_COLOR");
    toolchain.choose(command);
}
