//! Which forms are open, and whose they are: one draft is one form, and it stays with who began it where it was begun.

use std::cell::RefCell;
use std::rc::Rc;

use zhucun_view::prelude::*;

use super::{Filling, PhotoState, Saved};
use crate::platform::storage::Db;
use crate::state::drafts::{DraftError, DraftFile};

thread_local! {
    /// The form that was opened last, and those before it whose page was left while a photo or a save is on its way.
    static LIVING: RefCell<Vec<Rc<Filling>>> = const { RefCell::new(Vec::new()) };
}

/// The form of a draft that is still at work, or knows more than was kept at a time. A second one beside it would not know
/// what it has yet to save, and each would write over the other.
#[must_use]
pub fn of(draft: &str, kept_at: i64) -> Option<Rc<Filling>> {
    let is_it = |one: &&Rc<Filling>| {
        let info = &one.stored.borrow().info;
        info.id == draft && (one.is_at_work() || info.updated_at > kept_at && !one.ending.get())
    };
    LIVING.with_borrow(|living| living.iter().find(is_it).cloned())
}

/// Notes a form that was opened.
pub(super) fn add(filling: &Rc<Filling>) {
    LIVING.with_borrow_mut(|living| {
        living.retain(|one| one.is_at_work());
        living.push(filling.clone());
    });
}

impl Filling {
    /// Whether something of it is on its way to the phone's storage.
    fn is_at_work(&self) -> bool {
        let is_busy = self.dirty.get() || self.is_writing() || self.closed.get() || self.has_busy_photo();
        is_busy && !self.ending.get() && self.db().is_some()
    }

    pub(super) fn has_busy_photo(&self) -> bool {
        self.photos.get_untracked().values().any(|state| *state == PhotoState::Busy)
    }

    pub(super) fn is_theirs(&self) -> bool {
        self.app.works_in(&self.user, self.stored.borrow().info.stream.as_ref())
    }

    /// Whether somebody else is signed in than who began it, or works in another village by now: then nothing of it is kept
    /// any more. To be followed.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.app.me.track();
        self.app.me.with_untracked(Option::is_some) && !self.is_theirs()
    }

    /// The database that it is kept in.
    #[must_use]
    pub fn db(&self) -> Option<Db> {
        self.db.clone().filter(|_| !untrack(|| self.is_lost()))
    }

    /// Takes a kept photo for the question of a path, and waits until the draft with it is kept.
    ///
    /// # Errors
    /// When there is no such question, or the draft cannot be kept; the photo is then to be given again.
    pub async fn put_photo(self: Rc<Self>, path: &str, photo: DraftFile) -> Result<(), DraftError> {
        let id = self.session.borrow().find(path).ok_or(DraftError::Gone)?;
        self.answer_file(id, &self.file_name(id, ".jpg"), photo);
        self.flush();
        self.rest().await;
        match self.saved.get_untracked() {
            Saved::At(_) => Ok(()),
            Saved::Failed(error) => Err(error),
            Saved::Opened => Err(DraftError::NoVillage),
        }
    }
}
