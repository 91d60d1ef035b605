//! From Trunk's output to dist/: every file under a name that carries its hash, and pages that point at them.
use super::{
    Entry, LATER, Manifest, Mode, PHONE, compress, css, html, icons, shrink, shrink::Small, trunk::Staged, worker,
};
use crate::{files, place::Place};
use anyhow::{Context, Result};
use std::{collections::BTreeMap, path::Path};

/// The files of dist/ while they are put together: path without leading slash, content.
pub type Bundle = BTreeMap<String, Vec<u8>>;

/// Writes dist/ into `folder`.
pub fn write(place: &Place, staged: &[Staged], folder: &Path, mode: Mode, inputs: &str) -> Result<()> {
    let mut bundle = Bundle::new();
    for staged in staged {
        let needs = add_entry(place, &mut bundle, staged, mode)?;
        let page = html::page(&files::read_text(&place.root.join(staged.entry.html))?, &needs)?;
        bundle.insert(staged.entry.html.to_owned(), page.into_bytes());
    }
    add_public(place, &mut bundle)?;
    icons::add(&mut bundle);
    let worker = worker::write(&template(place, "sw", mode, &[])?, &bundle)?;
    bundle.insert("sw.js".to_owned(), worker.script.into_bytes());
    let manifest = Manifest::new(&bundle, worker.version, worker.precache, mode, inputs);
    for (name, bytes) in &bundle {
        files::write(&folder.join(name), bytes)?;
    }
    if mode != Mode::Dev {
        compress::beside(folder, &bundle)?;
    }
    manifest.write(folder)
}

/// Adds script, module, boot and styles of one entry; gives what its page needs.
fn add_entry(place: &Place, bundle: &mut Bundle, staged: &Staged, mode: Mode) -> Result<html::Needs> {
    let Entry { bin, folder, .. } = *staged.entry;
    let Small { module, later, mut script, texts } = match mode {
        Mode::Dev => {
            let (module, script) = staged.read()?;
            Small { module, later: Vec::new(), script, texts: Vec::new() }
        }
        Mode::Release | Mode::Pilot => shrink::app(place, staged)?,
    };
    // Four fifths: what is left is on its way while the next part is asked for.
    let nearly = (module.len() / 5 * 4).to_string();
    let wasm = add_hashed(bundle, folder, bin, "wasm", module);
    // A build in one part has nothing to fetch.
    let named = later.into_iter().zip(staged.entry.later);
    let parts: Vec<_> =
        named.map(|(part, (name, _))| ["/", &add_hashed(bundle, folder, name, "wasm", part)].concat()).collect();
    let (styles, later) = css::bundle(&place.root.join("style"), bin, !parts.is_empty())?;
    let mut later_styles = String::new();
    if !later.is_empty() {
        later_styles = ["/", &add_hashed(bundle, folder, LATER, "css", later.into_bytes())].concat();
    }
    for (import, bytes) in snippets(&staged.folder, &script)? {
        let path = add_hashed(bundle, folder, "snippet", "js", bytes);
        script = script.replace(&import, &format!("./{}", file_name(&path)));
    }
    let script = add_hashed(bundle, folder, bin, "js", script.into_bytes());
    // The desk asks by itself.
    let first = if bin == PHONE.bin { "1" } else { "" };
    let app = format!("./{}", file_name(&script));
    let module = format!("/{wasm}");
    let parts = serde_json::to_string(&parts)?;
    let values = [
        ("__PARTS__", parts.as_str()),
        ("__STYLES__", &later_styles),
        ("__FIRST__", first),
        ("__APP__", &app),
        ("__MODULE__", &module),
        ("__NEARLY__", &nearly),
    ];
    let boot = template(place, "boot", mode, &values)?;
    let boot = add_hashed(bundle, folder, "boot", "js", boot.into_bytes());
    let texts = if texts.is_empty() { String::new() } else { serde_json::to_string(&texts)? };
    Ok(html::Needs { wasm, script, boot, styles, texts })
}

/// A script of public/, filled in: before esbuild looks at it, which draws conclusions from what is fixed.
fn template(place: &Place, name: &str, mode: Mode, values: &[(&str, &str)]) -> Result<String> {
    let mut text = files::read_text(&place.root.join(format!("public/{name}.template.js")))?;
    for (mark, value) in values {
        text = text.replace(mark, value);
    }
    if mode == Mode::Dev { Ok(text) } else { shrink::script(place, &text) }
}

/// Adds a file under `folder/name-hash.extension`; gives that path.
fn add_hashed(bundle: &mut Bundle, folder: &str, name: &str, extension: &str, bytes: Vec<u8>) -> String {
    let hash = files::hex(&files::sha256(&bytes)[..8]);
    let path = format!("{folder}/{name}-{hash}.{extension}");
    bundle.insert(path.clone(), bytes);
    path
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The `./snippets/…` files that crates bring along and the script imports: import text and content.
fn snippets(folder: &Path, script: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for part in script.split(['\'', '"']).filter(|part| part.starts_with("./snippets/")) {
        let bytes = files::read(&folder.join(part)).context("a script of a crate is missing in Trunk's output")?;
        if !found.iter().any(|(import, _)| import == part) {
            found.push((part.to_owned(), bytes));
        }
    }
    Ok(found)
}

/// Adds public/ as it is, without the templates.
pub(super) fn add_public(place: &Place, bundle: &mut Bundle) -> Result<()> {
    let public = place.root.join("public");
    for path in files::walk(&public)? {
        let name = path.strip_prefix(&public)?.to_string_lossy().into_owned();
        if !name.ends_with(".template.js") {
            bundle.insert(name, files::read(&path)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_carries_its_hash() {
        let mut bundle = Bundle::new();
        let path = add_hashed(&mut bundle, "assets", "phone", "css", b"a{}".to_vec());
        assert_eq!(path, format!("assets/phone-{}.css", files::hex(&files::sha256(b"a{}")[..8])));
        assert!(bundle.contains_key(&path));
    }

    #[test]
    fn scripts_that_crates_bring_along_are_found_once() {
        let folder = tempfile::tempdir().unwrap();
        files::write(&folder.path().join("snippets/x-1/inline0.js"), b"export {}").unwrap();
        let script = "import * as a from './snippets/x-1/inline0.js';\nimport * as b from './snippets/x-1/inline0.js';";
        let found = snippets(folder.path(), script).unwrap();
        assert_eq!(found, [("./snippets/x-1/inline0.js".to_owned(), b"export {}".to_vec())]);
    }
}
