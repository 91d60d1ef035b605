//! What kind of file a form comes in: said by its bytes, not by its name.

/// Kinds of files that forms come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A zip archive: xlsx, xlsm or ods.
    Archive,
    /// The old xls.
    Xls,
    /// An `XForm`.
    Xml,
    /// Tables of Markdown: `| survey |`.
    Markdown,
    /// Comma separated values; the first column names the sheet.
    Csv,
}

impl FileKind {
    /// The kind of a file; `None` for what no form comes in.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"PK\x03\x04") {
            return Some(Self::Archive);
        }
        if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            return Some(Self::Xls);
        }
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
        match text.first()? {
            b'<' => Some(Self::Xml),
            0 => None,
            _ => Some(if is_markdown(text) { Self::Markdown } else { Self::Csv }),
        }
    }
}

/// Whether the first line that is no comment begins with a bar.
fn is_markdown(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_start);
    lines.find(|line| !line.is_empty() && !line.starts_with(b"#")).is_some_and(|line| line.starts_with(b"|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_say_what_a_file_is() {
        for (bytes, kind) in [
            (&b"PK\x03\x04rest"[..], Some(FileKind::Archive)),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Some(FileKind::Xls)),
            (b"\xEF\xBB\xBF<?xml version='1.0'?>", Some(FileKind::Xml)),
            (b"\n  <h:html>", Some(FileKind::Xml)),
            (b"# my form\n\n| survey |\n", Some(FileKind::Markdown)),
            (b"survey,,\n,type,name\n", Some(FileKind::Csv)),
            (b"", None),
            (b"\0\0", None),
        ] {
            assert_eq!(FileKind::of(bytes), kind, "{bytes:?}");
        }
    }
}
