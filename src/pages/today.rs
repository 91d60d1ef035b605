//! Today: whom to visit, what waits for an answer, what is not finished, what is only on this phone.

use serde_json::Value;
use zhucun_domain::{
    access::Role,
    collection, form, household,
    visit::{Due, field as visit_field},
};
use zhucun_sync::{Record, StreamId};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, app as app_words, common, today as words};

use super::{in_order, more, needs, page, short};
use crate::{
    platform::clock,
    routes::{A, Route},
    state::{App, Records, SyncStatus, drafts::DraftInfo, use_app},
    ui::{Avatar, Button, ButtonKind, Empty, Row, Rows, Section, Tag, TagKind, counted, dates, icons, names},
};

/// So many households are shown at first, and so many more with each tap.
const STEP: usize = 10;
/// Most needs shown.
const MOST_NEEDS: usize = 5;

/// The first page.
#[derive(Default)]
pub struct TodayPage;

impl Component for TodayPage {
    fn view(self) -> View {
        let app = use_app();
        let title = Signal::derive(move || place_name(app));
        let quiet = Signal::derive(move || dates::day(app.lang.get(), app.today.get(), app.today.get()));
        let further = RwSignal::new(0);
        // What was begun comes first: it is short, and it is what one comes back for.
        let body = view! {
            {move || app.drafts.with(|drafts| drafts_part(app, drafts))}
            {move || app.records.with(|records| to_visit(app, records, further))}
            {move || {
                // Until when an answer is due is said by the day.
                app.today.track();
                app.records.with(|records| needs_part(app, records))
            }}
            {move || app.status.with(|status| only_here(app, status))}
        };
        page(true, title, quiet, body, None)
    }
}

/// The village's name in the language of the screens.
#[must_use]
pub fn place_name(app: App) -> String {
    let lang = app.lang.get();
    let tag = if lang == Lang::En { "en" } else { "zh" };
    app.me.with(|me| {
        let names = me.as_ref().map(|me| &me.place);
        names.and_then(|names| names.get(tag).or_else(|| names.values().next())).cloned().unwrap_or_default()
    })
}

/// A household's name in lists: 何德贵 · 1组.
#[must_use]
pub fn household_name(lang: Lang, record: &Record) -> String {
    let mut name = record.text(household::field::HEAD_NAME).to_owned();
    let group = record.text(household::field::GROUP);
    if !group.is_empty() {
        name.push_str(" · ");
        name.push_str(&common::GROUP_NAME.fill(lang, &[("n", group)]));
    }
    name
}

/// A form's title in the language of the screens, else in another; empty when it has none.
#[must_use]
pub fn form_title(lang: Lang, form: &Record) -> String {
    let tag = if lang == Lang::En { "en" } else { "zh" };
    let titles = form.get("title").and_then(Value::as_object);
    let words = |title: &'_ Value| title.as_str().filter(|title| !title.is_empty()).map(str::to_owned);
    let own = titles.and_then(|titles| titles.get(tag)).and_then(words);
    own.or_else(|| titles.and_then(|titles| titles.values().find_map(words))).unwrap_or_default()
}

/// The forms in use, with their titles in the language of the screens.
pub fn forms(app: App, lang: Lang) -> Vec<(String, String)> {
    app.records.with(|records| {
        let titled = |(id, form): (&str, &Record)| {
            let title = form_title(lang, form);
            (id.to_owned(), if title.is_empty() { id.to_owned() } else { title })
        };
        let village = app.village();
        let village = village.as_ref().map_or("", StreamId::id);
        records.forms().into_iter().filter(|(_, record)| form::is_offered(record, village)).map(titled).collect()
    })
}

/// Puts a fact to others on one line.
pub fn add_fact(facts: &mut String, fact: &str) {
    if !fact.is_empty() {
        if !facts.is_empty() {
            facts.push_str(" · ");
        }
        facts.push_str(fact);
    }
}

