//! Forms: what is in use, for whom, since when; retiring and bringing back; the spreadsheets that were uploaded.

use zhucun_api::admin::{FormChange, FormRow, Places};
use zhucun_view::prelude::*;
use zhucun_words::admin as words;

use super::{
    assign::{self, Chosen},
    files::Files,
    parts::{Work, back, button, day, json, submit, two},
    upload::{self, version_words},
};
use crate::{
    desk::{Desk, Place, Source, place},
    platform::http::{self, Method},
    ui::{Tag, TagKind},
};

pub(super) const FORMS: &str = "/api/v1/admin/forms";

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub desk: Desk,
    pub list: Source<Vec<FormRow>>,
    pub places: Source<Places>,
}

/// The page.
pub(crate) fn page(desk: Desk) -> View {
    let page = Page { desk, list: Source::of(FORMS.into()), places: Source::of("/api/v1/admin/places".into()) };
    let opened = move || {
        let place = desk.place.get();
        untrack(|| match place {
            Place::Forms(Some(id)) if id == place::NEW => {
                view! { {back(desk, &Place::Forms(None), words::BACK_FORMS)}{upload::view(page)} }
            }
            Place::Forms(Some(id)) => open(page, id),
            _ => View::default(),
        })
    };
    two(list(page), View::of(opened), move || desk.place.with(|place| matches!(place, Place::Forms(Some(_)))))
}

fn list(page: Page) -> View {
    let desk = page.desk;
    let rows = move |found: &Vec<FormRow>| {
        if found.is_empty() {
            return view! { <p class="quiet">{desk.word(words::NO_FORMS)}</p> };
        }
        let rows: Vec<_> = found.iter().map(|form| row(desk, form)).collect();
        view! { <div class="rows">{rows}</div> }
    };
    let rows = page.list.draw(desk, move || View::of(move || page.list.read(rows)));
    view! {
        <div class="desk-head">
            <h2>{desk.say(words::FORMS)}</h2>
            <a class="btn" href=Place::Forms(Some(place::NEW.into())).to_hash()>{desk.say(words::UPLOAD)}</a>
        </div>
        {rows}
    }
}

fn row(desk: Desk, form: &FormRow) -> View {
    let retired = form.retired.then(|| view! { <Tag kind=TagKind::Late text=desk.word(words::RETIRED)/> });
    let id = form.id.clone();
    let is_here = move || desk.place.with(|place| *place == Place::Forms(Some(id.clone())));
    let (version, since) = (form.version.clone(), day(desk, form.since));
    let facts = desk.fill(words::FORM_FACTS, &[("version", version_words(desk, &version)), ("day", &since)]);
    view! {
        <a class="desk-row" href=Place::Forms(Some(form.id.clone())).to_hash() aria-current=move || is_here().then_some("true")>
            <b>{title(desk, form)}</b>
            <small>{facts}</small>
            <small>{assigned(desk, &form.villages)}" · "{desk.fill(words::FORM_VISITS, &[("n", &form.visits.to_string())])}</small>
            {retired}
        </a>
    }
}

fn title(desk: Desk, form: &FormRow) -> String {
    let title = desk.name(&form.title);
    if title.is_empty() { form.id.clone() } else { title }
}

fn assigned(desk: Desk, villages: &[String]) -> String {
    if villages.is_empty() {
        desk.word(words::ALL_VILLAGES).to_owned()
    } else {
        desk.fill(words::SOME_VILLAGES, &[("n", &villages.len().to_string())])
    }
}

fn open(page: Page, id: String) -> View {
    let desk = page.desk;
    let form = Memo::new(move |_| page.list.read(|found| found.iter().find(|form| form.id == id).cloned()).flatten());
    let is_there = Memo::new(move |_| form.with(Option::is_some));
    let drawn = page.list.draw(desk, move || {
        View::of(move || {
            let is_there = is_there.get();
            untrack(|| match form.get().filter(|_| is_there) {
                Some(now) => one(page, &now, form),
                None => view! { <p role="alert">{desk.say(words::GONE)}</p> },
            })
        })
    });
    view! { {back(desk, &Place::Forms(None), words::BACK_FORMS)}{drawn} }
}

