//! A list of thousands of rows: only those near the screen are drawn. It is made of pieces; one that is far keeps its height
//! and loses its rows, so that the page is as long as ever and the scroll bar is true.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use zhucun_view::{El, prelude::*};

use crate::platform::near::Watch;

/// Rows in a piece: so few that drawing one takes no longer than a phone may take for a picture or two.
const PIECE: usize = 16;

/// The attribute that says which piece an element is.
const NUMBER: &str = "data-piece";

/// What a list remembers while its page is open, so that it can be drawn again under the reader's eyes.
#[derive(Clone, Copy)]
pub struct LongList(StoredValue<Kept>);

#[derive(Default)]
struct Kept {
    /// Which pieces are near the screen.
    near: Vec<bool>,
    /// How high a piece is, for those that were not drawn yet.
    height: String,
}

impl Default for LongList {
    fn default() -> Self {
        Self::new()
    }
}

impl LongList {
    /// Of the page that is being drawn.
    #[must_use]
    pub fn new() -> Self {
        Self(StoredValue::new(Kept::default()))
    }

    /// Draws so many rows, each an `<li>`.
    pub fn draw(self, rows: usize, row: impl Fn(usize) -> View + 'static) -> View {
        self.pieces(rows, &(Rc::new(row) as Rc<dyn Fn(usize) -> View>))
    }

    #[inline(never)]
    fn pieces(self, rows: usize, row: &Rc<dyn Fn(usize) -> View>) -> View {
        let list = El::new("div\0class\0rows");
        let near: Vec<RwSignal<bool>> = self
            .0
            .try_update_value(|kept| {
                kept.near.resize(rows.div_ceil(PIECE), false);
                // What a reader sees first waits for no callback.
                if let Some(first) = kept.near.first_mut() {
                    *first = true;
                }
                list.style(HEIGHT, &kept.height);
                kept.near.iter().map(|near| RwSignal::new(*near)).collect()
            })
            .unwrap_or_default();
        let told = near.clone();
        let watch = Watch::new(move |changes| {
            for (element, is_near) in changes {
                self.changed(&told, &element, is_near);
            }
        });
        for (number, near) in near.into_iter().enumerate() {
            let piece = list.add("ul\0class\0piece");
            piece.attribute(NUMBER, &number.to_string());
            let row = Rc::clone(row);
            piece.child(View::of(move || {
                let places = if near.get() { number * PIECE..rows.min((number + 1) * PIECE) } else { 0..0 };
                untrack(|| places.map(|place| row(place)).collect::<Vec<View>>())
            }));
            watch.add(piece.element());
        }
        let watch = StoredValue::new(Some(watch));
        on_cleanup(move || watch.set_value(None));
        list.into_view()
    }

    fn changed(self, near: &[RwSignal<bool>], piece: &Element, is_near: bool) {
        let number = piece.get_attribute(NUMBER).and_then(|number| number.parse::<usize>().ok()).unwrap_or_default();
        let Some(signal) = near.get(number) else { return };
        // Empty after the list was drawn anew.
        let Some(was_near) = signal.try_get_untracked() else { return };
        if was_near {
            let height = px(piece.get_bounding_client_rect().height());
            if number == 0 && near.len() > 1 {
                self.estimate(piece, &height);
            }
            if !is_near {
                set(piece, "min-height", &height);
            }
        }
        if was_near != is_near {
            signal.set(is_near);
            self.0.update_value(|kept| kept.near[number] = is_near);
        }
        if is_near {
            set(piece, "min-height", "");
        }
    }

    /// A piece that was drawn is the guess for those that were not.
    fn estimate(self, piece: &Element, height: &str) {
        if let Some(list) = piece.parent_element() {
            set(&list, HEIGHT, height);
        }
        self.0.update_value(|kept| kept.height = height.to_owned());
    }
}

/// The style's variable with the guess.
const HEIGHT: &str = "--piece";

fn set(element: &Element, property: &str, value: &str) {
    let _ = element.unchecked_ref::<HtmlElement>().style().set_property(property, value);
}

fn px(height: f64) -> String {
    let mut text = (height as i64).to_string();
    text.push_str("px");
    text
}
