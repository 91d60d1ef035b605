//! What comes near the screen and what leaves it.

use js_sys::Array;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// How far outside of the screen is near.
const MARGIN: &str = "800px 0px";

/// Watches elements; until it is dropped.
pub struct Watch {
    observer: Option<IntersectionObserver>,
    _told: Closure<dyn Fn(Array)>,
}

impl Watch {
    /// Calls back with those elements for which it has changed, and once with each at the beginning.
    pub fn new(change: impl Fn(Vec<(Element, bool)>) + 'static) -> Self {
        let told = Closure::<dyn Fn(Array)>::new(move |entries: Array| {
            let entries = entries.iter().map(JsCast::unchecked_into::<IntersectionObserverEntry>);
            change(entries.map(|entry| (entry.target(), entry.is_intersecting())).collect());
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin(MARGIN);
        let observer = IntersectionObserver::new_with_options(told.as_ref().unchecked_ref(), &options).ok();
        Self { observer, _told: told }
    }

    /// Watches an element too.
    pub fn add(&self, element: &Element) {
        if let Some(observer) = &self.observer {
            observer.observe(element);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
