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
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::Error(error)) => Ok(Self::none(file, data, &error)),
            Err(TryLockError::WouldBlock) => Err(at_work(data)),
        }
    }

    /// For what no server may run beside; `what` that is, for who reads why not.
    pub(super) fn alone(data: &Path, what: &str) -> Result<Self, CliError> {
        let file = file(data)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::Error(error)) => Ok(Self::none(file, data, &error)),
            // Somebody who is alone here himself keeps servers out too.
            Err(TryLockError::WouldBlock) => Err(match file.try_lock_shared() {
                Err(TryLockError::WouldBlock) => at_work(data),
                Ok(()) | Err(TryLockError::Error(_)) => CliError::input(format!(
                    "a zhucun server runs on {}; stop it first, and every one of them where several share it: {what} only \
                     while none runs",
                    data.display()
                )),
            }),
        }
    }

    /// A disk without locks is not held against us.
    fn none(file: File, data: &Path, error: &std::io::Error) -> Self {
        tracing::warn!(%error, "{} has no locks: nothing keeps two zhucun apart", data.display());
        Self(file)
    }
}

fn at_work(data: &Path) -> CliError {
    let data = data.display();
    CliError::input(format!("{data} is being restored or upgraded by another zhucun; wait for its end"))
}

fn file(data: &Path) -> Result<File, CliError> {
    let path = data.join("zhucun.lock");
    let mut options = std::fs::OpenOptions::new();
    // To be read too: over NFS a shared lock is a lock for reading.
    options.read(true).write(true).create(true).truncate(false);
    options.open(&path).map_err(CliError::io(path.display().to_string()))
}