fn to_visit(app: App, records: &Records, further: RwSignal<usize>) -> View {
    let lang = app.lang.get();
    let today = app.today.get();
    let visited = records.visited();
    let mut due: Vec<_> = visited
        .iter()
        .enumerate()
        .filter_map(|(at, (id, record, seen))| {
            // The longest overdue first; those never visited after them, as the list of households goes.
            let place = match seen.due(today) {
                Due::In(_) => return None,
                Due::Overdue(days) => -days,
                Due::Never => i64::MAX,
            };
            Some(((place, at as i64), *id, *record))
        })
        .collect();
    if due.is_empty() {
        return nobody(app, records, lang);
    }
    in_order(&mut due);
    let shown = STEP + further.get();
    let left = due.len().saturating_sub(shown);
    let rows: Vec<_> = due
        .into_iter()
        .take(shown)
        .map(|((_, at), id, record)| {
            let seen = visited[at as usize].2;
            let mut facts = match seen.last {
                Some(last) => words::DAYS_AGO.fill(lang, &[("n", &(today - last).to_string())]),
                None => words::NEVER.get(lang).to_owned(),
            };
            let cause = record.text(household::field::MAIN_CAUSE);
            if !cause.is_empty() {
                add_fact(&mut facts, &words::CAUSE.fill(lang, &[("cause", names::cause(lang, cause))]));
            }
            let state = match seen.due(today) {
                Due::Overdue(0) => Some(view! { <Tag text=words::DUE_TODAY.get(lang)/> }),
                Due::Overdue(_) => Some(view! { <Tag kind=TagKind::Late text=words::OVERDUE.get(lang)/> }),
                _ => None,
            };
            let lead = view! { <Avatar name=record.text(household::field::HEAD_NAME)/> };
            let name = household_name(lang, record);
            link_row(
                Route::Household(id.to_owned()),
                view! { <Row lead=Some(lead) name=name.as_str() facts=facts.as_str() state/> },
            )
        })
        .collect();
    let on_more = Callback::new(move |()| further.update(|further| *further += STEP));
    view! {
        <Section title=words::TO_VISIT.get(lang) aside=begin(app)><Rows>{rows}</Rows>{more(lang, left, STEP, on_more)}</Section>
    }
}

/// Whether who is signed in makes visits.
pub fn is_secretary(app: App) -> bool {
    app.me.with(|me| me.as_ref().is_some_and(|me| me.role == Role::Secretary))
}

/// Begins a visit to whomever one meets.
fn begin(app: App) -> Option<View> {
    let words = zhucun_words::households::START_VISIT.get(app.lang.get());
    is_secretary(app).then(|| view! { <A to=Route::NewVisit>{words}</A> })
}

/// Nobody is due: because all were visited, or because the list is not here yet.
fn nobody(app: App, records: &Records, lang: Lang) -> View {
    if !records.households().is_empty() {
        return view! {
            <Section title=words::TO_VISIT.get(lang) aside=begin(app)>
                <Empty title=words::TO_VISIT_NONE.get(lang) hint=words::TO_VISIT_NONE_HINT.get(lang)/>
            </Section>
        };
    }
    let hint = move || {
        let downloading = app.status.with(|status| status.running && !status.contact_ok);
        app.word(if downloading { words::FIRST_DOWNLOADING } else { words::FIRST_HINT })
    };
    view! {
        <Section title=words::TO_VISIT.get(lang)>
            <Empty title=words::FIRST_TITLE.get(lang)>
                <p class="quiet">{hint}</p>
                <Button kind=ButtonKind::Line icon=Some(icons::ADD) on_tap=Some(Callback::new(|()| {
                    crate::routes::navigate(Route::NewHousehold);
                }))>{zhucun_words::households::ADD.get(lang)}</Button>
            </Empty>
        </Section>
    }
}

fn needs_part(app: App, records: &Records) -> View {
    let lang = app.lang.get();
    let waiting = needs::waiting(records);
    if waiting.is_empty() {
        return view! {
            <Section title=words::NEEDS.get(lang)><p class="quiet">{words::NEEDS_NONE.get(lang)}</p></Section>
        };
    }
    let rows: Vec<_> = waiting.into_iter().take(MOST_NEEDS).map(|(id, record)| needs::row(lang, id, record)).collect();
    let aside = Some(view! { <A to=Route::Needs>{words::NEEDS_ALL.get(lang)}</A> });
    view! { <Section title=words::NEEDS.get(lang) aside><Rows>{rows}</Rows></Section> }
}

