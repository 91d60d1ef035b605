//! The forms engine's share of the app: a module that calls all of it that phones use (`tests/engine-weight`), built as the app
//! is, against the same module without. The parts of the app cannot tell: what is in which follows what a first question needs.
use super::{Row, check};
use crate::{
    app::{Mode, compress, shrink, wasm_environment},
    files,
    place::Place,
    run, setup,
};
use anyhow::{Context, Result};

/// Most bytes, compressed: the budget.
const ENGINE_LIMIT: u64 = 70_000;

/// Cargo's name of the module.
const NAME: &str = "zhucun_engine_weight";

/// Builds both, prints the share; says what is over.
pub fn run(place: &Place, over: &mut Vec<String>) -> Result<()> {
    setup::for_app(place)?;
    let without = weigh(place, "without", &[])?;
    let engine = weigh(place, "engine", &["--features", "engine"])?;
    let told = weigh(place, "told", &["--features", "told"])?;
    println!("size: a module without the engine {without}, with it {engine}, with forms told in words too {told}");
    let row =
        Row { name: "definition, expressions, filling, pages, drafts".into(), bytes: engine.saturating_sub(without) };
    check("the engine's share", vec![row], ENGINE_LIMIT, over);
    Ok(())
}

/// Bytes of the module, compressed.
fn weigh(place: &Place, name: &str, features: &[&str]) -> Result<u64> {
    let toolchain = setup::std_source::find(place).context("std's source is missing: run `cargo xtask app`")?;
    let mut cargo = place.cargo();
    wasm_environment(place, &mut cargo, &toolchain, Mode::Release);
    cargo.args(["build", "--quiet", "--offline", "--target=wasm32-unknown-unknown", "--profile=wasm-release"]);
    run::run(cargo.args(["-p", "zhucun-engine-weight"]).args(features))?;
    let built = place.wasm_target().join("wasm32-unknown-unknown/wasm-release").join(NAME).with_extension("wasm");
    let folder = place.target.join("zhucun-stage/engine").join(name);
    std::fs::create_dir_all(&folder)?;
    let mut bindgen = place.command("wasm-bindgen");
    run::run(bindgen.args(["--target=web", "--no-typescript", "--out-dir"]).arg(&folder).arg(built))?;
    let module = files::read(&folder.join(format!("{NAME}_bg.wasm")))?;
    Ok(compress::brotli(&shrink::module(place, &folder, name, &module)?)?.len() as u64)
}
