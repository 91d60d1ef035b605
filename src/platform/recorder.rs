//! Microphone and camera: opened when a person asks, recorded, closed again.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag};

use super::js::{call, get, make, object, set, text, wait};
use crate::platform::host::global;

/// Milliseconds between two pieces of a recording.
const PIECE: u32 = 1_000;

/// Why there is no sound or picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaError {
    /// The person or the phone's settings do not allow it.
    Refused,
    /// This phone has none.
    NoDevice,
    /// Something else uses it.
    Busy,
    /// This browser, or an address without https, cannot.
    Unsupported,
}

impl MediaError {
    fn of(error: &JsValue) -> Self {
        match text(error, "name").as_str() {
            "NotAllowedError" | "SecurityError" => Self::Refused,
            "NotFoundError" | "OverconstrainedError" => Self::NoDevice,
            "NotReadableError" | "AbortError" => Self::Busy,
            _ => Self::Unsupported,
        }
    }
}

/// What is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The microphone.
    Sound,
    /// The camera, without sound; the one that looks at the person when `front`.
    Picture {
        /// Which camera.
        front: bool,
    },
    /// Camera and microphone.
    Film {
        /// Which camera.
        front: bool,
    },
}

impl Source {
    /// Whether the camera is among it.
    #[must_use]
    pub const fn has_picture(self) -> bool {
        !matches!(self, Self::Sound)
    }
}

/// What microphone or camera give; dropping it closes them.
pub struct Stream(JsValue);

impl Drop for Stream {
    fn drop(&mut self) {
        if let Ok(tracks) = call(&self.0, "getTracks", &[]) {
            for track in Array::from(&tracks).iter() {
                // One that has ended stays so.
                let _ = call(&track, "stop", &[]);
            }
        }
    }
}

impl Stream {
    /// Shows it in a `<video>`; sound is not played where it is recorded.
    pub fn show_in(&self, video: &JsValue) {
        set(video, "muted", &JsValue::TRUE);
        set(video, "srcObject", &self.0);
        // A film that does not begin to play by itself is recorded all the same.
        let _ = call(video, "play", &[]);
    }
}

/// Opens them: the phone may ask the person.
///
/// # Errors
/// See [`MediaError`].
pub async fn open(source: Source) -> Result<Stream, MediaError> {
    let (sound, front) = match source {
        Source::Sound => (true, None),
        Source::Picture { front } => (false, Some(front)),
        Source::Film { front } => (true, Some(front)),
    };
    let side = |pixels: u32| object(&[("ideal", pixels.into())]);
    let picture = front.map_or(JsValue::FALSE, |front| {
        let facing = if front { "user" } else { "environment" };
        object(&[("facingMode", facing.into()), ("width", side(640)), ("height", side(480))])
    });
    let devices = get(&global("navigator"), "mediaDevices");
    let asked = call(&devices, "getUserMedia", &[object(&[("audio", sound.into()), ("video", picture)])]);
    wait(asked).await.map(Stream).map_err(|error| MediaError::of(&error))
}

/// Kinds of files, the first that the browser can make is taken.
const SOUNDS: [&str; 3] = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const FILMS: [&str; 3] = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];

/// Whether this browser can record.
#[must_use]
pub fn can_record() -> bool {
    !global("MediaRecorder").is_undefined() && !get(&global("navigator"), "mediaDevices").is_undefined()
}

/// A recording that runs. What is recorded so far can be had at any time.
pub struct Recorder {
    recorder: JsValue,
    pieces: Array,
    size: Rc<Cell<f64>>,
    _heard: Closure<dyn Fn(JsValue)>,
    stream: Stream,
}

impl Recorder {
    /// Begins; `heard` is told the size in bytes about every second.
    ///
    /// # Errors
    /// [`MediaError::Unsupported`] when the browser cannot record.
    pub fn start(
        stream: Stream,
        source: Source,
        (sound, picture): (u32, u32),
        heard: impl Fn(f64) + 'static,
    ) -> Result<Self, MediaError> {
        let kinds = if source.has_picture() { FILMS } else { SOUNDS };
        let class = global("MediaRecorder");
        let can = |kind: &&str| call(&class, "isTypeSupported", &[(*kind).into()]).is_ok_and(|can| can.is_truthy());
        let mut options = vec![("audioBitsPerSecond", sound.into()), ("videoBitsPerSecond", picture.into())];
        if let Some(kind) = kinds.into_iter().find(can) {
            options.push(("mimeType", kind.into()));
        }
        let recorder = make("MediaRecorder", &[stream.0.clone(), object(&options)]).ok_or(MediaError::Unsupported)?;
        let (pieces, size) = (Array::new(), Rc::new(Cell::new(0.0)));
        let (into, sum) = (pieces.clone(), size.clone());
        let on_piece = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let piece = get(&event, "data");
            sum.set(sum.get() + get(&piece, "size").as_f64().unwrap_or_default());
            into.push(&piece);
            heard(sum.get());
        });
        set(&recorder, "ondataavailable", on_piece.as_ref());
        call(&recorder, "start", &[PIECE.into()]).map_err(|error| MediaError::of(&error))?;
        Ok(Self { recorder, pieces, size, _heard: on_piece, stream })
    }

    /// What it records from.
    #[must_use]
    pub const fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Bytes so far.
    #[must_use]
    pub fn size(&self) -> f64 {
        self.size.get()
    }

    /// What kind of file it makes, e.g. `audio/webm`.
    #[must_use]
    pub fn mime(&self) -> String {
        let whole = text(&self.recorder, "mimeType");
        let (mime, _) = zhucun_json::texts::cut(&whole, b';');
        mime.to_owned()
    }

    /// All that is recorded so far, as a file that can be played.
    #[must_use]
    pub fn so_far(&self) -> Option<Blob> {
        let kind = BlobPropertyBag::new();
        kind.set_type(&self.mime());
        Blob::new_with_blob_sequence_and_options(&self.pieces, &kind).ok()
    }

    /// Ends it and closes the devices; gives what it has recorded.
    pub async fn stop(self) -> Option<Blob> {
        if text(&self.recorder, "state") != "inactive" {
            let ended = Promise::new(&mut |resolve, _| set(&self.recorder, "onstop", &resolve));
            if call(&self.recorder, "stop", &[]).is_ok() {
                // The last piece comes before it.
                let _ = JsFuture::from(ended).await;
            }
        }
        self.so_far().filter(|_| self.size() > 0.0)
    }
}

/// Reads codes off a `<video>`.
pub struct Scanner(JsValue);

impl Scanner {
    /// `None` where the browser reads no codes, as most on desks and iPhones.
    #[must_use]
    pub fn new() -> Option<Self> {
        if get(&global("navigator"), "mediaDevices").is_undefined() {
            return None;
        }
        make("BarcodeDetector", &[]).map(Self)
    }

    /// A code that is in the picture now.
    pub async fn look(&self, video: &JsValue) -> Option<String> {
        let found = wait(call(&self.0, "detect", &[video.unchecked_ref::<JsValue>().clone()])).await.ok()?;
        Some(text(&get(&found, "0"), "rawValue")).filter(|code| !code.is_empty())
    }
}
