//! How many archives a folder keeps.

use std::{
    fs::{self, File},
    path::Path,
};

use super::{BackupError, MOMENT_NAME};

/// Deletes all archives of a folder but the newest `count`; the one that was just made stays whatever the clock says. Only
/// those that have the name of a moment; and what archives that were cut off have left. Gives how many archives went.
///
/// # Errors
/// When the folder fails.
pub fn newest(folder: &Path, count: usize, made: &Path) -> Result<usize, BackupError> {
    let failed = BackupError::archive(folder);
    let mut older = Vec::new();
    for entry in fs::read_dir(folder).map_err(&failed)? {
        let path = entry.map_err(&failed)?.path();
        match path.file_name().and_then(|name| name.to_str()) {
            Some(name) if is_archive(name) && path.file_name() != made.file_name() => older.push(path),
            Some(name) if name.strip_suffix(".partial").is_some_and(is_archive) => drop_partial(&path)?,
            Some(_) | None => {}
        }
    }
    // The names are in the order of the moments.
    older.sort();
    let gone = older.len().saturating_sub(count.saturating_sub(1));
    for path in older.iter().take(gone) {
        fs::remove_file(path).map_err(BackupError::archive(path))?;
    }
    Ok(gone)
}

fn is_archive(name: &str) -> bool {
    let digits = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    name.bytes().map(digits).eq(MOMENT_NAME.bytes())
}

/// One that is being written is locked.
fn drop_partial(path: &Path) -> Result<(), BackupError> {
    let failed = BackupError::archive(path);
    if File::open(path).map_err(&failed)?.try_lock().is_ok() {
        fs::remove_file(path).map_err(&failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stay_and_what_is_not_ours_is_not_touched() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| {
            let path = folder.path().join(name);
            fs::write(&path, "").expect("written");
            path
        };
        for day in 1..=5 {
            file(&format!("zhucun-2026110{day}T023000Z.tar"));
        }
        let others = ["zhucun-before-the-move.tar", "zhucun-20261101T023000Z.tar.age", "notes"];
        for name in others {
            file(name);
        }
        file("zhucun-20261101T023000Z.tar.partial");
        let writing = File::open(file("zhucun-20261102T023000Z.tar.partial")).expect("opened");
        writing.lock().expect("locked");
        // Made by a clock that was set back.
        let made = file("zhucun-20200101T000000Z.tar");
        assert_eq!(newest(folder.path(), 3, &made).expect("pruned"), 3);
        let mut names: Vec<String> = fs::read_dir(folder.path())
            .expect("listed")
            .map(|entry| entry.expect("listed").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                "notes",
                "zhucun-20200101T000000Z.tar",
                "zhucun-20261101T023000Z.tar.age",
                "zhucun-20261102T023000Z.tar.partial",
                "zhucun-20261104T023000Z.tar",
                "zhucun-20261105T023000Z.tar",
                "zhucun-before-the-move.tar",
            ]
        );
        assert_eq!(newest(folder.path(), 3, &made).expect("pruned"), 0);
        assert_eq!(newest(folder.path(), 1, &made).expect("pruned"), 2);
        assert!(made.exists());
    }
}
