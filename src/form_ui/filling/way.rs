//! How a person goes through an open form: its division into pages, and the question they are at. With the last part of the
//! program; a filling begins without.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use zhucun_forms::contract::{Draft, Id};
use zhucun_forms::instance::{Paging, paging};
use zhucun_json::texts::joined;
use zhucun_view::prelude::*;

use super::{Filling, Screen};
use crate::platform::{dom, settings, timer};
use crate::state::drafts::{StoredDraft, version::Version};

/// The place of [`Paging::Whole`] among all ways.
pub(super) const WHOLE: u8 = 3;

/// How the ways are kept, in the order of [`Paging::ALL`].
pub const KEPT: [&str; 4] = ["form", "groups", "questions", "whole"];

/// Milliseconds until it is looked again whether nobody types.
const LOOK: u32 = 300;
/// How often it is waited for the end of a tap.
const TAPS: u8 = 3;

/// How many points of the screen are looked at for a question.
const POINTS: u8 = 12;

impl Filling {
    /// How it is divided into pages.
    #[must_use]
    pub fn paging(&self) -> Paging {
        Paging::ALL.get(usize::from(self.divided.get())).copied().unwrap_or_default()
    }

    /// Notes the question that the person is at, while its page is on the screen.
    pub fn note_place(&self) {
        if let Some(at) = on_screen(self.at.get()) {
            self.at.set(Some(at));
        }
    }

    /// Notes that a question has the focus.
    pub fn note_focus(&self, target: &Element) {
        if let Some(question) = question_of(target) {
            self.at.set(Some(question));
        }
    }

    /// The question that the person was at last.
    #[must_use]
    pub fn place(&self) -> Option<Id> {
        self.at.get()
    }

    /// The question that gets the focus when its page is shown.
    #[must_use]
    pub fn wanted(&self) -> Option<Id> {
        self.wanted.get()
    }

    /// Turns to another page than where the person was.
    pub fn go_elsewhere(self: &Rc<Self>, page: Id) {
        self.wanted.set(None);
        self.go(page);
    }

    // Another version of its form

    /// Looks at what became of it with another version.
    pub fn with_version<T>(&self, look: impl FnOnce(Version<'_>) -> T) -> T {
        look(Version(&self.stored.borrow().version))
    }

    /// Notes that the person has read what became of it, or does not want a version.
    pub fn set_version(self: &Rc<Self>, unwanted: Option<&str>) {
        let version = self.with_version(|version| version.with(unwanted));
        self.stored.borrow_mut().version = version;
        self.save();
    }

    /// What is to be kept of it, as it is now.
    #[must_use]
    pub fn kept(&self) -> StoredDraft {
        self.stored.borrow().clone()
    }

    /// The draft as it is now.
    #[must_use]
    pub fn draft(&self) -> Draft {
        self.session.borrow().draft()
    }

    /// Goes on after [`Self::end`], since nothing came in its place.
    pub fn go_on(self: &Rc<Self>) {
        self.closed.set(false);
        self.ending.set(false);
        self.save();
    }
}

// What calls back is no method: those count to the part of the program that their type is in.

/// Divides a form in the way that this phone keeps; under nobody's fingers.
pub fn divide_as_kept(filling: &Rc<Filling>) {
    let kept = settings::get::<String>(settings::PAGING);
    let place = kept.and_then(|kept| KEPT.iter().position(|way| *way == kept)).unwrap_or_default();
    let was = filling.divided.get();
    if was != place as u8 {
        divide_when_free(filling, (was, place), TAPS);
    }
}

/// While it is typed, and for the time of so many looks also while something is pressed: after a tap whose element is gone a
/// browser may believe for long that it still is. Not when it was divided in another way meanwhile.
fn divide_when_free(filling: &Rc<Filling>, (was, place): (u8, usize), taps: u8) {
    if filling.divided.get() != was {
        return;
    }
    if is_typing() || (taps > 0 && dom::is_pressed()) {
        let filling = filling.clone();
        timer::after(LOOK, move || divide_when_free(&filling, (was, place), taps.saturating_sub(1)));
    } else {
        divide(filling, place);
    }
}

/// Divides a form in another way, by its place among all, and keeps that for all forms on this phone.
pub fn divide_and_keep(filling: &Rc<Filling>, place: usize) {
    settings::set(settings::PAGING, KEPT.get(place).copied().unwrap_or_default());
    divide(filling, place);
    // Where the person comes back to.
    filling.wanted.set(filling.at.get());
}

/// The person stays at their question.
fn divide(filling: &Filling, place: usize) {
    let was = filling.session.borrow().page();
    let left = paging::place(&filling.session.borrow());
    let is_left_at = filling.divided.get() == u8::MAX && filling.session.borrow().question(left).is_some();
    match filling.at.get() {
        // Opened a moment ago, where it was left when it was divided in another way.
        None if is_left_at => filling.at.set(Some(left)),
        _ => filling.note_place(),
    }
    filling.divided.set(place as u8);
    {
        let mut session = filling.session.borrow_mut();
        paging::set(&mut session, filling.paging());
        if let Some(at) = filling.at.get().filter(|at| session.question(*at).is_some()) {
            session.set_page(at);
        }
    }
    filling.pages.take();
    let is_other = filling.session.borrow().page() != was;
    filling.stays.set(is_other);
    filling.layout.notify();
    if is_other && filling.screen.get_untracked() == Screen::Page {
        let at = filling.at.get();
        request_animation_frame(move || {
            if let Some(question) = at.and_then(element) {
                dom::show(&question);
            }
        });
    }
}

fn is_typing() -> bool {
    let Some(active) = document().active_element() else { return false };
    let is_tapped = matches!(active.get_attribute("type").as_deref(), Some("radio" | "checkbox"));
    matches!(active.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") && !is_tapped
}

fn element(question: Id) -> Option<Element> {
    document().get_element_by_id(&joined(&["q", &question.to_string(), "-q"], ""))
}

fn question_of(inside: &Element) -> Option<Id> {
    let question = inside.closest(".ask[id]").ok()??;
    question.id().strip_prefix('q')?.strip_suffix("-q")?.parse().ok()
}

/// The question that the person is at: the one that had the focus last, while it is on this page, else the first one on the
/// screen.
fn on_screen(last: Option<Id>) -> Option<Id> {
    let root = document().document_element()?;
    let (width, height) = (root.client_width(), root.client_height());
    let head = document().query_selector(".visit-head").ok()??.get_bounding_client_rect().bottom();
    // Not only while it is on the screen: a page that is left is at its top again already.
    if let Some(last) = last.filter(|last| element(*last).is_some()) {
        return Some(last);
    }
    (0..POINTS).find_map(|point| {
        let down = head + 8.0 + f64::from(point) * (f64::from(height) - head) / f64::from(POINTS);
        let there = document().element_from_point(width as f32 / 2.0, down as f32)?;
        question_of(there.unchecked_ref::<HtmlElement>())
    })
}
