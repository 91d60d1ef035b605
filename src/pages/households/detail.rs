//! A household's file: facts, members, visits, conflicts with all their values, and the way to a visit.

use std::sync::Arc;

use zhucun_domain::{
    calendar, collection,
    household::{MONITORED, field},
};
use zhucun_sync::{Head, Record, StoredRecord};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, app as app_words, households as words};

use super::conflicts;
use crate::{
    later::{self, later},
    pages::{
        missing, page, record_tag,
        today::{add_fact, draft_row, forms, household_name, is_secretary, visit_row},
        visits,
    },
    platform::clock,
    state::{App, Records, drafts, use_app},
    ui::{BottomBar, Button, ButtonKind, Row, Rows, Section, Tag, TagKind, counted, icons, names},
};

/// A household's file.
#[derive(Default)]
pub struct HouseholdPage {
    /// Record id.
    pub id: String,
}

impl Component for HouseholdPage {
    fn view(self) -> View {
        let Self { id } = self;
        let app = use_app();
        let id = StoredValue::new(id);
        let stored =
            move || app.records.with(|records| id.with_value(|id| records.stored(collection::HOUSEHOLDS, id).cloned()));
        let title = Signal::derive(move || {
            let lang = app.lang.get();
            stored().map_or_else(|| words::TITLE.get(lang).to_owned(), |stored| household_name(lang, stored.shown()))
        });
        let start = Start { choosing: RwSignal::new(false), busy: RwSignal::new(false) };
        let body = move || match stored() {
            Some(stored) => id.with_value(|id| file(app, id, &stored, start)),
            None => missing(app.lang.get()),
        };
        let actions = move || stored().map(|stored| id.with_value(|id| actions(app, id, stored.shown(), start)));
        page(false, title, Signal::default(), View::of(body), Some(View::of(actions)))
    }
}

/// How far a visit's beginning has come.
#[derive(Clone, Copy)]
struct Start {
    /// Whether its form is being chosen.
    choosing: RwSignal<bool>,
    /// Whether it is being kept: a second tap makes no second one.
    busy: RwSignal<bool>,
}

fn file(app: App, id: &str, stored: &Arc<StoredRecord>, start: Start) -> View {
    let lang = app.lang.get();
    let record = stored.shown();
    let kind = record.text(field::KIND);
    let kind_tag = (!kind.is_empty()).then(|| {
        let tag = if MONITORED.contains(&kind) { TagKind::Attention } else { TagKind::Plain };
        view! { <Tag kind=tag text=names::kind(lang, kind)/> }
    });
    let household = id.to_owned();
    view! {
        <div class="tags">{kind_tag}{record_tag(app, collection::HOUSEHOLDS, id.to_owned())}</div>
        {move || start.choosing.get().then(|| form_choice(app, &household, start))}
        {app.records.with(|records| facts(lang, records, id, record))}
        {disputed(record).next().is_some().then(|| later(conflicts::shown, id.to_owned()))}
        {app.records.with(|records| members(lang, records, id))}
        {drafts_of(app, lang, id)}
        {app.records.with(|records| visits_of(app, lang, records, id))}
    }
}

fn form_choice(app: App, household: &str, start: Start) -> View {
    let lang = app.lang.get();
    let buttons: Vec<_> = forms(app, lang)
        .into_iter()
        .map(|(form, title)| {
            let household = household.to_owned();
            let tap = Callback::new(move |()| begin(app, form.clone(), household.clone(), start));
            view! { <Button on_tap=Some(tap)>{title}</Button> }
        })
        .collect();
    view! { <Section title=words::CHOOSE_FORM.get(lang)><div class="stack">{buttons}</div></Section> }
}

/// Begins a visit, once what fills it is here.
fn begin(app: App, form: String, household: String, start: Start) {
    if start.busy.get_untracked() {
        return;
    }
    start.busy.set(true);
    later::with_forms(visits::begin, (form, household, start.busy), move || {
        let _ = start.busy.try_set(false);
        app.say(app_words::NOT_HERE_YET);
    });
}

