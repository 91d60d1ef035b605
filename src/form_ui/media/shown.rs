//! What the form shows or plays beside its words: pictures, sounds and films of questions, of groups and of choices. They may
//! not be on this phone yet: then the words are all there is. Pictures are shown at once, everything else when it is asked for.

use std::rc::Rc;

use leptos::task::spawn_local;
use zhucun_forms::contract::{Files, Id, Item};
use zhucun_forms::instance::pictures;
use zhucun_view::prelude::*;
use zhucun_words::{Word, media as words};

use crate::form_ui::ask::{Ask, button, icon, line};
use crate::form_ui::filling::Form;
use crate::platform::camera::forget_url;
use crate::state::form_files;
use crate::ui::icons::{self, IconData};
use crate::ui::say;

/// A file beside the form.
#[derive(Clone, PartialEq)]
enum State {
    /// It is being looked for.
    Looking,
    /// It has not come yet.
    Missing,
    /// It is on this phone, and not read.
    Kept,
    /// It has an address in this page.
    Here(String),
}

/// A file while it is on screen.
#[derive(Clone, Copy)]
struct Shown {
    state: RwSignal<State>,
    name: StoredValue<String>,
    form: Form,
    /// Whether it is wanted with its bytes.
    wanted: RwSignal<bool>,
}

impl Shown {
    fn new(form: Form, name: String, wanted: bool) -> Self {
        let shown = Self {
            state: RwSignal::new(State::Looking),
            name: StoredValue::new(name),
            form,
            wanted: RwSignal::new(wanted),
        };
        Effect::new(move |_| {
            form_files::arrived().track();
            let wanted = shown.wanted.get();
            if !shown.state.with_untracked(|state| matches!(state, State::Here(_))) {
                spawn_local(shown.look(wanted));
            }
        });
        on_cleanup(move || {
            if let Some(State::Here(url)) = shown.state.try_get_untracked() {
                forget_url(&url);
            }
        });
        shown
    }

    async fn look(self, wanted: bool) {
        let (hash, name) = (self.form.get().definition(), self.name.get_value());
        let next = match form_files::named(&hash, &name).await {
            Some(_) if !wanted => State::Kept,
            Some(file) => form_files::address(&file).await.map_or(State::Missing, State::Here),
            None => State::Missing,
        };
        // The page may have been left meanwhile, or another look was faster.
        let unused = match (self.state.try_get_untracked(), next) {
            (Some(State::Here(_)) | None, State::Here(url)) => Some(url),
            (Some(before), next) if before != next => {
                let _ = self.state.try_set(next);
                None
            }
            _ => None,
        };
        if let Some(url) = unused {
            forget_url(&url);
        }
    }

    /// Draws it when it is here; `coming` while it is not.
    fn draw(self, coming: &'static Word, draw: Rc<dyn Fn(State) -> View>) -> View {
        View::of(move || match self.state.get() {
            State::Looking => View::default(),
            State::Missing => self.missing(coming),
            state => draw(state),
        })
    }

    fn missing(self, coming: &'static Word) -> View {
        line(icons::IMAGE, coming.get(self.form.lang()).to_owned())
    }
}

/// What is shown and played with a question's words.
pub fn view((ask, files): (Ask, Files)) -> View {
    all(Beside { form: ask.form(), label: Signal::derive(move || ask.label()) }, &files)
}

/// What is shown and played under a heading: with a group's words, or a repeat's.
pub fn of_heading((form, id): (Form, Id)) -> View {
    let told = Memo::new(move |_| {
        // Words and files may be others with each change of a page's, as with another language.
        drop(form.get().pages());
        form.get().with_session(|session| pictures::of_group(session, id))
    });
    let files = Memo::new(move |_| told.with(|(_, files)| files.clone()));
    let label = Signal::derive(move || told.with(|(label, _)| label.clone()));
    View::of(move || {
        let files = files.get();
        (!files.is_empty()).then(|| view! { <div class="under-heading">{all(Beside { form, label }, &files)}</div> })
    })
}

/// The same under the title of a page: on the first of those that a group is.
pub fn of_page((form, id): (Form, Id)) -> View {
    let filling = form.get();
    let pages = filling.pages();
    let Some(page) = pages.iter().find(|page| page.id == id) else { return View::default() };
    let is_first = pages.iter().find(|first| first.within == page.within).is_some_and(|first| first.id == id);
    // A repeat's words stand over its list.
    let has_list = page.items.iter().any(|item| matches!(item, Item::Repeat(list) if list.id == page.within));
    if !is_first || has_list || page.repeat.is_some() {
        return View::default();
    }
    of_heading((form, page.within))
}

/// The words that files lie beside.
#[derive(Clone, Copy)]
struct Beside {
    form: Form,
    label: Signal<String>,
}

fn named(files: &Files, kind: &str) -> Option<String> {
    files.iter().find(|(known, _)| known == kind).map(|(_, name)| name.clone())
}

fn all(beside: Beside, files: &Files) -> View {
    let (small, large) = (named(files, "image"), named(files, "big-image"));
    let picture = small.or_else(|| large.clone()).map(|name| picture(beside, name, large));
    let sound = named(files, "audio").map(|name| player(beside, name, &PLAYERS[0]));
    let film = named(files, "video").map(|name| player(beside, name, &PLAYERS[1]));
    view! { {picture} {sound} {film} }
}

