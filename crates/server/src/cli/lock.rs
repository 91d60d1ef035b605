//! A lock on the data folder: nobody restores or upgrades under a server that runs.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use super::CliError;

/// Held until dropped; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "holds the lock")] File);

impl Lock {
    /// For a server; several may share a folder.
    pub(super) fn shared(data: &Path) -> Result<Self, CliError> {
        let file = file(data)?;
        match file.try_lock_shared() {
            // A disk without locks is not held against us.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(CliError::input(format!(
                "{} is being restored or upgraded by another zhucun; wait for its end",
                data.display()
            ))),
        }
    }

    /// For what no server may run beside.
    pub(super) fn alone(data: &Path) -> Result<Self, CliError> {
        let file = file(data)?;
        match file.try_lock() {
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                Err(CliError::input(format!("a zhucun server runs on {}; stop it first", data.display())))
            }
        }
    }
}

fn file(data: &Path) -> Result<File, CliError> {
    let path = data.join("zhucun.lock");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    options.open(&path).map_err(CliError::io(path.display().to_string()))
}
