//! Widgets and appearances that few forms ask for: they come with the last part of the program.

mod closed;
mod columns;
mod counter;
mod link;
mod long;
mod looks;
mod masked;
pub mod numbers;
mod order;
mod quick;
mod ranking;
mod table;

use zhucun_forms::definition::Kind;
use zhucun_view::prelude::*;

pub use closed::closed_list;
pub use long::{found, long_list};
pub use ranking::rank;

use super::ask::Ask;
use super::select::Mark;

/// The widget of a question with an appearance that is not a common one. Words that mean nothing for its kind do not matter.
pub fn field(ask: Ask) -> View {
    match ask.kind() {
        Kind::SelectOne if ask.looks("quick") || ask.looks("quickcompact") => quick::field(ask),
        Kind::SelectOne | Kind::SelectMultiple => select(ask),
        Kind::Integer | Kind::Decimal if ask.looks("counter") => counter::field(ask),
        Kind::Integer | Kind::Decimal if ask.looks("thousands-sep") => numbers::field(ask),
        Kind::Text if ask.looks("url") => link::field(ask),
        Kind::Text if ask.looks("masked") => masked::field(ask),
        _ => super::common(ask),
    }
}

/// A select by its appearance, `quick` aside.
fn select(ask: Ask) -> View {
    if ask.looks("minimal") || ask.looks("autocomplete") || ask.looks("search") {
        return super::common(ask);
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
        None => super::common(ask),
    }
}

/// What stands in front of a select's choices.
fn mark(ask: Ask) -> Mark {
    if ask.kind() == Kind::SelectOne { Mark::Radio } else { Mark::Check }
}
