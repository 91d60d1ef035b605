//! Elements while they are put together.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, Node, Text};

use crate::{View, child::Child};

pub(crate) fn document() -> Document {
    leptos::prelude::document()
}

/// An element, or a loose row of nodes, that is being filled.
#[derive(Clone)]
pub struct El(Element);

impl From<Element> for El {
    fn from(element: Element) -> Self {
        Self(element)
    }
}

impl El {
    /// An element as `view!` writes what is fixed of it: its name, then names and values of attributes, with a NUL between
    /// them.
    ///
    /// # Panics
    /// When its name is none: names are written in the source.
    #[must_use]
    #[inline(never)]
    pub fn new(written: &'static str) -> Self {
        let mut parts = written.split('\0');
        let name = parts.next().unwrap_or_default();
        let made = match name {
            "svg" | "path" => document().create_element_ns(Some("http://www.w3.org/2000/svg"), name),
            _ => document().create_element(name),
        };
        let made = Self(made.unwrap_or_else(|_| panic!("a tag in view! is not the name of an element")));
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            made.attribute(name, value);
        }
        made
    }

    /// Adds an element as [`El::new`] makes it; gives it to be filled.
    #[must_use]
    #[inline(never)]
    pub fn add(&self, written: &'static str) -> Self {
        let made = Self::new(written);
        self.append(&made.0);
        made
    }

    /// A loose row of nodes. Only children may be added.
    #[must_use]
    pub fn fragment() -> Self {
        Self(document().create_document_fragment().unchecked_into())
    }

    /// Sets an attribute.
    pub fn attribute(&self, name: &str, value: &str) {
        // Names are written in the source, so none is refused.
        let _ = self.0.set_attribute(name, value);
    }

    /// Takes an attribute away.
    pub fn no_attribute(&self, name: &str) {
        let _ = self.0.remove_attribute(name);
    }

    /// Puts a class on or takes it away.
    pub fn class(&self, name: &str, is_on: bool) {
        let _ = self.0.class_list().toggle_with_force(name, is_on);
    }

    /// Sets one property of the style.
    pub fn style(&self, name: &str, value: impl AsRef<str>) {
        let _ = self.0.unchecked_ref::<HtmlElement>().style().set_property(name, value.as_ref());
    }

    /// Sets what is inside, as text of HTML: for icons, which are texts of ours.
    pub fn inner_html(&self, html: &str) {
        self.0.set_inner_html(html);
    }

    /// Adds text.
    pub fn text(&self, text: &str) {
        self.append(&document().create_text_node(text));
    }

    /// Adds a view.
    pub fn child(&self, view: View) {
        view.add_to(self);
    }

    /// The finished element.
    #[must_use]
    pub fn into_view(self) -> View {
        View::from(Node::from(self.0))
    }

    /// The element.
    #[must_use]
    pub fn element(&self) -> &Element {
        &self.0
    }

    pub(crate) fn append(&self, node: &Node) {
        // Only refused for a node that contains this one; such a node is never at hand.
        let _ = self.0.append_child(node);
    }

    /// Adds an empty text: a place to come back to.
    pub(crate) fn mark(&self) -> Text {
        let mark = document().create_text_node("");
        self.append(&mark);
        mark
    }
}
