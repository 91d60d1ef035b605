//! `image`: a photo by the camera or from the album, made small on the phone. Appearances `new` and `new-front`: by the camera
//! alone, the second by the one that looks at the person.

use std::rc::Rc;

use leptos::task::spawn_local;
use web_sys::File;
use zhucun_forms::contract::Id;
use zhucun_view::prelude::*;
use zhucun_words::{Word, media as words};

use super::kept::{NO_MEMORY, Pick, Removed, picker, preview, refused, remove, state, undo};
use crate::form_ui::ask::{Ask, line, several};
use crate::form_ui::filling::{Filling, PhotoState};
use crate::platform::camera::{Picture, PictureError, shrink};
use crate::state::drafts::{DraftError, DraftFile, keep_picture};
use crate::ui::icons;

/// Pixels of the longer side when the form does not say.
const MAX_PIXELS: u32 = 1600;

/// The widget.
pub fn field(ask: Ask) -> View {
    with(ask, preview)
}

/// A photo question that shows its photo in a way of its own.
pub fn with(ask: Ask, shown: fn(Ask, &str) -> View) -> View {
    let removed = RwSignal::new(None::<String>);
    let state = state(ask);
    let body = move || {
        if state.get() == Some(PhotoState::Busy) {
            return line(icons::CAMERA, ask.say(words::PHOTO_BUSY).to_owned());
        }
        let name = ask.value().get();
        if name.is_empty() { empty(ask, removed) } else { kept(ask, &name, removed, shown) }
    };
    several(ask, view! { {body} {refused(ask, state)} })
}

fn empty(ask: Ask, removed: Removed) -> View {
    view! { {take(ask, &words::PHOTO_TAKE)} {undo(ask, removed, &words::PHOTO_UNDO)} }
}

fn kept(ask: Ask, name: &str, removed: Removed, shown: fn(Ask, &str) -> View) -> View {
    view! { {shown(ask, name)} {take(ask, &words::PHOTO_RETAKE)} {remove(ask, removed, &words::PHOTO_REMOVE)} }
}

/// Two ways to a photo: the camera, and the phone's album.
fn take(ask: Ask, word: &'static Word) -> View {
    if ask.readonly() {
        return View::default();
    }
    let front = ask.looks("new-front");
    let capture = Some(if front { "user" } else { "environment" });
    let camera = Pick { part: "", icon: icons::CAMERA, word, accept: "image/*", capture };
    let album = (!front && !ask.looks("new")).then(|| album(ask, &words::PHOTO_ALBUM));
    view! { <div class="q-buttons">{picker(ask, camera, taking(ask))} {album}</div> }
}

/// The way to a picture that is there already.
pub fn album(ask: Ask, word: &'static Word) -> View {
    let pick = Pick { part: "-album", icon: icons::IMAGE, word, accept: "image/*", capture: None };
    picker(ask, pick, taking(ask))
}

fn taking(ask: Ask) -> impl Fn(File) + 'static {
    move |file| {
        let max = ask.parameter("max-pixels").parse().unwrap_or(MAX_PIXELS);
        spawn_local(take_in(ask.form().get(), ask.id(), file, max));
    }
}

/// Makes a photo small and keeps it. Whatever goes wrong, the answer of before stays.
async fn take_in(form: Rc<Filling>, id: Id, file: File, max: u32) {
    form.set_photo(id, PhotoState::Busy);
    let word = match shrink(&file, max).await {
        Err(PictureError::TooLarge) => words::PHOTO_TOO_LARGE,
        Err(PictureError::Unreadable) => words::PHOTO_UNREADABLE,
        Err(PictureError::NoMemory) => NO_MEMORY,
        Ok(picture) => match keep(&form, &picture).await {
            Ok(kept) => {
                form.answer_file(id, &form.file_name(id, ".jpg"), kept);
                return;
            }
            Err(DraftError::Storage(error)) => error.word(),
            Err(_) => NO_MEMORY,
        },
    };
    form.set_photo(id, PhotoState::Refused(word));
}

async fn keep(form: &Filling, picture: &Picture) -> Result<DraftFile, DraftError> {
    let db = form.db().ok_or(DraftError::NoVillage)?;
    keep_picture(&db, picture).await
}
