//! The list of needs: open ones by the day an answer is due, and those that are closed.

use serde_json::Value;
use zhucun_domain::{
    calendar,
    need::{self, State, field},
};
use zhucun_sync::Record;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, needs as words};

use crate::{
    pages::{
        in_order, more, page, short,
        today::{add_fact, link_row, place_name},
    },
    platform::clock,
    routes::Route,
    state::{App, Records, use_app},
    ui::{Empty, Row, Rows, Tag, TagKind, dates, icons, names, said, say},
};

/// Rows drawn at once.
const STEP: usize = 60;

/// When a need came in, milliseconds.
pub(super) fn received_at(record: &Record) -> i64 {
    record.get(field::RECEIVED_AT).and_then(Value::as_i64).unwrap_or_default()
}

/// The day (county's calendar) by which an answer is due; `None` when nobody waits for one.
fn due_day(record: &Record) -> Option<i64> {
    match need::state(record) {
        State::Received => Some(need::answer_due(received_at(record))),
        State::Reopened => need::steps(record).last().map(|step| need::answer_due(step.at)),
        _ => None,
    }
}

/// The needs that wait for an answer, the most urgent first.
#[must_use]
pub fn waiting(records: &Records) -> Vec<(&str, &Record)> {
    let mut waiting: Vec<_> =
        records.needs().into_iter().filter_map(|(id, record)| Some(((due_day(record)?, 0), id, record))).collect();
    in_order(&mut waiting);
    waiting.into_iter().map(|(_, id, record)| (id, record)).collect()
}

/// When an answer is due in words, and whether it is late; the state when nobody waits.
#[must_use]
pub fn due_words(lang: Lang, record: &Record) -> (String, bool) {
    let Some(due) = due_day(record) else { return (names::state(lang, need::state(record)).to_owned(), false) };
    let today = calendar::china_day(clock::now());
    match due - today {
        0 => (words::DUE_TODAY.get(lang).to_owned(), false),
        1 => (words::DUE_TOMORROW.get(lang).to_owned(), false),
        late if late < 0 => (words::LATE.fill(lang, &[("n", &(-late).to_string())]), true),
        _ => (words::DUE.fill(lang, &[("day", &dates::day(lang, due, today))]), false),
    }
}

/// A need in a list.
#[must_use]
pub fn row(lang: Lang, id: &str, record: &Record) -> View {
    let category = record.text(field::CATEGORY);
    let (when, is_late) = due_words(lang, record);
    let mut facts = names::category(lang, category).to_owned();
    add_fact(&mut facts, &when);
    let state = is_late.then(|| view! { <Tag kind=TagKind::Late text=words::OVERDUE.get(lang)/> });
    let class = if is_late { "lead late" } else { "lead" };
    let lead = view! { <span class=class>{icons::draw(icons::category(category))}</span> };
    let name = short(record.text(field::TEXT), 60);
    link_row(Route::Need(id.to_owned()), view! { <Row lead=Some(lead) name=name.as_str() facts=facts.as_str() state/> })
}

/// The list of needs.
#[derive(Default)]
pub struct NeedsPage;

impl Component for NeedsPage {
    fn view(self) -> View {
        let app = use_app();
        let closed = RwSignal::new(false);
        let further = RwSignal::new(0_usize);
        let title = said(&words::TITLE);
        let quiet = Signal::derive(move || place_name(app));
        let tab = move |is_closed: bool, word: &'static zhucun_words::Word| {
            view! {
                <button
                    type="button"
                    aria-pressed=move || if closed.get() == is_closed { "true" } else { "false" }
                    on:click=move |_| {
                        closed.set(is_closed);
                        further.set(0);
                    }
                >
                    {say(word)}
                </button>
            }
        };
        let body = view! {
            <div class="switch wide">{tab(false, &words::OPEN)}{tab(true, &words::CLOSED)}</div>
            {move || app.records.with(|records| list(app, records, closed.get(), further))}
        };
        page(true, title, quiet, body, None)
    }
}

fn list(app: App, records: &Records, closed: bool, further: RwSignal<usize>) -> View {
    let lang = app.lang.get();
    // Open: the day an answer is due, then those in work. All: the newest first within that.
    let mut needs: Vec<_> = records
        .needs()
        .into_iter()
        .filter(|(_, record)| need::state(record).is_open() != closed)
        .map(|(id, record)| ((due_day(record).unwrap_or(i64::MAX), -received_at(record)), id, record))
        .collect();
    if needs.is_empty() {
        let (title, hint) = if closed {
            (words::NONE_CLOSED.get(lang), "")
        } else {
            (words::NONE_OPEN.get(lang), words::NONE_OPEN_HINT.get(lang))
        };
        return view! { <Empty title hint/> };
    }
    in_order(&mut needs);
    let all = needs.len();
    let shown = STEP + further.get();
    let rows: Vec<_> = needs.into_iter().take(shown).map(|(_, id, record)| row(lang, id, record)).collect();
    let on_more = Callback::new(move |()| further.update(|further| *further += STEP));
    view! { <Rows>{rows}</Rows>{more(lang, all.saturating_sub(shown), STEP, on_more)} }
}
