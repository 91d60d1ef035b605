//! `audio` and `video`: recorded here, or a file that is there already. What is recorded is kept from time to time while the
//! recording runs, so that a phone that ends the app takes the last part of it at most. A page that is turned ends it.

use std::cell::Cell;
use std::rc::Rc;

use leptos::task::spawn_local;
use zhucun_api::ATTACHMENT_MAX;
use zhucun_forms::contract::Id;
use zhucun_forms::definition::Kind;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, media as words};

use super::file::facts;
use super::kept::{
    MAIN, Pick, Removed, Shown, keep, named, picker, problem, read, refused, remove, state, take_in, undo,
};
use crate::form_ui::ask::{Ask, line, several};
use crate::form_ui::filling::{Filling, PhotoState};
use crate::platform::awake::Awake;
use crate::platform::clock;
use crate::platform::recorder::{MediaError, Recorder, Source, can_record, open};
use crate::state::drafts::{DraftFile, forget_files};
use crate::ui::{icons, say, sizes};

/// Bytes at which a recording ends: its last piece must fit, too.
const FULL: f64 = ATTACHMENT_MAX as f64 - 300_000.0;
/// Bytes that are kept first; from then on when there is a quarter more, so that the phone writes no more than five times
/// what it keeps.
const FIRST_KEPT: f64 = 8_000.0;

/// Bits a second of sound: a voice is well understood with it, and half an hour may be sent.
const SOUND: u32 = 32_000;
/// For `quality=low` and `quality=voice-only`.
const SOUND_LOW: u32 = 24_000;
const SOUND_LEAST: u32 = 12_000;
/// Bits a second of a film of 640×480: a minute and a half may be sent.
const FILM: u32 = 600_000;

/// What the widget is doing.
#[derive(Clone, Copy, PartialEq)]
enum Now {
    Idle,
    Opening,
    Running,
    Failed(MediaError),
}

/// A recording on its way.
struct Running {
    recorder: Recorder,
    /// The answer that names it.
    name: String,
    /// What was kept of it before, by its hashes.
    parts: Rc<Parts>,
    _awake: Awake,
}

/// What is kept while it runs.
#[derive(Default)]
struct Parts {
    /// Bytes that were kept last.
    size: Cell<f64>,
    busy: Cell<bool>,
    hashes: Cell<Vec<String>>,
}

/// The widget's state.
#[derive(Clone, Copy)]
struct Tape {
    ask: Ask,
    source: Source,
    now: RwSignal<Now>,
    running: StoredValue<Option<Running>>,
    /// Seconds and bytes so far.
    so_far: RwSignal<(u32, f64)>,
    removed: Removed,
}

/// The widget.
pub fn field(ask: Ask) -> View {
    let front = ask.looks("new-front");
    let tape = Tape {
        ask,
        source: if ask.kind() == Kind::Video { Source::Film { front } } else { Source::Sound },
        now: RwSignal::new(Now::Idle),
        running: StoredValue::new(None),
        so_far: RwSignal::new((0, 0.0)),
        removed: RwSignal::new(None),
    };
    let (form, id) = (ask.form().get(), ask.id());
    on_cleanup(move || {
        if let Some(Some(running)) = tape.running.try_update_value(Option::take) {
            spawn_local(end(form.clone(), id, running));
        }
    });
    let state = state(ask);
    let body = move || match (tape.now.get(), state.get()) {
        (Now::Opening, _) => line(icons::MIC, ask.say(words::RECORD_OPENING).to_owned()),
        (Now::Running, _) => tape.run_view(),
        (_, Some(PhotoState::Busy)) => line(icons::FILE, ask.say(words::FILE_BUSY).to_owned()),
        _ => {
            let name = ask.value().get();
            if name.is_empty() { tape.empty() } else { kept(ask, &name, tape.removed) }
        }
    };
    let heard = move || match (tape.now.get(), tape.is_film()) {
        (Now::Running, true) => ask.say(words::FILM_RUNS),
        (Now::Running, false) => ask.say(words::RECORD_RUNS),
        _ => "",
    };
    several(ask, view! { <p class="heard" role="status">{heard}</p> {body} {refused(ask, state)} })
}

impl Tape {
    fn is_film(self) -> bool {
        self.source.has_picture()
    }

