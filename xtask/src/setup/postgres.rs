//! PostgreSQL's programs, for the tests on a server of their own.
use crate::{place::Place, run, setup};
use anyhow::{Context, Result, bail};
use std::{fs, path::PathBuf};

/// The Debian package.
const PACKAGE: &str = "postgresql";
/// The oldest version that the tests run on: the first whose databases may have ICU's order of texts.
const OLDEST: u32 = 15;

/// Installs it, or says how to.
pub fn install(place: &Place) -> Result<()> {
    if setup::may_apt() {
        setup::apt(&[PACKAGE])?;
    }
    programs(place).map(|_| ())
}

/// The folder with `initdb` and `postgres` in it; the error says what to install.
pub fn programs(place: &Place) -> Result<PathBuf> {
    let found = candidates(place).into_iter().find_map(|folder| {
        let initdb = folder.join("initdb");
        let line = run::version(place.command(&initdb.to_string_lossy()).arg("--version"))?;
        folder.join("postgres").exists().then_some((folder, line))
    });
    let (folder, line) = found.with_context(|| {
        format!("the tests need PostgreSQL {OLDEST} or newer, and it is not here: on Debian, as root: apt-get install {PACKAGE}")
    })?;
    let version = major(&line).with_context(|| format!("`initdb --version` says {line}"))?;
    if version < OLDEST {
        bail!("the tests need PostgreSQL {OLDEST} or newer; {} has {version}", folder.display());
    }
    Ok(folder)
}

/// Debian keeps them off `PATH`, a folder for each version; the newest first, and those on `PATH` last.
fn candidates(place: &Place) -> Vec<PathBuf> {
    let mut debian: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_string_lossy().parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    debian.sort_unstable_by(|a, b| b.cmp(a));
    debian.into_iter().map(|(_, folder)| folder).chain(std::env::split_paths(&place.path())).collect()
}

/// The number after `(PostgreSQL)`.
fn major(line: &str) -> Option<u32> {
    let version = line.split_once("(PostgreSQL)")?.1.trim_start();
    let end = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("initdb (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("initdb"), None);
    }
}
