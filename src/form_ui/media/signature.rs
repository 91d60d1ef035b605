//! `image` with appearance `signature`: strokes on a paper; who cannot draw types the name.

use web_sys::HtmlInputElement;
use zhucun_view::prelude::*;
use zhucun_words::media as words;

use super::kept::preview;
use super::paper::{Paper, Sheet};
use crate::form_ui::ask::{Ask, button, several};
use crate::form_ui::strokes::{HEIGHT, Strokes};
use crate::platform::camera::INK;
use crate::state::drafts::DraftFile;
use crate::ui::{icons, say};

/// How it is signed.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Drawn,
    Typed,
    /// Of a visit that is corrected: a picture already.
    Done,
}

/// The widget.
pub fn field(ask: Ask) -> View {
    let name = ask.value_now();
    let file = ask.form().get().file(&name).unwrap_or_default();
    let was_done = !file.sha256.is_empty();
    let begin = match () {
        () if was_done => Way::Done,
        () if file.text.is_empty() => Way::Drawn,
        () => Way::Typed,
    };
    let way = RwSignal::new(begin);
    let typed = RwSignal::new(file.text.clone());
    let sheet = Sheet {
        pen: INK,
        class: "paper",
        here: &words::SIGN_HERE,
        back: &words::SIGN_BACK,
        keep: Callback::new(move |(strokes, _)| keep(ask, DraftFile { strokes, ..DraftFile::default() })),
    };
    let paper = Paper::new(ask, sheet, &file, HEIGHT);
    let body = move || {
        let now = way.get();
        if now == Way::Done {
            return done(ask, &name, way);
        }
        let name = name.clone();
        let back = move || {
            let is_empty = paper.strokes.with(Strokes::is_empty) && typed.with(String::is_empty);
            (was_done && is_empty).then(|| {
                let name = name.clone();
                let back = move || {
                    ask.answer(&name);
                    way.set(Way::Done);
                };
                button(Some(icons::UNDO), say(&words::SIGN_BACK), back)
            })
        };
        if now == Way::Typed {
            // What follows the question is apart: the field that is typed in stays.
            return view! { {by_typing(ask, typed)} {move || other(ask, way, paper, typed)} {back} };
        }
        paper.shown();
        view! { {paper.view()} {paper.tools()} {move || other(ask, way, paper, typed)} {back} }
    };
    several(ask, View::of(body))
}

/// Puts what is signed into the draft; nothing is no answer.
fn keep(ask: Ask, file: DraftFile) {
    if !file.is_to_be_made() {
        ask.answer("");
        return;
    }
    let (form, id) = (ask.form().get(), ask.id());
    let mut name = ask.value_now();
    if name.is_empty() {
        name = form.file_name(id, ".png");
    }
    form.answer_file(id, &name, DraftFile { mime: "image/png".to_owned(), tall: HEIGHT, ..file });
}

fn done(ask: Ask, name: &str, way: RwSignal<Way>) -> View {
    let again = move || {
        way.set(Way::Drawn);
        ask.answer("");
    };
    let again = (!ask.readonly()).then(|| button(Some(icons::DRAFT), say(&words::SIGN_AGAIN), again));
    view! { {preview(ask, name)} <div class="q-buttons">{again}</div> }
}

fn by_typing(ask: Ask, typed: RwSignal<String>) -> View {
    let take = move |event: web_sys::Event| {
        let name = event_target::<HtmlInputElement>(&event).value();
        typed.set(name.trim().to_owned());
        keep(ask, DraftFile { text: typed.get_untracked(), ..DraftFile::default() });
    };
    view! {
        <label class="ask-line" for=ask.element_id("-name")>{say(&words::SIGN_NAME)}</label>
        <input class="field typed-name" id=ask.element_id("-name") type="text" autocomplete="off" maxlength="60"
            aria-describedby=ask.described() prop:value=typed.get_untracked() prop:readOnly=move || ask.readonly()
            on:input=take />
    }
}

/// From the paper to the keyboard, while the paper is empty, and back.
fn other(ask: Ask, way: RwSignal<Way>, paper: Paper, typed: RwSignal<String>) -> View {
    if ask.readonly() {
        return View::default();
    }
    if way.get_untracked() == Way::Typed {
        let draw = move || {
            typed.set(String::new());
            keep(ask, DraftFile { strokes: paper.strokes.get_untracked(), ..DraftFile::default() });
            way.set(Way::Drawn);
        };
        return button(Some(icons::PEN), say(&words::SIGN_DRAW), draw);
    }
    let is_empty = paper.strokes.with(Strokes::is_empty);
    View::of(is_empty.then(|| button(Some(icons::KEYBOARD), say(&words::SIGN_TYPE), move || way.set(Way::Typed))))
}
