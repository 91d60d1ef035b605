//! `cargo xtask app`: both wasm entries by Trunk, then what Trunk does not do: smaller files, hashed names, no inline
//! script, service worker with its complete list, brotli and gzip. The result is `dist/`, which the server carries inside.
mod bundle;
pub mod compress;
mod css;
mod glue;
mod html;
mod icons;
mod locals;
mod manifest;
mod objects;
mod order;
pub mod shim;
pub mod shrink;
mod split;
mod texts;
mod trunk;
mod wasm;
mod webmanifest;
mod worker;

pub use manifest::Manifest;
pub use trunk::wasm_environment;
pub use webmanifest::findings as manifest_findings;

use crate::{clock::Stopwatch, files, place::Place, setup};
use anyhow::Result;
use std::path::PathBuf;

/// What to build.
#[derive(clap::Args, Clone, Copy, Default)]
pub struct Options {
    /// Quick build for development: no optimisation, no compression
    #[arg(long, conflicts_with = "pilot")]
    pub dev: bool,
    /// Release build that keeps the text of panics, for phones in a pilot
    #[arg(long)]
    pub pilot: bool,
    /// Build although nothing changed
    #[arg(long)]
    pub force: bool,
}

/// The three ways of building.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// As phones get it.
    Release,
    /// As phones get it, with panic texts.
    Pilot,
    /// For the development loop.
    Dev,
}

impl Mode {
    /// Its name in manifest.json and cache keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Pilot => "pilot",
            Self::Dev => "dev",
        }
    }
}

impl Options {
    fn mode(self) -> Mode {
        match (self.dev, self.pilot) {
            (true, _) => Mode::Dev,
            (_, true) => Mode::Pilot,
            _ => Mode::Release,
        }
    }
}

/// One of the two pages.
pub struct Entry {
    /// The cargo binary.
    pub bin: &'static str,
    /// Its page, in the checkout and in dist/.
    pub html: &'static str,
    /// Where its hashed files are served from.
    pub folder: &'static str,
    /// The parts that are fetched after the start, in the order in which they come. They are entered through
    /// `zhucun_app::later` alone.
    pub later: &'static [Part],
}

