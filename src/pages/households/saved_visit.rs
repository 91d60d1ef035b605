//! A finished visit, as a page to read and print: who, when, where, the answers; its versions, and the way to correct it.

use std::rc::Rc;

use leptos::task::spawn_local;
use serde_json::Value;
use zhucun_api::FileFact;
use zhucun_domain::{collection, household, visit::field};
use zhucun_forms::{
    definition::{ChoiceSource, Definition, Kind},
    spots,
    told::{self, Say, Section, Shown},
};
use zhucun_json::texts::joined;
use zhucun_sync::Record;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, app as app_words, errors, households as words, media, needs, told as w, visit};

use super::conflicts::who;
use crate::{
    form_ui::{media::trace, values::geopoint_read},
    pages::{
        missing, page, record_tag,
        today::{add_fact, form_title, household_name, is_secretary, place_name},
    },
    platform::{camera, clock, dom, http},
    routes::{self, A, Route, navigate},
    state::{
        App,
        drafts::{self, DraftError},
        use_app,
    },
    ui::{BottomBar, Button, ButtonKind, Loading, Notice, dates, told as page_of},
};

/// A finished visit.
#[derive(Default)]
pub struct SavedVisitPage {
    /// Record id.
    pub id: String,
}

/// [`SavedVisitPage`], by the visit's id.
pub fn saved_visit(id: String) -> View {
    view! { <SavedVisitPage id/> }
}

/// What the page shows: drawn again only when something of it is another.
#[derive(Clone, PartialEq)]
struct Read {
    record: Record,
    /// The version that it replaces.
    before: Option<Record>,
    versions: Vec<Version>,
    /// The version that counts.
    newest: String,
}

/// The form that it is read with, once that is asked for.
type Form = Option<Result<Definition, DraftError>>;

#[derive(Clone, PartialEq)]
struct Version {
    id: String,
    replaces: String,
    at: i64,
    by: String,
    reason: String,
}

impl Component for SavedVisitPage {
    fn view(self) -> View {
        let Self { id } = self;
        let app = use_app();
        let id = StoredValue::new(id);
        let read = Memo::new(move |_| id.with_value(|id| read(app, id)));
        let definition = RwSignal::new(None);
        // The list of forms may come after the visit.
        let hash = Memo::new(move |_| {
            app.records.with(|records| {
                let visit = id.with_value(|id| records.get(collection::VISITS, id));
                visit.and_then(|visit| drafts::hash_of(records, visit, true))
            })
        });
        let load = move || spawn_local(load(app, hash.get_untracked(), definition));
        Effect::new(move |_| {
            hash.with(|_| ());
            load();
        });
        app.on_online(load);
        let again = Callback::new(move |()| load());
        let title = Signal::derive(move || {
            let lang = app.lang.get();
            let mut title = words::VISIT_TITLE.get(lang).to_owned();
            if let Some(read) = read.get() {
                add_fact(&mut title, &dates::iso(lang, read.record.text(field::DAY), clock::today()));
            }
            title
        });
        let body = move || match read.get() {
            Some(read) => id.with_value(|id| article(app, id, &read, definition, again)),
            None => missing(app.lang.get()),
        };
        let bar = move || read.get().map(|read| id.with_value(|id| bar(app, id, &read)));
        page(false, title, Signal::default(), View::of(body), Some(View::of(bar)))
    }
}

fn read(app: App, id: &str) -> Option<Read> {
    app.records.with(|records| {
        let record = records.get(collection::VISITS, id)?;
        let (versions, newest) = records.versions(id);
        let version = |(id, record): &(&str, &Record)| {
            let moment = |name| record.get(name).and_then(Value::as_i64);
            let (at, by) = match moment(field::CORRECTED_AT) {
                Some(at) => (at, field::CORRECTED_BY),
                None => (moment(field::FINISHED_AT).unwrap_or_default(), field::BY),
            };
            let text = |name| record.text(name).to_owned();
            Version {
                id: (*id).to_owned(),
                replaces: text(field::REPLACES),
                at,
                by: text(by),
                reason: text(field::REASON),
            }
        };
        Some(Read {
            record: record.clone(),
            before: records.get(collection::VISITS, record.text(field::REPLACES)).cloned(),
            versions: versions.iter().map(version).collect(),
            newest: newest.to_owned(),
        })
    })
}

