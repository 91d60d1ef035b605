//! How an open form comes into the phone's storage: after every change, until it is finished or left.

use std::rc::Rc;

use leptos::task::spawn_local;
use zhucun_forms::contract::Id;
use zhucun_json::to_text;
use zhucun_view::prelude::*;

use super::{Filling, Followed, Saved, Screen};
use crate::platform::{clock, dom, timer};
use crate::state::drafts::{self, DraftError};

/// Milliseconds without an answer until what was answered is saved: it is seen first, and what follows close behind is written
/// with it.
const SAVE_AFTER: i32 = 300;
/// Milliseconds until it is saved although more is answered all the time.
const SAVE_AT_LATEST: i32 = 900;
/// Milliseconds until a save that failed is tried again.
const RETRY_AFTER: i32 = 5_000;

/// How long to wait on with saving, milliseconds; `None`: no longer. By the clock, the moment of the newest answer and that of the
/// oldest which is not saved. A clock that was set meanwhile says nothing.
fn still(now: i64, answered: i64, unsaved: i64) -> Option<i32> {
    let since = |moment: i64| i32::try_from(now - moment).unwrap_or(-1);
    let (quiet, waited) = (since(answered), since(unsaved));
    let is_early = (0..SAVE_AFTER).contains(&quiet) && (0..SAVE_AT_LATEST).contains(&waited);
    is_early.then(|| (SAVE_AFTER - quiet).min(SAVE_AT_LATEST - waited))
}

impl Filling {
    /// Something is newer than what is written: "saved" is not said until that is.
    pub(super) fn soil(&self) {
        self.dirty.set(true);
        self.saved.maybe_update(|saved| {
            let was_said = matches!(saved, Saved::At(_));
            if was_said {
                *saved = Saved::Opened;
            }
            was_said
        });
    }

    /// Saves soon: [`SAVE_AFTER`] after the last answer, in any case within [`SAVE_AT_LATEST`].
    pub(super) fn save(self: &Rc<Self>) {
        self.soil();
        self.answered.set(clock::now());
        if !self.planned.get() {
            self.unsaved.set(self.answered.get());
            self.plan(SAVE_AFTER);
        }
    }

    fn plan(self: &Rc<Self>, ms: i32) {
        let filling = self.clone();
        let plan = self.plans.get().wrapping_add(1);
        self.plans.set(plan);
        self.planned.set(true);
        // Never taken back, since what it holds would not be given back then: one that is not the newest does nothing.
        timer::after(ms.unsigned_abs(), move || {
            if filling.planned.get() && filling.plans.get() == plan {
                filling.due();
            }
        });
    }

    /// Saves, or waits on while answers come.
    fn due(self: &Rc<Self>) {
        match still(clock::now(), self.answered.get(), self.unsaved.get()) {
            Some(ms) => self.plan(ms),
            None => self.flush(),
        }
    }

    /// A field was left: after the tap that left it titles that show answers are drawn again. `typing` ends then too.
    pub fn settle(self: &Rc<Self>, id: Id, typing: RwSignal<bool>) {
        settle_later(self.names_instance(id).then(|| self.layout.clone()), typing, 0);
    }

    /// Saves what is not saved yet, now.
    pub fn flush(self: &Rc<Self>) {
        if self.is_writing() {
            self.planned.set(false);
        } else {
            self.flush_at_once();
        }
    }

    /// The same for a page that may be gone in a moment: an older write may never come back and is not waited for. The browser
    /// does them in their order.
    pub fn flush_at_once(self: &Rc<Self>) {
        self.planned.set(false);
        if self.dirty.get() {
            self.writes.set(self.writes.get() + 1);
            spawn_local(self.clone().write());
        }
    }

    pub(super) fn is_writing(&self) -> bool {
        self.writes.get() > 0
    }

    /// Writes until nothing is newer than what is written.
    async fn write(self: Rc<Self>) {
        while let Some(db) = self.db().filter(|_| !self.closed.get() && self.dirty.replace(false)) {
            let (info, text) = {
                let mut stored = self.stored.borrow_mut();
                drafts::refresh(&mut stored, &self.session.borrow(), &self.pages_now());
                (stored.info.clone(), to_text(&*stored))
            };
            if let Err(error) = db.put_draft(&info.id, &text).await {
                self.dirty.set(true);
                self.saved.set(Saved::Failed(error.into()));
                if !self.planned.get() {
                    self.plan(RETRY_AFTER);
                }
                break;
            }
            if !self.dirty.get() && self.writes.get() == 1 {
                self.saved.set(Saved::At(info.updated_at));
            }
            if self.is_theirs() {
                drafts::show(self.app, info);
            }
        }
        self.writes.set(self.writes.get() - 1);
    }

