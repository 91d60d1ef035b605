//! What each place of the desk shows.

use leptos::task::spawn_local;
use zhucun_api::{AnswerRow, HouseholdRow, Me, NeedRow, VillageSummary, VisitDetail, VisitList, VisitRow};
use zhucun_domain::{access::Role, calendar, need::State};
use zhucun_sync::StreamId;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, desk as words};

use super::{Desk, Fetched, Place, fetch, fetched, link};
use crate::{
    platform::http,
    ui::{Button, ButtonKind, dates, names},
};

/// Visits fetched at once.
const PAGE: &str = "50";

/// Draws a place.
pub(super) fn at(desk: Desk, me: &Me, place: Place) -> View {
    match place {
        Place::Villages => villages(desk),
        Place::Village(id) => village(desk, me.role, id),
        Place::Visit(village, visit) => {
            let side = visits(desk, village.clone());
            let (back, opened) = (link(&Place::Village(village.clone())), visit_page(desk, village, &visit));
            view! {
                <a class="desk-link" href=back>{desk.word(words::BACK_VILLAGE)}</a>
                <div class="desk-two opened"><section>{side}</section><section>{opened}</section></div>
            }
        }
    }
}

/// Something fetched from an address, drawn by `draw`, with a way to try again.
fn from<T>(desk: Desk, url: String, draw: impl Fn(T) -> View + 'static) -> View
where
    T: serde::de::DeserializeOwned + Clone + 'static,
{
    let signal = RwSignal::new(Fetched::Waiting);
    fetch(url.clone(), signal);
    fetched(desk, signal, Callback::new(move |()| fetch(url.clone(), signal)), draw)
}

fn of_village(village: &str, what: &str) -> String {
    ["/api/v1/villages/", &http::encode(village), "/", what].concat()
}

fn lang_of(desk: Desk) -> &'static str {
    if desk.lang.get() == Lang::Zh { "zh" } else { "en" }
}

/// A moment as its day in China.
fn day(desk: Desk, ms: i64) -> String {
    dates::iso(desk.lang.get(), &calendar::iso(calendar::china_day(ms)), i64::MAX / 2)
}

fn list(rows: Vec<View>, empty: &'static str) -> View {
    if rows.is_empty() {
        return view! { <p>{empty}</p> };
    }
    view! { <div class="rows">{rows}</div> }
}

fn villages(desk: Desk) -> View {
    let drawn = from(desk, "/api/v1/villages".into(), move |found: Vec<VillageSummary>| {
        list(found.iter().map(|village| village_row(desk, village)).collect(), desk.word(words::NO_VILLAGES))
    });
    view! { <h2>{move || desk.word(words::VILLAGES)}</h2>{drawn} }
}

fn village_row(desk: Desk, village: &VillageSummary) -> View {
    let (households, visits) = (village.households.to_string(), village.visits.to_string());
    let (recent, days) = (village.visited_30_days.to_string(), village.unseen_days.to_string());
    let values = [("households", &*households), ("visits", &visits), ("recent", &recent), ("days", &days)];
    let facts = desk.fill(words::FACTS, &values);
    let (open, late) = (village.needs_open.to_string(), village.needs_late.to_string());
    let needs = if village.needs_late > 0 {
        view! { <b>{desk.fill(words::NEEDS_OPEN_LATE, &[("n", &open), ("late", &late)])}</b> }
    } else {
        View::of(desk.fill(words::NEEDS_OPEN, &[("n", &open)]))
    };
    view! {
        <a class="desk-row" href=link(&Place::Village(village.id.clone()))>
            <b>{desk.name(&village.name)}</b>
            <small>{desk.name(&village.township)}</small>
            <small>{facts}</small>
            <small>{needs}</small>
        </a>
    }
}

fn village(desk: Desk, role: Role, id: String) -> View {
    let export = matches!(role, Role::Township | Role::County).then(|| {
        let url = [&of_village(&id, "visits.csv?lang="), lang_of(desk)].concat();
        view! { <a class="desk-link" href=url download="">{desk.word(words::EXPORT)}</a> }
    });
    let needs = from(desk, of_village(&id, "needs"), move |found: Vec<NeedRow>| {
        list(found.iter().map(|need| need_row(desk, need)).collect(), desk.word(words::NO_NEEDS))
    });
    let households = from(desk, of_village(&id, "households"), move |found: Vec<HouseholdRow>| {
        list(found.iter().map(|row| household_row(desk, row)).collect(), desk.word(words::NO_HOUSEHOLDS))
    });
    view! {
        <a class="desk-link" href=link(&Place::Villages)>{desk.word(words::BACK)}</a>
        <div class="desk-two">
            <section>{visits(desk, id)}{export}</section>
            <section>
                <h2>{desk.word(words::NEEDS)}</h2>{needs}
                <h2>{desk.word(words::HOUSEHOLDS)}</h2>{households}
            </section>
        </div>
    }
}

