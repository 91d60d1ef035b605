//! Views: DOM nodes made at once, which follow Leptos' signals.
//!
//! Leptos gives each piece of a page a type of its own; our pages weighed 180 kB brotli that way, most of a phone's
//! budget. Here a piece of a page is a row of calls that make nodes, and what changes is a boxed closure under one kind of
//! effect (docs/decisions/0007-views-make-nodes.md). The graph under the signals, its owners and
//! its tasks are Leptos' own.
//!
//! - A closure as a child or a value is followed: it runs at once, and again after a signal it read has changed. As a
//!   child it replaces its nodes; texts are changed in place.
//! - What a closure makes belongs to it: effects and listeners inside end before it runs again.
//! - A field that is being typed in must not stand inside a closure that runs meanwhile. Where it happens all the same,
//!   an element with the same `id` gets the focus back; without one, [`when_focus_is_lost`] says where it goes.

mod attribute;
mod child;
mod closure;
mod el;
mod keyed;
mod listen;
pub mod prelude;
pub mod reactive;

pub use attribute::{Attribute, Flag, Property};
pub use child::{Child, View, when_focus_is_lost};
pub use closure::Again;
pub use el::El;
pub use keyed::keyed;
pub use listen::on;
pub use web_sys;
pub use zhucun_view_macro::view;

use std::any::Any;

use leptos::reactive::owner::{ArenaItem, LocalStorage, Owner};
use leptos::reactive::{
    effect::RenderEffect,
    graph::{AnySubscriber, Subscriber as _, ToAnySubscriber as _},
    owner,
};
use send_wrapper::SendWrapper;

/// A part of pages: a struct of its properties, written `<Name property=value/>` in `view!`.
pub trait Component {
    /// Makes it.
    fn view(self) -> View;
}

/// Sets a field of a component that still has its default, to what becomes of a value. A default holds nothing, so there is nothing to drop: the code
/// for that would stand at every component of every page.
#[inline(always)]
pub fn put<T>(field: &mut T, value: impl Into<T>) {
    std::mem::forget(std::mem::replace(field, value.into()));
}

/// Puts a view at the end of the page's body, for good.
pub fn mount(make: impl FnOnce() -> View) {
    // An error says that it was made ready before.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    owner.with(|| {
        if let Some(body) = el::document().body() {
            make().add_to(&El::from(web_sys::Element::from(body)));
        }
    });
    // The page's end is the owner's end.
    std::mem::forget(owner);
}

/// Runs now, and again when a signal has changed that was read, until the owner of this place ends.
pub(crate) fn follow(mut run: Box<dyn Again<(), ()>>) {
    keep(Box::new(Following(RenderEffect::new(move |_| run.again(())))));
}

/// Leaves the signals it follows when it ends. Left to itself, the graph forgets it only when they change next, and a day
/// of pages would wait for the next choice of a language.
struct Following(RenderEffect<()>);

impl Drop for Following {
    fn drop(&mut self) {
        leave(&self.0.to_any_subscriber());
    }
}

/// Takes something that follows out of all that it follows.
pub(crate) fn leave(follower: &AnySubscriber) {
    follower.clear_sources(follower);
}

/// Keeps something until the owner of this place ends: one kind of thing for the arena.
#[inline(never)]
pub(crate) fn keep(what: Box<dyn Any>) {
    ArenaItem::<_, LocalStorage>::new_with_storage(what);
}

/// Done when the owner of this place ends.
pub fn on_cleanup(end: impl FnOnce() + 'static) {
    // One thread: a browser's page.
    let end: SendWrapper<Box<dyn FnOnce()>> = SendWrapper::new(Box::new(end));
    owner::on_cleanup(move || end.take()());
}
