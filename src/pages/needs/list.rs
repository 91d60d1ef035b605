//! The list of needs: open ones by the day an answer is due, and those that are closed.

use zhucun_domain::{collection, need};
use zhucun_view::prelude::*;
use zhucun_words::{link as link_words, needs as words};

use super::row::{due_day, received_at, row};
use crate::{
    pages::{in_order, page, today::place_name},
    routes::{A, Route},
    state::{App, Records, use_app},
    ui::{Empty, icons, long_list::LongList, said, say},
};

/// The list of needs.
pub fn needs((): ()) -> View {
    let app = use_app();
    let closed = RwSignal::new(false);
    let rows = LongList::new();
    let title = said(&words::TITLE);
    let quiet = Signal::derive(move || place_name(app));
    let tab = move |is_closed: bool, word: &'static zhucun_words::Word| {
        view! {
            <button
                type="button"
                aria-pressed=move || if closed.get() == is_closed { "true" } else { "false" }
                on:click=move |_| closed.set(is_closed)
            >
                {say(word)}
            </button>
        }
    };
    let body = view! {
        <div class="ways">
            <A to=Route::Link class="btn">{icons::draw(icons::QR)}{say(&link_words::TITLE)}</A>
        </div>
        <div class="switch wide">{tab(false, &words::OPEN)}{tab(true, &words::CLOSED)}</div>
        {move || app.records.with(|records| list(app, records, closed.get(), rows))}
    };
    page(true, title, quiet, body, None)
}

fn list(app: App, records: &Records, closed: bool, rows: LongList) -> View {
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
    let ids: Vec<String> = needs.into_iter().map(|(_, id, _)| id.to_owned()).collect();
    rows.draw(ids.len(), move |place| {
        app.records.with_untracked(|records| {
            let record = records.get(collection::NEEDS, &ids[place]);
            record.map(|record| row(lang, &ids[place], record)).unwrap_or_default()
        })
    })
}
