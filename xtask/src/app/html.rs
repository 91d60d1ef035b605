//! The pages: the checkout's HTML with the links to hashed files in the place of Trunk's.
use anyhow::{Result, bail};

/// Paths, without leading slash, that a page needs.
pub struct Links {
    /// The wasm module.
    pub wasm: String,
    /// wasm-bindgen's script.
    pub script: String,
    /// The small script that starts it.
    pub boot: String,
    /// The styles.
    pub styles: String,
}

/// What stands in the page where the links go.
const MARK: &str = "<!-- assets -->";
/// What stands in the page where the styles go: after the skeleton, which is painted without waiting for them.
const STYLES: &str = "<!-- styles -->";

/// The page as it is served. No inline script: the content security policy forbids it.
pub fn page(source: &str, links: &Links) -> Result<String> {
    for (mark, place) in [(MARK, "in its head"), (STYLES, "after its skeleton")] {
        if source.matches(mark).count() != 1 {
            bail!("the page needs the line `{mark}` {place}, once");
        }
    }
    let Links { wasm, script, boot, styles } = links;
    // The module is fetched while the script is still on its way; `crossorigin` makes the preload match fetch()'s mode.
    let tags = format!(
        "<link rel=\"modulepreload\" href=\"/{script}\">\n\
         <link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <script type=\"module\" src=\"/{boot}\"></script>"
    );
    let styles = format!("<link rel=\"stylesheet\" href=\"/{styles}\">");
    let lines = source.replace(MARK, &tags).replace(STYLES, &styles);
    let mut page = String::with_capacity(lines.len());
    for line in lines.lines().map(str::trim) {
        if !line.is_empty() && !line.contains("data-trunk") && !line.starts_with("<!--") {
            page.push_str(line);
            page.push('\n');
        }
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> Links {
        Links {
            wasm: "assets/a.wasm".into(),
            script: "assets/a.js".into(),
            boot: "assets/boot.js".into(),
            styles: "assets/a.css".into(),
        }
    }

    #[test]
    fn a_page_points_at_hashed_files_and_not_at_trunk() {
        let source = "<head>\n  <link data-trunk rel=\"rust\">\n  <!-- assets -->\n</head>\n<p>1</p>\n<!-- styles -->";
        let page = page(source, &links()).unwrap();
        assert!(page.contains("<p>1</p>\n<link rel=\"stylesheet\" href=\"/assets/a.css\">"), "{page}");
        assert!(page.contains("<script type=\"module\" src=\"/assets/boot.js\"></script>"), "{page}");
        assert!(!page.contains("data-trunk"), "{page}");
    }

    #[test]
    fn a_page_without_the_mark_is_refused() {
        assert!(page("<!-- styles -->", &links()).unwrap_err().to_string().contains("<!-- assets -->"));
        assert!(page("<!-- assets -->", &links()).unwrap_err().to_string().contains("<!-- styles -->"));
    }
}