/// A form as it was when it was opened, and as it is since.
fn one(page: Page, now: &FormRow, form: Memo<Option<FormRow>>) -> View {
    let desk = page.desk;
    let (work, arrived) = (Work::new(), Work::arrived(desk));
    let chosen = Chosen::new(&now.villages);
    let url = [FORMS, "/", &http::encode(&now.id)].concat();
    let retired = Memo::new(move |_| form.with(|form| form.as_ref().is_some_and(|form| form.retired)));
    let change = {
        let url = url.clone();
        move |body: FormChange, done| {
            work.send(Method::PUT, url.clone(), json(&body), move |_| {
                work.done(done);
                page.list.refresh();
            });
        }
    };
    let turn = {
        let change = change.clone();
        move || {
            let Some(now) = form.get_untracked() else { return };
            let done = if now.retired { words::FORM_RETURNED } else { words::FORM_RETIRED };
            change(FormChange { villages: now.villages, retired: !now.retired }, done);
        }
    };
    let save = move |event: web_sys::Event| {
        event.prevent_default();
        match chosen.villages() {
            Some(villages) => change(FormChange { villages, retired: retired.get_untracked() }, words::SAVED),
            None => work.refuse(words::CHOOSE_VILLAGE),
        }
    };
    let title = move || form.with(|form| form.as_ref().map(|form| title(desk, form)).unwrap_or_default());
    let tag = move || retired.get().then(|| view! { <Tag kind=TagKind::Late text=desk.word(words::RETIRED)/> });
    let turn_word = move || if retired.get() { words::BRING_BACK } else { words::RETIRE };
    let files = Files::in_force(desk, [&url, "/files"].concat());
    let sheets = move || form.with(|form| form.as_ref().map(|form| sheets(desk, form, &url)));
    view! {
        <h2>{title}</h2>
        {arrived.notice(desk)}
        {tag}
        {move || form.with(|form| form.as_ref().map(|form| facts(desk, form)))}
        <form class="desk-form" on:submit=save>
            {assign::picker(desk, page.places, chosen)}
            {work.notice(desk)}
            {submit(desk, work, words::SAVE)}
        </form>
        <div class="desk-buttons">{button(desk, work, turn_word, turn)}</div>
        <p class="hint">{desk.say(words::RETIRE_HINT)}</p>
        {files}
        {sheets}
    }
}

fn facts(desk: Desk, form: &FormRow) -> View {
    let facts = [
        (words::FORM_ID, form.id.clone()),
        (words::FORM_VERSION, version_words(desk, &form.version).to_owned()),
        (words::FORM_SINCE, day(desk, form.since)),
        (words::FORM_FILLED, form.visits.to_string()),
    ];
    let facts: Vec<_> =
        facts.into_iter().map(|(label, value)| view! { <dt>{desk.word(label)}</dt><dd>{value}</dd> }).collect();
    view! { <dl class="facts">{facts}</dl> }
}

/// The spreadsheets, to be downloaded.
fn sheets(desk: Desk, form: &FormRow, url: &str) -> View {
    if form.sheets.is_empty() {
        return view! { <h3>{desk.word(words::SHEETS)}</h3><p class="quiet">{desk.word(words::NO_SHEETS)}</p> };
    }
    let rows: Vec<_> = form
        .sheets
        .iter()
        .map(|sheet| {
            let href = [url, "/sheets/", &sheet.id].concat();
            let facts = desk.fill(
                words::FORM_FACTS,
                &[("version", version_words(desk, &sheet.version)), ("day", &day(desk, sheet.at))],
            );
            view! { <a class="desk-row" href=href download=""><b>{sheet.name.clone()}</b><small>{facts}</small></a> }
        })
        .collect();
    view! { <h3>{desk.word(words::SHEETS)}</h3><div class="rows">{rows}</div> }
}
