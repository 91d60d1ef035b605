//! The questions of a form as views: one file a widget. The only code that turns a form node into a view; it knows forms by
//! `zhucun_forms::contract` alone. A question is drawn again only when the session says that it changed, and the field being
//! typed in is never rebuilt.

mod acknowledge;
mod ask;
mod date;
pub mod filling;
pub mod media;
mod note;
mod number;
mod range;
mod rare;
mod repeat;
mod search;
mod select;
pub mod strokes;
mod text;
pub mod values;

use zhucun_forms::contract::{Id, Item};
use zhucun_forms::definition::Kind;
use zhucun_json::texts::joined;
use zhucun_view::prelude::*;

use crate::later::later;
use ask::Ask;
pub use ask::{icon, problem_words};
use filling::Form;

/// What is on a page, in document order: drawn once, then only what comes or goes.
pub fn items(form: Form, page: Id) -> View {
    let items = Memo::new(move |_| {
        let pages = form.get().pages();
        pages.into_iter().find(|p| p.id == page).map_or_else(Vec::new, |page| page.items.iter().map(place).collect())
    });
    let items = keyed(move || items.get(), move |(kind, id)| item(form, page, kind, id));
    view! { <div class="items">{items}</div> }
}

/// What kind of item, and which.
type Place = (u8, Id);
const QUESTION: u8 = 0;
const HEADING: u8 = 1;
const REPEAT: u8 = 2;

fn place(item: &Item) -> Place {
    match item {
        Item::Question(id) => (QUESTION, *id),
        Item::Heading(id, _) => (HEADING, *id),
        Item::Repeat(repeat) => (REPEAT, repeat.id),
    }
}

fn item(form: Form, page: Id, kind: u8, id: Id) -> View {
    match kind {
        QUESTION => question(form, id),
        HEADING => view! { <h3 class="ask-heading">{move || heading(form, page, id)}</h3> },
        _ => later(repeat::list, (form, id)),
    }
}

fn heading(form: Form, page: Id, id: Id) -> String {
    let pages = form.get().pages();
    let items = pages.into_iter().find(|p| p.id == page).map(|page| page.items).unwrap_or_default();
    let words = items.into_iter().find_map(|item| match item {
        Item::Heading(heading, words) if heading == id => Some(words),
        _ => None,
    });
    words.unwrap_or_default()
}

/// Appearances that a first question may have. What else there is draws the last part of the program, with all these again.
const COMMON: [&str; 8] =
    ["autocomplete", "columns", "columns-2", "horizontal", "minimal", "multiline", "numbers", "signature"];

fn question(form: Form, id: Id) -> View {
    let ask = Ask::new(form, id);
    if ask.appearance().iter().all(|word| COMMON.contains(&word.as_str())) {
        common(ask)
    } else {
        later(rare::field, ask)
    }
}

/// A question by its kind and common appearances; others do not matter. Kinds without a widget of their own are asked as text.
fn common(ask: Ask) -> View {
    match ask.kind() {
        Kind::Integer | Kind::Decimal => number::field(ask),
        Kind::Range => later(range::field, ask),
        Kind::SelectOne if ask.looks("minimal") => select::menu(ask),
        Kind::SelectOne if ask.looks("autocomplete") || ask.looks("search") => search::field(ask),
        Kind::SelectOne => select::one(ask),
        Kind::SelectMultiple if ask.looks("minimal") => later(rare::closed_list, ask),
        Kind::SelectMultiple if ask.looks("autocomplete") => later(rare::long_list, ask),
        Kind::SelectMultiple => select::many(ask),
        Kind::Rank => later(rare::rank, ask),
        Kind::Note => note::view(ask),
        Kind::Date | Kind::Time | Kind::DateTime => later(date::field, ask),
        kind if kind.is_file() || kind.is_located() || kind == Kind::Barcode => later(media::field, ask),
        Kind::Acknowledge => acknowledge::field(ask),
        Kind::Calculate | Kind::Hidden => View::default(),
        _ => text::field(ask),
    }
}

/// Puts the focus on a question, wherever on its page it is: on its fieldset, and where it has one on its field.
pub fn focus_question(id: Id) {
    let mut question = String::from("#q");
    question.push_str(&id.to_string());
    question.push_str("-q");
    crate::platform::dom::focus(&question);
    let fields = ["input:not([type=file])", "textarea", "select"].map(|field| joined(&[&question, field], " "));
    crate::platform::dom::focus(&joined(&[&fields[0], &fields[1], &fields[2]], ","));
}
