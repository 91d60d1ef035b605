//! A need in a row, here and under today; which wait for an answer, and until when.

use serde_json::Value;
use zhucun_domain::{
    calendar,
    need::{self, State, field},
};
use zhucun_sync::Record;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, today as words};

use crate::{
    pages::{
        in_order, short,
        today::{add_fact, link_row},
    },
    platform::clock,
    routes::Route,
    state::Records,
    ui::{Row, Tag, TagKind, dates, icons, names},
};

/// When a need came in, milliseconds.
pub(super) fn received_at(record: &Record) -> i64 {
    record.get(field::RECEIVED_AT).and_then(Value::as_i64).unwrap_or_default()
}

/// The day (county's calendar) by which an answer is due; `None` when nobody waits for one.
pub(super) fn due_day(record: &Record) -> Option<i64> {
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
        0 => (words::NEED_DUE_TODAY.get(lang).to_owned(), false),
        1 => (words::NEED_DUE_TOMORROW.get(lang).to_owned(), false),
        late if late < 0 => (words::NEED_LATE.fill(lang, &[("n", &(-late).to_string())]), true),
        _ => (words::NEED_DUE.fill(lang, &[("day", &dates::day(lang, due, today))]), false),
    }
}

/// A need in a list.
#[must_use]
pub fn row(lang: Lang, id: &str, record: &Record) -> View {
    let category = record.text(field::CATEGORY);
    let (when, is_late) = due_words(lang, record);
    let mut facts = names::category(lang, category).to_owned();
    add_fact(&mut facts, &when);
    let state = is_late.then(|| view! { <Tag kind=TagKind::Late text=words::NEED_OVERDUE.get(lang)/> });
    let class = if is_late { "lead late" } else { "lead" };
    let lead = view! { <span class=class>{icons::draw(icons::category(category))}</span> };
    let name = short(record.text(field::TEXT), 60);
    link_row(Route::Need(id.to_owned()), view! { <Row lead=Some(lead) name=name.as_str() facts=facts.as_str() state/> })
}
