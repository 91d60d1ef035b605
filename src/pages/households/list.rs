//! The list of households: found by name, by the first letters of its syllables, and by group.

use std::rc::Rc;

use zhucun_domain::{
    collection,
    household::{self, field},
    visit::Due,
};
use zhucun_sync::Record;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, households as words, today as today_words};

use crate::{
    pages::{
        page,
        today::{add_fact, household_name, link_row, place_name},
    },
    platform::pinyin,
    routes::{Route, navigate},
    state::{App, Records, Visited, use_app},
    ui::{Avatar, Button, Empty, Row, Tag, TagKind, counted, dates, icons, long_list::LongList, names, said, say},
};

/// The list of households.
#[derive(Default)]
pub struct HouseholdsPage;

impl Component for HouseholdsPage {
    fn view(self) -> View {
        let app = use_app();
        let title = said(&words::TITLE);
        let quiet = Signal::derive(move || place_name(app));
        let add = Callback::new(|()| navigate(Route::NewHousehold));
        let roster = Memo::new(move |_| app.records.with(roster));
        let list = LongList::new();
        let body = view! {
            <div class="search-line">
                <label class="search">
                    {icons::draw(icons::SEARCH)}
                    <span class="heard">{say(&words::SEARCH)}</span>
                    <input
                        id="search"
                        type="search"
                        autocomplete="off"
                        enterkeyhint="search"
                        placeholder=move || app.word(words::SEARCH)
                        prop:value=move || app.search.get()
                        on:input=move |event| app.search.set(event_target_value(&event))
                    />
                </label>
                <Button icon=Some(icons::ADD) on_tap=Some(add)>{say(&words::ADD)}</Button>
            </div>
            {move || found(app, &roster.get(), list)}
        };
        page(true, title, quiet, body, None)
    }
}

/// A number for sorting: `2` before `10`; what is not a number comes last.
fn group_number(record: &Record) -> u32 {
    record.text(field::GROUP).trim().parse().unwrap_or(u32::MAX)
}

/// A household of the list.
struct Entry {
    id: String,
    seen: Visited,
}

/// All households in the order of the list, made when the records change, not with each letter that is typed.
#[derive(Clone, Default)]
struct Roster(Rc<Vec<Entry>>);

impl PartialEq for Roster {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

fn roster(records: &Records) -> Roster {
    let mut rows = records.visited();
    rows.sort_by(|(_, a, _), (_, b, _)| {
        (group_number(a), a.text(field::HEAD_NAME)).cmp(&(group_number(b), b.text(field::HEAD_NAME)))
    });
    Roster(Rc::new(rows.into_iter().map(|(id, _, seen)| Entry { id: id.to_owned(), seen }).collect()))
}

fn found(app: App, roster: &Roster, list: LongList) -> View {
    let lang = app.lang.get();
    let typed = app.search.get();
    let typed = typed.trim();
    let places = app.records.with_untracked(|records| matching(records, roster, typed));
    if places.is_empty() {
        return if typed.is_empty() {
            view! { <Empty title=today_words::FIRST_TITLE.get(lang) hint=today_words::FIRST_HINT.get(lang)/> }
        } else {
            let title = words::NONE_FOUND.fill(lang, &[("typed", typed)]);
            view! { <div role="status"><Empty title=title.as_str() hint=words::NONE_FOUND_HINT.get(lang)/></div> }
        };
    }
    let count = counted(if typed.is_empty() { &words::COUNT } else { &words::FOUND }, lang, places.len());
    let today = app.today.get();
    let roster = roster.clone();
    let rows = list.draw(places.len(), move |place| {
        let Entry { id, seen } = &roster.0[places[place]];
        app.records.with_untracked(|records| {
            let record = records.get(collection::HOUSEHOLDS, id);
            record.map(|record| row(lang, today, id, record, *seen)).unwrap_or_default()
        })
    });
    view! {
        <p class="count" role="status">{count}</p>
        {rows}
    }
}

/// The places in the roster of the households that what was typed finds.
fn matching(records: &Records, roster: &Roster, typed: &str) -> Vec<usize> {
    let by_letters = typed.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_found = |entry: &Entry| {
        records.get(collection::HOUSEHOLDS, &entry.id).is_some_and(|record| {
            let letters = if by_letters { pinyin::initials(record.text(field::HEAD_NAME)) } else { String::new() };
            household::matches(record, typed, &letters)
        })
    };
    (0..roster.0.len()).filter(|place| typed.is_empty() || is_found(&roster.0[*place])).collect()
}

fn row(lang: Lang, today: i64, id: &str, record: &Record, seen: Visited) -> View {
    let mut facts = match seen.last {
        Some(last) => words::VISITED_ON.fill(lang, &[("day", &dates::day(lang, last, today))]),
        None => today_words::NEVER.get(lang).to_owned(),
    };
    add_fact(&mut facts, names::kind(lang, record.text(field::KIND)));
    let late = matches!(seen.due(today), Due::Overdue(days) if days > 0);
    let state = late.then(|| view! { <Tag kind=TagKind::Late text=today_words::OVERDUE.get(lang)/> });
    let lead = view! { <Avatar name=record.text(field::HEAD_NAME)/> };
    let name = household_name(lang, record);
    link_row(
        Route::Household(id.to_owned()),
        view! { <Row lead=Some(lead) name=name.as_str() facts=facts.as_str() state/> },
    )
}
