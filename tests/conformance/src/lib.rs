//! Forms against the public engines' cases in ../shared/conformance, where present.

mod report;

use std::path::PathBuf;

pub use report::Report;

/// Where the shared data are: `ZHUCUN_SHARED`, else `shared` beside the repository.
pub fn shared() -> PathBuf {
    match std::env::var_os("ZHUCUN_SHARED") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
    }
}

/// The text of a file of the conformance data; `None` when the data are not here.
///
/// # Panics
/// With `CI=true`, where data that are missing must not look like a pass.
pub fn read(name: &str) -> Option<String> {
    let path = shared().join("conformance").join(name);
    let text = std::fs::read_to_string(&path).ok();
    assert!(
        text.is_some() || std::env::var("CI").as_deref() != Ok("true"),
        "{} is missing: set ZHUCUN_SHARED to the folder that holds conformance/",
        path.display()
    );
    text
}
