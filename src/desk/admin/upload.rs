//! A form is uploaded: what is wrong with it by sheet and cell, or element and line, what is other than before, a look at it, publishing.

use leptos::task::spawn_local;
use web_sys::File;
use zhucun_api::admin::{Assignment, ChangeKind, Draft, Found, QuestionChange, SHEET_MAX, Upload};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, admin as words, form_files as file_words};

use super::{
    assign::{self, Chosen},
    files::Files,
    forms::{FORMS, Page},
    parts::{Work, button, go_saying, json, read, submit, word_for},
    pick::{self, Pick},
    preview,
};
use crate::{
    desk::{Desk, Place},
    platform::{
        http::{self, Method},
        upload::{Stop, send_file},
    },
    ui::{Notice, NoticeKind, icons},
};

/// How far an upload is.
#[derive(Clone)]
enum State {
    /// Nothing is uploaded.
    Empty,
    /// So much of a hundred has gone.
    Sending(u32),
    /// It is there and is read.
    Reading,
    /// What the server made of the file of a name.
    Read(String, Upload),
    /// It did not go.
    Failed(Word),
}

pub(super) fn view(page: Page) -> View {
    let desk = page.desk;
    let state = RwSignal::new(State::Empty);
    let body = move || {
        let state_now = state.get();
        untrack(|| match state_now {
            State::Empty => View::default(),
            State::Sending(percent) => sending(page, percent),
            State::Reading => view! { <p role="status">{desk.say(words::READING)}</p> },
            State::Failed(why) => View::of(move || view! { <Notice kind=NoticeKind::Problem text=desk.word(why)/> }),
            State::Read(name, upload) => {
                let draft = upload.draft.clone();
                view! {
                    <h3>{name}</h3>
                    {move || problems(page, &upload)}
                    {draft.map(|draft| checked(page, draft, state))}
                }
            }
        })
    };
    view! { <h2>{desk.say(words::UPLOAD)}</h2><p>{desk.say(words::UPLOAD_HINT)}</p>{target(page, state)}{body} }
}

fn sending(page: Page, percent: u32) -> View {
    let percent = percent.to_string();
    let width = [&percent, "%"].concat();
    view! {
        <p role="status">{move || page.desk.fill(words::SENDING, &[("percent", &percent)])}</p>
        <div class="desk-progress" aria-hidden="true"><span style:width=width></span></div>
    }
}

/// Where the form is chosen.
fn target(page: Page, state: RwSignal<State>) -> View {
    let pick =
        Pick { id: "sheet", word: words::CHOOSE_FILE, accept: ".xlsx,.xlsm,.xls,.ods,.csv,.md,.xml", several: false };
    pick::target(page.desk, pick, move |files| {
        if let Some(file) = files.into_iter().next() {
            take(page, file, state);
        }
    })
}

fn take(page: Page, file: File, state: RwSignal<State>) {
    if file.size() > SHEET_MAX as f64 {
        state.set(State::Failed(words::TOO_LARGE));
        return;
    }
    let lang = if page.desk.lang.get_untracked() == Lang::Zh { "zh" } else { "en" };
    let url = [FORMS, "?lang=", lang, "&name=", &http::encode(&file.name())].concat();
    state.set(State::Sending(0));
    spawn_local(async move {
        let progress = move |percent| {
            let _ = state.try_set(if percent < 100 { State::Sending(percent) } else { State::Reading });
        };
        let next = match send_file(("POST", &url), &file, &Stop::default(), progress).await {
            Ok(text) => match read::<Upload>(&text) {
                Some(upload) => State::Read(file.name(), upload),
                None => State::Failed(words::NOT_DONE),
            },
            Err(error) => State::Failed(word_for(&error)),
        };
        let _ = state.try_set(next);
    });
}

