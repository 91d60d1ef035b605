//! What the form shows or plays beside its words: pictures, sounds and films of questions, pictures of choices. They may not
//! be on this phone yet: then the words are all there is. Pictures are shown at once, everything else when it is asked for.

use std::rc::Rc;

use leptos::task::spawn_local;
use zhucun_forms::contract::Files;
use zhucun_view::prelude::*;
use zhucun_words::{Word, media as words};

use crate::form_ui::ask::{Ask, button, line};
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
    ask: Ask,
    /// Whether it is wanted with its bytes.
    wanted: RwSignal<bool>,
}

impl Shown {
    fn new(ask: Ask, name: String, wanted: bool) -> Self {
        let shown = Self {
            state: RwSignal::new(State::Looking),
            name: StoredValue::new(name),
            ask,
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
        let (hash, name) = (self.ask.form().get().definition(), self.name.get_value());
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
            State::Missing => line(icons::IMAGE, self.ask.say(*coming).to_owned()),
            state => draw(state),
        })
    }
}

/// What is shown and played with a question's words.
pub fn view((ask, files): (Ask, Files)) -> View {
    let named = |kind: &str| files.iter().find(|(known, _)| known == kind).map(|(_, name)| name.clone());
    let (small, large) = (named("image"), named("big-image"));
    let picture = small.or_else(|| large.clone()).map(|name| picture(ask, name, large));
    let sound = named("audio").map(|name| player(ask, name, &PLAYERS[0]));
    let film = named("video").map(|name| player(ask, name, &PLAYERS[1]));
    view! { {picture} {sound} {film} }
}

/// A picture as wide as the page, and as large as the screen when it is tapped.
fn picture(ask: Ask, name: String, large: Option<String>) -> View {
    let shown = Shown::new(ask, name, true);
    let larger = large.map(|name| Shown::new(ask, name, false));
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
        let enlarge = move || words::ENLARGE.fill(ask.form().lang(), &[("question", &ask.label())]);
        let esc = move |event: web_sys::KeyboardEvent| {
            if event.key() == "Escape" {
                is_large.set(false);
            }
        };
        view! {
            <button type="button" class="told-photo shown-picture" class:large=move || is_large.get() aria-label=enlarge
                aria-pressed=move || if is_large.get() { "true" } else { "false" } on:click=tap on:keydown=esc>
                <img src=src alt=move || ask.label() />
            </button>
        }
    };
    view! { <div class="shown-frame">{shown.draw(&words::PICTURE_COMING, Rc::new(draw))}</div> }
}

/// What is played: its words and icon, what is said while it is not here, and whether it has a picture.
struct Player {
    play: Word,
    icon: IconData,
    coming: Word,
    has_picture: bool,
}

static PLAYERS: [Player; 2] = [
    Player { play: words::HEAR, icon: icons::SOUND, coming: words::SOUND_COMING, has_picture: false },
    Player { play: words::WATCH, icon: icons::FILM, coming: words::FILM_COMING, has_picture: true },
];

/// A button in whose place the player comes, which begins at once.
fn player(ask: Ask, name: String, of: &'static Player) -> View {
    let shown = Shown::new(ask, name, false);
    let draw = move |state: State| {
        let label = move || ask.label();
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

/// The words of a choice with its picture over them. Nothing is said by it that the words do not say.
pub fn tile(ask: Ask, name: String, said: String) -> View {
    let shown = Shown::new(ask, name, true);
    let picture = move || match shown.state.get() {
        State::Here(url) => view! { <img class="tile-picture" src=url alt="" /> },
        State::Missing => view! { <small class="tile-missing">{say(&words::PICTURE_COMING)}</small> },
        _ => view! { <span class="tile-picture"></span> },
    };
    view! { {said} {picture} }
}
