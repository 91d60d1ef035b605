//! What the desk administers: people, places, forms, settings. A list, and beside it (on a narrow screen in its place) what is
//! open of it.

mod assign;
mod audit;
mod files;
mod forms;
mod parts;
mod pick;
mod places;
mod preview;
mod secretary;
mod settings;
mod upload;
mod users;

use zhucun_domain::access::Role;
use zhucun_view::prelude::*;
use zhucun_words::admin as words;

use super::{Desk, Place};

pub(super) use forms::page as forms;
pub(super) use places::page as places;
pub(super) use settings::page as settings;
pub(super) use users::page as users;

/// The way from the villages to their administration, for those who may.
pub(super) fn ways(desk: Desk, role: Role) -> View {
    if !Place::Places(None).is_for(role) {
        return View::default();
    }
    view! { <a class="desk-link aside" href=Place::Places(None).to_hash()>{desk.say(words::TO_PLACES)}</a> }
}
