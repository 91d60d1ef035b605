//! The browser's "back" inside a visit: it goes to what was shown before, and out of the visit only from its first screen.

use zhucun_view::prelude::*;

use super::Open;
use crate::form_ui::filling::{Form, Place, Screen};
use crate::form_ui::focus_question;
use crate::platform::dom;
use crate::routes::{self, Route};
use crate::state::drafts::Opened;

/// The way through the visit since it was opened.
#[derive(Clone, Copy)]
pub struct Trail {
    /// The form that is filled.
    pub form: Form,
    /// The page that it is filled on.
    pub open: Open,
    /// What was shown before, oldest first; each is one step of the browser's history.
    before: StoredValue<Vec<Place>>,
    /// Set while "back" itself turns the page: that makes no step.
    returning: StoredValue<bool>,
    /// Where to go once the steps of this visit are taken back.
    then: StoredValue<Option<Route>>,
    /// Set once the visit is left.
    leaving: StoredValue<bool>,
}

impl Trail {
    /// Follows what the form shows.
    pub fn follow(form: Form, open: Open) -> Self {
        let (returning, leaving) = (StoredValue::new(false), StoredValue::new(false));
        let trail = Self { form, open, before: open.before, returning, then: StoredValue::new(None), leaving };
        let shown = Memo::new(move |_| {
            let filling = form.get();
            (filling.screen.get(), filling.page())
        });
        Effect::new(move |last: Option<Place>| {
            let now = shown.get();
            let stays = form.get().take_stays();
            if let Some(last) = last.filter(|last| !stays && *last != now) {
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
        let wanted = self.form.get().take_wanted();
        request_animation_frame(move || {
            dom::scroll_to(0.0);
            dom::focus_heading();
            if let Some(question) = wanted {
                focus_question(question);
            }
        });
    }

    fn back(self) {
        if let Some(Some(route)) = self.then.try_update_value(Option::take) {
            routes::return_to(route);
            return;
        }
        let filling = self.form.get();
        if !routes::is_here(&Route::Visit(filling.info().id)) {
            return;
        }
        if self.leaving.get_value() {
            // Steps of before a reload.
            routes::back();
            return;
        }
        let place = self.before.try_update_value(Vec::pop).flatten();
        if filling.screen.get_untracked() == Screen::Done {
            self.finish();
        } else if let Some(place) = place {
            self.returning.set_value(true);
            filling.go_back_to(place);
        } else {
            // Steps of before a reload: the way is not known any more, but the pages are.
            self.returning.set_value(true);
            filling.turn(false);
        }
    }

    /// After the visit: to the household, else to today; after a correction to what was corrected. The pages of the visit are
    /// no places to come back to.
    pub fn finish(self) {
        let filling = self.form.get();
        let info = filling.info();
        let to = match info.household {
            _ if !info.replaces.is_empty() => {
                // A draft that is deleted never becomes a visit.
                let is_done = filling.screen.get_untracked() == Screen::Done;
                Route::SavedVisit(if is_done { info.id } else { info.replaces })
            }
            household => household.map_or(Route::Today, Route::Household),
        };
        match self.before.try_update_value(std::mem::take).map_or(0, |before| before.len()) {
            0 => routes::return_to(to),
            steps => {
                self.then.set_value(Some(to));
                routes::back_by(steps);
            }
        }
    }

    /// Goes on with the draft as it was opened anew, with other live nodes: what was shown before is found by its path.
    pub fn reopen(self, opened: Opened) {
        let filling = self.form.get();
        let new = |old| opened.session.find(&filling.with_session(|session| session.path(old)));
        self.before.update_value(|before| {
            for (_, page) in before {
                *page = new(*page).unwrap_or_default();
            }
        });
        self.open.opened.set_value(Some(opened));
        self.open.state.set(Some(Ok(())));
        request_animation_frame(|| dom::scroll_to(0.0));
    }

    /// Leaves the visit; it stays a draft.
    pub fn leave(self) {
        self.form.get().leave();
        self.leaving.set_value(true);
        routes::leave(self.before.with_value(Vec::len));
    }
}
