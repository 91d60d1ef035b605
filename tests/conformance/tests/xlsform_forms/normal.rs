//! Ways of writing that mean the same.

use std::collections::BTreeMap;

/// How a form writes what all forms have.
pub struct Ways<'a> {
    /// The name of the root.
    pub root: &'a str,
    /// The default language, where it has a name.
    pub default: &'a str,
}

/// An expression without white space outside quotes, its paths absolute below the root: `at` is the path (without root) of
/// the node that `..` and `.` start from.
pub fn expression(text: &str, at: &str, ways: &Ways<'_>) -> String {
    let mut out = String::new();
    let mut rest = text;
    // What is before `rest`, white space counted.
    let mut last = None;
    while let Some(first) = rest.chars().next() {
        let begins = last.is_none_or(|last| !is_name_part(last) && !matches!(last, '/' | ')' | ']'));
        let of_last_saved = out.ends_with("instance('__last-saved')");
        if matches!(first, '\'' | '"')
            && let Some(end) = rest[1..].find(first)
        {
            out.push_str(&rest[..end + 2]);
            rest = &rest[end + 2..];
            last = Some(first);
        } else if begins && let Some(after) = rest.strip_prefix("current()/") {
            rest = after;
        } else if begins && let Some((path, after)) = relative(rest, at) {
            out.push_str(&path);
            rest = after;
            last = Some('/');
        } else if (begins || of_last_saved)
            && let Some(after) = below_root(rest, ways.root)
        {
            rest = after;
            if !rest.starts_with('/') {
                out.push('/');
            }
            last = Some('/');
        } else {
            if !first.is_whitespace() {
                out.push(first);
            }
            rest = &rest[first.len_utf8()..];
            last = Some(first);
        }
    }
    out
}

/// What follows the root in an absolute path.
fn below_root<'a>(text: &'a str, root: &str) -> Option<&'a str> {
    text.strip_prefix('/')?.strip_prefix(root).filter(|after| !after.starts_with(is_name_part))
}

fn is_name_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.')
}

/// The absolute beginning of a path that begins with `../` or `./` (or is `..`), and what follows it.
fn relative<'a>(text: &'a str, at: &str) -> Option<(String, &'a str)> {
    let up = |path: &str| path.rsplit_once('/').map_or(String::new(), |(above, _)| above.to_owned());
    let mut here = at.to_owned();
    let mut rest = text;
    if let Some(after) = rest.strip_prefix("./") {
        return Some((here + "/", after));
    }
    if !rest.starts_with("..") {
        return None;
    }
    while let Some(after) = rest.strip_prefix("..") {
        here = up(&here);
        match after.strip_prefix('/') {
            Some(after) => rest = after,
            None => return Some((here, after)),
        }
    }
    Some((here + "/", rest))
}

/// Words with `{path}` for the values in them, white space as one space.
pub fn words(text: &str, at: &str, ways: &Ways<'_>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find('{') {
        let Some(end) = rest[begin..].find('}') else { break };
        out.push_str(&rest[..begin]);
        out.push('{');
        out.push_str(&expression(&rest[begin + 1..begin + end], at, ways));
        out.push('}');
        rest = &rest[begin + end + 1..];
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text in its languages. The default one has no name here: pyxform writes a text that is in no other as it is. What is
/// missing in a language is not there.
pub fn languages(texts: impl IntoIterator<Item = (String, String)>, ways: &Ways<'_>) -> String {
    let all: BTreeMap<String, String> = texts
        .into_iter()
        .filter(|(_, text)| !text.is_empty() && text != "-")
        .map(|(language, text)| {
            (if language == "default" || language == ways.default { String::new() } else { language }, text)
        })
        .collect();
    let all: Vec<String> = all.into_iter().map(|(language, text)| format!("{language}:{text}")).collect();
    all.join(" | ")
}

/// `true()` and nothing: a rule that never holds is none.
pub fn condition(text: String) -> String {
    if text == "false()" { String::new() } else { text }
}

/// The languages that have a name, in no order.
pub fn named<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<&str> = all.filter(|name| !name.is_empty() && *name != "default").collect();
    all.sort_unstable();
    all.join(", ")
}
