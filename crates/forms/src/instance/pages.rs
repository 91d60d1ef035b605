//! The form as pages.

use super::tree::ROOT;
use super::{Session, lexical};
use crate::contract::{Id, Item, Page, Problem, RepeatView};
use crate::definition::Kind;
use crate::texts::joined;

impl Session {
    /// The pages that are relevant now, in order.
    pub fn pages(&self) -> Vec<Page> {
        match self.divide {
            Some(divide) => divide(self),
            None => self.sections(Self::put_group),
        }
    }

    /// The pages of all sections: groups and repeats on the top level, and runs of questions between them. `put` puts what is
    /// on the top level on the last of its section's pages, which is there already, and makes more.
    pub(super) fn sections(&self, put: Put) -> Vec<Page> {
        let mut all = Vec::new();
        let mut pages = Vec::new();
        let mut sections = 0;
        // Whether the section is a run of questions: the next question belongs to it.
        let mut is_run = false;
        for &child in &self.tree.get(ROOT).children {
            let is_question = !matches!(self.tree.kind(child), Kind::Group | Kind::Repeat);
            if !(if is_question { self.is_visible(child) } else { self.is_there(child) }) {
                continue;
            }
            if !(is_question && is_run) {
                close(&mut pages, &mut all, &mut sections);
                let title = if is_question { self.form_title() } else { self.label(child) };
                pages.push(self.open(child, title));
            }
            is_run = is_question;
            put(self, child, &mut pages);
        }
        close(&mut pages, &mut all, &mut sections);
        for page in &mut all {
            page.section.1 = sections;
        }
        all
    }

    fn put_group(&self, child: Id, pages: &mut Vec<Page>) {
        match self.tree.kind(child) {
            Kind::Group => self.fill(child, pages),
            Kind::Repeat => self.repeat(child, pages, Self::fill),
            _ => self.page_for(child, pages).items.push(Item::Question(child)),
        }
    }

    /// Puts what is in an element on the last of the pages; repeats give pages of their own, and what follows them another.
    pub(super) fn fill(&self, id: Id, pages: &mut Vec<Page>) {
        let mut is_headless = self.is_table(id);
        for &child in &self.tree.get(id).children {
            if !self.is_there(child) {
                continue;
            }
            if self.tree.get(child).range {
                self.repeat(child, pages, Self::fill);
            } else if self.tree.kind(child) == Kind::Group {
                let before = pages.len();
                let page = self.page_for(child, pages);
                page.items.push(Item::Heading(child, self.label(child)));
                self.fill(child, pages);
                drop_empty_heading(&mut pages[before - 1..], child);
            } else if self.is_visible(child) {
                let page = self.page_for(child, pages);
                if is_headless && is_select(self.tree.kind(child)) {
                    page.items.push(Item::Table(child));
                    is_headless = false;
                }
                page.items.push(Item::Question(child));
            }
        }
    }

    fn is_table(&self, group: Id) -> bool {
        self.tree.form.node(self.tree.get(group).node).appearance.iter().any(|word| word == "table-list")
    }

    /// Words of a question's appearance; a select in a table is a row of it.
    pub(super) fn appearance(&self, id: Id) -> Vec<String> {
        let live = self.tree.get(id);
        let mut words = self.tree.form.node(live.node).appearance.clone();
        if is_select(self.tree.kind(id)) && self.is_table(live.parent) {
            words.push(String::from("list-nolabel"));
        }
        words
    }

    /// Whether an element is relevant; of a repeat, whether one of its instances is or could be.
    pub(super) fn is_there(&self, id: Id) -> bool {
        let live = self.tree.get(id);
        live.relevant || (live.range && live.children.iter().any(|&instance| self.tree.get(instance).relevant))
    }

    /// Puts a repeat's list on the last of the pages, and its instances on pages of their own, which `inside` fills.
    pub(super) fn repeat(&self, range: Id, pages: &mut Vec<Page>, inside: Put) {
        let label = self.label(range);
        let mut instances = Vec::new();
        for &id in &self.tree.get(range).children {
            if self.tree.get(id).relevant {
                instances.push((id, self.line(id, &label, instances.len() + 1)));
            }
        }
        let count = instances.len();
        let ids: Vec<Id> = instances.iter().map(|(id, _)| *id).collect();
        let view = RepeatView {
            id: range,
            label: label.clone(),
            instances,
            may_add: self.tree.get(range).relevant && !self.is_fixed(range),
        };
        let page = self.page_for(range, pages);
        page.items.push(Item::Repeat(view));
        // Takes the id of the first thing on it; dropped when nothing follows.
        let after = goes_on(page, range);
        for (place, &instance) in ids.iter().enumerate() {
            let mut page = self.open(instance, numbered(&label, place + 1));
            page.repeat = Some((place + 1, count));
            pages.push(page);
            inside(self, instance, pages);
            if pages.last().is_some_and(|page| page.items.is_empty()) {
                pages.pop();
            }
        }
        pages.push(after);
    }

