//! An opened visit: a page to read and print, its versions, and what a correction changed.

use std::rc::Rc;

use zhucun_api::{Row, Shown, VisitDetail, VisitVersion};
use zhucun_forms::told::compare;
use zhucun_sync::StreamId;
use zhucun_view::prelude::*;
use zhucun_words::{desk as words, told as w};

use super::{
    Desk, Place, Source, link,
    shown::{from, household, lang_of, moment, of_village, time},
};
use crate::{
    platform::{dom, http},
    ui::{Button, ButtonKind, dates, told},
};

fn url(desk: Desk, village: &str, visit: &str) -> String {
    of_village(village, &["visits/", &http::encode(visit), "?lang=", lang_of(desk)].concat())
}

/// The visit. Its words come from the server, so it is fetched anew in another language.
pub(super) fn page(desk: Desk, village: &str, visit: &str) -> View {
    let (village, visit) = (village.to_owned(), visit.to_owned());
    let is_shown = StoredValue::new(false);
    View::of(move || {
        let source = Source::of(url(desk, &village, &visit));
        let village = village.clone();
        untrack(|| {
            source.draw(desk, move || {
                // On a narrow screen the list has made room: to the beginning, and a screen reader says what was opened.
                if is_shown.try_update_value(|is_shown| std::mem::replace(is_shown, true)) == Some(false) {
                    request_animation_frame(|| {
                        dom::scroll_to(0.0);
                        dom::focus(".told > header h2");
                    });
                }
                let detail = source.read(|detail: &VisitDetail| Rc::new(detail.clone()));
                View::of(detail.map(|detail| article(desk, &village, &detail)))
            })
        })
    })
}

fn article(desk: Desk, village: &str, detail: &Rc<VisitDetail>) -> View {
    let lang = desk.lang.get();
    let row = &detail.row;
    let whom = if row.household.is_empty() { row.title.clone() } else { household(desk, &row.household, &row.group) };
    let day = dates::whole(lang, &row.day);
    let village_name = desk.name(&detail.village);
    dom::set_print_head(&[&village_name, &whom, &day].map(String::as_str).join(" · "));
    let (from, to) = (time(detail.started_at), time(row.finished_at));
    let when = if from == to {
        [day.as_str(), &to].join(" ")
    } else {
        desk.fill(words::AT_TIME, &[("day", &day), ("from", &from), ("to", &to)])
    };
    let place = detail.sections.iter().flat_map(|section| &section.rows).find(|row| row.shown == Shown::Place);
    let facts = [
        (w::VILLAGE, village_name.clone()),
        (w::BY, row.by.clone()),
        (w::DAY, when),
        (w::PLACE, place.map(|row| row.answer.clone()).unwrap_or_default()),
        (w::FORM, detail.form_title.clone()),
    ];
    let facts: Vec<_> = facts
        .into_iter()
        .filter(|(_, fact)| !fact.is_empty())
        .map(|(word, fact)| view! { <dt>{desk.word(word)}</dt><dd>{fact}</dd> })
        .collect();
    let picture = picture(desk, village, detail);
    let print = Callback::new(|()| dom::print());
    view! {
        <article class="told">
            <header>
                <h2 tabindex="-1">{whom}</h2>
                <dl class="facts">{facts}</dl>
                {state(desk, village, detail)}
                <Button kind=ButtonKind::Line on_tap=Some(print)>{desk.word(w::PRINT)}</Button>
            </header>
            {changed(desk, village, detail)}
            {told::told(lang, &detail.sections, 3, &*picture)}
            {told::others(lang, &detail.sections, &detail.files, &*picture)}
            {versions(desk, village, detail)}
        </article>
    }
}

