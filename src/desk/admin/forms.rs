//! Forms: what is in use, for whom, since when; retiring and bringing back; the spreadsheets that were uploaded.

use zhucun_api::admin::{FormChange, FormRow, Places};
use zhucun_view::prelude::*;
use zhucun_words::admin as words;

use super::{
    assign::{self, Chosen},
    parts::{Work, back, button, day, json, submit, two},
    upload,
};
use crate::{
    desk::{Desk, Fetched, Place, fetch, fetched, place},
    platform::http::{self, Method},
    ui::{Tag, TagKind},
};

pub(super) const FORMS: &str = "/api/v1/admin/forms";

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub desk: Desk,
    pub list: RwSignal<Fetched<Vec<FormRow>>>,
    pub places: RwSignal<Fetched<Places>>,
}

impl Page {
    pub fn refresh(self) {
        fetch(FORMS.into(), self.list);
    }
}

/// The page.
pub(crate) fn page(desk: Desk) -> View {
    let page = Page { desk, list: RwSignal::new(Fetched::Waiting), places: RwSignal::new(Fetched::Waiting) };
    page.refresh();
    fetch("/api/v1/admin/places".into(), page.places);
    let opened = move || match desk.place.get() {
        Place::Forms(Some(id)) if id == place::NEW => {
            view! { {back(desk, &Place::Forms(None), words::BACK_FORMS)}{upload::view(page)} }
        }
        Place::Forms(Some(id)) => open(page, id),
        _ => View::default(),
    };
    two(list(page), View::of(opened), move || desk.place.with(|place| matches!(place, Place::Forms(Some(_)))))
}

fn list(page: Page) -> View {
    let desk = page.desk;
    let again = Callback::new(move |()| page.refresh());
    let rows = fetched(desk, page.list, again, move |found: Vec<FormRow>| {
        if found.is_empty() {
            return view! { <p class="quiet">{desk.word(words::NO_FORMS)}</p> };
        }
        let rows: Vec<_> = found.iter().map(|form| row(desk, form)).collect();
        view! { <div class="rows">{rows}</div> }
    });
    view! {
        <div class="desk-head">
            <h2>{desk.word(words::FORMS)}</h2>
            <a class="btn" href=Place::Forms(Some(place::NEW.into())).to_hash()>{desk.word(words::UPLOAD)}</a>
        </div>
        {rows}
    }
}

fn row(desk: Desk, form: &FormRow) -> View {
    let retired = form.retired.then(|| view! { <Tag kind=TagKind::Late text=desk.word(words::RETIRED)/> });
    let id = form.id.clone();
    let is_here = move || desk.place.with(|place| *place == Place::Forms(Some(id.clone())));
    let (version, since) = (form.version.clone(), day(desk, form.since));
    let facts = desk.fill(words::FORM_FACTS, &[("version", &version), ("day", &since)]);
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
    let again = Callback::new(move |()| page.refresh());
    let drawn = fetched(desk, page.list, again, move |found: Vec<FormRow>| {
        match found.into_iter().find(|form| form.id == id) {
            Some(form) => one(page, &form),
            None => view! { <p role="alert">{desk.word(words::GONE)}</p> },
        }
    });
    view! { {back(desk, &Place::Forms(None), words::BACK_FORMS)}{drawn} }
}

fn one(page: Page, form: &FormRow) -> View {
    let desk = page.desk;
    let work = Work::new();
    let chosen = Chosen::new(&form.villages);
    let url = [FORMS, "/", &http::encode(&form.id)].concat();
    let (retired, villages) = (form.retired, form.villages.clone());
    let change = {
        let url = url.clone();
        move |body: FormChange| work.send(Method::PUT, url.clone(), json(&body), move |_| page.refresh())
    };
    let turn = {
        let change = change.clone();
        move || change(FormChange { villages: villages.clone(), retired: !retired })
    };
    let save = move |event: web_sys::Event| {
        event.prevent_default();
        match chosen.villages() {
            Some(villages) => change(FormChange { villages, retired }),
            None => work.refuse(words::CHOOSE_VILLAGE),
        }
    };
    let facts = [
        (words::FORM_ID, form.id.clone()),
        (words::FORM_VERSION, form.version.clone()),
        (words::FORM_SINCE, day(desk, form.since)),
        (words::FORM_FILLED, form.visits.to_string()),
    ];
    let facts: Vec<_> =
        facts.into_iter().map(|(label, value)| view! { <dt>{desk.word(label)}</dt><dd>{value}</dd> }).collect();
    view! {
        <h2>{title(desk, form)}</h2>
        {form.retired.then(|| view! { <Tag kind=TagKind::Late text=desk.word(words::RETIRED)/> })}
        <dl class="facts">{facts}</dl>
        <form class="desk-form" on:submit=save>
            {assign::picker(desk, page.places, chosen)}
            {work.notice(desk)}
            {submit(desk, work, words::SAVE)}
        </form>
        <div class="desk-buttons">{button(desk, work, if retired { words::BRING_BACK } else { words::RETIRE }, turn)}</div>
        <p class="hint">{desk.word(words::RETIRE_HINT)}</p>
        {sheets(desk, form, &url)}
    }
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
            let facts = desk.fill(words::FORM_FACTS, &[("version", &sheet.version), ("day", &day(desk, sheet.at))]);
            view! { <a class="desk-row" href=href download=""><b>{sheet.name.clone()}</b><small>{facts}</small></a> }
        })
        .collect();
    view! { <h3>{desk.word(words::SHEETS)}</h3><div class="rows">{rows}</div> }
}
