//! The list of needs: open ones by the day an answer is due, and those that are closed.

use zhucun_domain::{collection, need};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, link as link_words, media as media_words, needs as words, say as say_words};

use super::row::{due_day, received_at, row};
use crate::{
    pages::{in_order, page, short, today::place_name},
    routes::{A, Route, navigate},
    state::{
        App, Records,
        saying::{self, Code, Said, Saying},
        use_app,
    },
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

/// The way to a villager's own page on this phone; what one has begun there; and the codes that nobody has taken along.
fn saying_part(app: App) -> View {
    let said = saying::open(app);
    // A code that was shown is put away with its page: the phone may be in another person's hands now.
    said.show("");
    let way = |word: &'static zhucun_words::Word| {
        view! { <A to=Route::Say class="btn">{icons::draw(icons::NEED)}{say(word)}</A> }
    };
    let link = || view! { <A to=Route::Link class="btn">{icons::draw(icons::QR)}{say(&link_words::TITLE)}</A> };
    let kept = Memo::new(move |_| said.with(Saying::clone));
    View::of(move || {
        let lang = app.lang.get();
        kept.with(|kept| {
            let mut rows: Vec<_> = kept.codes.iter().map(|code| code_row(app, said, lang, code)).collect();
            let mut start = None;
            if kept.is_blank() {
                start = Some(way(&say_words::START));
            } else {
                rows.push(unfinished(app, said, lang, kept, way(&say_words::CONTINUE)));
            }
            let rows = (!rows.is_empty()).then(|| view! { <Rows>{rows}</Rows> });
            view! { {rows} <div class="ways">{start}{link()}</div> }
        })
    })
}

/// A code that nobody has taken along, known by what was said.
fn code_row(app: App, said: Said, lang: Lang, code: &Code) -> View {
    let need = code.need.clone();
    let text = app.records.with_untracked(|records| {
        let record = records.get(collection::NEEDS, &need);
        record.map(|record| short(record.text(need::field::TEXT), 40)).unwrap_or_default()
    });
    let show = Callback::new(move |()| {
        said.show(&need);
        navigate(Route::Say);
    });
    view! {
        <li class="row tall">
            <Row
                lead=Some(icons::draw(icons::category(&code.category)))
                name=say_words::CODE_WAITING.get(lang)
                facts=text.as_str()
            />
            <div class="row-ways"><Button on_tap=Some(show)>{say_words::CODE_SHOW.get(lang)}</Button></div>
        </li>
    }
}

fn unfinished(app: App, said: Said, lang: Lang, kept: &Saying, go_on: View) -> View {
    let name = short(&kept.text, 40);
    let discard = Callback::new(move |()| said.discard(app));
    // What runs is waited for: a photo that comes after "discard" would begin another one.
    let ways = move || {
        let busy = if said.is_saving() { Some(say_words::SAVING) } else { None };
        match busy.or_else(|| said.is_shrinking().then_some(media_words::PHOTO_BUSY)) {
            Some(word) => view! { <p class="quiet" role="status">{word.get(lang)}</p> },
            None => view! {
                <Button kind=ButtonKind::Plain on_tap=Some(discard)>{say_words::DISCARD.get(lang)}</Button>
            },
        }
    };
    view! {
        <li class="row tall">
            <Row
                lead=Some(icons::draw(icons::category(&kept.category)))
                name=say_words::UNFINISHED.get(lang)
                facts=name.as_str()
            />
            <div class="row-ways">{go_on}{ways}</div>
        </li>
    }
}

fn list(app: App, records: &Records, closed: bool, rows: LongList) -> View {
    let lang = app.lang.get();
    app.today.track();
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
