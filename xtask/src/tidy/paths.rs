//! Files named in README.md and docs/ are there: documentation that names gone files is worse than none.
use super::Source;
use std::path::Path;

/// Endings that make a word in backticks a file of this project.
const ENDINGS: [&str; 8] = ["rs", "md", "toml", "css", "html", "json", "js", "template.js"];
/// First parts that are made, not written.
const MADE: [&str; 6] = ["target", "dist", "demo", "screenshots", "node_modules", ".tools"];

/// Findings over all Markdown of the project.
pub fn check(root: &Path, sources: &[Source]) -> Vec<String> {
    let documents = sources.iter().filter(|source| is_document(&source.path));
    documents.flat_map(|document| gone(root, sources, document)).collect()
}

fn is_document(path: &str) -> bool {
    path.ends_with(".md") && (path.starts_with("docs/") || !path.contains('/')) && path != "CHANGELOG.md"
}

fn gone(root: &Path, sources: &[Source], document: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    let mut fenced = false;
    for (index, line) in document.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            for word in line.split('`').skip(1).step_by(2) {
                if is_path(root, word) && !exists(root, sources, &document.path, word) {
                    findings.push(format!("{}:{}: `{word}` is not there", document.path, index + 1));
                }
            }
        }
    }
    findings
}

/// Whether a word in backticks means a file or folder of this project.
fn is_path(root: &Path, word: &str) -> bool {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '-' | '_'));
    let first = word.split('/').next().unwrap_or_default();
    if !plain || first.is_empty() || word.starts_with("..") || word.contains("NNNN") || MADE.contains(&first) {
        return false;
    }
    let ending = ENDINGS
        .iter()
        .any(|ending| word.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.') && stem.len() > 1));
    ending || word.contains('/') && root.join(first).exists()
}

/// From the root, from the document's folder, or, for a bare name or the end of a path, anywhere.
fn exists(root: &Path, sources: &[Source], document: &str, word: &str) -> bool {
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let word = word.trim_end_matches('/');
    let tail = format!("/{word}");
    root.join(word).exists()
        || root.join(folder).join(word).exists()
        || sources.iter().any(|source| source.path.ends_with(&tail))
}

#[cfg(test)]
mod tests {
    use super::{super::source, *};

    fn findings(text: &str) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("src/pages")).unwrap();
        check(root.path(), &[source("README.md", text), source("src/routes.rs", "")])
    }

    #[test]
    fn a_file_that_is_gone_is_found_with_its_line() {
        assert_eq!(
            findings("ok\nsee `src/gone.rs` and `src/gone/`"),
            ["README.md:2: `src/gone.rs` is not there", "README.md:2: `src/gone/` is not there"]
        );
    }

    #[test]
    fn what_is_there_passes_also_by_its_bare_name() {
        assert_eq!(findings("`src/pages/` and `routes.rs`"), [""; 0]);
    }

    #[test]
    fn placeholders_types_and_addresses_are_not_paths() {
        let text = "`src/pages/<goal>/`, `application/json`, `/api/v1/openapi.json`, `docs/decisions/NNNN-x.md`, `../shared/a.md`, `dist/a.js`\n```\n`src/gone.rs`\n```";
        assert_eq!(findings(text), [""; 0]);
    }
}
