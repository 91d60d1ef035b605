//! The web app's manifest names pictures: each is there, and screenshots are small and as large as they say. A browser that
//! misses one says nothing and offers the app without it.
use super::{
    bundle::{self, Bundle},
    icons,
};
use crate::place::Place;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

const NAME: &str = "manifest.webmanifest";
/// Most bytes of a screenshot.
const SCREENSHOT_MAX: usize = 40_000;

/// Findings about the checkout's manifest, for `cargo xtask tidy`.
pub fn findings(place: &Place) -> Result<Vec<String>> {
    let mut bundle = Bundle::new();
    bundle::add_public(place, &mut bundle)?;
    icons::add(&mut bundle);
    Ok(check(&bundle).err().map(|error| format!("{error:#}")).into_iter().collect())
}

/// Checks what the manifest of a bundle names.
fn check(bundle: &Bundle) -> Result<()> {
    let text = bundle.get(NAME).with_context(|| format!("public/{NAME} is missing"))?;
    let manifest: Value = serde_json::from_slice(text).with_context(|| format!("public/{NAME} is no JSON"))?;
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let shortcuts = list(&manifest, "shortcuts");
    let icons =
        list(&manifest, "icons").into_iter().chain(shortcuts.iter().flat_map(|shortcut| list(shortcut, "icons")));
    for icon in icons {
        picture(bundle, &icon)?;
    }
    for screenshot in list(&manifest, "screenshots") {
        let bytes = picture(bundle, &screenshot)?;
        ensure!(
            bytes.len() <= SCREENSHOT_MAX,
            "{}: {} bytes, {SCREENSHOT_MAX} at most",
            screenshot["src"],
            bytes.len()
        );
    }
    Ok(())
}

/// The bytes of a picture, which has the size that the manifest says.
fn picture<'a>(bundle: &'a Bundle, entry: &Value) -> Result<&'a [u8]> {
    let src = entry["src"].as_str().context("a picture in the manifest has no src")?;
    let bytes = bundle.get(src.trim_start_matches('/')).with_context(|| {
        format!("{NAME} names {src}, which is not there; screenshots are made by `cargo xtask screenshots`")
    })?;
    let (width, height) = size(bytes).with_context(|| format!("{src} is neither PNG nor WebP"))?;
    if entry["sizes"].as_str() != Some(&format!("{width}x{height}")) {
        bail!("{src} is {width}x{height}, {NAME} says {}", entry["sizes"]);
    }
    Ok(bytes)
}

/// Width and height of a PNG or a WebP, lossy or extended.
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let side = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        return Some((side(16)?, side(20)?));
    }
    let side = |at: usize| Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?) & 0x3fff));
    match (bytes.get(8..12)?, bytes.get(12..16)?) {
        (b"WEBP", b"VP8 ") => Some((side(26)?, side(28)?)),
        (b"WEBP", b"VP8X") => {
            let side = |at: usize| {
                let three = bytes.get(at..at + 3)?;
                Some(u32::from_le_bytes([three[0], three[1], three[2], 0]) + 1)
            };
            Some((side(24)?, side(27)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning of a lossy WebP.
    fn webp(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = b"RIFF....WEBPVP8 ....".to_vec();
        bytes.extend([0, 0, 0, 0x9d, 0x01, 0x2a]);
        bytes.extend(width.to_le_bytes());
        bytes.extend(height.to_le_bytes());
        bytes
    }

    fn bundle(screenshot: Vec<u8>) -> Bundle {
        let manifest = r#"{"screenshots": [{"src": "/screenshot-a.webp", "sizes": "720x1280"}]}"#;
        [(NAME.to_owned(), manifest.as_bytes().to_vec()), ("screenshot-a.webp".to_owned(), screenshot)].into()
    }

    #[test]
    fn an_extended_webp_has_its_size_in_its_first_chunk() {
        let mut bytes = b"RIFF....WEBPVP8X....".to_vec();
        bytes.extend([0, 0, 0, 0, 207, 2, 0, 255, 4, 0]);
        assert!(check(&bundle(bytes)).is_ok());
    }

    #[test]
    fn a_picture_of_another_size_too_large_or_missing_is_refused() {
        assert!(check(&bundle(webp(720, 1280))).is_ok());
        assert!(check(&bundle(webp(360, 640))).is_err());
        assert!(check(&bundle([webp(720, 1280), vec![0; SCREENSHOT_MAX]].concat())).is_err());
        let mut without = bundle(Vec::new());
        without.remove("screenshot-a.webp");
        assert!(check(&without).unwrap_err().to_string().contains("cargo xtask screenshots"));
    }
}
