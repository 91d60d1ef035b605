//! Attachments kept beside the archives: they never change or go, so only those that are not there yet are copied, and each
//! archive is small.

use std::path::Path;

use super::{BackupError, Progress, space};
use crate::{
    service::{
        files::{Files, Lying},
        random,
    },
    store::dump::Noted,
};

/// What was copied, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// How many were copied.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Those that the database knows of and whose bytes are not in the copy: in the data folder they are gone or
    /// damaged.
    pub missing: Vec<String>,
    /// Those that only the copy has whole: they can be put back.
    pub only_here: Vec<String>,
}

/// Copies what is not there yet, and looks whether everything is that the database knew of.
pub(super) async fn copy(
    (from, to): (&Files, &Files),
    folder: &Path,
    noted: &[Noted],
    progress: &dyn Fn(Progress),
) -> Result<Beside, BackupError> {
    let mut lying = Vec::new();
    let each = from.each(|file| {
        lying.push(file);
        Ok::<(), BackupError>(())
    });
    each.await?;
    let mut new = Vec::new();
    for file in lying {
        // One of another size was cut off, or is damaged here or there.
        if to.size(&file.stream, &file.sha256).await? != Some(file.size) {
            new.push(file);
        }
    }
    space::require(folder, new.iter().map(|file| file.size).sum())?;
    let all = new.len() as u64;
    let mut beside = Beside::default();
    for (done, file) in (1..).zip(&new) {
        if one(from, to, file).await? {
            beside.count += 1;
            beside.bytes += file.size;
        }
        progress(Progress::Attachments(done, all));
    }
    for Noted { stream, sha256 } in noted {
        let name = format!("{stream}/{sha256}");
        let stream = stream.parse().map_err(|_| crate::store::StoreError::Corrupt("stream"))?;
        let (there, here) = (from.size(&stream, sha256).await?, to.size(&stream, sha256).await?);
        if here.is_none() {
            tracing::warn!(sha256, "an attachment is missing");
            beside.missing.push(name);
        } else if here != there {
            tracing::warn!(sha256, "an attachment is gone or damaged; the copy still has it");
            beside.only_here.push(name);
        }
    }
    Ok(beside)
}

/// Copies one, if its bytes are what its name says.
async fn one(from: &Files, to: &Files, file: &Lying) -> Result<bool, BackupError> {
    let bytes = match from.get(&file.stream, &file.sha256).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::warn!(%error, sha256 = file.sha256, "an attachment cannot be read");
            return Ok(false);
        }
    };
    if random::sha256_hex(&bytes) != file.sha256 {
        tracing::warn!(sha256 = file.sha256, "an attachment is damaged");
        return Ok(false);
    }
    to.put(&file.stream, &file.sha256, bytes).await?;
    Ok(true)
}
