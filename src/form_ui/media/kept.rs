//! What is kept of a question's answer: shown, taken away with "undo", given anew.

use std::rc::Rc;

use js_sys::Uint8Array;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, HtmlInputElement};
use zhucun_api::{ATTACHMENT_MAX, is_program};
use zhucun_forms::contract::Id;
use zhucun_view::prelude::*;
use zhucun_words::{Word, media as words, needs, visit};

use crate::form_ui::ask::{Ask, icon, line};
use crate::form_ui::filling::{Filling, PhotoState};
use crate::platform::camera::{forget_url, picture_url};
use crate::platform::http::attachment_url;
use crate::state::drafts::{DraftError, DraftFile, ending, keep_bytes};
use crate::ui::icons::{self, IconData};
use crate::ui::say;

/// The answer that was taken away, for "undo".
pub type Removed = RwSignal<Option<String>>;

/// What a question for a file is doing.
pub fn state(ask: Ask) -> Memo<Option<PhotoState>> {
    Memo::new(move |_| ask.form().get().photos.with(|photos| photos.get(&ask.id()).copied()))
}

/// Why the last file was not taken in; said at once.
pub fn refused(ask: Ask, state: Memo<Option<PhotoState>>) -> View {
    let words = move || match state.get() {
        Some(PhotoState::Refused(word)) => problem(ask.say(word).to_owned()),
        _ => View::default(),
    };
    view! { <div aria-live="assertive">{words}</div> }
}

/// What cannot be done, and what to do instead.
pub fn problem(words: String) -> View {
    view! { <div class="notice problem">{line(icons::ALERT, words)}</div> }
}

/// A button that another one takes the place of: by its name among the question's parts the focus stays there.
pub fn named(ask: Ask, part: &str, glyph: IconData, words: View, tap: impl Fn() + 'static) -> View {
    named_button(ask.element_id(part), glyph, words, Callback::new(move |()| tap()))
}

#[inline(never)]
fn named_button(id: String, glyph: IconData, words: View, tap: Callback<()>) -> View {
    view! { <button type="button" class="btn q-button" id=id on:click=move |_| tap.run(())>{icon(glyph)} <span>{words}</span></button> }
}

/// What a question begins and ends with.
pub const MAIN: &str = "-main";
/// What takes something away, and brings it back.
const AWAY: &str = "-away";

/// "Delete".
pub fn remove(ask: Ask, removed: Removed, word: &'static Word) -> View {
    if ask.readonly() {
        return View::default();
    }
    let remove = move || {
        removed.set(Some(ask.value_now()));
        ask.answer("");
    };
    named(ask, AWAY, icons::DELETE, say(word), remove)
}

/// "Undo" after it.
pub fn undo(ask: Ask, removed: Removed, word: &'static Word) -> View {
    View::of(move || {
        removed.get().map(|name| {
            let back = move || {
                removed.set(None);
                ask.answer(&name);
            };
            named(ask, AWAY, icons::UNDO, say(word), back)
        })
    })
}

/// What a picker offers.
#[derive(Clone, Copy)]
pub struct Pick {
    /// Tells it from others of the question.
    pub part: &'static str,
    /// Its icon.
    pub icon: IconData,
    /// Its words.
    pub word: &'static Word,
    /// What may be chosen, as browsers write it; empty for anything.
    pub accept: &'static str,
    /// The camera or microphone that is opened at once, where the phone can.
    pub capture: Option<&'static str>,
}

/// A button that opens the phone's own way to files.
pub fn picker(ask: Ask, pick: Pick, take: impl Fn(File) + 'static) -> View {
    let take: Rc<dyn Fn(File)> = Rc::new(take);
    pick_file(ask, pick, take)
}

fn pick_file(ask: Ask, pick: Pick, take: Rc<dyn Fn(File)>) -> View {
    let chosen = move |event: web_sys::Event| {
        let input: HtmlInputElement = event_target(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            take(file);
        }
        // So that the same file can be chosen again after a refusal.
        input.set_value("");
    };
    let accept = (!pick.accept.is_empty()).then_some(pick.accept);
    view! {
        <label class="btn q-button pick">
            {icon(pick.icon)} <span>{say(pick.word)}</span>
            <input id=ask.element_id(pick.part) type="file" accept=accept capture=pick.capture on:change=chosen />
        </label>
    }
}

