//! The list of parts: where one is, what is marked, a tap away; and in which way one goes through them.

use leptos::task::spawn_local;
use zhucun_forms::contract::{Id, Item};
use zhucun_forms::instance::Paging;
use zhucun_view::prelude::*;
use zhucun_words::{Word, visit as words, way as own};

use super::outline::{Part, parts};
use super::{head, trail::Trail, version};
use crate::form_ui::filling::{Form, Screen, way::divide_and_keep};
use crate::form_ui::icon;
use crate::routes::{self, Route};
use crate::state::drafts;
use crate::ui::{Choice, counted, icons, say};

/// The list.
pub fn view(trail: Trail) -> View {
    let form = trail.form;
    // The page that was left is still there.
    form.get().note_place();
    let list = move || {
        let filling = form.get();
        let at = filling.page();
        let problems: Vec<Id> = {
            let marked = filling.marks.get();
            filling.problems().into_iter().map(|problem| problem.id).filter(|id| marked.contains_key(id)).collect()
        };
        let parts = parts(form);
        let is_at = |part: &Part| match filling.place() {
            // All of them are on one page.
            Some(place) if filling.is_whole() => part.items.iter().any(|item| item.id() == place),
            _ => part.pages.contains(&at),
        };
        let here = parts.iter().position(|part| is_at(part) && part.pages.contains(&at));
        let row = |(n, part): (usize, &Part)| row(form, part, here == Some(n), marked(part, &problems));
        let rows: Vec<_> = parts.iter().enumerate().map(row).collect();
        view! { <ul class="contents">{rows}</ul> }
    };
    let head = head(trail, move || {
        let filling = form.get();
        let at = filling.page();
        let section = filling.pages().iter().find(|page| page.id == at).map(|page| page.section);
        (words::CONTENTS.get(form.lang()).to_owned(), section)
    });
    view! {
        {head}
        <main class="visit-page">
            {version::all(trail)}
            {list}
            <button type="button" class="btn" on:click=move |_| form.get().show(Screen::Review)>
                {say(&words::TO_REVIEW)}
            </button>
            {ways(form)}
            <button type="button" class="btn plain" on:click=move |_| delete(trail)>
                {icon(icons::DELETE)} {say(&words::DELETE_DRAFT)}
            </button>
        </main>
    }
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

/// How many marked problems a part has.
fn marked(part: &Part, problems: &[Id]) -> usize {
    let is_marked = |item: &&Item| matches!(item, Item::Question(id) if problems.contains(id));
    part.items.iter().filter(is_marked).count()
}

fn row(form: Form, part: &Part, is_here: bool, problems: usize) -> View {
    let class = if part.is_inner { "contents-row inner" } else { "contents-row" };
    let problems = (problems > 0).then(|| {
        let words = counted(&words::TO_MEND, form.lang(), problems);
        view! { <span class="tag attention">{icon(icons::ALERT)} {words}</span> }
    });
    let (page, first) = (part.page, part.first());
    let go = move |_| {
        let filling = form.get();
        match first.filter(|_| filling.is_whole()) {
            Some(first) => filling.jump(first),
            None => filling.go_elsewhere(page),
        }
    };
    view! {
        <li>
            <button type="button" class=class aria-current=is_here.then_some("page") on:click=go>
                <span>{part.title.clone()}</span> {problems}
            </button>
        </li>
    }
}

/// The ways to go through a form, in the order of [`Paging::ALL`], by which they are known.
const WAYS: [(&str, Word); 4] =
    [("0", own::AS_THE_FORM_SAYS), ("1", own::BY_GROUP), ("2", own::BY_QUESTION), ("3", own::WHOLE)];

fn ways(form: Form) -> View {
    let now = || Paging::ALL.iter().position(|way| *way == form.get().paging()).unwrap_or_default().to_string();
    let chosen = RwSignal::new(now());
    let choose = Callback::new(move |value: String| {
        divide_and_keep(&form.get(), value.parse::<usize>().unwrap_or_default());
        chosen.set(value);
    });
    let rows = move || {
        let row = |(value, word): &(&'static str, Word)| {
            let value = *value;
            let chosen = Signal::derive(move || chosen.with(|chosen| chosen == value));
            view! { <Choice name="way" value label=word.get(form.lang()) chosen on_choose=Some(choose)/> }
        };
        WAYS.iter().map(row).collect::<Vec<_>>()
    };
    view! {
        <fieldset class="ask visit-ways">
            <legend class="ask-label">{say(&own::HOW)}</legend>
            {rows}
        </fieldset>
    }
}