/// A part's name, and the modules that go into it: of two parts that list one, the later has it. `src/later.rs` knows the parts by
/// their numbers.
pub type Part = (&'static str, &'static [&'static str]);

/// The name of the part that no first question needs.
pub const LATER: &str = "later";

/// The phone app at `/`.
pub const PHONE: Entry = Entry {
    bin: "phone",
    html: "index.html",
    folder: "assets",
    later: &[
        // What fills a checklist: not needed for the first page, close behind it.
        ("forms", &["form_ui", "pages::visits", "platform::host::BrowserHost", "state::drafts", "zhucun_forms"]),
        (
            LATER,
            &[
                "form_ui::acknowledge",
                "form_ui::date",
                "filling::way",
                "form_ui::media",
                "form_ui::range",
                "form_ui::rare",
                "form_ui::repeat",
                "pages::households::conflicts",
                "pages::households::new",
                "pages::households::saved_visit",
                "pages::install",
                "pages::link",
                "pages::mine",
                "pages::needs::detail",
                "pages::needs::list",
                "pages::needs::photo",
                "pages::say",
                "pages::shared",
                "pages::sync",
                "pages::visits::answers",
                "pages::visits::contents",
                "pages::visits::done",
                "pages::visits::outline",
                "pages::visits::review",
                "pages::visits::version",
                "pages::visits::way",
                "platform::awake",
                "platform::camera",
                "platform::install_offer",
                "platform::js",
                "platform::location",
                "platform::recorder",
                "platform::share",
                "platform::shared",
                "instance::paging",
                "instance::pictures",
                "instance::placed",
                "list::json",
                "moving::",
                "state::form_files",
                "drafts::attachment_name",
                "drafts::correction",
                "drafts::ending",
                "drafts::forget",
                "drafts::keep_bytes",
                "drafts::keep_picture",
                "drafts::made",
                "drafts::rename",
                "drafts::version",
                "state::link",
                "state::lost",
                "state::rare",
                "state::resolve",
                "state::saying",
                "state::sending",
                "state::shared",
                "ui::qr",
                "ui::sizes",
                "ui::told",
                "functions::rare::",
            ],
        ),
    ],
};
/// The desk at `/desk`.
pub const DESK: Entry = Entry { bin: "desk", html: "desk.html", folder: "desk-assets", later: &[] };

/// The command: sets up the tools, then builds.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    let mode = options.mode();
    if !options.force && is_built(place, mode)? {
        println!("app: dist/ is up to date ({})", mode.name());
        return Ok(());
    }
    setup::for_app(place)?;
    build(place, mode, options.force)
}

/// Whether dist/ was built in this mode from what the checkout holds now.
pub fn is_built(place: &Place, mode: Mode) -> Result<bool> {
    let Ok(manifest) = Manifest::read(&place.dist()) else { return Ok(false) };
    Ok(manifest.mode == mode.name() && manifest.inputs == inputs(place)?)
}

/// Builds into dist/; a build of the same inputs that was kept is taken instead.
pub fn build(place: &Place, mode: Mode, force: bool) -> Result<()> {
    let watch = Stopwatch::start();
    let inputs = inputs(place)?;
    let kept = place.target.join("zhucun-app").join(format!("{}-{inputs}", mode.name()));
    if force || Manifest::read(&kept).is_err() {
        let staged = trunk::build(place, mode)?;
        let fresh = kept.with_extension("new");
        if fresh.exists() {
            std::fs::remove_dir_all(&fresh)?;
        }
        bundle::write(place, &staged, &fresh, mode, &inputs)?;
        if kept.exists() {
            std::fs::remove_dir_all(&kept)?;
        }
        std::fs::rename(&fresh, &kept)?;
        forget_old(&kept)?;
    } else {
        println!("app: this very source was built before, taking that");
    }
    files::mirror(&kept, &place.dist())?;
    let manifest = Manifest::read(&place.dist())?;
    println!("app: dist/ is ready, version {}, {} files, {}", manifest.version, manifest.files.len(), watch.words());
    Ok(())
}

/// Keeps the newest few builds.
fn forget_old(kept: &std::path::Path) -> Result<()> {
    let Some(folder) = kept.parent() else { return Ok(()) };
    let mut builds = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        builds.push((entry.metadata()?.modified()?, entry.path()));
    }
    builds.sort();
    let surplus = builds.len().saturating_sub(6);
    for (_, path) in builds.into_iter().take(surplus).filter(|(_, path)| path != kept) {
        std::fs::remove_dir_all(path)?;
    }
    Ok(())
}

/// Everything that decides what the app looks like; a change to any of it makes a new build.
const INPUTS: [&str; 19] = [
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "index.html",
    "desk.html",
    "src",
    "crates/api",
    "crates/domain",
    "crates/forms",
    "crates/json",
    "crates/sync",
    "crates/view",
    "crates/view-macro",
    "crates/words",
    "locales",
    "public",
    "style",
    "xtask/Cargo.toml",
    "xtask/src/app",
];

/// One hash over the names and contents of all inputs.
fn inputs(place: &Place) -> Result<String> {
    let mut all = String::new();
    for input in INPUTS {
        let path = place.root.join(input);
        let paths: Vec<PathBuf> = if path.is_file() { vec![path] } else { files::walk(&path)? };
        for path in paths {
            let name = path.strip_prefix(&place.root)?.to_string_lossy().into_owned();
            all.push_str(&format!("{name} {}\n", files::hex(&files::sha256(&files::read(&path)?))));
        }
    }
    Ok(files::hex(&files::sha256(all.as_bytes())[..8]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phones_parts_are_those_that_the_app_knows_by_number() {
        let names: Vec<&str> = PHONE.later.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["forms", LATER], "src/later.rs: FORMS and REST");
    }
}
