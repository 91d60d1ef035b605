//! The pages: the checkout's HTML with the links to hashed files in the place of Trunk's, and the styles inside.
use anyhow::{Result, ensure};
use std::fmt::Write as _;

/// What a page needs: paths, without leading slash, and its styles.
pub struct Needs {
    /// The wasm module, or the first part of it.
    pub wasm: String,
    /// wasm-bindgen's script.
    pub script: String,
    /// The small script that starts it.
    pub boot: String,
    /// The styles. They come with the page: over a slow line the time in which nothing else has been asked for yet is theirs,
    /// and no script waits for them.
    pub styles: String,
    /// The texts that come with the page (`texts.rs`), as JSON; none when empty.
    pub texts: String,
}

/// What stands in the page where the links go.
const MARK: &str = "<!-- assets -->";
/// What stands in the page where the styles go: after the skeleton, which is painted without waiting for them.
const STYLES: &str = "<!-- styles -->";

/// The page as it is served. No inline script: the content security policy forbids it. It names the styles by their hash,
/// which the server computes.
pub fn page(source: &str, needs: &Needs) -> Result<String> {
    for (mark, place) in [(MARK, "in its head"), (STYLES, "after its skeleton")] {
        ensure!(source.matches(mark).count() == 1, "the page needs the line `{mark}` {place}, once");
    }
    let Needs { wasm, script, boot, styles, texts } = needs;
    ensure!(!styles.contains("</"), "the styles would end their element");
    // The module is fetched while the script is still on its way; `crossorigin` makes the preload match fetch()'s mode.
    let tags = format!(
        "<link rel=\"modulepreload\" href=\"/{script}\">\n\
         <link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <script type=\"module\" src=\"/{boot}\"></script>"
    );
    let mut styles = format!("<style>{styles}</style>");
    if !texts.is_empty() {
        // No script but data, which no policy forbids; as JSON without a `<` it cannot end its element.
        let texts = texts.replace('<', "\\u003c");
        write!(styles, "\n<script type=\"application/json\" id=\"texts\">{texts}</script>")?;
    }
    let lines = source.replace(MARK, &tags).replace(STYLES, &styles);
    let mut page = String::with_capacity(lines.len());
    for line in lines.lines().map(str::trim) {
        if !line.is_empty() && !line.contains("data-trunk") && !line.starts_with("<!--") {
            page.push_str(line);
            page.push('\n');
        }
    }
    ensure!(texts.is_empty() || page.contains("id=\"texts\""), "the page has lost its texts: `data-trunk` is in one");
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs() -> Needs {
        Needs {
            wasm: "assets/a.wasm".into(),
            script: "assets/a.js".into(),
            boot: "assets/boot.js".into(),
            styles: "a{}".into(),
            texts: String::new(),
        }
    }

    #[test]
    fn texts_in_the_page_are_data_that_cannot_end_their_element() {
        let needs = Needs { texts: "[[1,\"</script><p>\"]]".into(), ..needs() };
        let page = page("<head>\n<!-- assets -->\n</head>\n<!-- styles -->", &needs).unwrap();
        let wanted = "<script type=\"application/json\" id=\"texts\">[[1,\"\\u003c/script>\\u003cp>\"]]</script>\n";
        assert!(page.ends_with(wanted), "{page}");
    }

    #[test]
    fn a_page_points_at_hashed_files_and_not_at_trunk() {
        let source = "<head>\n  <link data-trunk rel=\"rust\">\n  <!-- assets -->\n</head>\n<p>1</p>\n<!-- styles -->";
        let page = page(source, &needs()).unwrap();
        assert!(page.contains("<p>1</p>\n<style>a{}</style>"), "{page}");
        assert!(page.contains("<script type=\"module\" src=\"/assets/boot.js\"></script>"), "{page}");
        assert!(!page.contains("data-trunk"), "{page}");
    }

    #[test]
    fn a_page_without_the_mark_is_refused() {
        assert!(page("<!-- styles -->", &needs()).unwrap_err().to_string().contains("<!-- assets -->"));
        assert!(page("<!-- assets -->", &needs()).unwrap_err().to_string().contains("<!-- styles -->"));
    }
}
