//! The list of needs: open ones by the day an answer is due, and those that are closed.

use zhucun_domain::{collection, need};
use zhucun_view::prelude::*;
use zhucun_words::{link as link_words, needs as words, say as say_words};

use super::row::{due_day, received_at, row};
use crate::{
    pages::{in_order, page, short, today::place_name},
    routes::{A, Route, navigate},
    state::{App, Records, saying, use_app},
    ui::{Button, ButtonKind, Empty, Row, Rows, icons, long_list::LongList, said, say},
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
        {saying_part(app)}
        <div class="switch wide">{tab(false, &words::OPEN)}{tab(true, &words::CLOSED)}</div>
        {move || app.records.with(|records| list(app, records, closed.get(), rows))}
    };
    page(true, title, quiet, body, None)
}

/// The way to a villager's own page on this phone; and what one has begun there, or has not taken along.
fn saying_part(app: App) -> View {
    let kept = RwSignal::new(saying::kept(app));
    let way = |word: &'static zhucun_words::Word| {
        view! { <A to=Route::Say class="btn">{icons::draw(icons::NEED)}{say(word)}</A> }
    };
    let link = || view! { <A to=Route::Link class="btn">{icons::draw(icons::QR)}{say(&link_words::TITLE)}</A> };
    let discard = Callback::new(move |()| saying::discard(app, kept));
    // A new one takes the place of the code that was not taken along: the phone is in another person's hands now.
    let anew = Callback::new(move |()| {
        saying::forget(app);
        navigate(Route::Say);
    });
    View::of(move || {
        let lang = app.lang.get();
        kept.with(|kept| {
            if saying::is_saved(app, kept) {
                view! {
                    <p class="quiet">{say_words::CODE_WAITING.get(lang)}</p>
                    <div class="ways">
                        {way(&say_words::CODE_SHOW)}
                        <Button on_tap=Some(anew)>{say_words::START.get(lang)}</Button>
                        {link()}
                    </div>
                }
            } else if kept.is_blank() {
                view! { <div class="ways">{way(&say_words::START)}{link()}</div> }
            } else {
                let name = short(&kept.text, 40);
                view! {
                    <Rows>
                        <li class="row tall">
                            <Row
                                lead=Some(icons::draw(icons::category(&kept.category)))
                                name=say_words::UNFINISHED.get(lang)
                                facts=name.as_str()
                            />
                            <div class="row-ways">
                                {way(&say_words::CONTINUE)}
                                <Button kind=ButtonKind::Plain on_tap=Some(discard)>{say_words::DISCARD.get(lang)}</Button>
                            </div>
                        </li>
                    </Rows>
                    <div class="ways">{link()}</div>
                }
            }
        })
    })
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
