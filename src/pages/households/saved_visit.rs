//! A finished visit, to read: title, day, whether the server has it, the answers in the form's words.

use leptos::task::spawn_local;
use serde_json::Value;
use zhucun_domain::{collection, household, visit::field};
use zhucun_forms::definition::{Definition, Kind, NodeIndex, Piece, Text};
use zhucun_json::texts::{self, find};
use zhucun_sync::Record;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, households as words, visit};

use crate::{
    form_ui::values::geopoint_read,
    pages::{
        missing, page, record_tag,
        today::{add_fact, household_name, link_row},
    },
    platform::{camera, clock, http},
    routes::Route,
    state::{App, use_app},
    ui::{Row, Rows, Section, counted, dates},
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

impl Component for SavedVisitPage {
    fn view(self) -> View {
        let Self { id } = self;
        let app = use_app();
        let id = StoredValue::new(id);
        let definition = RwSignal::new(None::<Definition>);
        let form = app.records.with_untracked(|records| {
            let visit = id
                .with_value(|id| records.get(collection::VISITS, id).map(|record| record.text(field::FORM).to_owned()));
            visit.and_then(|form| records.get(collection::FORMS, &form).map(|form| form.text("hash").to_owned()))
        });
        spawn_local(async move {
            let (Some(hash), Some(db)) = (form, app.db()) else { return };
            if let Ok(Some(json)) = db.definition(&hash).await
                && let Ok(read) = zhucun_json::from_text::<Definition>(&json)
            {
                let _ = definition.try_set(Some(read));
            }
        });
        let title = Signal::derive(move || {
            let lang = app.lang.get();
            let day = app.records.with(|records| {
                id.with_value(|id| records.get(collection::VISITS, id).map(|record| record.text(field::DAY).to_owned()))
            });
            let mut title = words::VISIT_TITLE.get(lang).to_owned();
            if let Some(day) = day {
                add_fact(&mut title, &dates::iso(lang, &day, clock::today()));
            }
            title
        });
        let body = move || {
            app.records.with(|records| {
                id.with_value(|id| match records.get(collection::VISITS, id) {
                    Some(record) => visit(app, id, record, definition),
                    None => missing(app.lang.get()),
                })
            })
        };
        page(false, title, Signal::default(), View::of(body), None)
    }
}

fn visit(app: App, id: &str, record: &Record, definition: RwSignal<Option<Definition>>) -> View {
    let lang = app.lang.get();
    let facts = record.text(field::TITLE);
    let household = record.text(field::HOUSEHOLD);
    let name = app
        .records
        .with(|records| records.get(collection::HOUSEHOLDS, household).map(|record| household_name(lang, record)));
    let whose = match name {
        Some(name) => link_row(Route::Household(household.to_owned()), view! { <Row name=name.as_str() facts/> }),
        None => view! { <li class="row"><Row name=words::VISIT_VILLAGE.get(lang) facts/></li> },
    };
    let answers = record.get(field::ANSWERS).cloned().unwrap_or_default();
    view! {
        <div class="tags">{record_tag(app, collection::VISITS, id.to_owned())}</div>
        <Rows>{whose}</Rows>
        {photos(app, lang, record)}
        {move || definition.with(|definition| definition.as_ref().map(|definition| answered(app, lang, definition, &answers)))}
    }
}

/// The visit's pictures: from this phone where they are kept, else from the server.
fn photos(app: App, lang: Lang, record: &Record) -> Option<View> {
    let list = record.get(field::ATTACHMENTS).and_then(Value::as_array)?;
    let stream = app.village()?;
    let mut pictures = Vec::new();
    for sha256 in list.iter().filter_map(|file| file.get("sha256").and_then(Value::as_str)) {
        let alt = counted(&zhucun_words::needs::PHOTO_N, lang, pictures.len() + 1);
        let (kept, remote) = (kept_picture(app, sha256.to_owned()), http::attachment_url(&stream, sha256));
        pictures.push(move || match kept.get() {
            Kept::Asking => view! { <div class="pic"></div> },
            Kept::Here(url) => view! { <img class="pic" src=url alt=alt.clone()/> },
            Kept::Not if app.online.get() => {
                view! { <img class="pic" src=remote.clone() alt=alt.clone() loading="lazy"/> }
            }
            Kept::Not => view! { <p class="quiet">{zhucun_words::needs::PHOTOS_OFFLINE.get(lang)}</p> },
        });
    }
    if pictures.is_empty() {
        return None;
    }
    let mut title = words::VISIT_PHOTOS.get(lang).to_owned();
    title.push(' ');
    title.push_str(&counted(&words::PHOTO_COUNT, lang, pictures.len()));
    Some(view! { <Section title=title.as_str()><div class="pics">{pictures}</div></Section> })
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

/// A text of the form in the language of the screens, its plain words only.
fn plain(definition: &Definition, text: Option<&Text>, lang: Lang) -> String {
    let tag = if lang == Lang::En { "(en" } else { "(zh" };
    let index =
        definition.languages.iter().position(|name| find(name, tag).is_some()).unwrap_or(definition.default_language);
    let mut out = String::new();
    let pieces = text.and_then(|text| text.0.get(index).or(text.0.first()));
    for piece in pieces.into_iter().flatten() {
        match piece {
            Piece::Words(words) => out.push_str(words),
            Piece::Value { .. } => out.push('…'),
        }
    }
    out
}

fn answered(app: App, lang: Lang, definition: &Definition, answers: &Value) -> View {
    let mut rows = Vec::new();
    collect(app, lang, definition, 0, answers, &mut rows);
    view! { <Section title=words::VISIT_ANSWERS.get(lang)><dl class="answers">{rows}</dl></Section> }
}

/// The answers under a node, in the form's order.
fn collect(app: App, lang: Lang, definition: &Definition, parent: NodeIndex, answers: &Value, rows: &mut Vec<View>) {
    for (index, node) in definition.nodes.iter().enumerate().skip(1) {
        let Some(answer) = answers.get(&node.name).filter(|_| node.parent == parent) else { continue };
        let index = NodeIndex::try_from(index).unwrap_or_default();
        let label = plain(definition, node.label.as_ref(), lang);
        match (node.kind, answer) {
            (Kind::Group, _) => {
                heading(&label, rows);
                collect(app, lang, definition, index, answer, rows);
            }
            (Kind::Repeat, Value::Array(instances)) => {
                for (at, instance) in instances.iter().enumerate() {
                    let mut title = label.clone();
                    title.push(' ');
                    title.push_str(&(at + 1).to_string());
                    heading(&title, rows);
                    collect(app, lang, definition, index, instance, rows);
                }
            }
            (Kind::Image | Kind::Note | Kind::Calculate | Kind::Hidden, _) => {}
            (_, Value::String(text)) if !label.is_empty() && !text.is_empty() => {
                let words = match &node.choices {
                    Some(source) => {
                        let mut words = String::new();
                        for name in texts::words(text) {
                            if !words.is_empty() {
                                words.push_str(if lang == Lang::En { ", " } else { "、" });
                            }
                            words.push_str(&choice(app, lang, definition, &source.list, name));
                        }
                        words
                    }
                    None => said(lang, node.kind, text),
                };
                rows.push(view! { <dt>{label}</dt><dd>{words}</dd> });
            }
            _ => {}
        }
    }
}

/// An answer that is no choice, as the desk says it.
fn said(lang: Lang, kind: Kind, text: &str) -> String {
    let time = |from: usize| text.get(from..from + 5).unwrap_or_default();
    match kind {
        Kind::Date => dates::whole(lang, text),
        Kind::DateTime => texts::joined(&[&dates::whole(lang, text.get(..10).unwrap_or(text)), time(11)], " "),
        Kind::Time => time(0).to_owned(),
        Kind::Acknowledge => visit::CONFIRMED.get(lang).to_owned(),
        Kind::Geopoint => match geopoint_read(text) {
            Some([lat, lon, n]) => visit::PLACE_SAID.fill(lang, &[("lat", &lat), ("lon", &lon), ("n", &n)]),
            None => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

fn heading(title: &str, rows: &mut Vec<View>) {
    if !title.is_empty() {
        rows.push(view! { <dt class="answers-head"><b>{title.to_owned()}</b></dt><dd></dd> });
    }
}

fn choice(app: App, lang: Lang, definition: &Definition, list: &str, name: &str) -> String {
    let found = definition.choices.get(list).and_then(|choices| choices.iter().find(|choice| choice.name == name));
    if let Some(choice) = found {
        return plain(definition, Some(&choice.label), lang);
    }
    let household = app.records.with(|records| {
        records.get(collection::HOUSEHOLDS, name).map(|record| record.text(household::field::HEAD_NAME).to_owned())
    });
    household.unwrap_or_else(|| name.to_owned())
}
