//! `dist/manifest.json`: what the server needs to know about each file, and what it was built from.
use super::{Mode, bundle::Bundle};
use crate::files;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

/// The whole of dist/.
#[derive(Serialize, Deserialize, Debug)]
pub struct Manifest {
    /// Version of the phone app: the one in sw.js.
    pub version: String,
    /// How it was built: `release`, `pilot` or `dev`.
    pub mode: String,
    /// Hash of the sources.
    pub inputs: String,
    /// URL paths that the service worker keeps: all that a phone fetches.
    pub precache: Vec<String>,
    /// Files by path in dist/, without leading slash.
    pub files: BTreeMap<String, File>,
}

/// One file.
#[derive(Serialize, Deserialize, Debug)]
pub struct File {
    /// Its `Content-Type`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name carries the hash: it may be cached for ever.
    pub immutable: bool,
    /// `.br` and `.gz` lie beside it.
    pub compressed: bool,
    /// SHA-256 of the content, hexadecimal: serves as its ETag.
    pub sha256: String,
}

impl Manifest {
    /// Describes a bundle.
    pub fn new(bundle: &Bundle, version: String, precache: Vec<String>, mode: Mode, inputs: &str) -> Self {
        let files = bundle.iter().map(|(name, bytes)| {
            let file = File {
                kind: kind(name).to_owned(),
                immutable: name.starts_with("assets/") || name.starts_with("desk-assets/"),
                compressed: mode != Mode::Dev && super::compress::worth_it(name),
                sha256: files::hex(&files::sha256(bytes)),
            };
            (name.clone(), file)
        });
        Self { version, mode: mode.name().to_owned(), inputs: inputs.to_owned(), precache, files: files.collect() }
    }

    /// Reads it from a folder.
    pub fn read(folder: &Path) -> Result<Self> {
        let text = files::read_text(&folder.join("manifest.json"))?;
        serde_json::from_str(&text).context("dist/manifest.json is not one of ours: run `cargo xtask app --force`")
    }

    /// Writes it into a folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        files::write(&folder.join("manifest.json"), &serde_json::to_vec_pretty(self)?)
    }
}

/// The content type by the name's ending.
fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
