//! No source file over 600 lines, and nothing left to be written later.
use super::Source;

const LIMIT: usize = 600;

/// Findings in one file.
pub fn check(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    if !matches!(source.extension(), "rs" | "css" | "js") {
        return findings;
    }
    let lines = source.text.lines().count();
    if lines > LIMIT {
        findings.push(format!("{}: {lines} lines, {LIMIT} at most: split it by what it is about", source.path));
    }
    if source.extension() == "rs" {
        // In two pieces, so that this file does not find itself.
        for marker in [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("dbg", "!(")] {
            for (index, _) in source.text.lines().enumerate().filter(|(_, line)| line.contains(marker)) {
                findings.push(format!("{}:{}: {marker}…) is left over", source.path, index + 1));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{super::source, *};

    #[test]
    fn a_file_of_600_lines_passes_and_of_601_does_not() {
        assert!(check(&source("src/a.rs", &"x\n".repeat(600))).is_empty());
        assert_eq!(check(&source("style/a.css", &"x\n".repeat(601))).len(), 1);
        assert!(check(&source("docs/a.md", &"x\n".repeat(601))).is_empty());
    }

    #[test]
    fn what_is_left_to_write_is_found_with_its_line() {
        let findings = check(&source("src/a.rs", concat!("fn a() {\n    todo", "!()\n}")));
        assert!(findings[0].starts_with("src/a.rs:2: "), "{findings:?}");
    }
}