fn problems(page: Page, upload: &Upload) -> View {
    let desk = page.desk;
    // Which files are missing is said below, as long as they are.
    let found: Vec<_> = upload.problems.iter().filter(|problem| problem.file.is_none()).collect();
    let errors = found.iter().filter(|problem| problem.error).count();
    let (kind, said) = match (errors, found.len()) {
        (0, 0) => (NoticeKind::Info, desk.word(words::SHEET_GOOD).to_owned()),
        (0, all) => (NoticeKind::Info, desk.fill(words::SHEET_WARNINGS, &[("n", &all.to_string())])),
        (errors, _) => (NoticeKind::Problem, desk.fill(words::SHEET_ERRORS, &[("n", &errors.to_string())])),
    };
    let places = if upload.is_xform { [words::ELEMENT, words::XML_LINE] } else { [words::SHEET, words::CELL] };
    let rows: Vec<_> = found.into_iter().map(|problem| row(page, problem, places)).collect();
    let head = [words::PROBLEM_KIND, places[0], places[1], words::PROBLEM];
    let head: Vec<_> = head.into_iter().map(|word| view! { <th scope="col">{desk.word(word)}</th> }).collect();
    let table = (!rows.is_empty()).then(|| {
        view! { <table class="admin-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table> }
    });
    view! { <Notice kind=kind text=said.as_str()/>{table} }
}

/// `places`: what the two parts of a place are called.
fn row(page: Page, problem: &Found, places: [Word; 2]) -> View {
    let desk = page.desk;
    let kind = desk.word(if problem.error { words::ERROR } else { words::WARNING });
    view! {
        <tr class:wrong=problem.error>
            <td>{kind}</td>
            <td data-label=desk.word(places[0])>{problem.sheet.clone()}</td>
            <td data-label=desk.word(places[1])>{problem.cell.clone()}</td>
            <td>{problem.text.clone()}</td>
        </tr>
    }
}

/// A draft that can be published.
fn checked(page: Page, draft: Draft, state: RwSignal<State>) -> View {
    let desk = page.desk;
    let work = Work::new();
    let chosen = Chosen::new(&draft.villages);
    let url = [FORMS, "/drafts/", &http::encode(&draft.id)].concat();
    let publish_url = [&url, "/publish"].concat();
    let files = Files::new(desk, [&url, "/files"].concat(), draft.files.clone());
    let form = draft.form.clone();
    let publish = move |event: web_sys::Event| {
        event.prevent_default();
        let Some(villages) = chosen.villages() else { return work.refuse(words::CHOOSE_VILLAGE) };
        if files.are_going() {
            return work.refuse(file_words::STILL_GOING);
        }
        let to = Place::Forms(Some(form.clone()));
        work.send(Method::POST, publish_url.clone(), json(&Assignment { villages }), move |_| {
            page.list.ask();
            go_saying(desk, &to, words::PUBLISHED);
        });
    };
    let discard = {
        let url = url.clone();
        move || {
            files.stop();
            work.send(Method::DELETE, url.clone(), None, move |_| state.set(State::Empty));
        }
    };
    let seen = RwSignal::new(false);
    let look = move |_: web_sys::MouseEvent| seen.update(|seen| *seen = !*seen);
    view! {
        {move || said(page, &draft)}
        <button type="button" class="btn" aria-expanded=move || seen.get().to_string() on:click=look>
            {icons::draw(icons::SMARTPHONE)}{move || desk.word(if seen.get() { words::HIDE_PREVIEW } else { words::PREVIEW })}
        </button>
        {move || seen.get().then(|| untrack(|| preview::view(desk, &url)))}
        {files.section(None)}
        <form class="desk-form" on:submit=publish>
            {assign::picker(desk, page.places, chosen)}
            {files.missing()}
            <p class="hint">{desk.say(words::PUBLISH_HINT)}</p>
            {work.notice(desk)}
            {submit(desk, work, words::PUBLISH)}
        </form>
        <div class="desk-buttons">{button(desk, work, || words::DISCARD, discard)}</div>
    }
}

/// A form's version, as it is told.
pub(super) fn version_words(desk: Desk, version: &str) -> &str {
    if version.is_empty() { desk.word(words::VERSION_NONE) } else { version }
}

/// What the draft is, and how it differs from the version in force.
fn said(page: Page, draft: &Draft) -> View {
    let desk = page.desk;
    let questions = draft.questions.to_string();
    let title = Some(desk.name(&draft.title)).filter(|title| !title.is_empty()).unwrap_or_else(|| draft.form.clone());
    let said = desk.fill(
        words::DRAFT_FACTS,
        &[("title", &title), ("version", version_words(desk, &draft.version)), ("n", &questions)],
    );
    view! { <p>{said}</p>{changes(page, draft)} }
}

fn changes(page: Page, draft: &Draft) -> View {
    let desk = page.desk;
    let Some(before) = &draft.before else { return view! { <p>{desk.word(words::FORM_NEW)}</p> } };
    let said = desk.fill(words::CHANGES_SINCE, &[("version", version_words(desk, before))]);
    if draft.changes.is_empty() {
        return view! { <h3>{said}</h3><p>{desk.word(words::NO_CHANGES)}</p> };
    }
    let rows: Vec<_> = draft.changes.iter().map(|change| changed(page, change)).collect();
    view! { <h3>{said}</h3><table class="admin-table"><tbody>{rows}</tbody></table> }
}

fn changed(page: Page, change: &QuestionChange) -> View {
    let desk = page.desk;
    let how = match &change.how {
        ChangeKind::Added => desk.word(words::ADDED).to_owned(),
        ChangeKind::Removed => desk.word(words::REMOVED).to_owned(),
        ChangeKind::Type(from, to) => desk.fill(words::TYPE_CHANGED, &[("from", from), ("to", to)]),
        ChangeKind::Other => desk.word(words::CHANGED).to_owned(),
    };
    view! { <tr><td>{how}</td><td><b>{change.label.clone()}</b><br/><small>{change.name.clone()}</small></td></tr> }
}
