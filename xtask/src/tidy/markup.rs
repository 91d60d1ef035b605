//! Pages carry no inline script and no inline style: the content security policy forbids both. The villager's pages are
//! one response with their style inside, which the server allows by hash; they are templates of the server. Views of the apps
//! make text nodes of words: who gets markup as it is, is listed.
use super::Source;

/// Findings in one file.
pub fn check(source: &Source) -> Vec<String> {
    if source.path.starts_with("src/") && source.extension() == "rs" {
        return raw(source);
    }
    if source.extension() != "html" {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let villager = source.path.starts_with("crates/server/");
    for (number, tag) in tags(&source.text) {
        let lower = tag.to_ascii_lowercase();
        let name = lower.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default();
        let has = |attribute: &str| lower.split_whitespace().any(|part| part.starts_with(attribute));
        let event = lower.split_whitespace().skip(1).any(|part| part.starts_with("on") && part.contains('='));
        let wrong = match name {
            "script" if !has("src=") => "inline script",
            "style" if !villager => "inline style",
            _ if has("style=") => "style attribute",
            _ if event => "event attribute",
            _ => continue,
        };
        findings.push(format!("{}:{number}: {wrong}: put it into a file of its own", source.path));
    }
    findings
}

/// Where the apps' views may take markup as it is: pictures of the program's own, and QR codes that the server draws.
const RAW: [&str; 3] = ["src/ui/icons.rs", "src/ui/pictures.rs", "src/desk/admin/parts.rs"];

/// Words of forms and of people reach the page as text, never as markup.
fn raw(source: &Source) -> Vec<String> {
    if RAW.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let lines = source.text.lines().enumerate().filter(|(_, line)| line.contains("inner_html"));
    lines.map(|(at, _)| format!("{}:{}: markup as it is: show words as text", source.path, at + 1)).collect()
}

/// Opening tags with the number of the line they start on, comments left out.
fn tags(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('<').map(|found| at + found) {
        let rest = &text[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            at = comment.find("-->").map_or(text.len(), |end| start + 4 + end + 3);
            continue;
        }
        let end = rest.find('>').unwrap_or(rest.len());
        if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            found.push((text[..start].lines().count().max(1), &rest[..end]));
        }
        at = start + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{super::source, *};

    #[test]
    fn inline_script_style_and_handlers_are_found() {
        for text in ["<script>f()</script>", "<style>p{}</style>", "<p style=\"color:red\">", "<a onclick=\"f()\">"] {
            assert_eq!(check(&source("index.html", text)).len(), 1, "{text}");
        }
    }

    #[test]
    fn markup_as_it_is_is_found_outside_of_our_own_pictures() {
        let text = "view! {\n    <p inner_html=label></p>\n}";
        assert_eq!(check(&source("src/pages/a.rs", text)), ["src/pages/a.rs:2: markup as it is: show words as text"]);
        assert!(check(&source("src/ui/icons.rs", text)).is_empty());
    }

    #[test]
    fn linked_files_and_comments_pass() {
        let text = "<!-- <script>no</script> -->\n<script type=\"module\" src=\"/a.js\"></script><link rel=\"stylesheet\"><p class=\"on\">a < b</p>";
        assert_eq!(check(&source("index.html", text)), [""; 0]);
    }
}
