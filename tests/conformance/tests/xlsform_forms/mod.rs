//! A form as facts that can be compared: what pyxform made of a sheet, and what we did.

mod normal;
mod ours;
mod theirs;
mod xml;

use std::collections::BTreeMap;

pub use ours::ours;
pub use theirs::{queried, theirs};

/// What is said of a node (or of the form as a whole), in a form that does not depend on who says it. What is not set is
/// not there.
pub type Facts = BTreeMap<String, String>;

/// A form: facts of the form under the empty path, then those of its nodes in document order.
#[derive(Debug, Default)]
pub struct Form(pub Vec<(String, Facts)>);

impl Form {
    /// The first difference to another form; `None` when there is none.
    pub fn difference(&self, other: &Self) -> Option<String> {
        for ((path, facts), (other_path, other_facts)) in self.0.iter().zip(&other.0) {
            if path != other_path {
                return Some(format!("node {path}, not {other_path}"));
            }
            let keys = facts.keys().chain(other_facts.keys());
            for key in keys {
                let (one, other) = (facts.get(key), other_facts.get(key));
                if one != other {
                    return Some(format!("{path} {key}: {one:?}, not {other:?}"));
                }
            }
        }
        let (one, other) = (self.0.len(), other.0.len());
        (one != other).then(|| format!("{} nodes, not {}", one - 1, other - 1))
    }
}

/// Puts a fact, unless it says nothing.
fn put(facts: &mut Facts, key: &str, value: impl Into<String>) {
    let value = value.into();
    if !value.is_empty() {
        facts.insert(key.to_owned(), value);
    }
}