    /// Finishes the visit: writes it in place of the draft. What is wrong with the form is marked and shown.
    ///
    /// # Errors
    /// When a picture is missing or the phone's storage refuses; the draft goes on.
    pub async fn finalise(self: Rc<Self>) -> Result<(), DraftError> {
        // A photo that is still being made small belongs to the visit. And no save may come after the draft's end and bring
        // it back: one that runs is waited for, no other is begun.
        self.flush();
        self.rest().await;
        if self.ending.get() || self.db().is_none() {
            return Ok(());
        }
        // Bound first: the session must not stay borrowed while problems are shown.
        let finished = self.change().finalise();
        let Ok(finished) = finished else {
            self.show(Screen::Review);
            return Ok(());
        };
        self.closed.set(true);
        self.tell(Followed::Finished);
        let stored = {
            let mut stored = self.stored.borrow_mut();
            drafts::refresh(&mut stored, &self.session.borrow(), &self.pages_now());
            stored.clone()
        };
        match drafts::finalise(self.app, &stored, finished).await {
            Ok(()) => {
                self.ending.set(true);
                self.screen.set(Screen::Done);
                Ok(())
            }
            Err(error) => {
                self.closed.set(false);
                self.flush();
                Err(error)
            }
        }
    }

    /// The visit is left: what was typed is saved, and a draft in which nothing was answered goes.
    pub fn leave(self: &Rc<Self>) {
        self.tell(Followed::Left);
        if self.stored.borrow().blank && !self.closed.get() {
            let filling = self.clone();
            spawn_local(async move {
                if filling.end().await {
                    drafts::delete(filling.app, filling.info().id, true).await;
                }
            });
        } else {
            self.flush();
        }
    }

    /// Ends the saving, with all that is answered written: a draft that is taken away must not be brought back by it. False
    /// when it has ended before.
    pub async fn end(self: &Rc<Self>) -> bool {
        if self.closed.get() || self.ending.replace(true) {
            return false;
        }
        self.flush();
        self.rest().await;
        self.closed.set(true);
        true
    }

    /// Until no photo is made small and nothing is to be written; what the storage refuses is not waited for.
    pub async fn rest(&self) {
        let is_planned = || self.planned.get() && !matches!(self.saved.get_untracked(), Saved::Failed(_));
        while self.is_writing() || self.has_busy_photo() || is_planned() {
            timer::pause(20).await;
        }
    }
}

/// Draws again what shows answers when no finger or mouse is down: what is under it must not move, or the browser finds
/// something else there and the tap is lost. A finger's `blur` and click come at once, the mouse's `blur` while it is down.
fn settle_later(layout: Option<ArcTrigger>, typing: RwSignal<bool>, ms: u32) {
    timer::after(ms, move || {
        if dom::is_pressed() {
            settle_later(layout, typing, 50);
        } else {
            // The question may be gone with its page.
            let _ = typing.try_set(false);
            if let Some(layout) = layout {
                layout.notify();
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_answered_all_the_time_is_saved_within_the_latest_moment() {
        let mut waited = 300;
        while let Some(ms) = still(1_000 + waited, 1_000 + waited - 1, 1_000) {
            assert!(ms > 0, "no timer of nothing");
            waited += i64::from(ms);
        }
        assert_eq!(waited, i64::from(SAVE_AT_LATEST));
    }

    #[test]
    fn after_a_moment_without_an_answer_it_is_saved() {
        assert_eq!(still(1_450, 1_200, 1_000), Some(50));
        assert_eq!(still(1_500, 1_200, 1_000), None);
    }

    #[test]
    fn a_clock_that_was_set_delays_no_save() {
        assert_eq!(still(400, 1_000, 900), None, "back");
        assert_eq!(still(i64::MAX, 1_000, 900), None, "forward");
    }
}