/// A picture as wide as the page, and as large as the screen when it is tapped.
fn picture(Beside { form, label }: Beside, name: String, large: Option<String>) -> View {
    let shown = Shown::new(form, name, true);
    let larger = large.map(|name| Shown::new(form, name, false));
    let is_large = RwSignal::new(false);
    let tap = move |_: web_sys::MouseEvent| {
        is_large.update(|is_large| *is_large = !*is_large);
        if let Some(larger) = larger {
            larger.wanted.set(true);
        }
    };
    let draw = move |state: State| {
        let State::Here(url) = state else { return View::default() };
        let src = move || match larger.filter(|_| is_large.get()).map(|larger| larger.state.get()) {
            Some(State::Here(large)) => large,
            _ => url.clone(),
        };
        let enlarge = move || words::ENLARGE.fill(form.lang(), &[("question", &label.get())]);
        let esc = move |event: web_sys::KeyboardEvent| {
            if event.key() == "Escape" {
                is_large.set(false);
            }
        };
        view! {
            <button type="button" class="told-photo shown-picture" class:large=move || is_large.get() aria-label=enlarge
                aria-pressed=move || if is_large.get() { "true" } else { "false" } on:click=tap on:keydown=esc>
                <img src=src alt=move || label.get() />
            </button>
        }
    };
    view! { <div class="shown-frame">{shown.draw(&words::PICTURE_COMING, Rc::new(draw))}</div> }
}

/// What is played: its words and icon, what is said while it is not here, and whether it has a picture.
struct Player {
    play: Word,
    play_of: Word,
    icon: IconData,
    coming: Word,
    has_picture: bool,
}

static PLAYERS: [Player; 2] = [
    Player {
        play: words::HEAR,
        play_of: words::HEAR_OF,
        icon: icons::SOUND,
        coming: words::SOUND_COMING,
        has_picture: false,
    },
    Player {
        play: words::WATCH,
        play_of: words::WATCH_OF,
        icon: icons::FILM,
        coming: words::FILM_COMING,
        has_picture: true,
    },
];

/// A button in whose place the player comes, which begins at once.
fn player(Beside { form, label }: Beside, name: String, of: &'static Player) -> View {
    let shown = Shown::new(form, name, false);
    let draw = move |state: State| {
        let label = move || label.get();
        match state {
            State::Here(url) if of.has_picture => view! {
                <video class="film" src=url controls="" autoplay="" playsinline="" aria-label=label></video>
            },
            State::Here(url) => {
                view! { <audio class="sound" src=url controls="" autoplay="" aria-label=label></audio> }
            }
            _ => button(Some(of.icon), say(&of.play), move || shown.wanted.set(true)),
        }
    };
    shown.draw(&of.coming, Rc::new(draw))
}

/// Which of a question's choices is heard or seen now: one at a time.
pub type Playing = RwSignal<Option<String>>;

/// Puts buttons beside a choice that play what it has, and do not choose it; the row alone where it has nothing.
pub fn playable(form: Form, said: String, files: &Files, playing: Playing, row: View) -> View {
    let label = Signal::derive(move || said.clone());
    let sound = named(files, "audio").map(|name| small_player(Beside { form, label }, name, &PLAYERS[0], playing));
    let film = named(files, "video").map(|name| small_player(Beside { form, label }, name, &PLAYERS[1], playing));
    if sound.is_none() && film.is_none() {
        return row;
    }
    view! { <div class="opt-plays">{row}{sound}{film}</div> }
}

/// A button that plays and stops, so that the focus stays; what is seen comes under the choice.
fn small_player(Beside { form, label }: Beside, name: String, of: &'static Player, playing: Playing) -> View {
    let own = [&label.get(), "\n", &name].concat();
    let shown = Shown::new(form, name, false);
    let known = own.clone();
    let is_on = Memo::new(move |_| playing.with(|playing| playing.as_ref() == Some(&known)));
    let tap = move |_: web_sys::MouseEvent| {
        shown.wanted.set(true);
        playing.set(if is_on.get_untracked() { None } else { Some(own.clone()) });
    };
    let ended = move |_: web_sys::Event| playing.set(None);
    let what = move || {
        let word = if is_on.get() { words::STOP_OF } else { of.play_of };
        word.fill(form.lang(), &[("what", &label.get())])
    };
    let glyph = move || icon(if is_on.get() { icons::STOP } else { of.icon });
    let played = move || {
        let label = move || label.get();
        match is_on.get().then(|| shown.state.get()) {
            Some(State::Here(url)) if of.has_picture => view! {
                // Stays at its end until it is stopped: what is below must not move up from under a finger.
                <video class="film" src=url controls="" autoplay="" playsinline="" aria-label=label></video>
            },
            Some(State::Here(url)) => view! { <audio src=url autoplay="" on:ended=ended></audio> },
            Some(State::Missing) => shown.missing(&of.coming),
            _ => View::default(),
        }
    };
    view! {
        <button type="button" class="icon-button" aria-label=what on:click=tap>{glyph}</button>
        <div class="opt-played" aria-live="polite">{played}</div>
    }
}

/// The words of a choice with its picture over them. Nothing is said by it that the words do not say.
pub fn tile(ask: Ask, name: String, said: String) -> View {
    let shown = Shown::new(ask.form(), name, true);
    let picture = move || match shown.state.get() {
        State::Here(url) => view! { <img class="tile-picture" src=url alt="" /> },
        State::Missing => view! { <small class="tile-missing">{say(&words::PICTURE_COMING)}</small> },
        _ => view! { <span class="tile-picture"></span> },
    };
    view! { {said} {picture} }
}
