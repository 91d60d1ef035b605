//! The villages in numbers; and one of them: visits, needs, households.

use std::rc::Rc;

use zhucun_api::{HouseholdRow, NeedRow, VillageSummary, VisitForm};
use zhucun_domain::{access::Role, need::State};
use zhucun_view::prelude::*;
use zhucun_words::{Word, desk as words};

use super::{
    Desk, Place, Source, link,
    shown::{day, from, household, lang_of, list, of_village},
    visits,
};
use crate::{
    platform::http,
    ui::{long_list::LongList, names},
};

/// All villages that the role covers.
pub(super) fn all(desk: Desk) -> View {
    let drawn = from(desk, "/api/v1/villages".into(), move |found: &Vec<VillageSummary>| {
        let Some(first) = found.first() else { return view! { <p>{desk.word(words::NO_VILLAGES)}</p> } };
        let days = first.unseen_days.to_string();
        let unseen = link(&Place::Unseen(String::new(), None));
        let rows = found.iter().map(|village| row(desk, village)).collect();
        view! {
            <p class="desk-ways">
                <a class="desk-link" href=unseen>{desk.fill(words::UNSEEN_ALL, &[("days", &days)])}</a>
            </p>
            {list(rows, "")}
        }
    });
    let export = exports(desk, "/api/v1/visit-forms".into(), "/api/v1/visits.", &[("xlsx?", words::EXPORT_ALL)]);
    view! { <h2>{desk.say(words::VILLAGES)}</h2>{export}{drawn} }
}

fn row(desk: Desk, village: &VillageSummary) -> View {
    let (households, visits) = (village.households.to_string(), village.visits.to_string());
    let (recent, days) = (village.seen.to_string(), village.unseen_days.to_string());
    let values = [("households", &*households), ("visits", &visits), ("recent", &recent), ("days", &days)];
    let facts = desk.fill(words::FACTS, &values);
    let (open, late) = (village.needs_open.to_string(), village.needs_late.to_string());
    let needs = if village.needs_late > 0 {
        view! { <b>{desk.fill(words::NEEDS_OPEN_LATE, &[("n", &open), ("late", &late)])}</b> }
    } else {
        View::of(desk.fill(words::NEEDS_OPEN, &[("n", &open)]))
    };
    let unseen = (village.unseen > 0).then(|| {
        let n = village.unseen.to_string();
        let to = link(&Place::Unseen(village.id.clone(), None));
        view! { <a class="desk-link" href=to>{desk.fill(words::UNSEEN, &[("n", &n), ("days", &days)])}</a> }
    });
    view! {
        <div class="desk-village">
            <a class="desk-row" href=link(&Place::Village(village.id.clone()))>
                <b>{desk.name(&village.name)}</b>
                <small>{desk.name(&village.township)}</small>
                <small>{facts}</small>
                <small>{needs}</small>
            </a>
            {unseen}
        </div>
    }
}

/// A village.
pub(super) fn one(desk: Desk, role: Role, id: String) -> View {
    let export = matches!(role, Role::Township | Role::County).then(|| {
        let files =
            &[("xlsx?", words::EXPORT_XLSX), ("csv?", words::EXPORT), ("xlsx?versions=all&", words::EXPORT_VERSIONS)];
        exports(desk, of_village(&id, "visit-forms"), &of_village(&id, "visits."), files)
    });
    let needs = from(desk, of_village(&id, "needs"), move |found: &Vec<NeedRow>| {
        list(found.iter().map(|need| need_row(desk, need)).collect(), desk.word(words::NO_NEEDS))
    });
    let households = households(desk, &id);
    let unseen = link(&Place::Unseen(id.clone(), None));
    view! {
        <a class="desk-link" href=link(&Place::Villages)>{desk.say(words::BACK)}</a>
        <div class="desk-two">
            <section>{visits::list(desk, id, Memo::new(|_| String::new()))}{export}</section>
            <section>
                <h2>{desk.say(words::NEEDS)}</h2>{needs}
                <h2>{desk.say(words::HOUSEHOLDS)}</h2>
                <a class="desk-link" href=unseen>{desk.say(words::UNSEEN_LONG)}</a>
                {households}
            </section>
        </div>
    }
}

/// Files of visits, by their kinds and words, for each form by which there are visits: its questions are their columns. `forms` is
/// where these are asked for.
fn exports(desk: Desk, forms: String, visits: &str, files: &'static [(&'static str, Word)]) -> View {
    let visits = visits.to_owned();
    from(desk, forms, move |found: &Vec<VisitForm>| {
        let is_one = found.len() == 1;
        let row = |form: &VisitForm| {
            let title =
                Some(desk.name(&form.title)).filter(|title| !title.is_empty()).unwrap_or_else(|| form.id.clone());
            let link = |(kind, word): &(&str, Word)| {
                let href = [visits.as_str(), kind, "form=", &http::encode(&form.id), "&lang=", lang_of(desk)].concat();
                let word = desk.word(*word);
                // Several links of the same words: who hears them one by one is told whose each is.
                let whole = (!is_one).then(|| [word, " · ", &title].concat());
                view! { <a class="desk-link" href=href download="" aria-label=whole>{word}</a> }
            };
            let links: Vec<_> = files.iter().map(link).collect();
            let title = (!is_one).then(|| view! { <b>{title.clone()}</b> });
            view! { <p class="desk-ways">{title}{links}</p> }
        };
        View::of(found.iter().map(row).collect::<Vec<_>>())
    })
}

/// The households: there may be thousands, so only those near the screen are drawn.
fn households(desk: Desk, village: &str) -> View {
    let source = Source::of(of_village(village, "households"));
    source.draw(desk, move || {
        let rows: Rc<[HouseholdRow]> = source.read(|found: &Vec<_>| found.as_slice().into()).unwrap_or_default();
        let long = LongList::new();
        View::of(move || {
            let empty = desk.word(words::NO_HOUSEHOLDS);
            if rows.is_empty() {
                return view! { <p>{empty}</p> };
            }
            let rows = Rc::clone(&rows);
            long.draw(rows.len(), move |place| rows.get(place).map(|row| household_row(desk, row)).unwrap_or_default())
        })
    })
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
    view! { <li><div class="desk-row"><b>{household(desk, &row.head_name, &row.group)}</b><small>{last}</small></div></li> }
}
