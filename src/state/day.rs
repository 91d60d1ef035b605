//! The phone's day, for pages that stay open over midnight.

use super::App;
use crate::platform::{clock, events, timer};

impl App {
    /// Follows the day. To be called once, by the root.
    pub fn follow_day(self) {
        // Timers stand still while the phone sleeps.
        events::on_visible(move || self.see_day());
        self.wait_for_midnight();
    }

    fn see_day(self) {
        let today = clock::today();
        if self.today.get_untracked() != today {
            self.today.set(today);
        }
    }

    fn wait_for_midnight(self) {
        timer::after(clock::until_midnight(), move || {
            self.see_day();
            self.wait_for_midnight();
        });
    }
}
