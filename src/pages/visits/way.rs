//! What an open visit gets when the last part of the program is here: its form's own pages, and word of a newer version.

use zhucun_view::prelude::*;

use super::trail::Trail;
use super::version;
use crate::form_ui::filling::way::divide_as_kept;

/// Divides the form as this phone or the form says, now or as soon as nobody types; gives what is said above the visit.
pub fn view(trail: Trail) -> View {
    untrack(|| {
        let filling = trail.form.get();
        // Typed in already when this part comes.
        if let Some(active) = document().active_element() {
            filling.note_focus(&active);
        }
        divide_as_kept(&filling);
        let focused = filling.clone();
        let entered = window_event_listener_untyped("focusin", move |event| focused.note_focus(&event_target(&event)));
        on_cleanup(move || entered.remove());
        version::above(trail)
    })
}
