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
use zhucun_forms::definition::{Kind, Node};
use zhucun_json::texts::joined;
use zhucun_view::prelude::*;

use crate::later::later;
use ask::Ask;
pub use ask::{icon, problem_words};
use filling::Form;

/// What is on a page, in document order: drawn once, then only what comes or goes.
pub fn items(form: Form, page: Id) -> View {
    if form.get().is_whole() {
        return later(rare::whole, (form, page));
    }
    listed(form, page, places(form, page))
}

fn listed(form: Form, page: Id, items: Memo<Vec<Place>>) -> View {
    let items = keyed(move || items.get(), move |(kind, id)| item(form, page, kind, id));
    view! { {beside(form, page, media::shown::of_page)} <div class="items">{items}</div> }
}

/// What is shown with a group's words, where the form has such.
fn beside(form: Form, id: Id, draw: fn((Form, Id)) -> View) -> Option<View> {
    let has = |node: &Node| matches!(node.kind, Kind::Group | Kind::Repeat) && !node.media.is_empty();
    form.get().with_session(|session| session.definition().nodes.iter().any(has)).then(|| later(draw, (form, id)))
}

fn places(form: Form, page: Id) -> Memo<Vec<Place>> {
    Memo::new(move |_| {
        let pages = form.get().pages();
        pages.iter().find(|p| p.id == page).map_or_else(Vec::new, |page| page.items.iter().map(place).collect())
    })
}

/// What kind of item, and which.
type Place = (u8, Id);
const QUESTION: u8 = 0;
const HEADING: u8 = 1;
const REPEAT: u8 = 2;
const TABLE: u8 = 3;

fn place(item: &Item) -> Place {
    match item {
        Item::Question(id) => (QUESTION, *id),
        Item::Heading(id, _) => (HEADING, *id),
        Item::Repeat(repeat) => (REPEAT, repeat.id),
        Item::Table(id) => (TABLE, *id),
    }
}

fn item(form: Form, page: Id, kind: u8, id: Id) -> View {
    match kind {
        QUESTION => question(Ask::new(form, id)),
        HEADING => view! {
            <h2 class="ask-heading">{move || heading(form, page, id)}</h2> {beside(form, id, media::shown::of_heading)}
        },
        REPEAT => later(repeat::list, (form, id)),
        _ => later(rare::table_head, Ask::new(form, id)),
    }
}

fn heading(form: Form, page: Id, id: Id) -> String {
    let pages = form.get().pages();
    let items = pages.iter().find(|p| p.id == page).map_or(&[][..], |page| &page.items);
    let words = items.iter().find_map(|item| match item {
        Item::Heading(heading, words) if *heading == id => Some(words.clone()),
        _ => None,
    });
    words.unwrap_or_default()
}

/// A question. What most first pages ask for stands here, all other kinds and appearances come with the last part of the
/// program ([`rare::field`]).
fn question(ask: Ask) -> View {
    if ask.is_plain() { plain(ask) } else { later(rare::field, ask) }
}

/// A question by its kind, as if it had no other appearance than those that [`Ask::is_plain`] knows.
fn plain(ask: Ask) -> View {
    match ask.kind() {
        Kind::Text => text::field(ask),
        Kind::Integer | Kind::Decimal => number::field(ask),
        Kind::SelectOne if ask.looks("autocomplete") => search::field(ask),
        Kind::SelectOne => select::one(ask),
        Kind::SelectMultiple if ask.looks("autocomplete") => later(rare::field, ask),
        Kind::SelectMultiple => select::many(ask),
        Kind::Note => note::view(ask),
        _ => later(rare::kind, ask),
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
