//! A photo from outside the app: what it is by its first bytes, and without what the camera wrote into it (place, time, owner).

/// What a photo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

impl Format {
    /// By the first bytes, never by name or declared type.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(PNG_HEAD) {
            Some(Self::Png)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else {
            None
        }
    }

    /// The ending of a file's name.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

const PNG_HEAD: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The photo without what the camera or an editor wrote into it; `None` when it is none of the formats or is not whole.
#[must_use]
pub fn clean(bytes: &[u8]) -> Option<(Format, Vec<u8>)> {
    let format = Format::sniff(bytes)?;
    let cleaned = match format {
        Format::Jpeg => clean_jpeg(bytes)?,
        Format::Png => clean_png(bytes)?,
        Format::Webp => clean_webp(bytes)?,
    };
    Some((format, cleaned))
}

/// Drops APP1 (EXIF, XMP), APP13 (IPTC), comments, every other APPn that is not needed to show the picture, and what
/// stands behind its end (phones put a second picture or a film there, with its own EXIF). The orientation stays.
fn clean_jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0xFF, 0xD8];
    let mut at = 2;
    let mut turned = false;
    loop {
        // Any number of FF may stand before a marker.
        while bytes.get(at) == Some(&0xFF) && bytes.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        let (0xFF, marker) = (*bytes.get(at)?, *bytes.get(at + 1)?) else { return None };
        if marker == 0xD9 {
            out.extend([0xFF, 0xD9]);
            return Some(out);
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let segment = bytes.get(at..at + 2 + length).filter(|_| length >= 2)?;
        at += segment.len();
        match marker {
            // JFIF, colour profile, Adobe's colour transform: needed to show the picture.
            0xE0 | 0xE2 | 0xEE if !segment[4..].starts_with(b"MPF\0") => out.extend(segment),
            0xE1 if !turned => {
                if let Some(turn) = orientation(&segment[4..]).filter(|turn| (2..=8).contains(turn)) {
                    out.extend(orientation_segment(turn));
                    turned = true;
                }
            }
            0xE0..=0xEF | 0xFE => {}
            0xDA => {
                out.extend(segment);
                let end = at + scan_length(&bytes[at..])?;
                out.extend(&bytes[at..end]);
                at = end;
            }
            _ => out.extend(segment),
        }
    }
}

/// The length of the picture data up to the next marker that is not a restart.
fn scan_length(data: &[u8]) -> Option<usize> {
    data.windows(2).position(|two| two[0] == 0xFF && !matches!(two[1], 0x00 | 0xD0..=0xD7 | 0xFF))
}