    fn begin(self) {
        self.now.set(Now::Opening);
        let bits = match self.ask.parameter("quality").as_str() {
            "voice-only" => SOUND_LEAST,
            "low" => SOUND_LOW,
            _ => SOUND,
        };
        spawn_local(async move {
            let opened = open(self.source).await;
            // The page may have been left meanwhile.
            if self.now.try_get_untracked() != Some(Now::Opening) {
                return;
            }
            let since = clock::now();
            let heard = move |size| self.heard(since, size);
            let started = opened.and_then(|stream| Recorder::start(stream, self.source, (bits, FILM), heard));
            match started {
                Ok(recorder) => {
                    let film = ending(&recorder.mime(), self.is_film());
                    let name = self.ask.form().get().file_name(self.ask.id(), film);
                    self.so_far.set((0, 0.0));
                    self.running.set_value(Some(Running {
                        recorder,
                        name,
                        parts: Rc::default(),
                        _awake: Awake::new(),
                    }));
                    self.now.set(Now::Running);
                }
                Err(error) => self.now.set(Now::Failed(error)),
            }
            self.ask.reveal();
        });
    }

    /// A piece has come.
    fn heard(self, since: i64, size: f64) {
        let seconds = (clock::now() - since) / 1000;
        // The last piece comes after the page may have been left.
        if self.so_far.try_set((seconds as u32, size)).is_some() {
            return;
        }
        if size > FULL {
            // Not here: this is called by the recorder itself.
            crate::platform::timer::after(0, move || self.stop(Some(words::RECORD_FULL)));
            return;
        }
        let (form, id) = (self.ask.form().get(), self.ask.id());
        self.running.with_value(|running| {
            if let Some(running) = running
                && size > FIRST_KEPT.max(running.parts.size.get() * 1.25)
                && !running.parts.busy.replace(true)
            {
                running.parts.size.set(size);
                spawn_local(keep_part(form, id, running));
            }
        });
    }

    /// Ends it by a tap, or since it is `full`.
    fn stop(self, full: Option<Word>) {
        let Some(Some(running)) = self.running.try_update_value(Option::take) else { return };
        let (form, id) = (self.ask.form().get(), self.ask.id());
        form.set_photo(id, PhotoState::Busy);
        self.now.set(Now::Idle);
        spawn_local(async move {
            end(form.clone(), id, running).await;
            if let Some(word) = full {
                form.set_photo(id, PhotoState::Refused(word));
            }
        });
    }

    fn run_view(self) -> View {
        let ask = self.ask;
        let word = if self.is_film() { words::FILM_ON } else { words::RECORD_ON };
        let said = move || {
            let (seconds, size) = self.so_far.get();
            word.fill(ask.form().lang(), &[("time", &sizes::minutes(seconds)), ("size", &sizes::bytes(size))])
        };
        let film = self.is_film().then(|| {
            // Once the element is on the page.
            request_animation_frame(move || {
                let Some(film) = ask.element("-live") else { return };
                // The page may have been left meanwhile.
                let _ = self.running.try_update_value(|running| {
                    if let Some(running) = running {
                        running.recorder.stream().show_in(&film);
                    }
                });
            });
            view! { <video class="film" id=ask.element_id("-live") playsinline="" aria-hidden="true"></video> }
        });
        view! {
            {film}
            <p class="recording">
                <span class="recording-dot" aria-hidden="true"></span> <span role="timer">{said}</span>
            </p>
            {named(ask, MAIN, icons::STOP, say(&words::RECORD_STOP), move || self.stop(None))}
            <p class="ask-hint">{move || limit(ask.form().lang())}</p>
        }
    }

    fn empty(self) -> View {
        let ask = self.ask;
        let failed = match self.now.get_untracked() {
            Now::Failed(error) => problem(why(ask.form().lang(), error, self.is_film())),
            _ => View::default(),
        };
        if ask.readonly() {
            return failed;
        }
        let (icon, word) =
            if self.is_film() { (icons::FILM, &words::FILM_START) } else { (icons::MIC, &words::RECORD_START) };
        let record = can_record().then(|| named(ask, MAIN, icon, say(word), move || self.begin()));
        view! {
            <div aria-live="assertive">{failed}</div>
            <div class="q-buttons">{record} {choose(ask, self.source)}</div>
            {undo(ask, self.removed, &words::FILE_UNDO)}
        }
    }
}

/// How much may be recorded.
fn limit(lang: Lang) -> String {
    words::RECORD_LIMIT.fill(lang, &[("max", &sizes::bytes(ATTACHMENT_MAX as f64))])
}

