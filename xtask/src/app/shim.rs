//! Trunk calls plain `cargo build --bin phone` and has no option for the package. Cargo then looks into the workspace's
//! default members, which are the native crates (and would join their features with the app's). So Trunk is given a
//! `cargo` on its PATH that adds `--package zhucun-app`: this program under that name.
use crate::place::Place;
use anyhow::{Context, Result, bail};
use std::{
    env,
    ffi::OsString,
    os::unix::{fs::symlink, process::CommandExt},
    path::Path,
    process::Command,
};

/// Holds the PATH on which the real cargo is, for the child under cargo's name.
const REAL_PATH: &str = "ZHUCUN_REAL_PATH";

/// Puts the stand-in first on the PATH of `command`.
pub fn use_in(place: &Place, command: &mut Command) -> Result<()> {
    let folder = place.target.join("zhucun-shim");
    std::fs::create_dir_all(&folder)?;
    let link = folder.join("cargo");
    let me = env::current_exe()?;
    if std::fs::read_link(&link).ok().as_deref() != Some(&me) {
        let _ = std::fs::remove_file(&link);
        symlink(&me, &link).with_context(|| format!("linking {}", link.display()))?;
    }
    let real = place.path();
    let path = env::join_paths([folder].into_iter().chain(env::split_paths(&real)))?;
    command.env("PATH", path).env(REAL_PATH, real);
    Ok(())
}

/// When this program was called as `cargo`: becomes the real one. Returns only when it was not, or with an error.
pub fn stand_in() -> Result<()> {
    let mut arguments = env::args_os();
    let name = arguments.next().unwrap_or_default();
    let (Some(path), true) = (env::var_os(REAL_PATH), Path::new(&name).file_name().is_some_and(|name| name == "cargo"))
    else {
        return Ok(());
    };
    let error =
        Command::new("cargo").args(with_package(arguments.collect())).env("PATH", path).env_remove(REAL_PATH).exec();
    bail!("could not start cargo: {error}")
}

fn with_package(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.first().is_some_and(|command| command == "build") {
        arguments.extend(["--package", "zhucun-app"].map(OsString::from));
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_build_is_told_its_package() {
        assert_eq!(with_package(vec!["build".into(), "--bin".into()]), ["build", "--bin", "--package", "zhucun-app"]);
        assert_eq!(with_package(vec!["metadata".into()]), ["metadata"]);
    }
}
