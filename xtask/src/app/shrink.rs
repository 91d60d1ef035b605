//! What phones need not fetch: dead parts of module and script, long names, space. After Trunk, by `wasm-opt` and esbuild.
use super::{
    Part, glue, locals, objects, order, split,
    texts::{self, InPage},
    trunk::Staged,
    wasm::Module,
};
use crate::{files, place::Place, run};
use anyhow::{Context, Result};
use std::{collections::BTreeSet, path::Path};

/// The feature set of 2019. `wasm-opt` refuses a module that needs anything newer: that is the proof we have.
const FEATURES: [&str; 2] = ["--mvp-features", "--enable-mutable-globals"];

/// The passes that gave the smallest brotli (docs/decisions/0001-build-std-and-mvp.md). Low memory is the far end of the
/// stack: nothing there is reached by an address that wraps around.
const PASSES: [&str; 6] = ["--strip-debug", "--low-memory-unused", "--flatten", "--rereloop", "-Oz", "-Oz"];

/// What is near a function decides how its variables are numbered, and that how like it is to others. The second round gives
/// 0.2 kB, a third nothing.
const ROUNDS: usize = 2;

/// The oldest browsers the scripts are written for: older than those that can run the module, which must be able to say so.
/// esbuild holds that Safari cannot take objects apart, for a fault in one form of it that wasm-bindgen does not write.
const BROWSERS: [&str; 2] = ["--target=chrome64,safari13", "--supported:destructuring=true"];

/// One entry, as a browser gets it.
pub struct Small {
    /// The module, or the first part of it.
    pub module: Vec<u8>,
    /// The parts of it that are fetched later, in their order.
    pub later: Vec<Vec<u8>>,
    /// The script.
    pub script: String,
    /// The texts that come with the page.
    pub texts: InPage,
}

/// Module and script of one entry, from where Trunk left them.
pub fn app(place: &Place, staged: &Staged) -> Result<Small> {
    let (module, script) = staged.read()?;
    let script = glue::start_only(&script);
    let mut module = Module::read(&module)?;
    let used = glue::used_exports(&script);
    module.exports.retain(|export| used.contains(&export.name));
    let (whole, values) = objects::joined(&module.write())?;
    let (mut parts, texts) = match staged.entry.later {
        [] => (vec![optimise(place, &staged.folder, "first", &whole)?], InPage::new()),
        later => parts(place, staged, (&whole, &values), later)?,
    };
    let mut module = Module::read(&parts[0])?;
    let (script, mut names) = glue::shorten(&script, &mut module, &format!("./{}_bg.js", staged.entry.bin))
        .context("wasm-bindgen's script is not written as it was: xtask/src/app/glue.rs has to follow")?;
    module.drop_custom_sections();
    parts[0] = module.write();
    for part in &parts[1..] {
        let given = split::given(part)?;
        names.extend(given.into_iter().enumerate().map(|(number, name)| (name, glue::short(number))));
    }
    for (number, part) in parts.iter_mut().enumerate() {
        let renamed = if number == 0 { std::mem::take(part) } else { split::rename(part, &names)? };
        *part = self::number(place, &staged.folder, part_name(staged, number), renamed)?;
    }
    let module = parts.remove(0);
    Ok(Small { module, later: parts, script: self::script(place, &script)?, texts })
}

/// The parts, optimised, each giving what the ones after it take.
fn parts(
    place: &Place,
    staged: &Staged,
    (whole, values): (&[u8], &BTreeSet<u32>),
    later: &[Part],
) -> Result<(Vec<Vec<u8>>, InPage)> {
    let rooms: Vec<&[&str]> = later.iter().map(|(_, rooms)| *rooms).collect();
    let (mut parts, texts) = texts::part(split::split(whole, &rooms)?, values)?;
    let mut taken = BTreeSet::new();
    // From the last on: what one does not take after all, those before it need not give.
    for (number, part) in parts.iter_mut().enumerate().rev() {
        *part = if number == 0 {
            let mut first = Module::read(part)?;
            first.exports.retain(|export| !export.name.starts_with('=') || taken.contains(&export.name));
            first.write()
        } else {
            split::rename(part, &taken.iter().map(|name: &String| (name.clone(), name.clone())).collect())?
        };
        *part = optimise(place, &staged.folder, part_name(staged, number), part)?;
        if number > 0 {
            taken.extend(split::taken(part)?);
        }
    }
    Ok((parts, texts))
}

fn part_name(staged: &Staged, number: usize) -> &'static str {
    number.checked_sub(1).map_or("first", |number| staged.entry.later[number].0)
}

/// A module that stands alone, as small as the app's. Files of it are left in the folder.
pub fn module(place: &Place, folder: &Path, name: &str, module: &[u8]) -> Result<Vec<u8>> {
    number(place, folder, name, optimise(place, folder, name, module)?)
}

fn optimise(place: &Place, folder: &Path, part: &str, module: &[u8]) -> Result<Vec<u8>> {
    let file = |ending: &str| folder.join(format!("{part}-{ending}.wasm"));
    let (whole, small) = (file("whole"), file("small"));
    files::write(&whole, module)?;
    let mut command = place.command("wasm-opt");
    run::run(command.args(FEATURES).args(PASSES).arg(&whole).arg("-o").arg(&small))
        .context("the module could not be optimised, or needs a browser newer than the oldest phones have")?;
    files::read(&small)
}

/// A module with its functions and their variables numbered so that it compresses well.
fn number(place: &Place, folder: &Path, part: &str, mut module: Vec<u8>) -> Result<Vec<u8>> {
    for _ in 0..ROUNDS {
        module = order::by_likeness(&locals::by_use(&module)?)?;
    }
    let file = folder.join(format!("{part}.wasm"));
    files::write(&file, &module)?;
    let mut check = place.command("wasm-opt");
    run::run(check.args(FEATURES).arg(&file).args(["-o", "/dev/null"])).context("the numbered module is not valid")?;
    Ok(module)
}

/// Says to V8 that all functions are needed at once: it compiles them while the script comes, off the page's thread, instead
/// of each at its first call. Measured with `cargo xtask bench`'s slowdown: a tenth of a second. Others read a comment.
/// <https://v8.dev/blog/explicit-compile-hints>
const COMPILE_HINT: &str = "//# allFunctionsCalledOnLoad\n";

/// A script without comments but one, space, long names and what nothing in it uses.
pub fn script(place: &Place, source: &str) -> Result<String> {
    let file = place.target.join("zhucun-stage/whole.js");
    files::write(&file, source.as_bytes())?;
    let mut esbuild = place.command("esbuild");
    esbuild.arg(&file).args(["--minify", "--tree-shaking=true", "--format=esm", "--charset=utf8"]).args(BROWSERS);
    let small = run::read(esbuild.args(["--legal-comments=none", "--log-level=warning"]));
    Ok([COMPILE_HINT, &small.context("esbuild could not read a script")?].concat())
}