/// The orientation (1–8) of an EXIF segment's content.
fn orientation(content: &[u8]) -> Option<u8> {
    let tiff = content.strip_prefix(b"Exif\0\0")?;
    let little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let two = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let u32_at = |at: usize| {
        let four: [u8; 4] = tiff.get(at..at + 4)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let directory = usize::try_from(u32_at(4)?).ok().filter(|at| *at < tiff.len())?;
    (0..usize::from(u16_at(directory)?))
        .map(|n| directory + 2 + 12 * n)
        .find(|entry| u16_at(*entry) == Some(0x0112))
        .and_then(|entry| u16_at(entry + 8))
        .and_then(|value| u8::try_from(value).ok())
}

/// An EXIF segment that says the orientation and nothing else.
fn orientation_segment(turn: u8) -> Vec<u8> {
    let mut segment = vec![0xFF, 0xE1, 0, 34];
    segment.extend(b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    segment.extend([turn, 0, 0, 0, 0, 0, 0]);
    segment
}

/// Drops EXIF, text and time chunks.
fn clean_png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = PNG_HEAD.to_vec();
    let mut at = PNG_HEAD.len();
    loop {
        let length = usize::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()?;
        let chunk = bytes.get(at..at.checked_add(length)?.checked_add(12)?)?;
        let kind = &chunk[4..8];
        if ![b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"].iter().any(|dropped| kind == dropped.as_slice()) {
            out.extend(chunk);
        }
        if kind == b"IEND" {
            return Some(out);
        }
        at += chunk.len();
    }
}

/// Drops the EXIF and XMP chunks and says so in the header.
fn clean_webp(bytes: &[u8]) -> Option<Vec<u8>> {
    let declared = usize::try_from(u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?)).ok()?;
    let body = bytes.get(12..declared.checked_add(8)?)?;
    let mut out = bytes[..12].to_vec();
    let mut at = 0;
    while at < body.len() {
        let length = usize::try_from(u32::from_le_bytes(body.get(at + 4..at + 8)?.try_into().ok()?)).ok()?;
        let padded = length.checked_add(length % 2)?.checked_add(8)?;
        let chunk = body.get(at..at.checked_add(padded)?)?;
        match &chunk[..4] {
            b"EXIF" | b"XMP " => {}
            b"VP8X" => {
                let flags = out.len() + 8;
                out.extend(chunk);
                // Bits of the EXIF and XMP chunks.
                *out.get_mut(flags)? &= !0b0000_1100;
            }
            _ => out.extend(chunk),
        }
        at += padded;
    }
    let size = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&size.to_le_bytes());
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn jpeg(segments: &[(u8, &[u8])], behind: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8];
        for (marker, content) in segments {
            bytes.extend([0xFF, *marker]);
            bytes.extend(u16::try_from(content.len() + 2).expect("short").to_be_bytes());
            bytes.extend(*content);
        }
        bytes.extend([0xFF, 0xDA, 0, 3, 9, 1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4, 0xFF, 0xD9]);
        bytes.extend(behind);
        bytes
    }

    fn exif(turn: u8) -> Vec<u8> {
        let mut content = orientation_segment(turn)[4..].to_vec();
        content.extend(b"GPS 31.2,107.5");
        content
    }

    fn has(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn a_jpeg_loses_place_and_comments_and_keeps_its_picture_and_orientation() {
        let bytes = jpeg(
            &[
                (0xE0, b"JFIF\0"),
                (0xE1, &exif(6)),
                (0xE1, b"http://ns.adobe.com/xap GPS"),
                (0xFE, b"by GPS"),
                (0xDB, b"q"),
            ],
            b"film with GPS",
        );
        let (format, cleaned) = clean(&bytes).expect("a photo");
        assert_eq!(format, Format::Jpeg);
        assert!(!has(&cleaned, b"GPS") && has(&cleaned, b"JFIF"));
        assert!(cleaned.ends_with(&[9, 1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4, 0xFF, 0xD9]));
        assert!(has(&cleaned, &orientation_segment(6)));
        assert_eq!(clean(&cleaned), Some((Format::Jpeg, cleaned.clone())), "clean once is clean");
    }

    #[test]
    fn a_png_and_a_webp_lose_what_the_camera_wrote() {
        let chunk = |kind: &[u8; 4], content: &[u8]| {
            [&u32::try_from(content.len()).expect("short").to_be_bytes()[..], kind, content, &[0; 4]].concat()
        };
        let png =
            [PNG_HEAD, &chunk(b"IHDR", b"h"), &chunk(b"eXIf", b"GPS"), &chunk(b"IDAT", b"d"), &chunk(b"IEND", b"")]
                .concat();
        let (_, cleaned) = clean(&png).expect("a photo");
        assert!(!has(&cleaned, b"GPS") && has(&cleaned, b"IDAT"));
        let riff = |kind: &[u8; 4], content: &[u8]| {
            [&kind[..], &u32::try_from(content.len()).expect("short").to_le_bytes(), content].concat()
        };
        let body =
            [b"WEBP".to_vec(), riff(b"VP8X", &[0xFF; 10]), riff(b"VP8 ", b"data"), riff(b"EXIF", b"GPS!")].concat();
        let webp = [b"RIFF".to_vec(), u32::try_from(body.len()).expect("short").to_le_bytes().to_vec(), body].concat();
        let (format, cleaned) = clean(&webp).expect("a photo");
        assert_eq!((format, cleaned[20]), (Format::Webp, 0xF3));
        assert!(!has(&cleaned, b"GPS") && has(&cleaned, b"VP8 "));
    }

    #[test]
    fn what_is_no_photo_or_not_whole_is_not_taken() {
        assert_eq!(clean(b""), None);
        assert_eq!(clean(b"<svg onload=alert(1)>"), None);
        assert_eq!(clean(b"....ftypheic"), None);
        assert_eq!(clean(&jpeg(&[(0xE0, b"JFIF\0")], b"")[..12]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(head in 0_usize..4, rest in prop::collection::vec(any::<u8>(), 0..200)) {
            let heads: [&[u8]; 4] = [&[0xFF, 0xD8, 0xFF], PNG_HEAD, b"RIFF\x40\0\0\0WEBP", b""];
            let _ = clean(&[heads[head], &rest].concat());
        }
    }
}
