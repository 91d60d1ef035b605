//! `file`: any file, as it is.

use leptos::task::spawn_local;
use zhucun_json::texts::joined;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, media as words};

use super::kept::{Pick, Removed, Shown, picker, refused, remove, state, take_in, undo};
use crate::form_ui::ask::{Ask, icon, line, several};
use crate::form_ui::filling::PhotoState;
use crate::ui::{icons, say, sizes};

/// The widget.
pub fn field(ask: Ask) -> View {
    let removed = RwSignal::new(None::<String>);
    let state = state(ask);
    let body = move || {
        if state.get() == Some(PhotoState::Busy) {
            return line(icons::FILE, ask.say(words::FILE_BUSY).to_owned());
        }
        let name = ask.value().get();
        if name.is_empty() {
            view! { {choose(ask, &words::FILE_CHOOSE)} {undo(ask, removed, &words::FILE_UNDO)} }
        } else {
            kept(ask, &name, removed)
        }
    };
    several(ask, view! { {body} {refused(ask, state)} })
}

fn choose(ask: Ask, word: &'static Word) -> View {
    if ask.readonly() {
        return View::default();
    }
    let pick = Pick { part: "", icon: icons::FILE, word, accept: "", capture: None };
    picker(ask, pick, move |file| spawn_local(take_in(ask.form().get(), ask.id(), file)))
}

fn kept(ask: Ask, name: &str, removed: Removed) -> View {
    let file = ask.form().get().file(name).unwrap_or_default();
    let (own, size) = (if file.name.is_empty() { name.to_owned() } else { file.name }, file.size);
    let shown = Shown::of(ask, name);
    let saved = own.clone();
    // Not opened in this page: an address of it is the app's own, and what is in the file is anybody's.
    let take = move |url: String| {
        view! { <a class="btn q-button" href=url download=saved.clone()>{icon(icons::INSTALL)} <span>{say(&words::FILE_OPEN)}</span></a> }
    };
    view! {
        <p class="file-kept">{icon(icons::FILE)} <span>{move || facts(ask.form().lang(), words::FILE, &own, size)}</span></p>
        {shown.draw(ask, take)}
        {choose(ask, &words::FILE_OTHER)}
        {remove(ask, removed, &words::FILE_REMOVE)}
    }
}

/// A file in words: its own name, or what it is, and its size.
pub fn facts(lang: Lang, what: Word, name: &str, size: i64) -> String {
    let name = if name.is_empty() { what.get(lang) } else { name };
    joined(&[name, &sizes::bytes(size as f64)], " · ")
}
