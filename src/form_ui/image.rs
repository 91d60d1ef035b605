//! `image`: a photo by the camera or from the album, made small on the phone.

use std::rc::Rc;

use leptos::task::spawn_local;
use web_sys::{File, HtmlInputElement};
use zhucun_forms::contract::Id;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, needs, visit as words};

use super::ask::icon;
use super::ask::{Ask, button, line, several};
use super::filling::{Filling, PhotoState};
use crate::platform::camera::{PictureError, forget_url, picture_url, shrink};
use crate::platform::http::attachment_url;
use crate::state::drafts::{DraftError, keep_picture};
use crate::ui::{icons, say};

/// Pixels of the longer side when the form does not say.
const MAX_PIXELS: u32 = 1600;

/// The widget.
pub fn field(ask: Ask) -> View {
    let removed = RwSignal::new(None::<String>);
    let state = Memo::new(move |_| ask.form().get().photos.with(|photos| photos.get(&ask.id()).copied()));
    let body = move || {
        if state.get() == Some(PhotoState::Busy) {
            return line(icons::CAMERA, ask.say(words::PHOTO_BUSY).to_owned());
        }
        let name = ask.value().get();
        if name.is_empty() { empty(ask, removed) } else { kept(ask, &name, removed) }
    };
    let refused = move || match state.get() {
        Some(PhotoState::Refused(word)) => {
            view! { <div class="notice problem">{line(icons::ALERT, ask.say(word).to_owned())}</div> }
        }
        _ => View::default(),
    };
    several(ask, view! { {body} <div aria-live="assertive">{refused}</div> })
}

fn empty(ask: Ask, removed: RwSignal<Option<String>>) -> View {
    let undo = move || {
        removed.get().map(|name| {
            let back = move || {
                removed.set(None);
                ask.answer(&name);
            };
            button(Some(icons::UNDO), say(&words::PHOTO_UNDO), back)
        })
    };
    view! { {take(ask, &words::PHOTO_TAKE)} {undo} }
}

fn kept(ask: Ask, name: &str, removed: RwSignal<Option<String>>) -> View {
    let remove = move || {
        removed.set(Some(ask.value_now()));
        ask.answer("");
    };
    view! {
        {preview(ask, name)}
        {take(ask, &words::PHOTO_RETAKE)}
        {button(Some(icons::DELETE), say(&words::PHOTO_REMOVE), remove)}
    }
}

/// Two ways to a photo: the camera, and the phone's album.
fn take(ask: Ask, word: &'static Word) -> View {
    if ask.readonly() {
        return View::default();
    }
    view! {
        <div class="q-buttons">
            {picker(ask, "", word, Some("environment"))} {picker(ask, "-album", &words::PHOTO_ALBUM, None)}
        </div>
    }
}

fn picker(ask: Ask, part: &'static str, word: &'static Word, capture: Option<&'static str>) -> View {
    let chosen = move |event: web_sys::Event| {
        let input: HtmlInputElement = event_target(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            let max = ask.parameter("max-pixels").parse().unwrap_or(MAX_PIXELS);
            spawn_local(take_in(ask.form().get(), ask.id(), file, max));
        }
        // So that the same file can be chosen again after a refusal.
        input.set_value("");
    };
    view! {
        <label class="btn q-button pick">
            {icon(if capture.is_some() { icons::CAMERA } else { icons::IMAGE })} <span>{say(word)}</span>
            <input id=ask.element_id(part) type="file" accept="image/*" capture=capture on:change=chosen />
        </label>
    }
}

/// Makes a photo small and keeps it. Whatever goes wrong, the answer of before stays.
async fn take_in(form: Rc<Filling>, id: Id, file: File, max: u32) {
    form.set_photo(id, PhotoState::Busy);
    let word = match shrink(&file, max).await {
        Err(PictureError::TooLarge) => words::PHOTO_TOO_LARGE,
        Err(PictureError::Unreadable) => words::PHOTO_UNREADABLE,
        Err(PictureError::NoMemory) => words::PHOTO_NO_MEMORY,
        Ok(picture) => match keep(&form, &picture).await {
            Ok(kept) => {
                form.answer_file(id, &form.file_name(id, ".jpg"), kept);
                return;
            }
            Err(DraftError::Storage(error)) => error.word(),
            Err(_) => words::PHOTO_NO_MEMORY,
        },
    };
    form.set_photo(id, PhotoState::Refused(word));
}

async fn keep(
    form: &Filling,
    picture: &crate::platform::camera::Picture,
) -> Result<crate::state::drafts::DraftFile, DraftError> {
    let db = form.db().ok_or(DraftError::NoVillage)?;
    keep_picture(&db, picture).await
}

/// The picture as it is kept on this phone; of a visit that is corrected it may only be on the server.
pub fn preview(ask: Ask, name: &str) -> View {
    let url = RwSignal::new(None::<String>);
    let is_remote = RwSignal::new(false);
    let (form, name) = (ask.form().get(), name.to_owned());
    let app = form.app;
    spawn_local(async move {
        let (Some(db), Some(file)) = (form.db(), form.file(&name)) else { return };
        let made = match db.blob(&file.sha256).await {
            Ok(Some((mime, bytes))) => picture_url(&bytes, &mime),
            _ => {
                let _ = is_remote.try_set(true);
                form.app.village().map(|stream| attachment_url(&stream, &file.sha256))
            }
        };
        // The page may have been left meanwhile.
        if let Some(Some(unused)) = url.try_set(made) {
            forget_url(&unused);
        }
    });
    on_cleanup(move || {
        if let Some(Some(url)) = url.try_get_untracked() {
            forget_url(&url);
        }
    });
    let alt = move || alt(ask.form().lang(), &ask.label());
    let shown = move || {
        let url = url.get()?;
        Some(if is_remote.get() && !app.online.get() {
            line(icons::OFFLINE, app.word(needs::PHOTOS_OFFLINE).to_owned())
        } else {
            view! { <img class="photo-kept" src=url alt=alt /> }
        })
    };
    view! { <div class="photo-frame">{shown}</div> }
}

fn alt(lang: Lang, label: &str) -> String {
    words::PHOTO_OF.fill(lang, &[("question", label)])
}