fn actions(app: App, id: &str, record: &Record, start: Start) -> View {
    let lang = app.lang.get();
    let phone: String = record.text(field::PHONE).chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let call = (!phone.is_empty()).then(|| {
        let mut href = String::from("tel:");
        href.push_str(&phone);
        view! { <a class="btn side" href=href>{icons::draw(icons::PHONE)}<span>{words::CALL.get(lang)}</span></a> }
    });
    let forms = forms(app, lang);
    let why_not: Option<Word> = match (is_secretary(app), forms.is_empty()) {
        (false, _) => Some(words::NOT_YOURS),
        (true, true) => Some(words::NO_FORM),
        (true, false) => None,
    };
    // One form in use, and a visit begun with it: that one goes on.
    let is_begun = match forms.as_slice() {
        [(form, _)] => app.drafts.with(|all| drafts::begun(all, form, Some(id)).is_some_and(|draft| !draft.blank)),
        _ => false,
    };
    let title = if is_begun { words::CONTINUE_VISIT } else { words::START_VISIT };
    let household = id.to_owned();
    let tap = Callback::new(move |()| match forms.as_slice() {
        [(form, _)] => begin(app, form.clone(), household.clone(), start),
        _ => start.choosing.set(true),
    });
    let visit = match why_not {
        Some(why) => view! { <p class="bar-words">{why.get(lang)}</p> },
        None => {
            // Over a slow line what fills the checklist may take its time.
            let words = move || if start.busy.get() { app_words::LOADING } else { title }.get(lang);
            view! { <Button kind=ButtonKind::Fill on_tap=Some(tap)>{words}</Button> }
        }
    };
    view! { <BottomBar>{call}{visit}</BottomBar> }
}

fn facts(lang: Lang, records: &Records, id: &str, record: &Record) -> View {
    let members = records.members_of(id).len();
    let mut family = String::new();
    if members > 0 {
        family = counted(&words::FAMILY_COUNT, lang, members);
    }
    let cause = names::cause(lang, record.text(field::MAIN_CAUSE)).to_owned();
    let known: [(Word, String); 4] = [
        (words::FAMILY, family),
        (words::CAUSE, cause),
        (words::ADDRESS, record.text(field::ADDRESS).to_owned()),
        (words::PHONE, record.text(field::PHONE).to_owned()),
    ];
    let separator = if lang == Lang::En { ", " } else { "、" };
    let unknown: Vec<_> = known.iter().filter(|(_, fact)| fact.is_empty()).map(|(word, _)| word.get(lang)).collect();
    let unknown = zhucun_json::texts::joined(&unknown, separator);
    let rows: Vec<_> = known
        .into_iter()
        .filter(|(_, fact)| !fact.is_empty())
        .map(|(word, fact)| view! { <dt>{word.get(lang)}</dt><dd>{fact}</dd> })
        .collect();
    view! {
        <dl class="facts">
            {rows}
            {(!unknown.is_empty()).then(|| view! { <dt>{words::UNKNOWN.get(lang)}</dt><dd class="unknown">{unknown}</dd> })}
        </dl>
    }
}

fn members(lang: Lang, records: &Records, id: &str) -> Option<View> {
    let today = clock::today();
    let rows: Vec<_> = records
        .members_of(id)
        .into_iter()
        .map(|(_, member)| {
            let mut facts = names::relation(lang, member.text("relation")).to_owned();
            match member.text("sex") {
                "f" => add_fact(&mut facts, words::SEX_F.get(lang)),
                "m" => add_fact(&mut facts, words::SEX_M.get(lang)),
                _ => {}
            }
            if let Some(birth) = calendar::parse_iso(member.text("birth")) {
                add_fact(&mut facts, &words::AGE.fill(lang, &[("n", &age(birth, today).to_string())]));
            }
            add_fact(&mut facts, names::health(lang, member.text("health")));
            view! { <li class="row"><Row name=member.text("name") facts=facts.as_str()/></li> }
        })
        .collect();
    (!rows.is_empty()).then(|| view! { <Section title=words::MEMBERS.get(lang)><Rows>{rows}</Rows></Section> })
}

/// Whole years between two days.
fn age(birth: i64, today: i64) -> i64 {
    let (born, now) = (calendar::civil(birth), calendar::civil(today));
    now.0 - born.0 - i64::from((now.1, now.2) < (born.1, born.2))
}

fn drafts_of(app: App, lang: Lang, id: &str) -> Option<View> {
    let rows: Vec<_> = app.drafts.with(|drafts| {
        let own = drafts.iter().filter(|draft| !draft.blank && draft.household.as_deref() == Some(id));
        own.map(|draft| draft_row(app, lang, draft)).collect()
    });
    (!rows.is_empty()).then(|| view! { <Section title=words::DRAFTS.get(lang)><Rows>{rows}</Rows></Section> })
}

fn visits_of(app: App, lang: Lang, records: &Records, id: &str) -> View {
    let visits = records.visits_of(id);
    let inner = if visits.is_empty() {
        view! { <p class="quiet">{words::VISITS_NONE.get(lang)}</p> }
    } else {
        let rows: Vec<_> = visits.into_iter().map(|(id, record)| visit_row(app, lang, id, record)).collect();
        view! { <Rows>{rows}</Rows> }
    };
    view! { <Section title=words::VISITS.get(lang)>{inner}</Section> }
}

/// The fields of which several people wrote different values; the same value written twice is nothing to be settled.
pub(super) fn disputed(record: &Record) -> impl Iterator<Item = (&str, &[Head])> {
    record.conflicts().filter(|(_, heads)| heads.iter().any(|head| head.value != heads[0].value))
}
