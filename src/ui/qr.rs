//! A QR code on the screen and on paper: black on white in every scheme, or no scanner reads it.

use zhucun_domain::qr::{self, Qr};
use zhucun_view::prelude::*;

/// Draws the code of an address, `label` is what those hear who do not see it. Nothing when the address is too long.
#[must_use]
pub fn draw(address: &str, label: &str) -> View {
    let Some(Qr { side, path }) = qr::of(address) else { return View::default() };
    let mut frame = String::from("0 0 ");
    for part in [side, side] {
        frame.push_str(&part.to_string());
        frame.push(' ');
    }
    view! {
        <svg class="qr" viewBox=frame role="img" aria-label=label.to_owned() shape-rendering="crispEdges">
            <path d=path/>
        </svg>
    }
}