/// The form, from this phone or the server; nothing when it is here already.
async fn load(app: App, hash: Option<String>, definition: RwSignal<Form>) {
    if definition.try_with_untracked(|form| matches!(form, Some(Ok(_)))) != Some(false) {
        return;
    }
    let _ = definition.try_set(None);
    let read = match hash {
        Some(hash) => drafts::definition(app, &hash).await.map(|read| Definition::clone(&read)),
        None => Err(DraftError::FormMissing),
    };
    // The page may have been left meanwhile, or another try was faster.
    let _ = definition.try_update(|form| {
        if !matches!(form, Some(Ok(_))) {
            *form = Some(read);
        }
    });
}

fn article(app: App, id: &str, read: &Read, definition: RwSignal<Form>, again: Callback<()>) -> View {
    let lang = app.lang.get();
    let id = id.to_owned();
    let read = read.clone();
    let print = Callback::new(|()| dom::print());
    let state = state(app, lang, &id, &read);
    let versions = versions(app, lang, &id, &read);
    let tag = record_tag(app, collection::VISITS, id);
    let told = move || {
        definition.with(|definition| {
            let sections = |record: &Record| {
                let definition = definition.as_ref()?.as_ref().ok()?;
                let language = told::language(definition, if lang == Lang::En { "en" } else { "zh" });
                Some(told::tell(definition, language, record.get(field::ANSWERS)?, &Words { app, lang }))
            };
            let now = sections(&read.record).unwrap_or_default();
            let files = FileFact::list(read.record.get(field::ATTACHMENTS));
            let picture_of = picture(app, lang, &files);
            let before = read.before.as_ref().and_then(sections);
            let changed = before.map(|before| page_of::compared(lang, &told::compare(&before, &now), 2, &picture_of));
            let failed = match definition {
                Some(Err(error)) => view! {
                    <Notice text=error.word().get(lang)>
                        <Button on_tap=Some(again)>{errors::RETRY.get(lang)}</Button>
                    </Notice>
                },
                Some(Ok(_)) => View::default(),
                None => view! { <Loading text=app_words::LOADING.get(lang)/> },
            };
            let all = page_of::told(lang, &now, 2, &picture_of);
            // Without the form nobody knows which of them its answers show.
            let others = definition.as_ref().map(|_| page_of::others(lang, &now, &files, &picture_of));
            view! { {head(app, lang, &read.record, &now)} {failed} {changed} {all} {others} }
        })
    };
    view! {
        <div class="tags">{tag}</div>
        <article class="told">
            {state}
            {told}
            {versions}
            <Button kind=ButtonKind::Line on_tap=Some(print)>{w::PRINT.get(lang)}</Button>
        </article>
    }
}

