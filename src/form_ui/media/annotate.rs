//! `image` with appearance `annotate`: a photo that is drawn on. What is drawn is kept beside the photo until the visit is
//! finalised.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlImageElement};
use zhucun_forms::decimal;
use zhucun_json::texts::joined;
use zhucun_view::prelude::*;
use zhucun_words::media as words;

use super::image::with;
use super::kept::Shown;
use super::paper::{Paper, Sheet};
use crate::form_ui::ask::Ask;
use crate::form_ui::strokes::{Strokes, WIDTH};
use crate::platform::camera::MARKER;
use crate::state::drafts::DraftFile;

/// The widget.
pub fn field(ask: Ask) -> View {
    with(ask, drawn_on)
}

fn drawn_on(ask: Ask, name: &str) -> View {
    let photo = ask.form().get().file(name).unwrap_or_default();
    let (form, id, name_kept, tall) = (ask.form().get(), ask.id(), name.to_owned(), photo.tall);
    let kept = StoredValue::new(photo);
    let keep = Callback::new(move |(strokes, tall): (Strokes, u32)| {
        form.answer_file(id, &name_kept, DraftFile { strokes, tall, ..kept.get_value() });
    });
    let sheet = Sheet { pen: MARKER, class: "paper over", here: &words::MARK_HERE, back: &words::MARK_BACK, keep };
    let paper = kept.with_value(|photo| Paper::new(ask, sheet, photo, tall.max(1)));
    let shown = Shown::of(ask, name);
    let image = move |url| {
        // The photo's shape is known once it is here; the paper lies on all of it.
        let loaded = move |event: web_sys::Event| {
            let image: HtmlImageElement = event_target(&event);
            let (width, height) = (image.natural_width().max(1), image.natural_height());
            paper.tall.set((WIDTH * height / width).clamp(1, 20_000));
            // A tall one is no higher than the screen has room for.
            if let Some(frame) = image.parent_element() {
                let wide = decimal::plain((60.0 * f64::from(width) / f64::from(height.max(1))).round());
                let _ = frame.unchecked_ref::<HtmlElement>().style().set_property("width", &joined(&[&wide, "vh"], ""));
            }
        };
        let alt = move || words::PHOTO_OF.fill(ask.form().lang(), &[("question", &ask.label())]);
        view! { <div class="marked"><img src=url alt=alt on:load=loaded />{paper.view()}</div> }
    };
    view! { {shown.draw(ask, image)} {paper.tools()} }
}
