//! The built apps: embedded from `dist/`, or given by a test.

use std::{borrow::Cow, collections::BTreeMap};

use rust_embed::RustEmbed;

use crate::service::random;

#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Embedded;

/// Where the apps' files come from: `index.html` (phone), `desk.html`, `assets/`…; compressed twins end in `.br` and `.gz`.
#[derive(Clone, Debug)]
pub enum Assets {
    /// What was in `dist/` when the server was built.
    Embedded,
    /// By path, for tests.
    Memory(BTreeMap<String, Vec<u8>>),
}

/// A file.
#[derive(Debug)]
pub struct Asset {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// SHA-256 of them.
    pub sha256: String,
}

impl Assets {
    /// A file by path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Asset> {
        match self {
            Self::Embedded => Embedded::get(path)
                .map(|file| Asset { sha256: random::hex(&file.metadata.sha256_hash()), bytes: file.data }),
            Self::Memory(files) => files
                .get(path)
                .map(|bytes| Asset { sha256: random::sha256_hex(bytes), bytes: Cow::Owned(bytes.clone()) }),
        }
    }
}
