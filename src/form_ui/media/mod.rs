//! Questions that are answered by more than typing and choosing: photos, drawings, recordings, files, codes, places; and what
//! the form itself shows and plays. None of them is needed before the first page of a checklist can be filled, so all of it comes with the last part of the app.

mod annotate;
mod audit;
mod barcode;
pub mod consent;
mod coordinates;
mod draw;
mod file;
mod geopoint;
mod image;
mod kept;
mod paper;
mod record;
pub mod shown;
mod signature;
pub mod trace;

use zhucun_forms::definition::Kind;
use zhucun_view::prelude::*;

use super::ask::Ask;

/// The widget of a question of these kinds.
pub fn field(ask: Ask) -> View {
    match ask.kind() {
        Kind::Image if ask.looks("signature") => signature::field(ask),
        Kind::Image if ask.looks("draw") => draw::field(ask),
        Kind::Image if ask.looks("annotate") => annotate::field(ask),
        Kind::Image => image::field(ask),
        Kind::Audio | Kind::Video => record::field(ask),
        Kind::Barcode => barcode::field(ask),
        Kind::Geopoint => geopoint::field(ask),
        Kind::Geotrace | Kind::Geoshape => trace::field(ask),
        _ => file::field(ask),
    }
}
