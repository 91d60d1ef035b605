//! Photos made small enough to send from a village, and drawings made into pictures. A canvas writes no EXIF, so place and
//! phone of a photo do not leave the phone.

use js_sys::{Promise, Uint8Array};
use leptos::leptos_dom::helpers::document;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, Url};
use zhucun_words::{Word, visit as words};

use crate::form_ui::strokes::{HEIGHT, Strokes, WIDTH};
use crate::form_ui::values::shrunk;

/// Largest file that is opened, bytes: what a phone of 1 GB decodes without dying.
const FILE_MAX: f64 = 20.0 * 1024.0 * 1024.0;
/// Most picture points that are opened, for the same reason.
const POINTS_MAX: u64 = 64_000_000;
/// JPEG quality.
const QUALITY: f64 = 0.8;
/// Ink, whatever the colours of the screen: a signature is printed on paper.
const INK: &str = "#111";
/// Width of a pen line in units of the paper.
const PEN: f64 = 7.0;

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
            Self::NoMemory => words::PHOTO_NO_MEMORY,
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
    let image = HtmlImageElement::new().map_err(|_| PictureError::NoMemory)?;
    let loaded = Promise::new(&mut |resolve, reject| {
        image.set_onload(Some(&resolve));
        image.set_onerror(Some(&reject));
    });
    image.set_src(url);
    JsFuture::from(loaded).await.map_err(|_| PictureError::Unreadable)?;
    let (width, height) = (image.natural_width(), image.natural_height());
    if width == 0 || height == 0 {
        return Err(PictureError::Unreadable);
    }
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
pub fn draw_strokes(context: &CanvasRenderingContext2d, strokes: &[Vec<u16>], scale: f64) {
    context.set_stroke_style_str(INK);
    context.set_fill_style_str(INK);
    context.set_line_width(PEN * scale);
    context.set_line_cap("round");
    context.set_line_join("round");
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

/// A signature as PNG.
///
/// # Errors
/// When the phone has no memory for it.
pub async fn strokes_picture(strokes: &Strokes) -> Result<Picture, PictureError> {
    let (canvas, context) = white_canvas(WIDTH, HEIGHT).ok_or(PictureError::NoMemory)?;
    draw_strokes(&context, &strokes.0, 1.0);
    encode(&canvas, "image/png").await
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
