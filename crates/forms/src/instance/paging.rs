//! Other ways to divide a form into pages than by its groups. On the phone they come with the last part of the program: a
//! filling begins without.

use super::Session;
use super::pages::goes_on;
use super::tree::ROOT;
use crate::contract::{Id, Item, Page};
use crate::definition::Kind;

/// How a form is divided into pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paging {
    /// As the form says. With `pages` in its style each question is a page, and so is a group or an instance of a repeat with
    /// the appearance `field-list` or `table-list`; without, by groups. Source: `XLSForm`, "Multiple webpage forms" and "Grouping questions on
    /// one page".
    #[default]
    Form,
    /// A group on the top level is a page.
    Groups,
    /// Each question is a page; a table of questions is one.
    Questions,
    /// All on one page; an instance of a repeat has its own.
    Whole,
}

impl Paging {
    /// All ways, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Form, Self::Groups, Self::Questions, Self::Whole];
}

/// Divides a filling in this way from now on. What was shown is still on the page that [`Session::page`] gives.
pub fn set(session: &mut Session, paging: Paging) {
    session.divide = match paging {
        Paging::Form if session.definition().style.iter().any(|word| word == "pages") => Some(as_the_form_says),
        Paging::Form | Paging::Groups => None,
        Paging::Questions => Some(by_question),
        Paging::Whole => Some(whole),
    };
}

/// What was turned to last: what a page shows, or of a draft where it was left, also when no page begins there now.
#[must_use]
pub fn place(session: &Session) -> Id {
    session.page
}

fn as_the_form_says(session: &Session) -> Vec<Page> {
    session.sections(|session, id, pages| split(session, id, pages, true))
}

fn by_question(session: &Session) -> Vec<Page> {
    session.sections(|session, id, pages| split(session, id, pages, false))
}

fn whole(session: &Session) -> Vec<Page> {
    let mut pages = vec![session.open(ROOT, session.form_title())];
    session.fill(ROOT, &mut pages);
    pages.retain(|page| !page.items.is_empty());
    for page in &mut pages {
        page.section = (1, 1);
    }
    pages
}

/// Puts an element on pages, each question on its own; with `lists`, what is in a `field-list` on one. Forms are no deeper than
/// [`crate::definition::MAX_DEPTH`].
fn split(session: &Session, id: Id, pages: &mut Vec<Page>, lists: bool) {
    // The rows of a table have no words of their own.
    let is_list = looks(session, id, "table-list") || (lists && looks(session, id, "field-list"));
    if session.tree.get(id).range {
        if session.is_there(id) {
            fresh(session, id, pages);
            session.repeat(
                id,
                pages,
                match (is_list, lists) {
                    (true, _) => Session::fill,
                    (_, true) => |session, id, pages| inside(session, id, pages, true),
                    _ => |session, id, pages| inside(session, id, pages, false),
                },
            );
        }
    } else if session.tree.kind(id) == Kind::Group {
        if session.is_there(id) {
            group(session, id, pages, (is_list, lists));
        }
    } else if session.is_visible(id) {
        if !joins(session, id, pages) {
            fresh(session, id, pages);
        }
        if let Some(page) = pages.last_mut() {
            page.items.push(Item::Question(id));
        }
    }
}

fn inside(session: &Session, id: Id, pages: &mut Vec<Page>, lists: bool) {
    for &child in &session.tree.get(id).children {
        split(session, child, pages, lists);
    }
}

fn group(session: &Session, id: Id, pages: &mut Vec<Page>, (is_list, lists): (bool, bool)) {
    fresh(session, id, pages);
    // The title says what is on the top level.
    let has_heading = session.tree.get(id).parent != ROOT;
    if let Some(page) = pages.last_mut().filter(|_| has_heading) {
        page.items.push(Item::Heading(id, session.label(id)));
    }
    if is_list {
        session.fill(id, pages);
    } else {
        inside(session, id, pages, lists);
    }
    // A heading with nothing under it says nothing.
    if let Some(page) = pages.last_mut()
        && matches!(page.items.last(), Some(Item::Heading(last, _)) if *last == id)
    {
        page.items.pop();
    }
}

/// Makes the last page one that shows nothing yet but the headings of what an element is in.
fn fresh(session: &Session, id: Id, pages: &mut Vec<Page>) {
    let Some(last) = pages.last_mut() else { return };
    let mut headings = last.items.clone();
    headings.retain(|item| matches!(item, Item::Heading(group, _) if session.is_within(id, *group)));
    if last.items.iter().any(|item| !matches!(item, Item::Heading(..))) {
        let mut page = goes_on(last, id);
        page.items = headings;
        pages.push(page);
    } else {
        last.items = headings;
        last.id = id;
    }
}

/// Whether a question is a row of a table that has begun on the last page: without the others it has no words.
fn joins(session: &Session, id: Id, pages: &[Page]) -> bool {
    let is_row = |id| looks(session, id, "list-nolabel");
    let is_begun = |item: &Item| matches!(item, Item::Question(id) if is_row(*id) || looks(session, *id, "label"));
    is_row(id) && pages.last().and_then(|page| page.items.last()).is_some_and(is_begun)
}

fn looks(session: &Session, id: Id, word: &str) -> bool {
    session.tree.form.node(session.tree.get(id).node).appearance.iter().any(|name| name == word)
}
