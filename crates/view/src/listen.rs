//! Handlers of events.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventTarget};

use crate::{Again, El, keep};

/// Listens until the owner of this place ends.
pub fn on<E: JsCast + 'static>(to: &El, name: &'static str, mut handler: impl FnMut(E) + 'static) {
    listen(to, name, Box::new(move |event: Event| handler(event.unchecked_into())));
}

/// Ends when it is dropped. Before the closure goes: an element that is taken away may still say `blur`.
struct Listener {
    to: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.to.remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
    }
}

fn listen(to: &El, name: &'static str, mut handler: Box<dyn Again<Event, ()>>) {
    let to = EventTarget::from(to.element().clone());
    let closure = Closure::wrap(Box::new(move |event| handler.again(event)) as Box<dyn FnMut(Event)>);
    // Refused only for what is no function.
    let _ = to.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    keep(Box::new(Listener { to, name, closure }));
}