/// The village's visits, page after page.
fn visits(desk: Desk, village: String) -> View {
    let base = of_village(&village, &["visits?limit=", PAGE].concat());
    let first = from(desk, base.clone(), move |page: VisitList| {
        let shown = RwSignal::new(page);
        let (base, village) = (base.clone(), village.clone());
        let more = Callback::new(move |()| more_visits(base.clone(), shown));
        View::of(move || {
            let page = shown.get();
            let rows = page.visits.iter().map(|visit| visit_row(desk, &village, visit)).collect();
            let next = page.next.is_some().then(|| {
                view! { <Button kind=ButtonKind::Line on_tap=Some(more)>{desk.word(words::MORE)}</Button> }
            });
            view! { {list(rows, desk.word(words::NO_VISITS))}{next} }
        })
    });
    view! { <h2>{desk.word(words::VISITS)}</h2>{first} }
}

/// Adds the next page; when it cannot be fetched the button stays for another try.
fn more_visits(base: String, shown: RwSignal<VisitList>) {
    let Some(after) = shown.get_untracked().next else { return };
    spawn_local(async move {
        let url = [&base, "&after=", &http::encode(&after)].concat();
        if let Ok(page) = http::get_json::<VisitList>(&url).await {
            let _ = shown.try_update(|all| {
                all.visits.extend(page.visits);
                all.next = page.next;
            });
        }
    });
}

fn visit_row(desk: Desk, village: &str, visit: &VisitRow) -> View {
    view! {
        <a class="desk-row" href=link(&Place::Visit(village.to_owned(), visit.id.clone()))>
            <b>{visit.title.clone()}</b>
            <small>{visit_facts(desk, visit)}</small>
        </a>
    }
}

/// What the title does not say already: forms often end it with the day.
fn visit_facts(desk: Desk, visit: &VisitRow) -> String {
    let mut facts = Vec::new();
    if !visit.title.ends_with(&visit.day) {
        facts.push(dates::iso(desk.lang.get(), &visit.day, i64::MAX / 2));
    }
    if !visit.by.is_empty() {
        facts.push(visit.by.clone());
    }
    let (have, all) = visit.photos;
    if all > 0 {
        facts.push(desk.fill(words::PHOTOS, &[("have", &have.to_string()), ("all", &all.to_string())]));
    }
    facts.join(" · ")
}

fn need_row(desk: Desk, need: &NeedRow) -> View {
    let lang = desk.lang.get();
    let late = need.late.then(|| view! { " · "<b>{desk.word(words::LATE)}</b> });
    let answer = need.steps.last().map(|step| step.words.clone()).unwrap_or_default();
    view! {
        <div class="desk-row">
            <b>{names::category(lang, &need.category)}" · "{names::state(lang, State::from_code(&need.state))}</b>
            <small>{day(desk, need.received_at)}{late}</small>
            <p>{need.text.clone()}</p>
            <small>{answer}</small>
        </div>
    }
}

fn household_row(desk: Desk, row: &HouseholdRow) -> View {
    let last = match row.last_visit {
        Some(ms) => desk.fill(words::LAST_VISIT, &[("day", &day(desk, ms))]),
        None => desk.word(words::NEVER).to_owned(),
    };
    let group = desk.fill(zhucun_words::common::GROUP_NAME, &[("n", &row.group)]);
    view! { <div class="desk-row"><b>{row.head_name.clone()}" · "{group}</b><small>{last}</small></div> }
}

fn visit_page(desk: Desk, village: String, visit: &str) -> View {
    let url = of_village(&village, &["visits/", &http::encode(visit), "?lang=", lang_of(desk)].concat());
    from(desk, url, move |detail: VisitDetail| {
        let sections = detail.sections.iter().map(|section| {
            let answers: Vec<_> = section.answers.iter().map(|answer| answer_row(desk, &village, answer)).collect();
            view! { <h3>{section.title.clone()}</h3><dl>{answers}</dl> }
        });
        let sections: Vec<_> = sections.collect();
        view! { <h2>{detail.row.title.clone()}</h2>{sections} }
    })
}

fn answer_row(desk: Desk, village: &str, answer: &AnswerRow) -> View {
    let said = match (&answer.image, StreamId::new("village", village)) {
        (Some(image), Ok(stream)) if image.arrived => {
            let alt = desk.fill(words::PHOTO_OF, &[("label", &answer.label)]);
            view! { <img src=http::attachment_url(&stream, &image.sha256) alt=alt loading="lazy"/> }
        }
        (Some(_), _) => View::of(desk.word(words::NOT_ARRIVED)),
        (None, _) if answer.answer.is_empty() => View::of(desk.word(words::NO_ANSWER)),
        (None, _) => View::of(answer.answer.clone()),
    };
    view! { <dt>{answer.label.clone()}</dt><dd>{said}</dd> }
}