/// Who was visited, by whom, when, where, with which form.
fn head(app: App, lang: Lang, record: &Record, sections: &[Section]) -> View {
    let household = record.text(field::HOUSEHOLD);
    let (whom, form) = app.records.with(|records| {
        let whom = records.get(collection::HOUSEHOLDS, household).map(|record| household_name(lang, record));
        let form = records.get(collection::FORMS, record.text(field::FORM)).map(|form| form_title(lang, form));
        (whom, form.unwrap_or_default())
    });
    let day = dates::whole(lang, record.text(field::DAY));
    let name = whom.clone().unwrap_or_else(|| w::VISIT_VILLAGE.get(lang).to_owned());
    dom::set_print_head(&joined(&[&place_name(app), &name, &day], " · "));
    let moment = |name| record.get(name).and_then(Value::as_i64).map(|ms| dates::time(clock::local(ms)));
    let mut when = day;
    if let (Some(from), Some(to)) = (moment(field::STARTED_AT), moment(field::FINISHED_AT)) {
        let parts = [when.as_str(), " ", &from, "–", &to];
        when = joined(if from == to { &parts[..3] } else { &parts }, "");
    }
    let place = sections.iter().flat_map(|section| &section.rows).find(|row| row.shown == Shown::Place);
    let whom = match whom {
        Some(name) => view! { <A to=Route::Household(household.to_owned())>{name}</A> },
        None => View::of(name),
    };
    let facts: [(Word, String); 4] = [
        (w::BY, who(app, lang, record.text(field::BY))),
        (w::DAY, when),
        (w::PLACE, place.map(|row| row.answer.clone()).unwrap_or_default()),
        (w::FORM, form),
    ];
    let mut rows = vec![view! { <dt>{w::WHOM.get(lang)}</dt><dd>{whom}</dd> }];
    for (word, fact) in facts {
        if !fact.is_empty() {
            rows.push(view! { <dt>{word.get(lang)}</dt><dd>{fact}</dd> });
        }
    }
    view! { <header><dl class="facts">{rows}</dl></header> }
}

/// That it is a correction, or that another version counts.
fn state(app: App, lang: Lang, id: &str, read: &Read) -> Option<View> {
    if read.newest != *id {
        let to = Route::SavedVisit(read.newest.clone());
        return Some(view! {
            <div class="notice">
                <p>{w::OUTDATED.get(lang)} " " <A to class="btn plain">{w::TO_NEWEST.get(lang)}</A></p>
            </div>
        });
    }
    let own = read.versions.iter().find(|version| version.id == *id && !version.replaces.is_empty())?;
    let (time, name) = (moment(lang, own.at), who(app, lang, &own.by));
    let mut text = w::CORRECTED_BY.fill(lang, &[("time", &time), ("name", &name)]);
    if !own.reason.is_empty() {
        add_fact(&mut text, &w::REASON.fill(lang, &[("reason", &own.reason)]));
    }
    Some(view! { <p>{text}</p> })
}

fn moment(lang: Lang, ms: i64) -> String {
    dates::moment(lang, clock::local(ms), clock::today())
}

/// All versions, when there are several.
fn versions(app: App, lang: Lang, id: &str, read: &Read) -> Option<View> {
    if read.versions.len() < 2 {
        return None;
    }
    let mut twice = false;
    let mut rows = Vec::new();
    for (nth, version) in read.versions.iter().enumerate() {
        let is_other = |other: &Version| other.id != version.id && other.replaces == version.replaces;
        twice |= !version.replaces.is_empty() && read.versions.iter().any(is_other);
        let mut when = moment(lang, version.at);
        add_fact(&mut when, &who(app, lang, &version.by));
        let counts = read.newest == version.id;
        let of = page_of::Version { nth, when: &when, reason: &version.reason, counts, is_shown: version.id == *id };
        let to = Route::SavedVisit(version.id.clone());
        rows.push(view! { <li><A to class="row">{page_of::version(lang, &of)}</A></li> });
    }
    let two = twice.then(|| view! { <p class="notice">{w::TWO.get(lang)}</p> });
    Some(view! {
        <section class="told-versions"><h2>{w::VERSIONS.get(lang)}</h2>{two}<ul class="rows">{rows}</ul></section>
    })
}

/// The way to a correction: for who may write visits, from the version that counts.
fn bar(app: App, id: &str, read: &Read) -> Option<View> {
    let lang = app.lang.get();
    if !is_secretary(app) || read.newest != *id {
        return None;
    }
    let word = if drafts::correcting(app, id).is_some() { w::CONTINUE_CORRECTION } else { w::CORRECT };
    let (id, busy) = (id.to_owned(), StoredValue::new(false));
    let tap = Callback::new(move |()| {
        if busy.get_value() {
            return;
        }
        busy.set_value(true);
        let id = id.clone();
        spawn_local(async move {
            match drafts::correct(app, &id).await {
                Ok(draft) if routes::is_here(&Route::SavedVisit(id)) => navigate(Route::Visit(draft)),
                Ok(_) => {}
                Err(error) => {
                    let _ = busy.try_update_value(|busy| *busy = false);
                    app.say(error.word());
                }
            }
        });
    });
    Some(view! { <BottomBar><Button on_tap=Some(tap)>{word.get(lang)}</Button></BottomBar> })
}

