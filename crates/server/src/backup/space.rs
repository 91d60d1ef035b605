//! Room on a disk.

use std::path::Path;

use super::BackupError;

/// Kept free whatever happens: the server goes on writing beside us.
const SPARE: u64 = 16 * 1024 * 1024;

/// The bytes that we may still write where a folder is; none when the system does not say.
#[must_use]
#[cfg(unix)]
pub fn free(folder: &Path) -> Option<u64> {
    // A folder that is yet to be made is on the disk of the one above it.
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    let disk = rustix::fs::statvfs(there).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The bytes that we may still write where a folder is; none when the system does not say.
#[must_use]
#[cfg(not(unix))]
pub fn free(_: &Path) -> Option<u64> {
    None
}

/// Goes on only when there is room for so many bytes, and some to spare.
///
/// # Errors
/// [`BackupError::Space`].
pub fn require(folder: &Path, bytes: u64) -> Result<(), BackupError> {
    enough(folder, free(folder), bytes)
}

fn enough(folder: &Path, free: Option<u64>, bytes: u64) -> Result<(), BackupError> {
    let needed = bytes.saturating_add(SPARE);
    match free {
        Some(free) if free < needed => Err(BackupError::Space { folder: folder.to_owned(), free, needed }),
        Some(_) | None => Ok(()),
    }
}

/// Bytes for people: `1.5 MB`.
#[must_use]
pub fn shown(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => {
            let tenths = u128::from(bytes) * 10 / u128::from(unit);
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_shown_as_people_read_them() {
        let table =
            [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (1_549_999, "1.5 MB"), (23_000_000_000, "23.0 GB")];
        for (bytes, text) in table {
            assert_eq!(shown(bytes), text);
        }
    }

    #[test]
    fn a_disk_that_is_too_full_is_told_with_both_numbers() {
        let folder = Path::new("/srv");
        assert!(enough(folder, Some(SPARE + 5), 5).is_ok());
        assert!(enough(folder, None, u64::MAX).is_ok());
        let told = enough(folder, Some(1_500_000), 2_000_000_000).expect_err("too full").to_string();
        assert!(told.contains("/srv has room for 1.5 MB, and 2.0 GB are needed"), "{told}");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_is_yet_to_be_made_has_the_room_of_the_one_above() {
        let folder = tempfile::tempdir().expect("a folder");
        let free = free(&folder.path().join("not/yet/there")).expect("the system says");
        assert!(free > 0);
        assert!(require(folder.path(), u64::MAX).is_err());
    }
}
