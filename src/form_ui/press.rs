//! What waits for the end of a tap: nothing may move between a finger's (or the mouse's) coming down and its click, or the
//! browser finds something else there and the tap is lost.

use std::cell::{Cell, RefCell};

use zhucun_view::prelude::*;

use super::filling::Form;
use crate::platform::timer;

/// Whether something is pressed, and what waits for its end.
#[derive(Default)]
pub struct Press {
    is_down: Cell<bool>,
    waiting: RefCell<Vec<Box<dyn FnOnce()>>>,
}

impl Press {
    /// Runs something when nothing is pressed, and not before the click that goes with it. A finger's `blur` and click come
    /// together, after it has gone up; the mouse's `blur` comes while it is down.
    pub fn after(&self, run: Box<dyn FnOnce()>) {
        if self.is_down.get() {
            self.waiting.borrow_mut().push(run);
        } else {
            timer::after(0, run);
        }
    }

    fn set(&self, is_down: bool) {
        self.is_down.set(is_down);
        if !is_down {
            for run in self.waiting.take() {
                timer::after(0, run);
            }
        }
    }
}

/// Hears what is pressed while the page is shown.
pub fn follow(form: Form) {
    for (event, is_down) in [("pointerdown", true), ("pointerup", false), ("pointercancel", false)] {
        let filling = form.get();
        let heard = window_event_listener_untyped(event, move |_| filling.press.set(is_down));
        on_cleanup(move || heard.remove());
    }
}
