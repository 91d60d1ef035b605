//! Widgets and appearances that first pages seldom ask for: they come with the last part of the program.

mod area;
mod closed;
mod columns;
mod counter;
mod link;
mod long;
mod looks;
mod masked;
mod menu;
pub mod numbers;
mod order;
mod quick;
mod ranking;
mod table;
mod whole;

use zhucun_forms::definition::Kind;
use zhucun_view::prelude::*;

pub use long::found;
pub use table::head as table_head;
pub use whole::view as whole;

use super::ask::Ask;
use super::select::Mark;
use super::values::plain_number;
use super::{acknowledge, date, media, plain, range, text};

/// The widget of a question with an appearance or parameters. Words that mean nothing for its kind do not matter.
pub fn field(ask: Ask) -> View {
    match ask.kind() {
        Kind::SelectOne if ask.looks("quick") || ask.looks("quickcompact") => quick::field(ask),
        Kind::SelectOne | Kind::SelectMultiple => select(ask),
        Kind::Integer | Kind::Decimal if ask.looks("counter") => counter::field(ask),
        Kind::Integer | Kind::Decimal if ask.looks("thousands-sep") => numbers::field(ask),
        Kind::Text if ask.looks("url") => link::field(ask),
        Kind::Text if ask.looks("masked") => masked::field(ask),
        Kind::Text if ask.looks("multiline") || !ask.parameter("rows").is_empty() => area::field(ask),
        Kind::Text if ask.looks("numbers") => {
            ask.keep_shown(str::to_owned);
            text::line(ask, "numeric", plain_number)
        }
        Kind::Text | Kind::Integer | Kind::Decimal | Kind::Note => plain(ask),
        _ => kind(ask),
    }
}

/// A question of a kind that first pages seldom have. Kinds without a widget of their own are asked as text.
pub fn kind(ask: Ask) -> View {
    match ask.kind() {
        Kind::Range => range::field(ask),
        Kind::Rank => ranking::field(ask),
        Kind::Date | Kind::Time | Kind::DateTime => date::field(ask),
        Kind::Acknowledge => acknowledge::field(ask),
        Kind::Calculate | Kind::Hidden => View::default(),
        kind if kind.is_file() || kind.is_located() || kind == Kind::Barcode => media::field(ask),
        _ => text::field(ask),
    }
}

/// A select by its appearance, `quick` aside.
fn select(ask: Ask) -> View {
    let is_one = ask.kind() == Kind::SelectOne;
    if ask.looks("autocomplete") || ask.looks("search") {
        return if is_one { super::search::field(ask) } else { long::field(ask) };
    }
    if ask.looks("minimal") {
        return if is_one { menu::field(ask) } else { closed::field(ask) };
    }
    if ask.looks("label") {
        return table::head(ask);
    }
    if ask.looks("list-nolabel") {
        return table::cells(ask);
    }
    if ask.looks("likert") || ask.looks("list") {
        return table::scale(ask);
    }
    match looks::layout(&ask.appearance()) {
        Some(layout) => columns::field(ask, layout),
        None if ask.pictured() => columns::field(ask, looks::TILES),
        None => plain(ask),
    }
}

/// What stands in front of a select's choices.
fn mark(ask: Ask) -> Mark {
    if ask.kind() == Kind::SelectOne { Mark::Radio } else { Mark::Check }
}
