//! `image` with appearance `draw`: a blank paper; a picture that is there already may be given instead.

use zhucun_view::prelude::*;
use zhucun_words::media as words;

use super::image::album;
use super::kept::{preview, refused, remove, state, undo};
use super::paper::{Paper, Sheet};
use crate::form_ui::ask::{Ask, line, several};
use crate::form_ui::filling::PhotoState;
use crate::form_ui::strokes::Strokes;
use crate::platform::camera::INK;
use crate::state::drafts::DraftFile;
use crate::ui::icons;

/// The paper's height in units of its width.
const TALL: u32 = 1000;

/// The widget.
pub fn field(ask: Ask) -> View {
    let removed = RwSignal::new(None::<String>);
    let state = state(ask);
    // A picture from the album, or of a visit that is corrected; else what is drawn here.
    let picture = Memo::new(move |_| {
        let name = ask.value().get();
        let is_picture = ask.form().get().file(&name).is_some_and(|file| !file.sha256.is_empty());
        is_picture.then_some(name)
    });
    let body = move || {
        if state.get() == Some(PhotoState::Busy) {
            return line(icons::IMAGE, ask.say(words::PHOTO_BUSY).to_owned());
        }
        match picture.get() {
            Some(name) => view! { {preview(ask, &name)} {remove(ask, removed, &words::PHOTO_REMOVE)} },
            None => {
                let paper = blank(ask);
                let is_empty = move || paper.strokes.with(Strokes::is_empty) && !ask.readonly();
                let instead = move || is_empty().then(|| album(ask, &words::DRAW_ALBUM));
                view! { {paper.view()} {paper.tools()} {instead} {undo(ask, removed, &words::PHOTO_UNDO)} }
            }
        }
    };
    several(ask, view! { {body} {refused(ask, state)} })
}

fn blank(ask: Ask) -> Paper {
    let file = ask.form().get().file(&ask.value_now()).unwrap_or_default();
    let keep = Callback::new(move |(strokes, tall): (Strokes, u32)| {
        if strokes.is_empty() {
            ask.answer("");
            return;
        }
        let (form, id) = (ask.form().get(), ask.id());
        let mut name = ask.value_now();
        if name.is_empty() {
            name = form.file_name(id, ".png");
        }
        form.answer_file(id, &name, DraftFile { mime: "image/png".to_owned(), strokes, tall, ..DraftFile::default() });
    });
    let sheet = Sheet { pen: INK, class: "paper", here: &words::DRAW_HERE, back: &words::DRAW_BACK, keep };
    Paper::new(ask, sheet, &file, TALL)
}
