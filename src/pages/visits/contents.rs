//! The list of pages: where one is, what is marked, a tap away.

use leptos::task::spawn_local;
use zhucun_forms::contract::{Id, Item, Page};
use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::page::instance_heading;
use super::{head, trail::Trail};
use crate::form_ui::filling::{Form, Screen};
use crate::form_ui::icon;
use crate::routes::{self, Route};
use crate::state::drafts;
use crate::ui::{counted, icons};

/// The list.
pub fn view(trail: Trail) -> View {
    let form = trail.form;
    let list = move || {
        let filling = form.get();
        let (pages, at) = (filling.pages(), filling.page());
        let problems: Vec<Id> = {
            let marked = filling.marks.get();
            filling.problems().into_iter().map(|problem| problem.id).filter(|id| marked.contains_key(id)).collect()
        };
        let row = |(n, page): (usize, &Page)| {
            row(form, &pages, page, goes_on(&pages, n), page.id == at, marked(page, &problems))
        };
        let rows: Vec<_> = pages.iter().enumerate().map(row).collect();
        view! {
            <main class="visit-page">
                <ul class="contents">{rows}</ul>
                <button type="button" class="btn" on:click=move |_| form.get().show(Screen::Review)>
                    {words::TO_REVIEW.get(form.lang())}
                </button>
                <button type="button" class="btn plain" on:click=move |_| delete(trail)>
                    {icon(icons::DELETE)} {words::DELETE_DRAFT.get(form.lang())}
                </button>
            </main>
        }
    };
    let head = head(trail, move || {
        let filling = form.get();
        let at = filling.page();
        let section = filling.pages().iter().find(|page| page.id == at).map(|page| page.section);
        (words::CONTENTS.get(form.lang()).to_owned(), section)
    });
    view! { {head}{list} }
}

/// Deletes the draft in a minute; until then it can be brought back.
fn delete(trail: Trail) {
    let filling = trail.form.get();
    let app = filling.app;
    spawn_local(async move {
        if !filling.end().await {
            return;
        }
        let info = filling.info();
        let id = info.id.clone();
        drafts::hide(app, &id);
        let done = move || spawn_local(drafts::delete(app, id, false));
        let deleted = words::DRAFT_DELETED.get(app.lang.get_untracked()).to_owned();
        if routes::is_here(&Route::Visit(info.id.clone())) {
            trail.finish();
        }
        app.offer_undo(deleted, move || drafts::show(app, info), done);
    });
}

/// How many marked problems a page has.
fn marked(page: &Page, problems: &[Id]) -> usize {
    let is_marked = |item: &&Item| matches!(item, Item::Question(id) if problems.contains(id));
    page.items.iter().filter(is_marked).count()
}

/// Whether a page goes on with a section after the pages of a repeat: it has the section's title once more.
fn goes_on(pages: &[Page], n: usize) -> bool {
    n > 0 && pages[n].repeat.is_none() && pages[n - 1].section.0 == pages[n].section.0
}

fn row(form: Form, pages: &[Page], page: &Page, goes_on: bool, is_here: bool, problems: usize) -> View {
    let id = page.id;
    let title = if goes_on {
        words::CONTINUED.fill(form.lang(), &[("title", &page.title)])
    } else if page.repeat.is_some() {
        instance_heading(pages, page)
    } else {
        page.title.clone()
    };
    let class = if goes_on || page.repeat.is_some() { "contents-row inner" } else { "contents-row" };
    let problems = (problems > 0).then(|| {
        let words = counted(&words::TO_MEND, form.lang(), problems);
        view! { <span class="tag attention">{icon(icons::ALERT)} {words}</span> }
    });
    view! {
        <li>
            <button type="button" class=class aria-current=is_here.then_some("page") on:click=move |_| form.get().go(id)>
                <span>{title}</span> {problems}
            </button>
        </li>
    }
}
