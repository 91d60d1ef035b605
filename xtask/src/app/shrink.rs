//! What phones need not fetch: dead parts of module and script, long names, space. After Trunk, by `wasm-opt` and esbuild.
use super::{glue, locals, order, trunk::Staged, wasm::Module};
use crate::{files, place::Place, run};
use anyhow::{Context, Result};
use std::path::Path;

/// The feature set of 2019. `wasm-opt` refuses a module that needs anything newer: that is the proof we have.
const FEATURES: [&str; 2] = ["--mvp-features", "--enable-mutable-globals"];

/// The passes that gave the smallest brotli (docs/decisions/0001-build-std-and-mvp.md). Low memory is the far end of the
/// stack: nothing there is reached by an address that wraps around.
const PASSES: [&str; 6] = ["--strip-debug", "--low-memory-unused", "--flatten", "--rereloop", "-Oz", "-Oz"];

/// What is near a function decides how its variables are numbered, and that how like it is to others. The second round gives
/// 0.2 kB, a third nothing.
const ROUNDS: usize = 2;

/// The oldest browsers the scripts are written for. esbuild holds that Safari 14 cannot take objects apart, for a fault in
/// one form of it that wasm-bindgen does not write.
const BROWSERS: [&str; 2] = ["--target=chrome80,safari14", "--supported:destructuring=true"];

/// Module and script of one entry, from where Trunk left them.
pub fn app(place: &Place, staged: &Staged) -> Result<(Vec<u8>, String)> {
    let (module, script) = staged.read()?;
    let script = glue::start_only(&script);
    let mut module = Module::read(&module)?;
    let used = glue::used_exports(&script);
    module.exports.retain(|export| used.contains(&export.name));
    let (whole, small) = (staged.folder.join("whole.wasm"), staged.folder.join("small.wasm"));
    files::write(&whole, &module.write())?;
    optimise(place, &whole, &small)?;
    let mut module = Module::read(&files::read(&small)?)?;
    let script = glue::shorten(&script, &mut module, &format!("./{}_bg.js", staged.entry.bin))
        .context("wasm-bindgen's script is not written as it was: xtask/src/app/glue.rs has to follow")?;
    module.drop_custom_sections();
    let mut module = module.write();
    for _ in 0..ROUNDS {
        module = order::by_likeness(&locals::by_use(&module)?)?;
    }
    files::write(&small, &module)?;
    let mut check = place.command("wasm-opt");
    run::run(check.args(FEATURES).arg(&small).args(["-o", "/dev/null"])).context("the numbered module is not valid")?;
    Ok((module, self::script(place, &script)?))
}

fn optimise(place: &Place, from: &Path, to: &Path) -> Result<()> {
    let mut command = place.command("wasm-opt");
    run::run(command.args(FEATURES).args(PASSES).arg(from).arg("-o").arg(to))
        .context("the module could not be optimised, or needs a browser newer than the oldest phones have")
}

/// A script without comments, space, long names and what nothing in it uses.
pub fn script(place: &Place, source: &str) -> Result<String> {
    let file = place.target.join("zhucun-stage/whole.js");
    files::write(&file, source.as_bytes())?;
    let mut esbuild = place.command("esbuild");
    esbuild.arg(&file).args(["--minify", "--tree-shaking=true", "--format=esm", "--charset=utf8"]).args(BROWSERS);
    run::read(esbuild.args(["--legal-comments=none", "--log-level=warning"])).context("esbuild could not read a script")
}
