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

/// The page as it is served. No inline script: the content security policy forbids it.
pub fn page(source: &str, links: &Links) -> Result<String> {
    if source.matches(MARK).count() != 1 {
        bail!("the page needs the line `{MARK}` in its head, once");
    }
    let Links { wasm, script, boot, styles } = links;
    // The module is fetched while the script is still on its way; `crossorigin` makes the preload match fetch()'s mode.
    let tags = format!(
        "<link rel=\"stylesheet\" href=\"/{styles}\">\n\
         <link rel=\"modulepreload\" href=\"/{script}\">\n\
         <link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <script type=\"module\" src=\"/{boot}\"></script>"
    );
    let lines = source.replace(MARK, &tags);
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
        let source = "<head>\n  <link data-trunk rel=\"rust\">\n  <!-- assets -->\n</head>";
        let page = page(source, &links()).unwrap();
        assert!(page.contains("href=\"/assets/a.css\""), "{page}");
        assert!(page.contains("<script type=\"module\" src=\"/assets/boot.js\"></script>"), "{page}");
        assert!(!page.contains("data-trunk"), "{page}");
    }

    #[test]
    fn a_page_without_the_mark_is_refused() {
        assert!(page("<head></head>", &links()).unwrap_err().to_string().contains("<!-- assets -->"));
    }
}
