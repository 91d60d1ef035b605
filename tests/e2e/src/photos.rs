//! Files as a phone's camera and album hold them, made for a test.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::Browser;

/// Draws a picture of a hillside in the browser and writes it as JPEG.
const DRAW: &str = "
    const canvas = document.createElement('canvas');
    canvas.width = 1600; canvas.height = 1200;
    const pen = canvas.getContext('2d');
    for (let n = 0; n < 400; n++) {
        pen.fillStyle = `hsl(${n * 7 % 360} 40% ${30 + n % 50}%)`;
        pen.fillRect(n * 37 % 1600, n * 53 % 1200, 160, 120);
    }
    return canvas.toDataURL('image/jpeg', 0.9).split(',')[1];";

/// A JPEG of 1600×1200 in a folder, made by the browser that is open.
///
/// # Errors
/// When the browser or the folder refuses.
pub async fn jpeg(browser: &Browser, folder: &Path) -> Result<PathBuf> {
    let text = browser.script(DRAW).await?;
    let bytes = BASE64_STANDARD.decode(text.as_str().context("a text of bytes")?)?;
    kept(folder, "photo.jpg", &bytes)
}

/// A valid picture of 30 MB: 3,600×2,800 points as BMP, as no phone should be asked to open.
///
/// # Errors
/// When the folder refuses.
pub fn huge_picture(folder: &Path) -> Result<PathBuf> {
    let (width, height) = (3_600_u32, 2_800_u32);
    let size = width * height * 3;
    let mut bytes = Vec::with_capacity(size as usize + 54);
    bytes.extend_from_slice(b"BM");
    for number in [54 + size, 0, 54, 40, width, height] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    // One plane of 24 bits.
    bytes.extend_from_slice(&[1, 0, 24, 0]);
    for number in [0, size, 2_835, 2_835, 0, 0] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.resize(54 + size as usize, 0x7f);
    kept(folder, "huge.bmp", &bytes)
}

/// 30 MB that are no picture, under the name of one.
///
/// # Errors
/// When the folder refuses.
pub fn huge_rubbish(folder: &Path) -> Result<PathBuf> {
    kept(folder, "huge.jpg", &vec![0x2a; 30 * 1024 * 1024])
}

/// A few words under the name of a picture.
///
/// # Errors
/// When the folder refuses.
pub fn no_picture(folder: &Path) -> Result<PathBuf> {
    kept(folder, "letter.jpg", "Dear all, this is a letter.".as_bytes())
}

fn kept(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, bytes)?;
    Ok(path)
}
