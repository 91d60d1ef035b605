//! What can be undone for a minute rather than asked about.

use super::App;
use crate::platform::timer;

/// How long, milliseconds.
const MINUTE: u32 = 60_000;

/// What waits for its minute to end.
pub(super) struct Pending {
    timer: i32,
    back: Box<dyn FnOnce()>,
    done: Box<dyn FnOnce()>,
}

impl App {
    /// Offers to undo for a minute: `back` when the person taps it, else `done` when the minute is over or something else
    /// is offered. When the app is closed before, neither: `done` must be what may be left out.
    pub fn offer_undo(self, text: String, back: impl FnOnce() + 'static, done: impl FnOnce() + 'static) {
        self.end_undo();
        let timer = timer::after(MINUTE, move || self.end_undo());
        let pending = Pending { timer, back: Box::new(back), done: Box::new(done) };
        self.inner.update_value(|inner| inner.undo = Some(pending));
        self.undo.set(Some(text));
    }

    /// The person wants it undone.
    pub fn undo_now(self) {
        if let Some(pending) = self.take_undo() {
            timer::cancel(pending.timer);
            (pending.back)();
        }
    }

    /// The minute is over, or the person put the offer away.
    pub fn end_undo(self) {
        if let Some(pending) = self.take_undo() {
            timer::cancel(pending.timer);
            (pending.done)();
        }
    }

    fn take_undo(self) -> Option<Pending> {
        self.undo.set(None);
        self.inner.try_update_value(|inner| inner.undo.take()).flatten()
    }
}
