//! XML as text: elements, attributes and texts, everything escaped.

/// A document being written.
#[derive(Debug, Default)]
pub(super) struct Xml {
    out: String,
    /// Names of the elements that are open.
    open: Vec<String>,
    /// Whether the last element's start tag still takes attributes.
    in_tag: bool,
}

impl Xml {
    /// Opens an element.
    pub(super) fn open(&mut self, name: &str) {
        self.end_tag();
        self.out.push('<');
        self.out.push_str(name);
        self.open.push(name.to_owned());
        self.in_tag = true;
    }

    /// An attribute of the element opened last.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(&mut self.out, value, true);
        self.out.push('"');
    }

    /// As [`Xml::attribute`]; an empty value is no attribute.
    pub(super) fn attribute_if(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.attribute(name, value);
        }
    }

    /// Text inside the element opened last.
    pub(super) fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.end_tag();
            escape(&mut self.out, text, false);
        }
    }

    /// Closes the element opened last.
    pub(super) fn close(&mut self) {
        let Some(name) = self.open.pop() else { return };
        if self.in_tag {
            self.out.push_str("/>");
            self.in_tag = false;
        } else {
            self.out.push_str("</");
            self.out.push_str(&name);
            self.out.push('>');
        }
    }

    /// An element with nothing but a text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.open(name);
        self.text(text);
        self.close();
    }

    /// The document.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }

    fn end_tag(&mut self) {
        if self.in_tag {
            self.out.push('>');
            self.in_tag = false;
        }
    }
}

/// Adds a text so that a reader gets it back as it was. Characters that XML 1.0 cannot hold at all are left out.
fn escape(out: &mut String, text: &str, is_attribute: bool) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if is_attribute => out.push_str("&quot;"),
            // Readers turn plain ones into blanks in attributes, and a carriage return into a new line everywhere.
            '\n' if is_attribute => out.push_str("&#10;"),
            '\t' if is_attribute => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(character),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if character < ' ' => {}
            _ => out.push(character),
        }
    }
}

/// Whether a text can be an element's name, a prefix of ours in front or none. XML 1.0, fifth edition, 2.3, without colons.
pub(super) fn is_name(name: &str, prefixes: &[&str]) -> bool {
    let local = match name.split_once(':') {
        Some((prefix, local)) if prefixes.contains(&prefix) => local,
        Some(_) => return false,
        None => name,
    };
    let mut characters = local.chars();
    characters.next().is_some_and(begins_name)
        && characters.all(|next| {
            begins_name(next)
                || next.is_ascii_digit()
                || matches!(next, '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
        })
}

fn begins_name(character: char) -> bool {
    matches!(
        character,
        'A'..='Z'
            | 'a'..='z'
            | '_'
            | '\u{c0}'..='\u{d6}'
            | '\u{d8}'..='\u{f6}'
            | '\u{f8}'..='\u{2ff}'
            | '\u{370}'..='\u{37d}'
            | '\u{37f}'..='\u{1fff}'
            | '\u{200c}'..='\u{200d}'
            | '\u{2070}'..='\u{218f}'
            | '\u{2c00}'..='\u{2fef}'
            | '\u{3001}'..='\u{d7ff}'
            | '\u{f900}'..='\u{fdcf}'
            | '\u{fdf0}'..='\u{fffd}'
            | '\u{10000}'..='\u{effff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_cannot_be_taken_for_markup() {
        let mut xml = Xml::default();
        xml.open("a");
        xml.attribute("b", "\"<&>'\n");
        xml.text("]]><script>&amp;\u{0}\u{7}\r\n");
        xml.leaf("c", "");
        assert_eq!(xml.finish(), "<a b=\"&quot;&lt;&amp;&gt;'&#10;\">]]&gt;&lt;script&gt;&amp;amp;&#13;\n<c/></a>");
    }

    #[test]
    fn names_are_those_that_xml_takes() {
        for good in ["a", "_", "家庭", "a-b.c", "orx:meta", "é1"] {
            assert!(is_name(good, &["orx"]), "{good}");
        }
        for bad in ["", "1a", "a b", "x:meta", "m²", "ªb", "a<", "orx:"] {
            assert!(!is_name(bad, &["orx"]), "{bad}");
        }
    }
}