/// Draws pictures and files of the visit: those that have arrived.
fn picture(desk: Desk, village: &str, detail: &VisitDetail) -> Rc<dyn Fn(&Row) -> View> {
    let (arrived, files) = (detail.arrived.clone(), detail.files.clone());
    let stream = StreamId::new("village", village).ok();
    let lang = desk.lang.get();
    Rc::new(move |row| {
        let sha256 = row.answer.split('.').next().unwrap_or_default();
        match &stream {
            Some(stream) if arrived.iter().any(|known| known == sha256) => {
                told::file(lang, row, &files, &http::attachment_url(stream, sha256))
            }
            _ => view! { <p class="quiet">{words::NOT_ARRIVED.get(lang)}</p> },
        }
    })
}

fn shown_version(detail: &VisitDetail) -> Option<&VisitVersion> {
    detail.versions.iter().find(|version| version.id == detail.row.id)
}

/// That it is a correction, or that another version counts.
fn state(desk: Desk, village: &str, detail: &VisitDetail) -> Option<View> {
    let version = shown_version(detail)?;
    if !version.counts {
        let newest = detail.versions.iter().find(|version| version.counts)?;
        let to = link(&Place::Visit(village.to_owned(), newest.id.clone()));
        return Some(view! {
            <p class="notice">{desk.word(w::OUTDATED)} <a class="desk-link" href=to>{desk.word(w::TO_NEWEST)}</a></p>
        });
    }
    (!version.replaces.is_empty()).then(|| {
        let reason = (!version.reason.is_empty()).then(|| desk.fill(w::REASON, &[("reason", &version.reason)]));
        view! { <p>{corrected(desk, version)} {reason.map(|reason| view! { <span class="quiet">{reason}</span> })}</p> }
    })
}

fn corrected(desk: Desk, version: &VisitVersion) -> String {
    desk.fill(w::CORRECTED_BY, &[("time", &moment(desk, version.at)), ("name", &version.by)])
}

/// What this version changed in the one it replaces.
fn changed(desk: Desk, village: &str, detail: &Rc<VisitDetail>) -> Option<View> {
    let before = shown_version(detail).map(|version| version.replaces.clone()).filter(|id| !id.is_empty())?;
    if !detail.versions.iter().any(|version| version.id == before) {
        return None;
    }
    let (new, village) = (Rc::clone(detail), village.to_owned());
    Some(from(desk, url(desk, &village, &before), move |old: &VisitDetail| {
        let (of_old, of_new) = (picture(desk, &village, old), picture(desk, &village, &new));
        let arrived = old.arrived.clone();
        let picture = move |row: &Row| {
            let is_old = arrived.iter().any(|hash| row.answer.starts_with(hash.as_str()));
            if is_old { of_old(row) } else { of_new(row) }
        };
        told::compared(desk.lang.get(), &compare(&old.sections, &new.sections), 3, &picture)
    }))
}

/// All versions, when there are several.
fn versions(desk: Desk, village: &str, detail: &VisitDetail) -> Option<View> {
    if detail.versions.len() < 2 {
        return None;
    }
    let lang = desk.lang.get();
    let replaced: Vec<_> = detail.versions.iter().map(|version| &version.replaces).collect();
    let is_twice = |id: &&String| !id.is_empty() && replaced.iter().filter(|other| *other == id).count() > 1;
    let two = replaced.iter().any(is_twice).then(|| view! { <p class="notice">{w::TWO.get(lang)}</p> });
    let rows: Vec<_> = detail
        .versions
        .iter()
        .enumerate()
        .map(|(nth, version)| {
            let when = [moment(desk, version.at), version.by.clone()].join(" · ");
            let is_shown = version.id == detail.row.id;
            let of = told::Version { nth, when: &when, reason: &version.reason, counts: version.counts, is_shown };
            let to = link(&Place::Visit(village.to_owned(), version.id.clone()));
            view! { <li><a class="row" href=to aria-current=is_shown.then_some("true")>{told::version(lang, &of)}</a></li> }
        })
        .collect();
    Some(view! {
        <section class="told-versions"><h3>{w::VERSIONS.get(lang)}</h3>{two}<ul class="rows">{rows}</ul></section>
    })
}
