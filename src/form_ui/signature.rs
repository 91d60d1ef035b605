//! `image` with appearance `signature`: strokes on a paper, kept as vectors at every lifting of the finger.

use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, PointerEvent};
use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::ask::{Ask, button, several};
use super::strokes::{HEIGHT, Strokes, WIDTH, extend, on_paper};
use crate::platform::camera::{context, draw_strokes};
use crate::state::drafts::DraftFile;
use crate::ui::{icons, say};

/// The widget's state.
#[derive(Clone, Copy)]
struct Paper {
    ask: Ask,
    strokes: RwSignal<Strokes>,
    /// What "clear" took away.
    cleared: RwSignal<Option<Strokes>>,
    /// The stroke under the finger, and whose finger it is.
    pen: StoredValue<Option<(i32, Vec<u16>)>>,
}

impl Paper {
    fn canvas(self) -> Option<HtmlCanvasElement> {
        self.ask.element("").map(JsCast::unchecked_into)
    }

    fn at(self, event: &PointerEvent) -> (u16, u16) {
        let box_ = event_target::<HtmlCanvasElement>(event).get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()) - box_.left(), f64::from(event.client_y()) - box_.top());
        on_paper(x, y, box_.width(), box_.height())
    }

    fn down(self, event: &PointerEvent) {
        event.prevent_default();
        if self.ask.readonly() || self.pen.with_value(Option::is_some) {
            return;
        }
        let at = self.at(event);
        // Without capture a stroke ends at the paper's edge: no harm.
        let _ = event_target::<HtmlCanvasElement>(event).set_pointer_capture(event.pointer_id());
        self.pen.set_value(Some((event.pointer_id(), vec![at.0, at.1])));
        self.ink();
    }

    fn moved(self, event: &PointerEvent) {
        let at = self.at(event);
        let is_longer = self.pen.try_update_value(|pen| match pen {
            Some((pointer, stroke)) if *pointer == event.pointer_id() => extend(stroke, at),
            _ => false,
        });
        if is_longer == Some(true) {
            self.ink();
        }
    }

    /// Draws the last bit of the stroke under the finger.
    fn ink(self) {
        let Some(canvas) = self.canvas() else { return };
        let Some(context) = context(&canvas) else { return };
        self.pen.with_value(|pen| {
            if let Some((_, stroke)) = pen {
                let last = stroke[stroke.len().saturating_sub(4)..].to_vec();
                draw_strokes(&context, &[last], f64::from(canvas.width()) / f64::from(WIDTH));
            }
        });
    }

    fn up(self, event: &PointerEvent) {
        let done = self.pen.try_update_value(|pen| {
            if pen.as_ref().is_some_and(|(pointer, _)| *pointer == event.pointer_id()) { pen.take() } else { None }
        });
        if let Some(Some((_, stroke))) = done {
            self.cleared.set(None);
            self.strokes.update(|strokes| strokes.0.push(stroke));
            self.keep();
        }
    }

    /// Puts the strokes into the draft; none is no answer.
    fn keep(self) {
        let (form, id) = (self.ask.form().get(), self.ask.id());
        let strokes = self.strokes.get_untracked();
        if strokes.is_empty() {
            self.ask.answer("");
            return;
        }
        let mut name = self.ask.value_now();
        if name.is_empty() {
            name = form.file_name(id, ".png");
        }
        form.answer_file(id, &name, DraftFile { mime: "image/png".to_owned(), strokes, ..DraftFile::default() });
    }

    fn undo(self) {
        match self.cleared.get_untracked() {
            Some(strokes) => {
                self.cleared.set(None);
                self.strokes.set(strokes);
            }
            None => self.strokes.update(|strokes| drop(strokes.0.pop())),
        }
        self.keep();
    }

    fn clear(self) {
        self.cleared.set(Some(self.strokes.get_untracked()));
        self.strokes.set(Strokes::default());
        self.keep();
    }

    /// Draws everything, sharp on this screen.
    fn draw(self) {
        let Some(canvas) = self.canvas() else { return };
        let Some(strokes) = self.strokes.try_get_untracked() else { return };
        let ratio = window().device_pixel_ratio().max(1.0);
        let mut height = (canvas.offset_width() * HEIGHT as i32 / WIDTH as i32).to_string();
        height.push_str("px");
        // A paper of another shape would still take strokes.
        let _ = web_sys::HtmlElement::style(&canvas).set_property("height", &height);
        canvas.set_width((f64::from(canvas.client_width()) * ratio) as u32);
        canvas.set_height((f64::from(canvas.client_height()) * ratio) as u32);
        if let Some(context) = context(&canvas) {
            draw_strokes(&context, &strokes.0, f64::from(canvas.width()) / f64::from(WIDTH));
        }
    }
}

/// The widget.
pub fn field(ask: Ask) -> View {
    let name = ask.value_now();
    let file = ask.form().get().file(&name).unwrap_or_default();
    // Of a visit that is corrected: a picture already.
    let signed = RwSignal::new(!file.sha256.is_empty() && file.strokes.is_empty());
    let kept = file.strokes;
    let paper = Paper { ask, strokes: RwSignal::new(kept), cleared: RwSignal::new(None), pen: StoredValue::new(None) };
    Effect::new(move |_| {
        paper.strokes.track();
        signed.track();
        // After the layout: the paper's size on this screen is known then.
        request_animation_frame(move || paper.draw());
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| paper.draw());
    on_cleanup(move || resized.remove());
    let was_signed = signed.get_untracked();
    let body = move || {
        if signed.get() {
            let again = move || {
                signed.set(false);
                ask.answer("");
            };
            let again = (!ask.readonly()).then(|| button(Some(icons::DRAFT), say(&words::SIGN_AGAIN), again));
            return view! { {super::image::preview(ask, &name)} <div class="q-buttons">{again}</div> };
        }
        let name = name.clone();
        let back = move || {
            (was_signed && paper.strokes.with(Strokes::is_empty)).then(|| {
                let name = name.clone();
                let back = move || {
                    ask.answer(&name);
                    signed.set(true);
                };
                button(Some(icons::UNDO), say(&words::SIGN_BACK), back)
            })
        };
        view! {
            <canvas class="paper" id=ask.element_id("") role="img" tabindex="0" aria-label=move || ask.say(words::SIGN_HERE)
                on:pointerdown=move |event| paper.down(&event) on:pointermove=move |event| paper.moved(&event)
                on:pointerup=move |event| paper.up(&event) on:pointercancel=move |event| paper.up(&event)></canvas>
            <p class="ask-line">{move || paper.strokes.with(Strokes::is_empty).then(|| ask.say(words::SIGN_HERE))}</p>
            {move || buttons(paper)}
            {back}
        }
    };
    several(ask, View::of(body))
}

fn buttons(paper: Paper) -> View {
    let (is_empty, is_cleared) = (paper.strokes.with(Strokes::is_empty), paper.cleared.with(Option::is_some));
    let undo_word = if is_cleared { &words::SIGN_BACK } else { &words::SIGN_UNDO };
    let undo = (is_cleared || !is_empty).then(|| button(Some(icons::UNDO), say(undo_word), move || paper.undo()));
    let clear = (!is_empty).then(|| button(Some(icons::DELETE), say(&words::SIGN_CLEAR), move || paper.clear()));
    view! { <div class="q-buttons">{undo} {clear}</div> }
}
