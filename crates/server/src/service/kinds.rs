//! What a file is by its first bytes, never by its name or the type it was sent with.

use zhucun_api::is_program;

/// What is served to be shown where it is; all else is only ever taken along.
const SHOWN: [&str; 13] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "audio/webm",
    "audio/ogg",
    "audio/mp4",
    "audio/mpeg",
    "audio/aac",
    "audio/wav",
    "video/webm",
    "video/mp4",
    "video/quicktime",
];

/// What nothing else is known of.
const BYTES: &str = "application/octet-stream";

/// How far into a Matroska file the names of its tracks stand at most.
const TRACKS: usize = 4096;

/// Whether a page may show or play a type of [`sniff`]: none of them can carry script.
#[must_use]
pub fn is_shown(mime: &str) -> bool {
    SHOWN.contains(&mime)
}

/// The type of an attachment. None for what is not taken: nothing at all, and programs. What is no type that is known here
/// is plain bytes; HTML and SVG, which can carry script, are text.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<&'static str> {
    if bytes.is_empty() || is_program(bytes) || is_package(bytes) {
        return None;
    }
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    let at = |from: usize, magic: &[u8]| bytes.get(from..from + magic.len()) == Some(magic);
    Some(if begins(&[0xff, 0xd8, 0xff]) {
        "image/jpeg"
    } else if begins(b"\x89PNG\r\n\x1a\n") {
        "image/png"
    } else if begins(b"GIF87a") || begins(b"GIF89a") {
        "image/gif"
    } else if begins(b"RIFF") && at(8, b"WEBP") {
        "image/webp"
    } else if begins(b"RIFF") && at(8, b"WAVE") {
        "audio/wav"
    } else if begins(b"OggS") {
        "audio/ogg"
    } else if begins(b"#!AMR") {
        "audio/amr"
    } else if begins(&[0x1a, 0x45, 0xdf, 0xa3]) {
        matroska(bytes)
    } else if at(4, b"ftyp") {
        iso_media(bytes.get(8..12).unwrap_or_default())
    } else if begins(b"ID3") {
        "audio/mpeg"
    } else if begins(b"%PDF-") {
        "application/pdf"
    } else if begins(b"PK\x03\x04") {
        "application/zip"
    } else {
        stream_of_sound(bytes).unwrap_or_else(|| if is_text(bytes) { "text/plain; charset=utf-8" } else { BYTES })
    })
}

/// A film has a track whose codec begins with `V_`. Source: Matroska, RFC 9559.
fn matroska(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(TRACKS)];
    let has = |name: &[u8]| head.windows(name.len()).any(|part| part == name);
    match (has(b"webm"), has(b"V_")) {
        (true, true) => "video/webm",
        (true, false) => "audio/webm",
        _ => BYTES,
    }
}

/// By the brand. Source: ISO/IEC 14496-12, and the brands that are registered.
fn iso_media(brand: &[u8]) -> &'static str {
    match brand {
        b"M4A " | b"M4B " => "audio/mp4",
        b"qt  " => "video/quicktime",
        b"heic" | b"heix" | b"mif1" | b"avif" => "image/heic",
        [b'3', b'g', ..] => "video/3gpp",
        _ => "video/mp4",
    }
}

/// MP3 and AAC have no head: each frame begins with 11 or 12 ones, then the layer: 0 for AAC.
fn stream_of_sound(bytes: &[u8]) -> Option<&'static str> {
    let [0xff, second, ..] = *bytes else { return None };
    match second & 0xf6 {
        0xf0 => Some("audio/aac"),
        0xf2 | 0xf4 | 0xe2 | 0xe4 => Some("audio/mpeg"),
        _ => None,
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{feff}');
    std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_control))
}

/// Whether it is a package of programs for phones: an archive with this file in it.
fn is_package(bytes: &[u8]) -> bool {
    let name = b"AndroidManifest.xml";
    bytes.starts_with(b"PK\x03\x04") && bytes.windows(name.len()).any(|part| part == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_known_as_phones_make_them() {
        let webm = |codec: &str| [b"\x1a\x45\xdf\xa3....webm....", codec.as_bytes()].concat();
        assert_eq!(sniff(&webm("A_OPUS")), Some("audio/webm"));
        assert_eq!(sniff(&webm("V_VP8 A_OPUS")), Some("video/webm"));
        for (bytes, mime) in [
            (&b"\0\0\0\x20ftypM4A "[..], "audio/mp4"),
            (b"\0\0\0\x20ftypisom", "video/mp4"),
            (b"\0\0\0\x20ftypqt  ", "video/quicktime"),
            (b"\0\0\0\x20ftyp3gp4", "video/3gpp"),
            (b"OggS\0", "audio/ogg"),
            (b"ID3\x03", "audio/mpeg"),
            (b"\xff\xfb\x90\x64", "audio/mpeg"),
            (b"\xff\xf1\x50\x80", "audio/aac"),
            (b"#!AMR\n", "audio/amr"),
            (b"RIFF....WAVE", "audio/wav"),
        ] {
            assert_eq!(sniff(bytes), Some(mime));
        }
    }

    #[test]
    fn what_can_carry_script_is_text_and_nothing_that_is_shown() {
        for bytes in
            [&b"<svg onload='x()'/>"[..], b"<!doctype html><script>", b"name,group\r\n", "\u{feff}名字".as_bytes()]
        {
            assert_eq!(sniff(bytes), Some("text/plain; charset=utf-8"));
        }
        assert!(!is_shown("text/plain; charset=utf-8") && !is_shown("application/pdf") && is_shown("audio/webm"));
        assert_eq!(sniff(b"%PDF-1.7"), Some("application/pdf"));
        assert_eq!(sniff(b"PK\x03\x04 [Content_Types].xml"), Some("application/zip"));
        assert_eq!(sniff(b"\x00\x01\x02"), Some("application/octet-stream"));
    }

    #[test]
    fn programs_are_not_taken() {
        for bytes in
            [&b"MZ\x90"[..], b"\x7fELF\x02", b"#!/bin/sh\n", b"dex\n035", b"PK\x03\x04 AndroidManifest.xml", b""]
        {
            assert_eq!(sniff(bytes), None);
        }
    }
}
