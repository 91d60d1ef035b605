//! Where my work is: only on this phone, on the server, or in need of a person. In plain words.

use zhucun_domain::{collection, household, need, visit};
use zhucun_sync::{NetError, RecordKey, RefusalCode};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, app as app_words, sync as words};

use super::{
    page, short,
    today::{drafts_part, household_name, link_row},
};
use crate::{
    platform::clock,
    routes::Route,
    state::{App, Headline, OutboxRow, Records, SyncStatus, resolve, use_app},
    ui::{BottomBar, Button, ButtonKind, Row, Rows, Section, Tag, TagKind, counted, dates, icons, said},
};

/// Most waiting records named; the count says the rest.
const MOST: usize = 50;

/// The page of uploads.
pub fn sync((): ()) -> View {
    let app = use_app();
    let title = said(&words::TITLE);
    let body = view! {
        <div class="sync-now" role="status" aria-live="polite">{move || app.status.with(|status| contact(app, status))}</div>
        {move || app.status.with(|status| attention(app, status))}
        {move || app.status.with(|status| only_here(app, status))}
        {move || app.status.with(|status| photos(app, status))}
        {move || app.drafts.with(|drafts| drafts_part(app, drafts))}
        {move || app.records.with(|records| on_server(app, records))}
    };
    let running = Signal::derive(move || app.status.with(|status| status.running));
    let actions = view! {
        <BottomBar>
            <Button
                kind=ButtonKind::Fill
                icon=Some(icons::UPLOAD)
                disabled=running
                on_tap=Some(Callback::new(move |()| upload(app)))
            >
                {move || app.word(if running.get() { words::RUNNING } else { words::NOW })}
            </Button>
        </BottomBar>
    };
    page(false, title, Signal::default(), body, Some(actions))
}

/// Uploads now; without a network a tap must not seem to do nothing.
fn upload(app: App) {
    // The browser may be wrong, e.g. when the server is on the other end of a cable.
    app.sync_now();
    if !app.online.get_untracked() {
        app.say(words::OFFLINE);
    }
}

/// What came of the latest attempt, and when all was well last.
fn contact(app: App, status: &SyncStatus) -> View {
    let lang = app.lang.get();
    let online = app.online.get();
    let word = match &status.error {
        _ if !online => Some(words::OFFLINE),
        None if status.contact_ok => Some(words::OK),
        None => None,
        Some(NetError::Offline) => Some(words::UNREACHABLE),
        Some(NetError::Busy(_)) => Some(words::BUSY),
        Some(NetError::Forbidden) => Some(words::FORBIDDEN),
        // Said by a notice at the top, with the way to sign in.
        Some(NetError::SignedOut) => None,
        Some(NetError::Server(_) | NetError::TooLarge) => Some(words::SERVER),
    };
    let last = match status.last_contact {
        Some(at) => {
            let when = dates::moment(lang, clock::local(at), clock::today());
            words::LAST_CONTACT.fill(lang, &[("when", &when)])
        }
        None => words::NEVER.get(lang).to_owned(),
    };
    view! { <p>{word.map(|word| word.get(lang))}</p><p class="quiet">{last}</p> }
}

/// What a record is, in words a person knows it by.
fn title_of(lang: Lang, records: &Records, key: &RecordKey) -> String {
    let name = |word: Word, name: &str| word.fill(lang, &[("name", name)]);
    let Some(record) = records.get(&key.collection, &key.id) else { return words::CHANGE_OTHER.get(lang).to_owned() };
    match key.collection.as_str() {
        collection::HOUSEHOLDS => name(words::CHANGE_HOUSEHOLD, &household_name(lang, record)),
        collection::MEMBERS => name(words::CHANGE_MEMBER, record.text("name")),
        collection::NEEDS => name(words::CHANGE_NEED, &short(record.text(need::field::TEXT), 24)),
        collection::VISITS => {
            let whose = records.get(collection::HOUSEHOLDS, record.text(visit::field::HOUSEHOLD));
            let whose = whose.map_or_else(
                || record.text(visit::field::TITLE).to_owned(),
                |household| household.text(household::field::HEAD_NAME).to_owned(),
            );
            name(words::CHANGE_VISIT, &whose)
        }
        _ => words::CHANGE_OTHER.get(lang).to_owned(),
    }
}

fn route_of(key: &RecordKey) -> Option<Route> {
    let id = key.id.clone();
    match key.collection.as_str() {
        collection::HOUSEHOLDS => Some(Route::Household(id)),
        collection::NEEDS => Some(Route::Need(id)),
        collection::VISITS => Some(Route::SavedVisit(id)),
        _ => None,
    }
}

