//! What is wrong with a JSON, in words of the program only.

use std::fmt;

/// Why a JSON is not what it should be: where, and what should be there. Holds names that stand in the program, nothing
/// that was read: it may be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Names of fields, the innermost first: it is put together on the way out.
    path: Vec<&'static str>,
    expected: &'static str,
}

impl JsonError {
    /// Something else was expected here, e.g. `a text`.
    #[must_use]
    pub fn expected(what: &'static str) -> Self {
        Self { path: Vec::new(), expected: what }
    }

    /// The same, inside a field.
    #[must_use]
    pub fn inside(mut self, field: &'static str) -> Self {
        self.path.push(field);
        self
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, field) in self.path.iter().rev().enumerate() {
            f.write_str(if at == 0 { "" } else { "." })?;
            f.write_str(field)?;
        }
        f.write_str(if self.path.is_empty() { "expected " } else { ": expected " })?;
        f.write_str(self.expected)
    }
}

impl std::error::Error for JsonError {}
