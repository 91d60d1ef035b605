//! After the last page: what is left to mend, each a tap away; or "finish". Under it what was answered.

use leptos::task::spawn_local;
use zhucun_forms::contract::{Item, Problem};
use zhucun_forms::definition::Kind;
use zhucun_json::texts::joined;
use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::page::{instance_heading, saved};
use super::{answers, head, trail::Trail};
use crate::form_ui::filling::{Form, Screen};
use crate::form_ui::icon;
use crate::form_ui::problem_words;
use crate::state::drafts::DraftError;
use crate::ui::long_list::LongList;
use crate::ui::{Field, counted, icons, say};

/// The review.
pub fn view(trail: Trail) -> View {
    let form = trail.form;
    let busy = ArcRwSignal::new(false);
    let failed = ArcRwSignal::new(None::<DraftError>);
    let problems = Memo::new(move |_| problems(form));
    let of = Memo::new(move |_| form.get().pages().last().map(|page| page.section.1));
    let head = head(trail, move || (words::REVIEW.get(form.lang()).to_owned(), of.get().map(|of| (of, of))));
    let long = LongList::new();
    let body = move || {
        let problems = problems.get();
        if problems.is_empty() { ready(form) } else { list(form, problems, long) }
    };
    let error = failed.clone();
    let said = move || {
        error.get().map(|error| {
            view! {
                <div class="notice problem" role="alert">{icon(icons::ALERT)} <span>{error.word().get(form.lang())}</span></div>
            }
        })
    };
    view! {
        {head}
        <main class="visit-page">{body} {said} {answers::unsent(form)} {answers::view(form)} {saved(form)}</main>
        {bar(form, problems, busy, failed)}
    }
}

/// What is left to mend; inside a repeat the label says whose it is, as the contents do.
fn problems(form: Form) -> Vec<Problem> {
    let filling = form.get();
    let pages = filling.pages();
    let mut problems = filling.problems();
    for problem in &mut problems {
        let question = Item::Question(problem.id);
        if let Some(page) = pages.iter().find(|page| page.repeat.is_some() && page.items.contains(&question)) {
            problem.label = joined(&[&instance_heading(&pages, page), &problem.label], " · ");
        }
    }
    problems
}

fn ready(form: Form) -> View {
    let lang = form.lang();
    let filling = form.get();
    // Asked once, here, of who corrects a visit.
    let reason = filling.reason().map(|reason| {
        let typed = RwSignal::new(reason);
        let on_type = Callback::new(move |text: String| {
            typed.set(text.clone());
            filling.set_reason(text);
        });
        let (label, hint) = (words::REASON.get(lang), words::REASON_HINT.get(lang));
        view! { <Field id="reason" label hint value=typed on_type=Some(on_type)/> }
    });
    view! {
        <p class="visit-ready">{icon(icons::CHECK)} <span>{words::ALL_WELL.get(lang)}</span></p>
        {reason}
    }
}

/// More than these are drawn as far as they are looked at.
const MANY: usize = 30;

fn list(form: Form, problems: Vec<Problem>, long: LongList) -> View {
    let lang = form.lang();
    let count = problems.len();
    let rows = if count > MANY {
        let rows = long.draw(count, move |place| problems.get(place).map(|one| row(form, one)).unwrap_or_default());
        view! { <div class="answers">{rows}</div> }
    } else {
        let rows: Vec<_> = problems.iter().map(|problem| row(form, problem)).collect();
        view! { <ul class="contents">{rows}</ul> }
    };
    view! {
        <h2 class="visit-part">{counted(&words::LEFT_TO_MEND, lang, count)}</h2>
        {rows}
    }
}

fn row(form: Form, problem: &Problem) -> View {
    let (id, label) = (problem.id, problem.label.clone());
    let kind = form.get().question(id).map_or(Kind::Text, |question| question.kind);
    let words = problem_words(problem, kind, form.lang());
    view! {
        <li>
            <button type="button" class="contents-row" on:click=move |_| form.get().jump(id)>
                <span><b>{label}</b><small>{icon(icons::ALERT)} {words}</small></span> {icon(icons::NEXT)}
            </button>
        </li>
    }
}

fn bar(
    form: Form,
    problems: Memo<Vec<Problem>>,
    busy: ArcRwSignal<bool>,
    failed: ArcRwSignal<Option<DraftError>>,
) -> View {
    let is_busy = busy.clone();
    let finish = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        let (filling, busy, failed) = (form.get(), busy.clone(), failed.clone());
        spawn_local(async move {
            if let Err(error) = filling.finalise().await {
                failed.set(Some(error));
            }
            busy.set(false);
        });
    };
    let main = move || {
        let lang = form.lang();
        match problems.with(|problems| problems.first().map(|problem| problem.id)) {
            Some(first) => view! {
                <button type="button" class="btn fill" on:click=move |_| form.get().jump(first)>
                    {words::MEND_FIRST.get(lang)}
                </button>
            },
            None => {
                let done = if form.get().reason().is_some() { words::FINISH_CORRECTION } else { words::FINISH };
                let word = if is_busy.get() { words::FINISHING } else { done };
                view! { <button type="button" class="btn fill" on:click=finish.clone()>{word.get(lang)}</button> }
            }
        }
    };
    view! {
        <nav class="bar visit-bar">
            <button type="button" class="btn" on:click=move |_| form.get().show(Screen::Page)>
                {say(&words::PREVIOUS)}
            </button>
            {main}
        </nav>
    }
}