/// A file that is there already; where the browser cannot record, also by the phone's own recorder or camera.
fn choose(ask: Ask, source: Source) -> Option<View> {
    let is_film = source.has_picture();
    let capture = match source {
        _ if can_record() => None,
        Source::Film { front: true } => Some("user"),
        _ => Some("environment"),
    };
    if capture.is_none() && (ask.looks("new") || ask.looks("new-front")) {
        return None;
    }
    let (accept, word) = if is_film { ("video/*", &words::FILM_CHOOSE) } else { ("audio/*", &words::RECORD_CHOOSE) };
    let pick = Pick { part: "", icon: icons::FILE, word, accept, capture };
    Some(picker(ask, pick, move |file| spawn_local(take_in(ask.form().get(), ask.id(), file))))
}

/// Why it cannot be recorded, and what to do.
pub fn why(lang: Lang, error: MediaError, is_camera: bool) -> String {
    let word = match error {
        MediaError::Refused => words::MEDIA_REFUSED,
        MediaError::NoDevice => words::MEDIA_NONE,
        MediaError::Busy => words::MEDIA_BUSY,
        MediaError::Unsupported => words::MEDIA_UNSUPPORTED,
    };
    let what = if is_camera { words::CAMERA } else { words::MICROPHONE };
    word.fill(lang, &[("what", what.get(lang))])
}

fn kept(ask: Ask, name: &str, removed: Removed) -> View {
    let file = ask.form().get().file(name).unwrap_or_default();
    let (shown, is_film) = (Shown::of(ask, name), ask.kind() == Kind::Video);
    let what = if is_film { words::FILMED } else { words::RECORDED };
    let said = move || facts(ask.form().lang(), what, &file.name, file.size);
    let play = move |url: String| {
        let label = move || ask.label();
        if is_film {
            view! { <video class="film" src=url controls="" playsinline="" preload="metadata" aria-label=label></video> }
        } else {
            view! { <audio class="sound" src=url controls="" preload="metadata" aria-label=label></audio> }
        }
    };
    view! {
        <div class="sound-frame">{shown.draw(ask, play)}</div>
        <p class="ask-line">{said}</p>
        {remove(ask, removed, &words::FILE_REMOVE)}
    }
}

/// The ending of a recording's name.
fn ending(mime: &str, is_film: bool) -> &'static str {
    match mime {
        "audio/webm" | "video/webm" => ".webm",
        "audio/ogg" => ".ogg",
        _ if is_film => ".mp4",
        _ => ".m4a",
    }
}

/// Keeps what is recorded so far.
fn keep_part(form: Rc<Filling>, id: Id, running: &Running) -> impl Future<Output = ()> + use<> {
    let (blob, name, parts) = (running.recorder.so_far(), running.name.clone(), running.parts.clone());
    let mime = running.recorder.mime();
    async move {
        if let Some(blob) = blob
            && let Some(bytes) = read(&blob).await
        {
            keep(&form, id, &name, &bytes, DraftFile { mime, ..DraftFile::default() }).await;
            parts.note(&form, &name);
        }
        parts.busy.set(false);
    }
}

impl Parts {
    /// Notes the hash that is kept under a name now.
    fn note(&self, form: &Filling, name: &str) {
        let mut hashes = self.hashes.take();
        hashes.extend(form.file(name).map(|file| file.sha256));
        self.hashes.set(hashes);
    }
}

/// Ends a recording and keeps it; what was kept of it before goes.
async fn end(form: Rc<Filling>, id: Id, running: Running) {
    form.set_photo(id, PhotoState::Busy);
    let Running { recorder, name, parts, _awake } = running;
    let mime = recorder.mime();
    let bytes = match recorder.stop().await {
        Some(blob) => read(&blob).await,
        None => None,
    };
    // One that is being kept would come after the whole.
    while parts.busy.get() {
        crate::platform::timer::pause(20).await;
    }
    match bytes {
        Some(bytes) => keep(&form, id, &name, &bytes, DraftFile { mime, ..DraftFile::default() }).await,
        None => form.set_photo(id, PhotoState::Refused(words::RECORD_NOTHING)),
    }
    form.rest().await;
    let whole = form.file(&name).map(|file| file.sha256);
    let parts = parts.hashes.take().into_iter().filter(|part| Some(part) != whole.as_ref());
    forget_files(form.app, parts.collect()).await;
}
