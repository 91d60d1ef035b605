//! `select_one` with appearance `quick`: a tap answers and goes on, to the next question or the next page.

use wasm_bindgen::JsCast;
use zhucun_forms::contract::Item;
use zhucun_view::prelude::*;
use zhucun_view::{
    El, on,
    web_sys::{Event, KeyboardEvent},
};

use super::super::ask::Ask;

/// The widget: any select, in an element that hears what is done in it.
pub(super) fn field(ask: Ask) -> View {
    let around = El::new("div");
    around.child(super::select(ask));
    let known = StoredValue::new(ask.value_now());
    // The arrows take each choice that they pass: who chooses by them goes on by "next".
    let is_passing = StoredValue::new(false);
    on::<KeyboardEvent>(&around, "keydown", move |event| is_passing.set_value(event.key().starts_with("Arrow")));
    on::<Event>(&around, "pointerdown", move |_| is_passing.set_value(false));
    let look = move |_: Event| {
        let now = ask.value_now();
        let is_news = !now.is_empty() && known.with_value(|known| *known != now);
        known.set_value(now);
        if is_news && !is_passing.get_value() {
            go_on(ask);
        }
    };
    on::<Event>(&around, "change", look);
    on::<Event>(&around, "click", look);
    around.into_view()
}

/// To the next question of the page; behind the last one to the next page.
fn go_on(ask: Ask) {
    let form = ask.form().get();
    let (page, own) = (form.page(), Item::Question(ask.id()));
    let pages = form.pages();
    let items = pages.iter().find(|other| other.id == page).map_or(&[][..], |page| &page.items);
    let after = items.iter().skip_while(|item| **item != own).find_map(|item| match item {
        Item::Question(id) if *id != ask.id() => Some(*id),
        _ => None,
    });
    match after {
        None => form.turn(true),
        // It may have come just now.
        Some(id) => request_animation_frame(move || show(id)),
    }
}

fn show(id: u32) {
    let mut name = String::from("q");
    name.push_str(&id.to_string());
    name.push_str("-q");
    if let Some(question) = document().get_element_by_id(&name) {
        question.scroll_into_view();
        // A question without a field of its own takes no focus.
        let _ = question.unchecked_ref::<web_sys::HtmlElement>().focus();
    }
}
