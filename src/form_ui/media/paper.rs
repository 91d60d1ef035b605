//! A paper to draw on: strokes, kept as vectors at every lifting of the finger, so that a turned phone, a quick "next" or the
//! end of the app takes none of them away.

use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, PointerEvent};
use zhucun_view::prelude::*;
use zhucun_words::{Word, media as words};

use crate::form_ui::ask::{Ask, button};
use crate::form_ui::strokes::{Strokes, WIDTH, extend, on_paper};
use crate::platform::camera::{Pen, context, draw_strokes};
use crate::state::drafts::DraftFile;
use crate::ui::{icons, say};

/// What is drawn with which pen on what.
#[derive(Clone, Copy)]
pub struct Sheet {
    /// The pen.
    pub pen: Pen,
    /// The paper's class.
    pub class: &'static str,
    /// What to do with it, in words.
    pub here: &'static Word,
    /// "Bring back" what was cleared, in words.
    pub back: &'static Word,
    /// Called with what is to be kept after each change.
    pub keep: Callback<(Strokes, u32)>,
}

/// A paper on screen.
#[derive(Clone, Copy)]
pub struct Paper {
    ask: Ask,
    sheet: StoredValue<Sheet>,
    /// What is drawn.
    pub strokes: RwSignal<Strokes>,
    /// The paper's height in units, see [`Strokes`].
    pub tall: RwSignal<u32>,
    /// What "clear" took away.
    cleared: RwSignal<Option<Strokes>>,
    /// The stroke under the finger, and whose finger it is.
    pen: StoredValue<Option<(i32, Vec<u16>)>>,
}

impl Paper {
    /// With what is kept already.
    pub fn new(ask: Ask, sheet: Sheet, kept: &DraftFile, tall: u32) -> Self {
        let paper = Self {
            ask,
            sheet: StoredValue::new(sheet),
            strokes: RwSignal::new(kept.strokes.clone()),
            tall: RwSignal::new(tall),
            cleared: RwSignal::new(None),
            pen: StoredValue::new(None),
        };
        Effect::new(move |_| {
            paper.strokes.track();
            paper.tall.track();
            // After the layout: the paper's size on this screen is known then.
            request_animation_frame(move || paper.draw());
        });
        let resized = window_event_listener(leptos::ev::resize, move |_| paper.draw());
        on_cleanup(move || {
            resized.remove();
            // "Next" by another finger than the one that draws.
            paper.lift(|_| true);
        });
        paper
    }

    /// Draws again, now that the paper is on the page.
    pub fn shown(self) {
        request_animation_frame(move || self.draw());
    }

    fn canvas(self) -> Option<HtmlCanvasElement> {
        self.ask.element("").map(JsCast::unchecked_into)
    }

    fn at(self, event: &PointerEvent) -> (u16, u16) {
        let box_ = event_target::<HtmlCanvasElement>(event).get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()) - box_.left(), f64::from(event.client_y()) - box_.top());
        on_paper(x, y, (box_.width(), box_.height()), self.tall.get_untracked())
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

    /// Draws the last bit of the stroke under the finger; without the edge of the pen's line, which would cover what is there.
    fn ink(self) {
        let Some(canvas) = self.canvas() else { return };
        let Some(context) = context(&canvas) else { return };
        let (pen, scale) = (self.sheet.get_value().pen, f64::from(canvas.width()) / f64::from(WIDTH));
        self.pen.with_value(|stroke| {
            if let Some((_, stroke)) = stroke {
                let last = stroke[stroke.len().saturating_sub(4)..].to_vec();
                draw_strokes(&context, &[last], scale, &pen[pen.len() - 1..]);
            }
        });
    }

    fn up(self, event: &PointerEvent) {
        let pointer = event.pointer_id();
        self.lift(|pen| pen == pointer);
    }

    fn lift(self, is_it: impl Fn(i32) -> bool) {
        let done = self.pen.try_update_value(|pen| pen.take_if(|(pointer, _)| is_it(*pointer)));
        if let Some(Some((_, stroke))) = done {
            self.cleared.set(None);
            self.strokes.update(|strokes| strokes.0.push(stroke));
            self.keep();
        }
    }

    fn keep(self) {
        self.sheet.get_value().keep.run((self.strokes.get_untracked(), self.tall.get_untracked()));
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
        let mut height = (canvas.offset_width() * self.tall.get_untracked() as i32 / WIDTH as i32).to_string();
        height.push_str("px");
        // A paper of another shape would still take strokes.
        let _ = web_sys::HtmlElement::style(&canvas).set_property("height", &height);
        canvas.set_width((f64::from(canvas.client_width()) * ratio) as u32);
        canvas.set_height((f64::from(canvas.client_height()) * ratio) as u32);
        if let Some(context) = context(&canvas) {
            draw_strokes(
                &context,
                &strokes.0,
                f64::from(canvas.width()) / f64::from(WIDTH),
                self.sheet.get_value().pen,
            );
        }
    }

    /// The paper itself, and what to do with it while it is empty.
    pub fn view(self) -> View {
        let (ask, sheet) = (self.ask, self.sheet.get_value());
        let label = move || {
            let here = ask.say(*sheet.here);
            zhucun_json::texts::joined(&[&ask.label(), here], ": ")
        };
        view! {
            <canvas class=sheet.class id=ask.element_id("") role="img" aria-label=label
                on:pointerdown=move |event| self.down(&event) on:pointermove=move |event| self.moved(&event)
                on:pointerup=move |event| self.up(&event) on:pointercancel=move |event| self.up(&event)></canvas>
        }
    }

    /// What to do, while nothing is drawn; and "undo", "clear" when something is.
    pub fn tools(self) -> View {
        let (ask, sheet) = (self.ask, self.sheet.get_value());
        let line = move || (!ask.readonly() && self.strokes.with(Strokes::is_empty)).then(|| ask.say(*sheet.here));
        view! { <p class="ask-line">{line}</p> {move || self.buttons()} }
    }

    fn buttons(self) -> View {
        if self.ask.readonly() {
            return View::default();
        }
        let (is_empty, is_cleared) = (self.strokes.with(Strokes::is_empty), self.cleared.with(Option::is_some));
        let undo_word = if is_cleared { self.sheet.get_value().back } else { &words::SIGN_UNDO };
        let undo = (is_cleared || !is_empty).then(|| button(Some(icons::UNDO), say(undo_word), move || self.undo()));
        let clear = (!is_empty).then(|| button(Some(icons::DELETE), say(&words::SIGN_CLEAR), move || self.clear()));
        view! { <div class="q-buttons">{undo} {clear}</div> }
    }
}