/// Takes a chosen file in as it is. Whatever goes wrong, the answer of before stays.
pub async fn take_in(form: Rc<Filling>, id: Id, file: File) {
    form.set_photo(id, PhotoState::Busy);
    let own = file.name();
    let (name, mime) = (form.file_name(id, ending(&own)), file.type_());
    match bytes(&file).await {
        Err(word) => form.set_photo(id, PhotoState::Refused(word)),
        Ok(bytes) => keep(&form, id, &name, &bytes, DraftFile { name: own, mime, ..DraftFile::default() }).await,
    }
}

/// Keeps bytes as the answer, with what is said of them.
pub async fn keep(form: &Rc<Filling>, id: Id, name: &str, bytes: &Uint8Array, said: DraftFile) {
    let kept = match form.db() {
        Some(db) => keep_bytes(&db, &said.mime, bytes).await,
        None => Err(DraftError::NoVillage),
    };
    match kept {
        Ok(kept) => form.answer_file(id, name, DraftFile { name: said.name, ..kept }),
        Err(error) => form.set_photo(id, PhotoState::Refused(error.word())),
    }
}

/// The bytes of a file that may be sent.
async fn bytes(file: &File) -> Result<Uint8Array, Word> {
    if file.size() > ATTACHMENT_MAX as f64 {
        return Err(words::FILE_TOO_LARGE);
    }
    let bytes = read(file).await.ok_or(words::FILE_UNREADABLE)?;
    let head = bytes.subarray(0, bytes.length().min(8)).to_vec();
    if head.is_empty() {
        return Err(words::FILE_UNREADABLE);
    }
    if is_program(&head) || file.name().to_ascii_lowercase().ends_with(".apk") {
        return Err(words::FILE_PROGRAM);
    }
    Ok(bytes)
}

/// The bytes of what the browser holds; `None` when it cannot read them any more.
pub async fn read(blob: &Blob) -> Option<Uint8Array> {
    JsFuture::from(blob.array_buffer()).await.ok().map(|buffer| Uint8Array::new(&buffer))
}

/// What is kept of a file, and where its bytes can be had.
#[derive(Clone, Copy)]
pub struct Shown {
    /// An address of it in this page, once it is read.
    pub url: RwSignal<Option<String>>,
    /// Whether it is the server's: of a visit that is corrected it may not be on this phone.
    is_remote: RwSignal<bool>,
}

impl Shown {
    /// Reads the answer's file.
    pub fn of(ask: Ask, name: &str) -> Self {
        let shown = Self { url: RwSignal::new(None), is_remote: RwSignal::new(false) };
        let (form, name) = (ask.form().get(), name.to_owned());
        spawn_local(async move {
            let (Some(db), Some(file)) = (form.db(), form.file(&name)) else { return };
            let made = match db.blob(&file.sha256).await {
                Ok(Some((mime, bytes))) => picture_url(&bytes, &mime),
                _ => {
                    let _ = shown.is_remote.try_set(true);
                    form.app.village().map(|stream| attachment_url(&stream, &file.sha256))
                }
            };
            // The page may have been left meanwhile.
            if let Some(Some(unused)) = shown.url.try_set(made) {
                forget_url(&unused);
            }
        });
        on_cleanup(move || {
            if let Some(Some(url)) = shown.url.try_get_untracked() {
                forget_url(&url);
            }
        });
        shown
    }

    /// Draws it, when it can be had now.
    pub fn draw(self, ask: Ask, draw: impl Fn(String) -> View + 'static) -> View {
        let app = ask.form().get().app;
        View::of(move || {
            let url = self.url.get()?;
            Some(if self.is_remote.get() && !app.online.get() {
                line(icons::OFFLINE, app.word(needs::PHOTOS_OFFLINE).to_owned())
            } else {
                draw(url)
            })
        })
    }
}

/// The picture as it is kept on this phone; of a visit that is corrected it may only be on the server.
pub fn preview(ask: Ask, name: &str) -> View {
    let shown = Shown::of(ask, name);
    let image = move |url| {
        let alt = move || words::PHOTO_OF.fill(ask.form().lang(), &[("question", &ask.label())]);
        view! { <img class="photo-kept" src=url alt=alt /> }
    };
    view! { <div class="photo-frame">{shown.draw(ask, image)}</div> }
}

/// Words for a picture that the phone had no memory for.
pub const NO_MEMORY: Word = visit::PHOTO_NO_MEMORY;