/// The visits that are not finished.
pub fn drafts_part(app: App, drafts: &[DraftInfo]) -> Option<View> {
    let lang = app.lang.get();
    // What the phone ended before anything was answered is none.
    let rows: Vec<_> = drafts.iter().filter(|draft| !draft.blank).map(|draft| draft_row(app, lang, draft)).collect();
    (!rows.is_empty()).then(|| view! { <Section title=words::DRAFTS.get(lang)><Rows>{rows}</Rows></Section> })
}

/// A draft's name: whose, which form.
pub fn draft_name(app: App, lang: Lang, draft: &DraftInfo) -> String {
    let mut name = app.records.with(|records| {
        let household = draft.household.as_deref().and_then(|id| records.get(collection::HOUSEHOLDS, id));
        household.map(|record| record.text(household::field::HEAD_NAME).to_owned()).unwrap_or_default()
    });
    if !name.is_empty() {
        name.push(' ');
    }
    let title = app.records.with(|records| {
        records.get(collection::FORMS, &draft.form).map(|form| form_title(lang, form)).filter(|title| !title.is_empty())
    });
    name.push_str(title.as_deref().unwrap_or(&draft.title));
    if !draft.replaces.is_empty() {
        name = words::DRAFT_CORRECTION.fill(lang, &[("name", &name)]);
    }
    name
}

/// A draft in a list: its name, where one stopped.
pub fn draft_row(app: App, lang: Lang, draft: &DraftInfo) -> View {
    let name = draft_name(app, lang, draft);
    let time = dates::moment(lang, clock::local(draft.updated_at), app.today.get());
    let facts = match draft.section {
        (0, _) => words::DRAFT_SAVED.fill(lang, &[("time", &time)]),
        (at, of) => words::DRAFT_AT.fill(lang, &[("at", &at.to_string()), ("of", &of.to_string()), ("time", &time)]),
    };
    let lead = icons::draw(icons::DRAFT);
    link_row(Route::Visit(draft.id.clone()), view! { <Row lead=Some(lead) name=name.as_str() facts=facts.as_str()/> })
}

/// The line that says what is only on this phone.
fn only_here(app: App, status: &SyncStatus) -> Option<View> {
    let lang = app.lang.get();
    let records = status.waiting().len();
    let line = if records > 0 {
        counted(&words::ONLY_HERE, lang, records)
    } else if status.photos > 0 {
        counted(&words::ONLY_HERE_PHOTOS, lang, status.photos)
    } else {
        return None;
    };
    let lead = view! { <span class="amber">{icons::draw(icons::SMARTPHONE)}</span> };
    Some(view! {
        <Section title=words::ONLY_HERE_TITLE.get(lang)>
            <Rows>
                {link_row(
                    Route::Sync,
                    view! { <Row lead=Some(lead) name=line.as_str() facts=app_words::TO_SYNC.get(lang)/> },
                )}
            </Rows>
        </Section>
    })
}

/// A row that leads somewhere.
pub fn link_row(to: Route, inner: View) -> View {
    view! { <li><A to class="row">{inner}</A></li> }
}

/// A finished visit in a list.
pub fn visit_row(app: App, lang: Lang, id: &str, record: &Record) -> View {
    let day = dates::iso(lang, record.text(visit_field::DAY), clock::today());
    let mut name = zhucun_words::households::VISIT_TITLE.get(lang).to_owned();
    name.push_str(" · ");
    name.push_str(&day);
    let facts = short(record.text(visit_field::TITLE), 40);
    let corrected = !record.text(visit_field::REPLACES).is_empty();
    let corrected = corrected.then(|| view! { <Tag text=zhucun_words::households::VISIT_CORRECTED.get(lang)/> });
    let state = view! { {corrected} {super::record_tag(app, collection::VISITS, id.to_owned())} };
    link_row(
        Route::SavedVisit(id.to_owned()),
        view! { <Row name=name.as_str() facts=facts.as_str() state=Some(state)/> },
    )
}
