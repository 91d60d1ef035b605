//! A form's file, whatever kind it is.

use std::path::Path;

use zhucun_forms::{FormProblem, ReadForm, read_form};

use super::{CliError, read_file};
use crate::service::uploads::File;

/// What reading gave: a form with its warnings, or every problem.
pub(super) struct Readable {
    /// The file.
    pub(super) file: File,
    /// What is in it.
    pub(super) read: Result<ReadForm, Vec<FormProblem>>,
}

impl Readable {
    /// Reads a form by its bytes: sheets or `XForm` XML.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let bytes = read_file(path)?;
        let read = read_form(&name, &bytes);
        Ok(Self { file: File { name, bytes: bytes.into() }, read })
    }
}

/// Problems with file and place, a line each, in the terminal's language.
pub(super) fn lines(path: &Path, problems: &[FormProblem]) -> Vec<String> {
    let language = language();
    problems.iter().map(|problem| format!("{}: {}", path.display(), problem.message(&language))).collect()
}

/// The terminal's language, e.g. `zh_CN.UTF-8`.
pub(super) fn language() -> String {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_default()
}
