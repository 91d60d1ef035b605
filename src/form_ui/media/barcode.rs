//! `barcode`: read by the camera where the browser can, typed where it cannot or the person would rather.

use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use zhucun_view::prelude::*;
use zhucun_words::media as words;

use super::kept::{MAIN, named, problem};
use super::record::why;
use crate::form_ui::ask::{Ask, line, single};
use crate::form_ui::text::{done, typed};
use crate::platform::recorder::{MediaError, Scanner, Source, Stream, open};
use crate::platform::timer;
use crate::ui::{icons, say};

/// Milliseconds between two looks at the picture.
const LOOK: u32 = 200;

#[derive(Clone, Copy, PartialEq)]
enum Now {
    Idle,
    Opening,
    Looking,
    Failed(MediaError),
}

/// The widget's state; the camera is closed with the page.
#[derive(Clone, Copy)]
struct Eye {
    ask: Ask,
    now: RwSignal<Now>,
    stream: StoredValue<Option<Stream>>,
}

/// The widget.
pub fn field(ask: Ask) -> View {
    ask.keep_shown(str::to_owned);
    let value = ask.value_now();
    let eye = Eye { ask, now: RwSignal::new(Now::Idle), stream: StoredValue::new(None) };
    let can = Scanner::new().is_some();
    let scanner = move || if can { eye.view() } else { line(icons::BARCODE, ask.say(words::SCAN_NONE).to_owned()) };
    let field = view! {
        <input class="field" id=ask.element_id("") type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
            enterkeyhint="done" aria-describedby=ask.described() aria-invalid=move || ask.invalid()
            aria-required=move || ask.required().to_string() prop:readOnly=move || ask.readonly() prop:value=value
            on:input=move |event| typed(ask, &event, str::to_owned)
            on:compositionend=move |event| typed(ask, &event, str::to_owned)
            on:keydown=move |event| done(&event)
            on:focus=move |_| ask.entered() on:blur=move |_| ask.left() />
        <div aria-live="polite">{scanner}</div>
    };
    single(ask, field)
}

impl Eye {
    fn view(self) -> View {
        let ask = self.ask;
        if ask.readonly() {
            return View::default();
        }
        let now = self.now.get();
        let state = match now {
            Now::Opening => line(icons::CAMERA, ask.say(words::RECORD_OPENING).to_owned()),
            Now::Failed(error) => problem(why(ask.form().lang(), error, true)),
            Now::Looking => view! {
                <video class="film" id=ask.element_id("-live") playsinline="" aria-hidden="true"></video>
                {line(icons::BARCODE, ask.say(words::SCAN_ON).to_owned())}
            },
            Now::Idle => View::default(),
        };
        let button = match now {
            Now::Looking => named(ask, MAIN, icons::STOP, say(&words::SCAN_STOP), move || self.end()),
            Now::Opening => View::default(),
            _ => named(ask, MAIN, icons::BARCODE, say(&words::SCAN_START), move || self.begin()),
        };
        view! { {state} {button} }
    }

    fn begin(self) {
        self.now.set(Now::Opening);
        let front = self.ask.looks("front");
        spawn_local(async move {
            let opened = open(Source::Picture { front }).await;
            // The page may have been left meanwhile.
            if self.now.try_get_untracked() != Some(Now::Opening) {
                return;
            }
            match opened {
                Ok(stream) => {
                    self.stream.set_value(Some(stream));
                    self.now.set(Now::Looking);
                    self.ask.reveal();
                    request_animation_frame(move || self.show());
                }
                Err(error) => {
                    self.now.set(Now::Failed(error));
                    self.ask.reveal();
                }
            }
        });
    }

    fn show(self) {
        let Some(film) = self.ask.element("-live") else { return };
        let _ = self.stream.try_update_value(|stream| {
            if let Some(stream) = stream {
                stream.show_in(&film);
            }
        });
        spawn_local(self.look(film.into()));
    }

    async fn look(self, film: JsValue) {
        let Some(scanner) = Scanner::new() else { return };
        while self.now.try_get_untracked() == Some(Now::Looking) {
            let found = scanner.look(&film).await;
            // Stopped meanwhile, or the page was left.
            if self.now.try_get_untracked() != Some(Now::Looking) {
                return;
            }
            if let Some(code) = found {
                self.ask.answer(&code);
                self.end();
                return;
            }
            timer::pause(LOOK).await;
        }
    }

    fn end(self) {
        self.now.set(Now::Idle);
        self.stream.set_value(None);
    }
}
