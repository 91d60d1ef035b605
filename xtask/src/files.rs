//! Small helpers over files: walking the checkout, hashing, writing only what changed.
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Folders that are never source.
const SKIPPED: [&str; 7] = ["target", "dist", "demo", "screenshots", "node_modules", ".git", ".tools"];

/// Every file below `folder`, sorted, without build output. A folder that is absent has none.
pub fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(folder, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if SKIPPED.contains(&name.as_ref()) || name.starts_with("target-") {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), found)?;
        } else {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads a text file; the error names it.
pub fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// Reads a file; the error names it.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}

/// Writes a file, making its folder.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))
}

/// Makes `to` equal to `from`, leaving files alone that are the same already: cargo looks at their times.
pub fn mirror(from: &Path, to: &Path) -> Result<()> {
    let mut wanted = BTreeSet::new();
    for path in walk(from)? {
        let name = path.strip_prefix(from)?.to_path_buf();
        let bytes = read(&path)?;
        let there = to.join(&name);
        if fs::read(&there).ok().as_deref() != Some(&bytes[..]) {
            write(&there, &bytes)?;
        }
        wanted.insert(name);
    }
    for path in walk(to)? {
        if !wanted.contains(path.strip_prefix(to)?) {
            fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirrored_folder_has_the_same_files_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        write(&from.join("a/new.txt"), b"new").unwrap();
        write(&to.join("a/old.txt"), b"old").unwrap();
        mirror(&from, &to).unwrap();
        assert_eq!(walk(&to).unwrap(), [to.join("a/new.txt")]);
    }

    #[test]
    fn build_output_is_not_walked() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("target/x.rs"), b"").unwrap();
        write(&folder.path().join("src/x.rs"), b"").unwrap();
        assert_eq!(walk(folder.path()).unwrap(), [folder.path().join("src/x.rs")]);
    }
}
