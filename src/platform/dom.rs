//! What the page as a whole is told: language, text size, title, focus.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};
use zhucun_words::Lang;

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// Sets the `lang` attribute of the page, for screen readers, fonts and hyphenation.
pub fn set_lang(lang: Lang) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("lang", lang.tag());
    }
}

/// The language of the page.
#[must_use]
pub fn lang() -> Lang {
    let tag = document().and_then(|document| document.document_element()?.get_attribute("lang"));
    Lang::from_tag(&tag.unwrap_or_default())
}

/// Switches the large text size.
pub fn set_large(large: bool) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.class_list().toggle_with_force("large", large);
    }
}

/// Sets the title of the page; never a person's name, since titles stay in the browser's history.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// After a change of page: to the top, and the focus on its heading, so that a screen reader says where one is.
pub fn focus_heading() {
    let Some(document) = document() else { return };
    if let Ok(Some(heading)) = document.query_selector("h1") {
        let heading: web_sys::HtmlElement = heading.unchecked_into();
        let _ = heading.set_attribute("tabindex", "-1");
        let options = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&options, &"preventScroll".into(), &JsValue::TRUE);
        if let Some(focus) = js_sys::Reflect::get(&heading, &"focus".into())
            .ok()
            .and_then(|focus| focus.dyn_into::<js_sys::Function>().ok())
        {
            let _ = focus.call1(&heading, &options);
        }
    }
}

/// Puts the focus on the first element that a selector finds, e.g. the first field with a problem.
pub fn focus(selector: &str) {
    if let Some(Ok(Some(element))) = document().map(|document| document.query_selector(selector)) {
        let _ = element.unchecked_ref::<web_sys::HtmlElement>().focus();
    }
}

/// Puts the focus on the first element that a selector finds, when what had the focus is gone: else a keyboard begins again
/// at the top of the page.
pub fn focus_if_lost(selector: &str) {
    if is_focus_lost() {
        focus(selector);
    }
}

/// Shows an element that has something to say: scrolls it onto the screen, and gives it the focus where that is lost.
pub fn show(element: &web_sys::Element) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
    if is_focus_lost() {
        let _ = element.unchecked_ref::<web_sys::HtmlElement>().focus();
    }
}

fn is_focus_lost() -> bool {
    let active = document().and_then(|document| document.active_element());
    active.is_none_or(|active| active.tag_name() == "BODY")
}

/// Whether a finger or the mouse is down on something.
#[must_use]
pub fn is_pressed() -> bool {
    document().is_some_and(|document| matches!(document.query_selector(":active"), Ok(Some(_))))
}

/// Scrolls an element that is on the screen in part so far that it is there as a whole, out of the bars at top and bottom.
pub fn reveal(element: &web_sys::Element) {
    let at = element.get_bounding_client_rect();
    let height = document().and_then(|document| document.document_element()).map_or(0, |root| root.client_height());
    if at.top() < f64::from(height) && at.top() + at.height() > 0.0 {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// How far the page is scrolled, CSS pixels.
#[must_use]
pub fn scroll_top() -> f64 {
    web_sys::window().and_then(|window| window.scroll_y().ok()).unwrap_or_default()
}

/// Scrolls the page.
pub fn scroll_to(top: f64) {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, top);
    }
}

/// The site's own address without the path, e.g. `https://zhucun.example`.
#[must_use]
pub fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Takes the skeleton away that index.html drew before the program arrived.
pub fn remove_skeleton() {
    if let Some(skeleton) = document().and_then(|document| document.get_element_by_id("skeleton")) {
        skeleton.remove();
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Leaves the app for another page of the site.
pub fn leave_for(path: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_href(path);
    }
}

/// Opens the browser's print dialogue.
pub fn print() {
    if let Some(window) = web_sys::window() {
        // A browser inside a chat app has none, and does nothing.
        let _ = window.print();
    }
}

/// What stands at the head of every printed page, where the browser can (`@page` in style/later/print.css). A property of the
/// style, not the title: names must not stay in the browser's history.
pub fn set_print_head(text: &str) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            letter if letter.is_control() => quoted.push(' '),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    let _ = root.unchecked_ref::<web_sys::HtmlElement>().style().set_property("--print-head", &quoted);
}

/// Puts a text where it can be pasted from; without a secure context the browser has no such place.
pub fn copy(text: &str) {
    if let Some(window) = web_sys::window() {
        // Whether it worked cannot be known in time; the text stands beside the button.
        let _ = window.navigator().clipboard().write_text(text);
    }
}
