//! What each place of the desk shows, and what its parts have in common.

use zhucun_api::Me;
use zhucun_domain::calendar;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, desk as words};

use super::{Desk, Place, Source, link, unseen, village, visit, visits};
use crate::{platform::http, ui::dates};

/// Draws a place. The list of visits stays as it is while one after another is opened beside it.
pub(super) fn at(desk: Desk, me: &Me, place: Place) -> View {
    match place {
        Place::Village(id) => village::one(desk, me.role, id),
        Place::Unseen(..) => unseen::page(desk),
        Place::Visit(village, _) => beside(desk, village),
        _ => village::all(desk),
    }
}

/// The visits of a village, and beside them the opened one.
fn beside(desk: Desk, village: String) -> View {
    let opened = Memo::new(move |_| match desk.place.get() {
        Place::Visit(_, id) => id,
        _ => String::new(),
    });
    let back = link(&Place::Village(village.clone()));
    let list = visits::list(desk, village.clone(), opened);
    let page = move || {
        let id = Some(opened.get()).filter(|id| !id.is_empty())?;
        Some(untrack(|| visit::page(desk, &village, &id)))
    };
    view! {
        <a class="desk-link no-print" href=back>{desk.say(words::BACK_VILLAGE)}</a>
        <div class="desk-two opened">
            <section class="no-print">{list}</section>
            <section class="desk-opened" aria-label=desk.say(words::OPENED)>{page}</section>
        </div>
    }
}

/// Something fetched from an address, drawn by `draw`, anew in another language, with a way to try again.
pub(super) fn from<T>(desk: Desk, url: String, draw: impl Fn(&T) -> View + 'static) -> View
where
    T: serde::de::DeserializeOwned + 'static,
{
    let source = Source::of(url);
    let draw = std::rc::Rc::new(draw);
    source.draw(desk, move || {
        let draw = draw.clone();
        View::of(move || source.read(|found| draw(found)))
    })
}

pub(super) fn of_village(village: &str, what: &str) -> String {
    ["/api/v1/villages/", &http::encode(village), "/", what].concat()
}

pub(super) fn lang_of(desk: Desk) -> &'static str {
    if desk.lang.get() == Lang::Zh { "zh" } else { "en" }
}

/// A moment as its day in China.
pub(super) fn day(desk: Desk, ms: i64) -> String {
    dates::iso(desk.lang.get(), &calendar::iso(calendar::china_day(ms)), i64::MAX / 2)
}

/// A moment as day and time in China.
pub(super) fn moment(desk: Desk, ms: i64) -> String {
    [day(desk, ms), time(ms)].join(" ")
}

/// A moment as its time in China.
pub(super) fn time(ms: i64) -> String {
    dates::time(ms + 8 * 3_600_000)
}

pub(super) fn list(rows: Vec<View>, empty: &'static str) -> View {
    if rows.is_empty() {
        return view! { <p>{empty}</p> };
    }
    view! { <div class="rows">{rows}</div> }
}

/// A table with its headings.
pub(super) fn table(class: &'static str, headings: &[&'static str], rows: Vec<View>) -> View {
    let headings: Vec<_> = headings.iter().map(|heading| view! { <th scope="col">{*heading}</th> }).collect();
    view! { <table class=class><thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table> }
}

/// A household as it is called, e.g. 何德贵 · 1组.
pub(super) fn household(desk: Desk, head: &str, group: &str) -> String {
    if group.is_empty() {
        return head.to_owned();
    }
    [head, " · ", &desk.fill(zhucun_words::common::GROUP_NAME, &[("n", group)])].concat()
}
