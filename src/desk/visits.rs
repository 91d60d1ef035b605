//! The visits of a village as a table, page after page.

use zhucun_api::{VisitList, VisitRow};
use zhucun_view::prelude::*;
use zhucun_words::desk as words;

use super::{
    Desk, Place, Source, link,
    shown::{household, of_village, table},
    source::further,
};
use crate::ui::dates;

/// Visits fetched at once.
const PAGE: &str = "50";

/// The table; the row of the opened visit is marked.
pub(super) fn list(desk: Desk, village: String, opened: Memo<String>) -> View {
    let base = of_village(&village, &["visits?limit=", PAGE].concat());
    let visits = Source::new(move |after| further(&base, after));
    let drawn = visits.draw(desk, move || {
        let village = village.clone();
        let rows = move || visits.read(|page: &VisitList| rows(desk, &village, page, opened));
        view! { {rows}{visits.more(desk, ".desk-list > tbody", " a")} }
    });
    view! { <h2>{desk.say(words::VISITS)}</h2>{drawn} }
}

fn rows(desk: Desk, village: &str, page: &VisitList, opened: Memo<String>) -> View {
    if page.visits.is_empty() {
        return view! { <p>{desk.word(words::NO_VISITS)}</p> };
    }
    let rows = page.visits.iter().map(|visit| row(desk, village, visit, opened)).collect();
    let headings = [words::COLUMN_HOUSEHOLD, words::COLUMN_DAY, words::COLUMN_BY, words::COLUMN_PHOTOS];
    table("desk-list", &headings.map(|word| desk.word(word)), rows)
}

fn row(desk: Desk, village: &str, visit: &VisitRow, opened: Memo<String>) -> View {
    let id = visit.id.clone();
    let is_opened = move || (opened.get() == id).then_some("true");
    let name =
        if visit.household.is_empty() { visit.title.clone() } else { household(desk, &visit.household, &visit.group) };
    let day = dates::iso(desk.lang.get(), &visit.day, i64::MAX / 2);
    let (have, all) = visit.photos;
    let photos = match all {
        0 => String::new(),
        _ => desk.fill(words::PHOTOS, &[("have", &have.to_string()), ("all", &all.to_string())]),
    };
    let corrected =
        visit.corrected_at.is_some().then(|| view! { <span class="tag">{desk.word(words::CORRECTED)}</span> });
    // Where there is no room for columns, the same facts stand under the name.
    let facts: Vec<_> = [&day, &visit.by, &photos].into_iter().filter(|fact| !fact.is_empty()).cloned().collect();
    view! {
        <tr class="desk-row">
            <th scope="row">
                <a href=link(&Place::Visit(village.to_owned(), visit.id.clone())) aria-current=is_opened>
                    <b>{name}</b> {corrected}
                    <small aria-hidden="true">{facts.join(" · ")}</small>
                </a>
            </th>
            <td>{day}</td>
            <td>{visit.by.clone()}</td>
            <td>{photos}</td>
        </tr>
    }
}
