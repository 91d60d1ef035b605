//! The browser's "back" inside a visit: it goes to what was shown before, and out of the visit only from its first screen.

use leptos::prelude::*;

use crate::form_ui::filling::{Form, Place, Screen};
use crate::platform::dom;
use crate::routes::{self, Route};

/// The way through the visit since it was opened.
#[derive(Clone, Copy)]
pub struct Trail {
    form: Form,
    /// What was shown before, oldest first; each is one step of the browser's history.
    before: StoredValue<Vec<Place>>,
    /// Set while "back" itself turns the page: that makes no step.
    returning: StoredValue<bool>,
}

impl Trail {
    /// Follows what the form shows.
    pub fn follow(form: Form) -> Self {
        let trail = Self { form, before: StoredValue::new(Vec::new()), returning: StoredValue::new(false) };
        let shown = Memo::new(move |_| {
            let filling = form.get();
            (filling.screen.get(), filling.page())
        });
        Effect::new(move |last: Option<Place>| {
            let now = shown.get();
            if let Some(last) = last.filter(|last| *last != now) {
                trail.moved(last);
            }
            now
        });
        let popped = window_event_listener_untyped("popstate", move |_| trail.back());
        on_cleanup(move || popped.remove());
        trail
    }

    /// Something else is shown: a step, its beginning on screen, its heading under the focus.
    fn moved(self, last: Place) {
        if !self.returning.get_value() {
            self.before.update_value(|before| before.push(last));
            routes::step();
        }
        self.returning.set_value(false);
        request_animation_frame(|| {
            dom::scroll_to(0.0);
            dom::focus_heading();
        });
    }

    fn back(self) {
        let filling = self.form.get();
        if filling.screen.get_untracked() == Screen::Done {
            routes::replace(filling.info().household.map_or(Route::Today, Route::Household));
            return;
        }
        if let Some(Some(place)) = self.before.try_update_value(Vec::pop) {
            self.returning.set_value(true);
            filling.go_back_to(place);
        } else if routes::is_here(&Route::Visit(filling.info().id)) {
            // Steps of before a reload: the way is not known any more, but the pages are.
            self.returning.set_value(true);
            filling.turn(false);
        }
    }

    /// Leaves the visit; it stays a draft.
    pub fn leave(self) {
        self.form.get().flush();
        routes::leave(self.before.with_value(Vec::len));
    }
}
