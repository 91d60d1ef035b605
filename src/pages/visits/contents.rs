//! The list of pages: where one is, what is marked, a tap away.

use leptos::prelude::*;
use zhucun_forms::contract::{Id, Item, Page};
use zhucun_words::visit as words;

use super::top;
use crate::form_ui::filling::{Form, Screen};
use crate::form_ui::icon;
use crate::ui::icons;

/// The list.
pub fn view(form: Form) -> AnyView {
    let list = move || {
        let filling = form.get();
        let (pages, at) = (filling.pages(), filling.page());
        let section = pages.iter().find(|page| page.id == at).map(|page| page.section);
        let problems: Vec<Id> = {
            let marked = filling.marks.get();
            filling.problems().into_iter().map(|problem| problem.id).filter(|id| marked.contains_key(id)).collect()
        };
        let rows: Vec<_> = pages.iter().map(|page| row(form, page, page.id == at, marked(page, &problems))).collect();
        view! {
            {top(form, words::CONTENTS.get(form.lang()).to_owned(), section)}
            <main class="visit-page">
                <ul class="contents">{rows}</ul>
                <button type="button" class="btn" on:click=move |_| form.get().show(Screen::Review)>
                    {words::TO_REVIEW.get(form.lang())}
                </button>
            </main>
        }
    };
    view! { {list} }.into_any()
}

/// How many marked problems a page has.
fn marked(page: &Page, problems: &[Id]) -> usize {
    let is_marked = |item: &&Item| matches!(item, Item::Question(id) if problems.contains(id));
    page.items.iter().filter(is_marked).count()
}

fn row(form: Form, page: &Page, is_here: bool, problems: usize) -> AnyView {
    let (id, title) = (page.id, page.title.clone());
    let class = if page.repeat.is_some() { "contents-row inner" } else { "contents-row" };
    let problems = (problems > 0).then(|| {
        let words = words::TO_MEND.fill(form.lang(), &[("n", &problems.to_string())]);
        view! { <span class="tag attention">{icon(icons::ALERT)} {words}</span> }
    });
    view! {
        <li>
            <button type="button" class=class aria-current=is_here.then_some("page") on:click=move |_| form.get().go(id)>
                <span>{title}</span> {problems}
            </button>
        </li>
    }
    .into_any()
}
