//! What may stand inside an element.

use std::cell::Cell;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, Node, Text};

use crate::{Again, El, el::document, follow};

/// A piece of a page that is made and not yet put anywhere; by default nothing. A node, or `undefined` for nothing: one
/// word, which functions give back without a detour through memory.
pub struct View(JsValue);

impl Default for View {
    fn default() -> Self {
        Self(JsValue::UNDEFINED)
    }
}

impl From<Node> for View {
    fn from(node: Node) -> Self {
        Self(node.into())
    }
}

impl View {
    /// Anything that can stand inside an element, as a view.
    #[must_use]
    pub fn of(child: impl Child) -> Self {
        child.into_view()
    }
}

/// What may stand inside an element.
pub trait Child: Sized {
    /// Adds it at the end of an element.
    fn add_to(self, to: &El);

    /// As a view of its own.
    #[must_use]
    fn into_view(self) -> View {
        let to = El::fragment();
        self.add_to(&to);
        to.into_view()
    }

    /// Adds what a closure makes, each time anew.
    fn follow(mut make: Box<dyn Again<(), Self>>, to: &El)
    where
        Self: 'static,
    {
        region(to, Box::new(move |to: &El| make.again(()).add_to(to)));
    }
}

impl Child for () {
    fn add_to(self, _: &El) {}
}

impl Child for View {
    #[inline(never)]
    fn add_to(self, to: &El) {
        if !self.0.is_undefined() {
            to.append(self.0.unchecked_ref());
        }
    }

    fn into_view(self) -> View {
        self
    }
}

impl Child for &str {
    fn add_to(self, to: &El) {
        to.text(self);
    }

    fn follow(mut make: Box<dyn Again<(), Self>>, to: &El)
    where
        Self: 'static,
    {
        follow_text(to, Box::new(move |()| make.again(()).to_owned()));
    }
}

impl Child for String {
    fn add_to(self, to: &El) {
        to.text(&self);
    }

    fn follow(make: Box<dyn Again<(), Self>>, to: &El) {
        follow_text(to, make);
    }
}

impl<T: Child> Child for Option<T> {
    fn add_to(self, to: &El) {
        if let Some(child) = self {
            child.add_to(to);
        }
    }
}

impl<T: Child> Child for Vec<T> {
    fn add_to(self, to: &El) {
        for child in self {
            child.add_to(to);
        }
    }
}

impl<F, T> Child for F
where
    F: FnMut() -> T + 'static,
    T: Child + 'static,
{
    fn add_to(mut self, to: &El) {
        T::follow(Box::new(move |()| self()), to);
    }
}

/// A text that is changed in place, and only when it is another one: a screen reader hears each change.
fn follow_text(to: &El, mut make: Box<dyn Again<(), String>>) {
    let text = to.mark();
    let mut last = String::new();
    follow(Box::new(move |()| {
        let now = make.again(());
        if now != last {
            text.set_data(&now);
            last = now;
        }
    }));
}

/// Nodes between two marks, made anew each time.
fn region(to: &El, mut make: Box<dyn for<'to> Again<&'to El, ()>>) {
    let (start, end) = (to.mark(), to.mark());
    follow(Box::new(move |()| {
        let fresh = El::fragment();
        make.again(&fresh);
        let focused = clear(&start, &end);
        insert_before(&end, fresh.element());
        refocus(focused);
    }));
}

/// Puts nodes in front of a mark, wherever that is now.
pub(crate) fn insert_before(mark: &Text, nodes: &Node) {
    if let Some(parent) = mark.parent_node() {
        // The mark is a child of its parent.
        let _ = parent.insert_before(nodes, Some(mark));
    }
}

/// Takes the nodes between two marks out of the page; gives the id of the one that had the focus.
pub(crate) fn clear(start: &Text, end: &Text) -> Option<String> {
    let active = document().active_element();
    let mut focused = None;
    while let Some(node) = start.next_sibling().filter(|node| !node.is_same_node(Some(end))) {
        if let Some(active) = active.as_ref().filter(|active| node.contains(Some(active))) {
            focused = Some(active.id());
        }
        if let Some(parent) = node.parent_node() {
            let _ = parent.remove_child(&node);
        }
    }
    focused
}

thread_local! {
    static LOST: Cell<fn()> = const { Cell::new(|| {}) };
}

/// Says what is done when the element that has the focus is taken away and none with its `id` comes in its place: where the
/// focus goes then, so that who uses a keyboard or hears the page does not begin at its start.
pub fn when_focus_is_lost(run: fn()) {
    LOST.set(run);
}

fn refocus(id: Option<String>) {
    let Some(id) = id else { return };
    match document().get_element_by_id(&id) {
        // An element that cannot take the focus leaves it.
        Some(element) if !id.is_empty() => drop(element.unchecked_ref::<HtmlElement>().focus()),
        _ => LOST.get()(),
    }
}
