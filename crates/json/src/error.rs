//! What is wrong with a JSON, in words of the program only.

use std::fmt;

/// Why a JSON is not what it should be: where, and what should be there. Holds names that stand in the program, nothing
/// that was read: it may be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError(Box<Inner>);

/// Boxed: a result then is hardly larger than what it carries, and every field that is read costs the phone less code.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    /// Names of fields, the innermost first: it is put together on the way out.
    path: Vec<&'static str>,
    expected: &'static str,
}

impl JsonError {
    /// Something else was expected here, e.g. `a text`.
    #[must_use]
    pub fn expected(what: &'static str) -> Self {
        Self(Box::new(Inner { path: Vec::new(), expected: what }))
    }

    /// The same, inside a field.
    #[must_use]
    pub fn inside(mut self, field: &'static str) -> Self {
        self.0.path.push(field);
        self
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { path, expected } = &*self.0;
        for (at, field) in path.iter().rev().enumerate() {
            f.write_str(if at == 0 { "" } else { "." })?;
            f.write_str(field)?;
        }
        f.write_str(if path.is_empty() { "expected " } else { ": expected " })?;
        f.write_str(expected)
    }
}

impl std::error::Error for JsonError {}