fn only_here(app: App, status: &SyncStatus) -> Option<View> {
    let lang = app.lang.get();
    let waiting = status.waiting();
    if waiting.is_empty() && status.is_unsent() {
        // What is only here is said by the other parts.
        return None;
    }
    let inner = if waiting.is_empty() {
        let sure = status.headline(app.online.get()) == Headline::Uploaded;
        let word = if sure { words::ONLY_HERE_NONE } else { words::ONLY_HERE_NONE_UNSURE };
        view! { <p class="quiet">{word.get(lang)}</p> }
    } else {
        let rows: Vec<_> = app.records.with(|records| {
            waiting
                .iter()
                .take(MOST)
                .map(|key| {
                    let name = title_of(lang, records, key);
                    let lead = view! { <span class="amber">{icons::draw(icons::SMARTPHONE)}</span> };
                    let inner = view! { <Row lead=Some(lead) name=name.as_str()/> };
                    match route_of(key) {
                        Some(to) => link_row(to, inner),
                        None => view! { <li class="row">{inner}</li> },
                    }
                })
                .collect()
        });
        view! { <Rows>{rows}</Rows> }
    };
    let count = waiting.len();
    let aside = (count > 0).then(|| {
        let text = counted(&app_words::PHONE_ONLY, lang, count);
        view! { <Tag kind=TagKind::PhoneOnly text=text.as_str()/> }
    });
    Some(view! { <Section title=words::ONLY_HERE.get(lang) aside>{inner}</Section> })
}

fn photos(app: App, status: &SyncStatus) -> Option<View> {
    let lang = app.lang.get();
    (status.photos > 0).then(|| {
        let text = counted(&words::PHOTOS_WAITING, lang, status.photos);
        view! { <Section title=words::PHOTOS.get(lang)><p>{text}</p></Section> }
    })
}

const fn reason(code: RefusalCode) -> Word {
    match code {
        RefusalCode::IdConflict => words::REFUSED_ID_CONFLICT,
        RefusalCode::Forbidden => words::REFUSED_FORBIDDEN,
        RefusalCode::TooLarge => words::REFUSED_TOO_LARGE,
        RefusalCode::Invalid => words::REFUSED_INVALID,
        RefusalCode::Format => words::REFUSED_FORMAT,
        RefusalCode::Gone => words::REFUSED_GONE,
        RefusalCode::Unknown => words::REFUSED_UNKNOWN,
    }
}

fn attention(app: App, status: &SyncStatus) -> Option<View> {
    let lang = app.lang.get();
    let hidden = app.discarding.get();
    let rows: Vec<_> =
        status.refused().filter(|row| !hidden.contains(&row.number)).map(|row| refused_row(app, lang, row)).collect();
    let photos = (status.photos_refused > 0).then(|| {
        let text = counted(&words::PHOTOS_REFUSED, lang, status.photos_refused);
        view! { <p>{text}</p> }
    });
    if rows.is_empty() && photos.is_none() {
        return None;
    }
    let list = (!rows.is_empty()).then(|| view! { <Rows>{rows}</Rows> });
    Some(view! { <Section title=app_words::NEEDS_ATTENTION.get(lang)>{list}{photos}</Section> })
}

fn refused_row(app: App, lang: Lang, row: &OutboxRow) -> View {
    let name = app.records.with(|records| title_of(lang, records, &row.key));
    let why = row.refused.map(|code| reason(code).get(lang)).unwrap_or_default();
    let lead = view! { <span class="lead late">{icons::draw(icons::ALERT)}</span> };
    let (again, gone) = (row.clone(), row.clone());
    let retry = Callback::new(move |()| resolve::retry(app, again.clone()));
    let discard = Callback::new(move |()| resolve::discard(app, gone.clone()));
    view! {
        <li class="row tall">
            <Row lead=Some(lead) name=name.as_str() facts=why/>
            <div class="row-ways">
                <Button on_tap=Some(retry)>{words::RETRY.get(lang)}</Button>
                <Button kind=ButtonKind::Plain on_tap=Some(discard)>{words::DISCARD.get(lang)}</Button>
            </div>
        </li>
    }
}

/// How many records of each kind the server has, of those this phone knows.
fn on_server(app: App, records: &Records) -> View {
    let lang = app.lang.get();
    let count = |name: &'static str| {
        let all = if name == collection::VISITS { records.visits() } else { records.all(name) };
        app.status.with(|status| all.iter().filter(|(id, _)| !status.holds(name, id)).count()).to_string()
    };
    let (households, visits, needs) =
        (count(collection::HOUSEHOLDS), count(collection::VISITS), count(collection::NEEDS));
    let text =
        words::ON_SERVER_COUNTS.fill(lang, &[("households", &households), ("visits", &visits), ("needs", &needs)]);
    view! { <Section title=words::ON_SERVER.get(lang)><p>{text}</p></Section> }
}
