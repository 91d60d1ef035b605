//! A form's file, whatever kind it is.

use std::path::Path;

use zhucun_forms::{Definition, xform::read_xform};

use super::{CliError, forms::language, read_file};
use crate::service::forms;

/// The definition with its warnings, or every problem with its place: in words.
pub(super) type Readable = Result<(Definition, Vec<String>), Vec<String>>;

/// Reads a form by its bytes: `XForm` XML or sheets.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn read_form(path: &Path) -> Result<Readable, CliError> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let bytes = read_file(path)?;
    let language = language();
    let shown = path.display();
    if !is_xml(&bytes) {
        let line = |problem: &zhucun_forms::parse::SheetProblem| format!("{shown}: {}", problem.message(&language));
        let read = forms::read(&name, &bytes);
        let read = read.map(|(definition, warnings)| (definition, warnings.iter().map(line).collect()));
        return Ok(read.map_err(|problems| problems.iter().map(line).collect()));
    }
    let line = |problem: &zhucun_forms::xform::XFormProblem| format!("{shown}: {}", problem.message(&language));
    let text = std::str::from_utf8(&bytes).map_err(|_| CliError::input(format!("{shown}: not UTF-8")))?;
    let read = read_xform(text).map(|form| (form.definition, form.warnings.iter().map(line).collect()));
    Ok(read.map_err(|problems| problems.iter().map(line).collect()))
}

/// Whether the first letter is that of a tag.
fn is_xml(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}
