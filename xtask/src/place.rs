//! Where things are: the checkout, the target folder, the cache of tools.
use anyhow::{Context, Result};
use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

/// The folders every command works with.
pub struct Place {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target folder (`CARGO_TARGET_DIR`, else what cargo says).
    pub target: PathBuf,
    /// Tools installed by us, kept between checkouts.
    pub tools: PathBuf,
}

impl Place {
    /// Finds the folders. The checkout is the one cargo runs this program in, not the one it was built in: two checkouts
    /// may share a target folder.
    pub fn find() -> Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .context("run this as `cargo xtask …`: cargo says where the checkout is")?;
        let root = Path::new(&package).parent().context("xtask lies inside the workspace")?.to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => env::current_dir()?.join(folder),
            None => cargo_metadata::MetadataCommand::new()
                .current_dir(&root)
                .no_deps()
                .exec()
                .context("cargo metadata could not say where the target folder is")?
                .target_directory
                .into(),
        };
        Ok(Self { root, target, tools: cache_home()?.join("zhucun/tools") })
    }

    /// What lies beside the checkout and is no part of it: `ZHUCUN_SHARED`, else `../shared`.
    pub fn shared(&self) -> PathBuf {
        env::var_os("ZHUCUN_SHARED").map_or_else(|| self.root.join("../shared"), PathBuf::from)
    }

    /// The built app: what the server carries inside.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Target folder of the wasm build: another compiler and other flags, so a folder of its own.
    pub fn wasm_target(&self) -> PathBuf {
        self.target.join("wasm")
    }

    /// The release binary of the server.
    pub fn server(&self) -> PathBuf {
        self.target.join("release").join(format!("zhucun{}", env::consts::EXE_SUFFIX))
    }

    /// `PATH` with our tools first: they have the versions that are asked for.
    pub fn path(&self) -> OsString {
        let mine = [self.tools.join("bin"), self.tools.join("npm/node_modules/.bin")];
        let old = env::var_os("PATH").unwrap_or_default();
        env::join_paths(mine.into_iter().chain(env::split_paths(&old))).unwrap_or(old)
    }

    /// A child that runs in the checkout, finds our tools, and does not inherit what cargo set for this program.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.path()).env("CARGO_TARGET_DIR", &self.target);
        for name in ["CARGO", "RUSTC", "RUSTDOC", "LD_LIBRARY_PATH", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH"] {
            command.env_remove(name);
        }
        command
    }

    /// Cargo in the checkout.
    pub fn cargo(&self) -> Command {
        self.command("cargo")
    }
}

fn cache_home() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
        return Ok(folder.into());
    }
    let home = env::home_dir().context("no home folder: set HOME or XDG_CACHE_HOME, tools are kept below it")?;
    Ok(home.join(".cache"))
}
