//! Photos made small enough to send from a village, and drawings made into pictures. A canvas writes no EXIF, so place and
//! phone of a photo do not leave the phone.

use js_sys::{Promise, Uint8Array};
use leptos::leptos_dom::helpers::document;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, Url};
use zhucun_words::{Lang, Word, media as words, visit};

use super::js;
use crate::form_ui::strokes::{HEIGHT, WIDTH};
use crate::form_ui::values::shrunk;
use crate::state::drafts::DraftFile;

/// Largest file that is opened, bytes: what a phone of 1 GB decodes without dying.
const FILE_MAX: f64 = 20.0 * 1024.0 * 1024.0;
/// Most picture points that are opened, for the same reason.
const POINTS_MAX: u64 = 64_000_000;
/// JPEG quality.
const QUALITY: f64 = 0.8;
/// What lines are drawn with, the wider below: colour, and width in units of the paper.
pub type Pen = &'static [(&'static str, f64)];
/// Ink, whatever the colours of the screen: a signature is printed on paper.
pub const INK: Pen = &[("#111", 7.0)];
/// What is seen on any photo.
pub const MARKER: Pen = &[("#fff", 16.0), ("#c8140c", 9.0)];

/// A picture ready to be kept.
pub struct Picture {
    /// Its bytes.
    pub bytes: Uint8Array,
    /// Its type, e.g. `image/jpeg`.
    pub mime: &'static str,
}

/// Why a picture cannot be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureError {
    /// More bytes or points than a small phone can open.
    TooLarge,
    /// No picture, or of a kind this browser cannot read.
    Unreadable,
    /// The phone had no memory left for it.
    NoMemory,
}

impl PictureError {
    /// What to say.
    #[must_use]
    pub const fn word(self) -> Word {
        match self {
            Self::TooLarge => words::PHOTO_TOO_LARGE,
            Self::Unreadable => words::PHOTO_UNREADABLE,
            Self::NoMemory => visit::PHOTO_NO_MEMORY,
        }
    }
}

/// Makes a photo small: its longer side `max` pixels at most, JPEG, no EXIF.
///
/// # Errors
/// When it is too large, no picture, or the phone cannot draw it; the file itself is untouched.
pub async fn shrink(file: &Blob, max: u32) -> Result<Picture, PictureError> {
    if file.size() > FILE_MAX {
        return Err(PictureError::TooLarge);
    }
    let url = Url::create_object_url_with_blob(file).map_err(|_| PictureError::NoMemory)?;
    let drawn = draw(&url, max).await;
    // A URL that cannot be revoked goes with the page.
    let _ = Url::revoke_object_url(&url);
    encode(&drawn?, "image/jpeg").await
}

async fn draw(url: &str, max: u32) -> Result<HtmlCanvasElement, PictureError> {
    let image = load(url).await?;
    let (width, height) = (image.natural_width(), image.natural_height());
    if u64::from(width) * u64::from(height) > POINTS_MAX {
        return Err(PictureError::TooLarge);
    }
    let (width, height) = shrunk(width, height, max);
    let (canvas, context) = white_canvas(width, height).ok_or(PictureError::NoMemory)?;
    context
        .draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width.into(), height.into())
        .map_err(|_| PictureError::Unreadable)?;
    Ok(canvas)
}

async fn load(url: &str) -> Result<HtmlImageElement, PictureError> {
    let image = HtmlImageElement::new().map_err(|_| PictureError::NoMemory)?;
    let loaded = Promise::new(&mut |resolve, reject| {
        image.set_onload(Some(&resolve));
        image.set_onerror(Some(&reject));
    });
    image.set_src(url);
    JsFuture::from(loaded).await.map_err(|_| PictureError::Unreadable)?;
    if image.natural_width() == 0 || image.natural_height() == 0 {
        return Err(PictureError::Unreadable);
    }
    Ok(image)
}

/// A canvas without transparency, so that a PNG with holes does not become black as JPEG.
fn white_canvas(width: u32, height: u32) -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    let context = context(&canvas)?;
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width.into(), height.into());
    Some((canvas, context))
}

/// The drawing context of a canvas; `None` when the phone has no memory for it.
#[must_use]
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten().map(JsCast::unchecked_into)
}

