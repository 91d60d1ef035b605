//! `cargo xtask tidy`: the project's own rules, each in a file of its own. All findings are shown, not only the first.
mod arrows;
mod lines;
mod locales;
mod markup;
mod paths;

use crate::{app, files, place::Place};
use anyhow::{Result, bail};
use std::path::Path;

/// Prints every finding; an error when there is one.
pub fn run(place: &Place) -> Result<()> {
    let findings = findings(place)?;
    for finding in &findings {
        println!("tidy: {finding}");
    }
    if !findings.is_empty() {
        bail!("tidy: {} to put right", findings.len());
    }
    println!("tidy: all in order");
    Ok(())
}

fn findings(place: &Place) -> Result<Vec<String>> {
    let sources = sources(&place.root)?;
    let mut findings = arrows::check(place)?;
    findings.extend(sources.iter().flat_map(lines::check));
    findings.extend(sources.iter().flat_map(markup::check));
    findings.extend(paths::check(&place.root, &sources));
    findings.extend(locales::check(&sources));
    findings.extend(app::manifest_findings(place)?);
    Ok(findings)
}

/// A text file of the checkout.
pub struct Source {
    /// From the root, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
}

impl Source {
    /// Its ending.
    pub fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

/// Every file of the checkout that is text.
fn sources(root: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in files::walk(root)? {
        let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
        if let Ok(text) = String::from_utf8(files::read(&path)?) {
            sources.push(Source { path: name, text });
        }
    }
    Ok(sources)
}

#[cfg(test)]
fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}