/// Draws a picture or file from this phone where it is kept, else from the server.
fn picture(app: App, lang: Lang, files: &[FileFact]) -> impl Fn(&told::Row) -> View + use<> {
    let files: Rc<[FileFact]> = files.into();
    move |row| {
        let (sha256, _) = zhucun_json::texts::cut(&row.answer, b'.');
        let kept = kept_picture(app, sha256.to_owned());
        let remote = app.village().map(|stream| http::attachment_url(&stream, sha256)).unwrap_or_default();
        let (row, files) = (row.clone(), files.clone());
        View::of(move || match kept.get() {
            Kept::Asking if row.shown.is_picture() => view! { <div class="pic"></div> },
            Kept::Asking => View::default(),
            Kept::Here(url) => page_of::file(lang, &row, &files, &url),
            Kept::Not if app.online.get() => page_of::file(lang, &row, &files, &remote),
            Kept::Not => view! { <p class="quiet">{needs::PHOTOS_OFFLINE.get(lang)}</p> },
        })
    }
}

/// Whether a picture is kept on this phone.
#[derive(Clone, PartialEq)]
enum Kept {
    Asking,
    Here(String),
    Not,
}

fn kept_picture(app: App, sha256: String) -> RwSignal<Kept> {
    let kept = RwSignal::new(Kept::Asking);
    spawn_local(async move {
        let found = match app.db() {
            Some(db) => db.blob(&sha256).await.ok().flatten(),
            None => None,
        };
        let url = found.and_then(|(mime, bytes)| camera::picture_url(&bytes, &mime));
        if let Some(gone) = kept.try_set(url.map_or(Kept::Not, Kept::Here)) {
            forget(gone);
        }
    });
    on_cleanup(move || {
        if let Some(kept) = kept.try_get_untracked() {
            forget(kept);
        }
    });
    kept
}

fn forget(kept: Kept) {
    if let Kept::Here(url) = kept {
        camera::forget_url(&url);
    }
}

/// What the phone says of answers that are no choices, as the desk does.
pub struct Words {
    /// Whose records say what households are called.
    pub app: App,
    /// The language of the screens.
    pub lang: Lang,
}

impl Say for Words {
    fn value(&self, kind: Kind, text: &str) -> String {
        let lang = self.lang;
        let time = |from: usize| text.get(from..from + 5).unwrap_or_default();
        match kind {
            Kind::Date => dates::whole(lang, text),
            Kind::DateTime => joined(&[&dates::whole(lang, text.get(..10).unwrap_or(text)), time(11)], " "),
            Kind::Time => time(0).to_owned(),
            Kind::Acknowledge => visit::CONFIRMED.get(lang).to_owned(),
            Kind::Geopoint => match geopoint_read(text) {
                Some([lat, lon, n]) => media::PLACE_SAID.fill(lang, &[("lat", &lat), ("lon", &lon), ("n", &n)]),
                None => text.to_owned(),
            },
            Kind::Geotrace | Kind::Geoshape => {
                let closed = kind == Kind::Geoshape;
                trace::said(lang, &spots::apart(text, closed), closed)
            }
            Kind::Integer | Kind::Decimal | Kind::Range | Kind::Calculate => told::grouped(text),
            _ => text.to_owned(),
        }
    }

    fn listed(&self, _: &ChoiceSource, name: &str) -> Option<String> {
        self.app.records.with(|records| {
            let record = records.get(collection::HOUSEHOLDS, name)?;
            Some(record.text(household::field::HEAD_NAME))
                .filter(|name| !name.is_empty())
                .map(|_| household_name(self.lang, record))
        })
    }

    fn between(&self) -> &str {
        if self.lang == Lang::En { ", " } else { "、" }
    }
}
