//! The service worker, made from its template after everything else is named: the complete list and its version.
use super::{DESK, bundle::Bundle};
use crate::files;
use anyhow::{Result, bail};

/// The finished worker.
pub struct Worker {
    /// Its source.
    pub script: String,
    /// One hash over all it keeps.
    pub version: String,
    /// What it keeps: URL paths.
    pub precache: Vec<String>,
}

/// How what begins that the app never asks for: the system fetches the pictures once, when the app is installed.
const NOT_KEPT: [&str; 4] = ["robots.txt", "icon-", "shortcut-", "screenshot-"];

/// Fills `__VERSION__` and `__PRECACHE__`. What belongs to the desk, and what no page asks for, is left out.
pub fn write(template: &str, bundle: &Bundle) -> Result<Worker> {
    for mark in ["__VERSION__", "__PRECACHE__"] {
        if template.matches(mark).count() != 1 {
            bail!("public/sw.template.js needs {mark} once");
        }
    }
    let mut list = Vec::new();
    for (name, bytes) in bundle {
        let desk = name == DESK.html || name.starts_with(&format!("{}/", DESK.folder));
        if !desk && !NOT_KEPT.iter().any(|start| name.starts_with(start)) {
            let path = if name == "index.html" { "/".to_owned() } else { format!("/{name}") };
            list.push((path, files::sha256(bytes)));
        }
    }
    let mut all = template.to_owned();
    for (path, hash) in &list {
        all.push_str(&format!("{path} {}\n", files::hex(hash)));
    }
    let version = files::hex(&files::sha256(all.as_bytes())[..8]);
    let entries: Vec<(&str, String)> = list.iter().map(|(path, hash)| (path.as_str(), files::hex(hash))).collect();
    let script = template.replace("__VERSION__", &version).replace("__PRECACHE__", &serde_json::to_string(&entries)?);
    Ok(Worker { script, version, precache: list.into_iter().map(|(path, _)| path).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "const V = '__VERSION__';\nconst L = __PRECACHE__;\n";

    fn bundle(page: &str) -> Bundle {
        let files = [
            ("index.html", page),
            ("assets/a-1.js", "a"),
            ("desk.html", "d"),
            ("desk-assets/b.js", "b"),
            ("robots.txt", "r"),
            ("icon-192.png", "i"),
            ("screenshot-today.webp", "s"),
        ];
        files.into_iter().map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn the_list_has_every_file_of_the_phone_app_and_none_of_the_desk() {
        let worker = write(TEMPLATE, &bundle("x")).unwrap();
        assert_eq!(worker.precache, ["/assets/a-1.js", "/"]);
        assert!(worker.script.contains(&files::hex(&files::sha256(b"a"))), "{}", worker.script);
    }

    #[test]
    fn any_change_makes_another_version() {
        let one = write(TEMPLATE, &bundle("x")).unwrap();
        assert_eq!(one.version, write(TEMPLATE, &bundle("x")).unwrap().version);
        assert_ne!(one.version, write(TEMPLATE, &bundle("y")).unwrap().version);
        assert_ne!(one.version, write(&format!("{TEMPLATE}f();"), &bundle("x")).unwrap().version);
    }

    #[test]
    fn a_template_without_its_marks_is_refused() {
        assert!(write("const V = '__VERSION__';", &bundle("x")).is_err());
    }
}
