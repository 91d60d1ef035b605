//! The list of households: found by name and group; a village of thousands is drawn a screenful at a time.

use zhucun_domain::{
    household::{self, field},
    visit::Due,
};
use zhucun_sync::Record;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, households as words, today as today_words};

use crate::{
    pages::{
        more, page,
        today::{add_fact, household_name, link_row, place_name},
    },
    platform::clock,
    routes::{Route, navigate},
    state::{App, Records, Visited, use_app},
    ui::{Avatar, Button, Empty, Row, Rows, Tag, TagKind, counted, dates, icons, names, said, say},
};

/// Rows drawn at once.
const STEP: usize = 60;

/// The list of households.
#[derive(Default)]
pub struct HouseholdsPage;

impl Component for HouseholdsPage {
    fn view(self) -> View {
        let app = use_app();
        let title = said(&words::TITLE);
        let quiet = Signal::derive(move || place_name(app));
        let add = Callback::new(|()| navigate(Route::NewHousehold));
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
                        prop:value=move || app.search.with(|(typed, _)| typed.clone())
                        on:input=move |event| app.search.set((event_target_value(&event), 0))
                    />
                </label>
                <Button icon=Some(icons::ADD) on_tap=Some(add)>{say(&words::ADD)}</Button>
            </div>
            {move || app.records.with(|records| found(app, records))}
        };
        page(true, title, quiet, body, None)
    }
}

/// A number for sorting: `2` before `10`; what is not a number comes last.
fn group_number(record: &Record) -> u32 {
    record.text(field::GROUP).trim().parse().unwrap_or(u32::MAX)
}

fn found(app: App, records: &Records) -> View {
    let lang = app.lang.get();
    let (typed, further) = app.search.get();
    let mut rows = records.households();
    rows.retain(|(_, record)| household::matches(record, &typed));
    if rows.is_empty() {
        return if typed.trim().is_empty() {
            view! { <Empty title=today_words::FIRST_TITLE.get(lang) hint=today_words::FIRST_HINT.get(lang)/> }
        } else {
            let title = words::NONE_FOUND.fill(lang, &[("typed", typed.trim())]);
            view! { <div role="status"><Empty title=title.as_str() hint=words::NONE_FOUND_HINT.get(lang)/></div> }
        };
    }
    rows.sort_by(|a, b| {
        (group_number(a.1), a.1.text(field::HEAD_NAME)).cmp(&(group_number(b.1), b.1.text(field::HEAD_NAME)))
    });
    let all = rows.len();
    let count = counted(if typed.trim().is_empty() { &words::COUNT } else { &words::FOUND }, lang, all);
    let shown = STEP + further;
    let visited = records.visited();
    let today = clock::today();
    let rows: Vec<_> = rows
        .into_iter()
        .take(shown)
        .map(|(id, record)| row(lang, today, id, record, visited.get(id).copied().unwrap_or_default()))
        .collect();
    let on_more = Callback::new(move |()| app.search.update(|(_, further)| *further += STEP));
    view! {
        <p class="count" role="status">{count}</p>
        <Rows>{rows}</Rows>
        {more(lang, all.saturating_sub(shown), STEP, on_more)}
    }
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
