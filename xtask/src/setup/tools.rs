//! Programs the build and the checks call, each in the version that is asked for; installed into our cache when missing.
use crate::{files, place::Place, run};
use anyhow::{Context, Result};
use std::fs;

/// A program and how to get it.
pub struct Tool {
    name: &'static str,
    version: String,
    /// What its first line of `--version` must contain.
    says: String,
    /// How long getting it takes.
    pub how: &'static str,
    from: From,
}

enum From {
    /// `cargo install`, with these extra arguments.
    Cargo(&'static str, &'static [&'static str]),
    /// An npm package.
    Npm(&'static str),
}

/// wasm-bindgen's program: exactly the version of the library in Cargo.lock.
pub fn wasm_bindgen(place: &Place) -> Result<Tool> {
    let version = locked(&files::read_text(&place.root.join("Cargo.lock"))?, "wasm-bindgen")?;
    Ok(Tool {
        name: "wasm-bindgen",
        says: format!("wasm-bindgen {version}"),
        version,
        how: "building, about 4 minutes",
        // Without --locked: its lock file may name versions that a mirror does not have yet.
        from: From::Cargo("wasm-bindgen-cli", &[]),
    })
}

/// Trunk without TLS and update check. 0.22 asks for a newer compiler.
pub fn trunk() -> Tool {
    Tool {
        name: "trunk",
        version: "0.21.14".into(),
        says: "trunk 0.21.".into(),
        how: "building, about 4 minutes",
        from: From::Cargo("trunk", &["--locked", "--no-default-features"]),
    }
}

/// wasm-opt of Binaryen: makes the module small and checks what it needs.
pub fn wasm_opt() -> Tool {
    Tool {
        name: "wasm-opt",
        version: "132".into(),
        says: "version_132".into(),
        how: "fetching, a few seconds",
        from: From::Npm("binaryen@132.0.0"),
    }
}

/// esbuild, for smaller scripts and styles.
pub fn esbuild() -> Tool {
    Tool {
        name: "esbuild",
        version: "0.28.2".into(),
        says: "0.28.2".into(),
        how: "fetching, a few seconds",
        from: From::Npm("esbuild@0.28.2"),
    }
}

/// cargo-deny, for licences, bans and sources; it never asks the network here.
pub fn cargo_deny() -> Tool {
    Tool {
        name: "cargo-deny",
        version: DENY.into(),
        says: "cargo-deny ".into(),
        how: "building, about 4 minutes",
        from: From::Cargo("cargo-deny", &["--locked", "--no-default-features"]),
    }
}

/// cargo-fuzz, which builds and runs the targets of `cargo xtask fuzz`.
pub fn cargo_fuzz() -> Tool {
    Tool {
        name: "cargo-fuzz",
        version: "0.13.2".into(),
        says: "cargo-fuzz 0.13.".into(),
        how: "building, about 2 minutes",
        from: From::Cargo("cargo-fuzz", &["--locked"]),
    }
}

const DENY: &str = "0.20.2";

impl Tool {
    /// Name and version.
    pub fn label(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    /// Whether it is on `PATH` or in our cache in the version asked for.
    pub fn is_there(&self, place: &Place) -> bool {
        run::version(place.command(self.name).arg("--version")).is_some_and(|line| line.contains(&self.says))
    }

    /// Installs it into our cache.
    pub fn install(&self, place: &Place) -> Result<()> {
        fs::create_dir_all(&place.tools)?;
        match self.from {
            From::Cargo(krate, more) => self.cargo_install(place, krate, more),
            From::Npm(package) => {
                let prefix = place.tools.join("npm");
                fs::create_dir_all(&prefix)?;
                let mut npm = place.command("npm");
                npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(&prefix).arg(package);
                run::run(&mut npm)
                    .context("this comes as an npm package: install Node.js with npm (Debian: apt-get install npm)")
            }
        }
    }

    fn cargo_install(&self, place: &Place, krate: &str, more: &[&str]) -> Result<()> {
        let mut cargo = place.cargo();
        // Outside of the checkout: its configuration is not meant for them. Little optimisation: they run for seconds.
        cargo.current_dir(&place.tools).env("CARGO_TARGET_DIR", place.target.join("tools"));
        for (name, value) in [("LTO", "off"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "0"), ("DEBUG", "false")] {
            cargo.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
        }
        cargo.args(["install", "--quiet", "--force", krate, "--version", &self.version, "--root"]).arg(&place.tools);
        run::run(cargo.args(more))
            .with_context(|| format!("{krate} could not be built; with it on PATH this step is not needed"))
    }
}

/// The version of a package in a lock file.
fn locked(lock: &str, name: &str) -> Result<String> {
    let lock: toml::Table = lock.parse().context("Cargo.lock is not TOML")?;
    let packages = lock.get("package").and_then(|packages| packages.as_array());
    let package =
        packages.into_iter().flatten().find(|package| package.get("name").and_then(|n| n.as_str()) == Some(name));
    let version = package.and_then(|package| package.get("version")).and_then(|version| version.as_str());
    Ok(version.with_context(|| format!("Cargo.lock has no {name}"))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_comes_from_the_lock_file() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked(lock, "wasm-bindgen").unwrap(), "0.2.130");
        assert!(locked(lock, "trunk").is_err());
    }
}
