//! The small documents of the standard.

/// A document being written: elements in elements, each with a text.
pub(super) struct Xml {
    out: String,
    root: &'static str,
}

impl Xml {
    pub(super) fn new(root: &'static str, namespace: &str) -> Self {
        let out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{namespace}\">");
        Self { out, root }
    }

    pub(super) fn open(&mut self, name: &str) {
        self.out.push_str(&format!("<{name}>"));
    }

    pub(super) fn close(&mut self, name: &str) {
        self.out.push_str(&format!("</{name}>"));
    }

    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.open(name);
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\n' | '\t' => self.out.push(character),
                // XML cannot hold them.
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
                character => self.out.push(character),
            }
        }
        self.close(name);
    }

    pub(super) fn end(mut self) -> String {
        let root = self.root;
        self.close(root);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::Xml;

    #[test]
    fn texts_are_texts() {
        let mut xml = Xml::new("xforms", "urn:x");
        xml.leaf("name", "<a> & \u{7}]]>");
        assert!(xml.end().ends_with("<xforms xmlns=\"urn:x\"><name>&lt;a&gt; &amp; ]]&gt;</name></xforms>"));
    }
}