    /// The page to add to. One that goes on after a repeat is known by the first thing on it.
    pub(super) fn page_for<'a>(&self, id: Id, pages: &'a mut [Page]) -> &'a mut Page {
        let goes_on = pages.last().is_some_and(|page| page.items.is_empty() && self.tree.get(page.id).range);
        if goes_on
            && pages.len() > 1
            && let Some(page) = pages.last_mut()
        {
            page.id = id;
        }
        let last = pages.len() - 1;
        &mut pages[last]
    }

    pub(super) fn open(&self, id: Id, title: String) -> Page {
        Page { id, within: id, title, section: (0, 0), repeat: None, items: Vec::new() }
    }

    pub(super) fn is_visible(&self, id: Id) -> bool {
        self.tree.get(id).relevant && lexical::is_shown(self.tree.kind(id))
    }

    pub(super) fn label(&self, id: Id) -> String {
        let node = self.tree.form.node(self.tree.get(id).node);
        self.words(id, node.label.as_ref())
    }

    pub(super) fn form_title(&self) -> String {
        self.words(ROOT, Some(&self.definition().title))
    }

    /// What tells an instance from the others: its first text, or its position.
    fn line(&self, instance: Id, label: &str, place: usize) -> String {
        let first = self.tree.inside(instance).into_iter().find(|&id| {
            let live = self.tree.get(id);
            self.tree.kind(id) == Kind::Text && live.relevant && !live.value.trim().is_empty()
        });
        first.map_or_else(|| numbered(label, place), |id| self.tree.get(id).value.clone())
    }

    /// Remembers the page last looked at, for [`Session::draft`].
    pub fn set_page(&mut self, id: Id) {
        if self.tree.is_alive(id) {
            self.page = id;
        }
    }

    /// The page to show; the nearest one that still is when the remembered is gone.
    pub fn page(&self) -> Id {
        self.page_among(&self.pages())
    }

    /// As [`Session::page`], for who has the pages. A draft may have been left when the form was divided in another way: then
    /// it is the page that has what was shown, or the first within it.
    pub fn page_among(&self, pages: &[Page]) -> Id {
        let mut here = self.page;
        while here > ROOT {
            let shows = |page: &&Page| {
                page.id == here || page.items.iter().any(|item| item.id() == here) || self.is_within(page.id, here)
            };
            if let Some(page) = pages.iter().find(shows) {
                return page.id;
            }
            here = self.tree.get(here).parent;
        }
        pages.first().map_or(ROOT, |page| page.id)
    }

    /// Whether an element is inside another one.
    pub(super) fn is_within(&self, id: Id, outer: Id) -> bool {
        let mut here = id;
        while here > outer {
            here = self.tree.get(here).parent;
        }
        here == outer
    }

    /// Problems on one page, missing answers included.
    pub fn page_problems(&self, page: Id) -> Vec<Problem> {
        let mut questions = Vec::new();
        for candidate in self.pages() {
            if candidate.id != page {
                continue;
            }
            for item in &candidate.items {
                if let Item::Question(id) = item {
                    questions.push(*id);
                }
            }
        }
        self.problems_of(&questions)
    }
}

fn is_select(kind: Kind) -> bool {
    matches!(kind, Kind::SelectOne | Kind::SelectMultiple)
}

/// Puts an element, or what is in it, on the last of the pages.
pub(super) type Put = fn(&Session, Id, &mut Vec<Page>);

/// Puts a section's pages to all; those that show nothing are left out.
fn close(pages: &mut Vec<Page>, all: &mut Vec<Page>, sections: &mut usize) {
    let mut number = 0;
    for mut page in pages.drain(..) {
        if page.items.iter().any(|item| !matches!(item, Item::Heading(..))) {
            if number == 0 {
                *sections += 1;
                number = *sections;
            }
            page.section.0 = number;
            all.push(page);
        }
    }
}

/// A page that goes on with what a page shows a part of.
pub(super) fn goes_on(page: &Page, id: Id) -> Page {
    Page { id, within: page.within, title: page.title.clone(), section: (0, 0), repeat: page.repeat, items: Vec::new() }
}

pub(super) fn numbered(label: &str, place: usize) -> String {
    let place = place.to_string();
    if label.is_empty() { place } else { joined(&[label, " ", &place], "") }
}

/// A heading with nothing under it says nothing.
fn drop_empty_heading(pages: &mut [Page], group: Id) {
    if let [page] = pages
        && matches!(page.items.last(), Some(Item::Heading(id, _)) if *id == group)
    {
        page.items.pop();
    }
}
