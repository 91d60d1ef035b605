//! std's source: the app builds std along with itself (docs/decisions/0001-build-std-and-mvp.md).
use crate::{
    place::Place,
    run::{self, Limited},
    setup,
};
use anyhow::{Context, Result, bail};
use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

/// The name under which Debian's compiler is linked into rustup.
const DEBIAN: &str = "debian";
/// What apt brings: a compiler with std's source, and the linker for wasm.
const PACKAGES: [&str; 6] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22", "rust-web-clippy", "rustfmt-web"];

/// The compiler that builds the wasm: the usual one, or Debian's under rustup.
pub struct Toolchain {
    name: Option<&'static str>,
}

impl Toolchain {
    /// Makes a child use it.
    pub fn choose(&self, command: &mut Command) {
        if let Some(name) = self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
    }
}

/// A compiler here that has std's source and a linker for wasm.
pub fn find(place: &Place) -> Option<Toolchain> {
    [Toolchain { name: None }, Toolchain { name: Some(DEBIAN) }].into_iter().find(|toolchain| {
        let mut rustc = place.command("rustc");
        toolchain.choose(&mut rustc);
        let sysroot = run::version(rustc.args(["--print", "sysroot"]));
        sysroot.is_some_and(|sysroot| {
            let rustlib = Path::new(&sysroot).join("lib/rustlib");
            rustlib.join("src/rust/library/std/Cargo.toml").is_file() && has_linker(place, &rustlib)
        })
    })
}

fn has_linker(place: &Place, rustlib: &Path) -> bool {
    let beside = std::fs::read_dir(rustlib).into_iter().flatten().flatten();
    beside.map(|host| host.path().join("bin/rust-lld")).any(|linker| linker.exists())
        || run::version(place.command("rust-lld").args(["-flavor", "wasm", "--version"])).is_some()
}

/// rustup first, as everywhere; where nothing answers it, Debian's packages; else says what to do.
pub fn install(place: &Place) -> Result<()> {
    // rustup hangs where its server cannot be reached.
    let mut rustup = place.command("rustup");
    rustup.args(["component", "add", "rust-src"]).stdout(Stdio::null()).stderr(Stdio::null());
    let ended = run::limited(&mut rustup, Duration::from_secs(60)).unwrap_or(Limited::Failed);
    if ended == Limited::Done && find(place).is_some() {
        return Ok(());
    }
    let why = if ended == Limited::TimedOut { "did not end within a minute" } else { "failed" };
    if !setup::may_apt() {
        bail!(
            "`rustup component add rust-src` {why}. Either run it where the network lets rustup through, \
             or, on Debian as root: apt-get install --no-install-recommends {}",
            PACKAGES.join(" ")
        );
    }
    println!("      `rustup component add rust-src` {why}: taking Debian's compiler");
    debian(place).context("setting up Debian's compiler")?;
    find(place)
        .map(|_| ())
        .context("Debian's packages are installed, but std's source is not below /usr/lib/rustlib/src")
}

fn debian(place: &Place) -> Result<()> {
    setup::apt(&PACKAGES)?;
    run::run(place.command("rustup").args(["toolchain", "link", DEBIAN, "/usr"]).stderr(Stdio::null()))?;
    let host = run::read(Command::new("/usr/bin/rustc").args(["--print", "host-tuple"]))?;
    let folder = Path::new("/usr/lib/rustlib").join(host.trim()).join("bin");
    std::fs::create_dir_all(&folder)?;
    let linker = folder.join("rust-lld");
    if !linker.exists() {
        std::os::unix::fs::symlink("/usr/bin/lld-22", &linker)
            .with_context(|| format!("linking {}", linker.display()))?;
    }
    Ok(())
}
