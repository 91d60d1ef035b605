//! All of style/ for each page, in one piece or two: tokens and base first, comments and needless space gone.
use crate::files;
use anyhow::Result;
use std::path::Path;

/// The folder, in style/, of what only the phone's later pages need.
const LATER: &str = "later";

/// The styles of the entry `bin`, and those that come with its last part when `has_parts`. Files named `desk*.css` go to the
/// desk only: they must not weigh on a phone.
pub fn bundle(folder: &Path, bin: &str, has_parts: bool) -> Result<(String, String)> {
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for path in files::walk(folder)? {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(".css") && (bin == "desk" || !name.starts_with("desk")) {
            let is_later = has_parts && path.strip_prefix(folder)?.starts_with(LATER);
            let sheets = if is_later { &mut later } else { &mut first };
            sheets.push((rank(&name), name, files::read_text(&path)?));
        }
    }
    let joined = |mut sheets: Vec<(u8, String, String)>| {
        sheets.sort();
        sheets.iter().map(|(_, _, text)| minify(text)).collect()
    };
    Ok((joined(first), joined(later)))
}

fn rank(name: &str) -> u8 {
    match name {
        "tokens.css" => 0,
        "base.css" => 1,
        _ if name.starts_with("desk") => 3,
        // Print rules undo screen rules, so they come last.
        "print.css" => 4,
        _ => 2,
    }
}

/// Drops comments and space that has no meaning; strings stay as they are.
pub fn minify(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut chars = source.chars().peekable();
    let mut quote = None;
    let mut space = false;
    while let Some(c) = chars.next() {
        if let Some(open) = quote {
            out.push(c);
            if c == '\\' {
                out.extend(chars.next());
            } else if c == open {
                quote = None;
            }
            continue;
        }
        if c == '/' && chars.peek() == Some(&'*') {
            chars.next();
            let mut last = ' ';
            for next in chars.by_ref() {
                if last == '*' && next == '/' {
                    break;
                }
                last = next;
            }
            space = true;
        } else if c.is_whitespace() {
            space = true;
        } else {
            // Around these, space means nothing; around `:`, `+`, `(` and others it may.
            let tight = |c: char| matches!(c, '{' | '}' | ';' | ',');
            if space && !tight(c) && !out.is_empty() && !out.ends_with(tight) {
                out.push(' ');
            }
            if c == '}' && out.ends_with(';') {
                out.pop();
            }
            space = false;
            out.push(c);
            quote = matches!(c, '"' | '\'').then_some(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_space_go_and_strings_stay() {
        let source =
            "/* a */ .a , .b > p {\n  color : red ;\n  content: \"/* x */  ;\";\n}\n@media (min-width: 1px) and (x) {}";
        assert_eq!(minify(source), ".a,.b > p{color : red;content: \"/* x */  ;\"}@media (min-width: 1px) and (x){}");
    }

    #[test]
    fn space_that_means_something_stays() {
        assert_eq!(minify("a :hover { width: calc(1px + 2px) }"), "a :hover{width: calc(1px + 2px)}");
    }

    #[test]
    fn tokens_come_first_and_the_desk_is_not_on_the_phone() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in
            [("app.css", "p{}"), ("tokens.css", "t{}"), ("base.css", "b{}"), ("desk.css", "d{}"), ("print.css", "q{}")]
        {
            files::write(&folder.path().join(name), text.as_bytes()).unwrap();
        }
        assert_eq!(bundle(folder.path(), "phone", false).unwrap().0, "t{}b{}p{}q{}");
        assert_eq!(bundle(folder.path(), "desk", false).unwrap().0, "t{}b{}p{}d{}q{}");
    }

    #[test]
    fn what_only_later_pages_need_comes_with_them_and_is_in_one_file_where_there_are_no_parts() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("base.css", "b{}"), ("later/print.css", "q{}"), ("later/say.css", "s{}")] {
            files::write(&folder.path().join(name), text.as_bytes()).unwrap();
        }
        assert_eq!(bundle(folder.path(), "phone", true).unwrap(), ("b{}".to_owned(), "s{}q{}".to_owned()));
        assert_eq!(bundle(folder.path(), "phone", false).unwrap(), ("b{}s{}q{}".to_owned(), String::new()));
    }
}
