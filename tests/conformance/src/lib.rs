//! Forms against the public engines' cases in ../shared/conformance, where present.

mod report;

use std::{io::Write as _, path::PathBuf};

use serde::de::DeserializeOwned;

pub use report::{Report, Suite};

/// Where the shared data are: `ZHUCUN_SHARED`, else `shared` beside the repository.
pub fn shared() -> PathBuf {
    match std::env::var_os("ZHUCUN_SHARED") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
    }
}

/// The text of a file of the conformance data; `None` when the data are not here, which is said.
///
/// # Panics
/// With `CI=true`, where data that are missing must not look like a pass.
pub fn read(name: &str) -> Option<String> {
    let path = shared().join("conformance").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        let missing = missing(&path.to_string_lossy(), std::env::var("CI").as_deref() == Ok("true"));
        // Not by `eprintln!`, which a test that passes keeps to itself. Nobody to tell when standard error is closed.
        let _ = writeln!(std::io::stderr(), "{}", missing.unwrap_or_else(|why| panic!("{why}")));
    }
    text
}

/// What to say of data that are not here; an error where they must be.
fn missing(path: &str, must_be_here: bool) -> Result<String, String> {
    let what_to_do = "set ZHUCUN_SHARED to the folder that holds conformance/";
    if must_be_here {
        Err(format!("{path} is missing, and with CI=true nothing is passed over: {what_to_do}"))
    } else {
        Ok(format!("NOT TESTED: {path} is missing; {what_to_do}"))
    }
}

/// The cases of a file of the conformance data, one a line; `None` when the data are not here. See [`read`].
///
/// # Panics
/// As [`read`]; and when a line is not such a case.
pub fn cases<T: DeserializeOwned>(name: &str) -> Option<Vec<T>> {
    let case = |(number, line)| match serde_json::from_str(line) {
        Ok(case) => case,
        Err(error) => panic!("{name}, line {}: {error}", number + 1),
    };
    Some(read(name)?.lines().enumerate().map(case).collect())
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn data_that_are_missing_are_said_and_fail_where_nothing_may_be_passed_over() {
        assert!(missing("/x", false).is_ok_and(|said| said.starts_with("NOT TESTED: /x is missing")));
        assert!(missing("/x", true).is_err_and(|why| why.contains("ZHUCUN_SHARED")));
    }
}