/// The bytes of a canvas. The canvas is emptied afterwards: old phones keep its memory for long.
async fn encode(canvas: &HtmlCanvasElement, mime: &'static str) -> Result<Picture, PictureError> {
    let made = Promise::new(&mut |resolve, _| {
        let failed = resolve.clone();
        // Calling a promise's own resolve cannot fail.
        let done = Closure::once_into_js(move |blob: JsValue| drop(resolve.call1(&JsValue::NULL, &blob)));
        if canvas.to_blob_with_type_and_encoder_options(done.unchecked_ref(), mime, &QUALITY.into()).is_err() {
            drop(failed.call1(&JsValue::NULL, &JsValue::NULL));
        }
    });
    let blob = JsFuture::from(made).await.map_err(|_| PictureError::NoMemory)?;
    canvas.set_width(0);
    let blob: Blob = blob.dyn_into().map_err(|_| PictureError::NoMemory)?;
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|_| PictureError::NoMemory)?;
    Ok(Picture { bytes: Uint8Array::new(&buffer), mime })
}

/// Draws strokes, in units of the paper times `scale`.
pub fn draw_strokes(context: &CanvasRenderingContext2d, strokes: &[Vec<u16>], scale: f64, pen: Pen) {
    context.set_line_cap("round");
    context.set_line_join("round");
    for (colour, width) in pen {
        context.set_stroke_style_str(colour);
        context.set_line_width(width * scale);
        for stroke in strokes {
            context.begin_path();
            for (n, point) in stroke.chunks_exact(2).enumerate() {
                let (x, y) = (f64::from(point[0]) * scale, f64::from(point[1]) * scale);
                if n == 0 {
                    context.move_to(x, y);
                }
                // A stroke of one point is a dot: a line to itself with round ends.
                context.line_to(x, y);
            }
            context.stroke();
        }
    }
}

/// Makes a file of a draft into what is sent: strokes on white or on the photo that is `kept`, a name typed in place of a
/// signature, a text as it is.
///
/// # Errors
/// When the phone has no memory for it, or cannot open the photo any more.
pub async fn make(file: &DraftFile, kept: Option<Uint8Array>, lang: Lang) -> Result<Picture, PictureError> {
    if file.mime == "text/csv" {
        return Ok(Picture { bytes: Uint8Array::from(file.text.as_bytes()), mime: "text/csv" });
    }
    if let Some(photo) = kept {
        let url = picture_url(&photo, &file.mime).ok_or(PictureError::NoMemory)?;
        let drawn = draw(&url, u32::MAX).await;
        forget_url(&url);
        let canvas = drawn?;
        let context = context(&canvas).ok_or(PictureError::NoMemory)?;
        draw_strokes(&context, &file.strokes.0, f64::from(canvas.width()) / f64::from(WIDTH), MARKER);
        return encode(&canvas, "image/jpeg").await;
    }
    let tall = if file.tall == 0 { HEIGHT } else { file.tall };
    let (canvas, context) = white_canvas(WIDTH, tall).ok_or(PictureError::NoMemory)?;
    draw_strokes(&context, &file.strokes.0, 1.0, INK);
    if !file.text.is_empty() {
        write(&context, &file.text, words::SIGN_TYPED.get(lang));
    }
    encode(&canvas, "image/png").await
}

/// Writes a name where a signature would be, and under it that it was typed.
fn write(context: &CanvasRenderingContext2d, name: &str, below: &str) {
    let middle = f64::from(WIDTH) / 2.0;
    context.set_fill_style_str("#111");
    js::set(context, "textAlign", &"center".into());
    for (text, y, font) in [(name, 210.0, "110px serif"), (below, 330.0, "40px sans-serif")] {
        js::set(context, "font", &font.into());
        // The last number: a long name is drawn closer.
        let at = [text.into(), middle.into(), y.into(), (f64::from(WIDTH) * 0.9).into()];
        let _ = js::call(context, "fillText", &at);
    }
}

/// An address under which kept bytes can be shown in this page; to be revoked after use.
#[must_use]
pub fn picture_url(bytes: &Uint8Array, mime: &str) -> Option<String> {
    let kind = BlobPropertyBag::new();
    kind.set_type(mime);
    let blob = Blob::new_with_u8_array_sequence_and_options(&js_sys::Array::of1(bytes), &kind).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// Gives back the memory behind an address made by [`picture_url`].
pub fn forget_url(url: &str) {
    // An address that is already gone needs no answer.
    let _ = Url::revoke_object_url(url);
}
