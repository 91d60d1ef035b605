//! The parts of a form, however it is divided into pages: what the contents list, and the headings of the answers.

use zhucun_forms::contract::{Id, Item, Page};
use zhucun_forms::instance::Paging;
use zhucun_words::{Lang, visit as words};

use super::page::instance_heading;
use crate::form_ui::filling::{Filling, Form};

/// A group on the top level, an instance of a repeat, or a run of questions; what goes on after a repeat is another.
pub struct Part {
    /// Its words.
    pub title: String,
    /// Whether it belongs to the part before.
    pub is_inner: bool,
    /// The page that it begins on.
    pub page: Id,
    /// Its pages.
    pub pages: Vec<Id>,
    /// What it shows, without headings that come again on each of its pages.
    pub items: Vec<Item>,
}

impl Part {
    fn new(title: String, is_inner: bool, page: &Page) -> Self {
        Self { title, is_inner, page: page.id, pages: vec![page.id], items: Vec::new() }
    }

    fn add(&mut self, page: &Page, item: &Item) {
        if self.pages.last() != Some(&page.id) {
            self.pages.push(page.id);
        }
        let is_again = matches!(item, Item::Heading(..)) && self.items.contains(item);
        if !is_again {
            self.items.push(item.clone());
        }
    }

    /// Its first question or list.
    pub fn first(&self) -> Option<Id> {
        self.items.iter().find(|item| !matches!(item, Item::Heading(..))).map(Item::id)
    }
}

/// All parts; to be followed.
pub fn parts(form: Form) -> Vec<Part> {
    let (filling, lang) = (form.get(), form.lang());
    let pages = filling.pages();
    if filling.paging() == Paging::Whole { whole(&filling, &pages, lang) } else { divided(&pages, lang) }
}

fn divided(pages: &[Page], lang: Lang) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut before: Option<&Page> = None;
    for page in pages {
        let is_same = before.is_some_and(|before| before.within == page.within);
        // It has the section's title once more.
        let goes_on = page.repeat.is_none() && before.is_some_and(|before| before.section.0 == page.section.0);
        if !is_same || parts.is_empty() {
            let title = match (page.repeat, goes_on) {
                (Some(_), _) => instance_heading(pages, page),
                (None, true) => words::CONTINUED.fill(lang, &[("title", &page.title)]),
                (None, false) => page.title.clone(),
            };
            parts.push(Part::new(title, goes_on || page.repeat.is_some(), page));
        }
        if let Some(part) = parts.last_mut() {
            page.items.iter().for_each(|item| part.add(page, item));
        }
        before = Some(page);
    }
    parts
}

/// All on one page: its groups are told by their headings.
fn whole(filling: &Filling, pages: &[Page], lang: Lang) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    // The group that one is in, by its words.
    let mut group = None::<String>;
    for page in pages {
        if page.repeat.is_some() {
            let mut part = Part::new(instance_heading(pages, page), true, page);
            page.items.iter().for_each(|item| part.add(page, item));
            parts.push(part);
            continue;
        }
        let mut is_open = false;
        for item in &page.items {
            let is_top = filling.with_session(|session| session.path(item.id())).split('/').count() == 3;
            match item {
                Item::Heading(_, label) if is_top => {
                    group = Some(label.clone());
                    parts.push(Part::new(label.clone(), false, page));
                }
                Item::Repeat(list) if is_top => {
                    group = None;
                    parts.push(Part::new(list.label.clone(), false, page));
                }
                _ if is_top && (group.take().is_some() || !is_open) => {
                    parts.push(Part::new(page.title.clone(), false, page));
                }
                _ if !is_open => {
                    let title = words::CONTINUED.fill(lang, &[("title", group.as_ref().unwrap_or(&page.title))]);
                    parts.push(Part::new(title, true, page));
                }
                _ => {}
            }
            is_open = true;
            if let Some(part) = parts.last_mut().filter(|_| !(is_top && matches!(item, Item::Heading(..)))) {
                part.add(page, item);
            }
        }
    }
    // A group of which only the heading is here goes on after its list.
    parts.retain(|part| !part.items.is_empty());
    parts
}
