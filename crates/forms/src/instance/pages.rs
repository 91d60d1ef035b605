//! The form as pages.

use super::tree::ROOT;
use super::{Session, lexical};
use crate::contract::{Id, Item, Page, Problem, RepeatView};
use crate::definition::Kind;
use crate::texts::joined;

impl Session {
    /// The pages that are relevant now, in order.
    pub fn pages(&self) -> Vec<Page> {
        let mut all: Vec<Page> = Vec::new();
        let mut sections = 0;
        // Whether the last page is one of questions on the top level: the next such question joins it.
        let mut is_run = false;
        for &child in &self.tree.get(ROOT).children {
            let kind = self.tree.kind(child);
            let mut pages = Vec::new();
            if !matches!(kind, Kind::Group | Kind::Repeat) {
                if !self.is_visible(child) {
                    continue;
                }
                if !is_run {
                    pages.push(self.open(child, self.form_title(), None));
                }
                if let Some(page) = if is_run { all.last_mut() } else { pages.last_mut() } {
                    page.items.push(Item::Question(child));
                }
                is_run = true;
            } else if self.is_there(child) {
                is_run = false;
                pages.push(self.open(child, self.label(child), None));
                if kind == Kind::Group {
                    self.fill(child, &mut pages);
                } else {
                    self.repeat(child, &mut pages);
                }
                pages.retain(|page| !page.items.is_empty());
            }
            if !pages.is_empty() {
                sections += 1;
            }
            for mut page in pages {
                page.section.0 = sections;
                all.push(page);
            }
        }
        for page in &mut all {
            page.section.1 = sections;
        }
        all
    }

    /// Puts what is in an element on the last of the pages; repeats give pages of their own, and what follows them another.
    fn fill(&self, id: Id, pages: &mut Vec<Page>) {
        let mut is_headless = self.is_table(id);
        for &child in &self.tree.get(id).children {
            if !self.is_there(child) {
                continue;
            }
            if self.tree.get(child).range {
                self.repeat(child, pages);
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
    fn is_there(&self, id: Id) -> bool {
        let live = self.tree.get(id);
        live.relevant || (live.range && live.children.iter().any(|&instance| self.tree.get(instance).relevant))
    }

    fn repeat(&self, range: Id, pages: &mut Vec<Page>) {
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
        let (title, repeat) = (page.title.clone(), page.repeat);
        let after = self.open(range, title, repeat);
        for (place, &instance) in ids.iter().enumerate() {
            pages.push(self.open(instance, numbered(&label, place + 1), Some((place + 1, count))));
            self.fill(instance, pages);
            if pages.last().is_some_and(|page| page.items.is_empty()) {
                pages.pop();
            }
        }
        // Takes the id of the first thing on it; dropped when nothing follows.
        pages.push(after);
    }

    /// The page to add to. One that goes on after a repeat is known by the first thing on it.
    fn page_for<'a>(&self, id: Id, pages: &'a mut [Page]) -> &'a mut Page {
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

    fn open(&self, id: Id, title: String, repeat: Option<(usize, usize)>) -> Page {
        Page { id, title, section: (0, 0), repeat, items: Vec::new() }
    }

    fn is_visible(&self, id: Id) -> bool {
        self.tree.get(id).relevant && lexical::is_shown(self.tree.kind(id))
    }

    fn label(&self, id: Id) -> String {
        let node = self.tree.form.node(self.tree.get(id).node);
        self.words(id, node.label.as_ref())
    }

    fn form_title(&self) -> String {
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
        let pages = self.pages();
        let mut here = self.page;
        while here > ROOT {
            if let Some(page) = pages.iter().find(|page| page.id == here) {
                return page.id;
            }
            here = self.tree.get(here).parent;
        }
        pages.first().map_or(ROOT, |page| page.id)
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

fn numbered(label: &str, place: usize) -> String {
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
