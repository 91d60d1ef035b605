//! What a checklist notes by itself (where a visit began, how it was filled) is noted when the person has agreed: asked once a
//! form, and changed at any visit's first page.

use std::cell::RefCell;
use std::rc::Rc;

use zhucun_forms::contract::Id;
use zhucun_forms::definition::{Event, Kind, Node};
use zhucun_forms::instance::placed::placed;
use zhucun_json::texts::{find, joined};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, media as words};

use super::audit;
use super::geopoint::failed_words;
use crate::form_ui::ask::{button, line};
use crate::form_ui::filling::{Filling, Form};
use crate::form_ui::values::geopoint_text;
use crate::platform::location::{Fix, LocationError, Watch, watch};
use crate::platform::{clock, settings, timer};
use crate::state::drafts::{answer_named, path_of};
use crate::ui::{icons, say};

/// What was agreed to, by form; followed by the user's id and the form's.
const CONSENT: &str = "zhucun.consent.";

/// Milliseconds after a visit's beginning in which the place is that of its beginning.
const BEGINNING: i64 = 600_000;
/// Milliseconds in which the place gets better.
const SEARCH: u32 = 30_000;
/// Metres that are no place.
const ROUGH: f64 = 1_000.0;

/// What a form would note, by its letters as they are kept: `p`lace at the beginning, and at `e`vents later; `l`og, `w`here the
/// log's events were, old and new `a`nswers; `s`ound, which is not noted here.
fn wanted(nodes: &[Node]) -> String {
    let mut letters = String::new();
    for node in nodes {
        let has =
            |name: &str, value: &str| node.parameters.get(name).is_some_and(|set| value.is_empty() || set == value);
        match node.kind {
            Kind::StartGeopoint => letters.push('p'),
            Kind::BackgroundAudio => letters.push('s'),
            Kind::Audit => {
                letters.push('l');
                if has("location-priority", "") {
                    letters.push('w');
                }
                if has("track-changes", "true") {
                    letters.push('a');
                }
            }
            _ => {}
        }
        for action in node.actions.iter().filter(|action| action.geopoint) {
            letters.push(if is_at_start(&action.events) { 'p' } else { 'e' });
        }
    }
    letters
}

fn is_at_start(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::First | Event::Load))
}

/// Whether what was agreed to is all that is wanted now.
fn covers(agreed: &str, wanted: &str) -> bool {
    wanted.chars().all(|letter| letter == 's' || agreed.contains(letter))
}

/// The question at the beginning of a visit; afterwards a line that says what was answered.
pub fn view(form: Form) -> View {
    let filling = form.get();
    let info = filling.info();
    let wanted = filling.with_session(|session| wanted(&session.definition().nodes));
    // A correction tells of a visit that was.
    if !info.replaces.is_empty() || wanted.is_empty() {
        return View::default();
    }
    // Those of the beginning are noted below, once there is consent.
    filling.take_places();
    let key = key(&filling);
    let said = settings::get::<String>(&key).filter(|said| said == "no" || covers(said, &wanted));
    // What was agreed to in this visit holds in it, also when the phone died before the setting was on its disk.
    let said = if audit::is_begun(&filling) { Some(wanted.clone()) } else { said };
    let answer = RwSignal::new(said);
    let place = RwSignal::new(None::<LocationError>);
    let begin = {
        let key = key.clone();
        move || {
            audit::begin(&filling);
            note_place(&filling, places(&filling), place, key.clone());
        }
    };
    if answer.with_untracked(|said| said.as_ref().is_some_and(|said| said != "no")) {
        begin();
    }
    let begin = StoredValue::new(begin);
    let give = Callback::new(move |given: String| {
        if given == "no" {
            forget(&form.get());
        } else {
            begin.with_value(|begin| begin());
        }
        // A setting that is not kept is asked for again.
        settings::set(&key, given.clone());
        answer.set(Some(given));
    });
    let is_first = Memo::new(move |_| {
        let filling = form.get();
        filling.pages().first().is_none_or(|first| first.id == filling.page())
    });
    View::of(move || {
        let (lang, said) = (form.lang(), answer.get());
        match said {
            None => question(lang, &wanted, give),
            Some(said) if is_first.get() => told(form, &wanted, &said, place, answer),
            Some(_) => View::default(),
        }
    })
}

fn key(filling: &Filling) -> String {
    let user = filling.app.me.with_untracked(|me| me.as_ref().map(|me| me.user.clone())).unwrap_or_default();
    settings::of_user(CONSENT, &joined(&[&user, &filling.info().form], "."))
}

/// Notes where the phone is now in questions that ask for it at an event (`setgeopoint`, `background-geopoint`), when the person
/// has agreed. Elsewhere nothing is said: the visit goes on without.
pub fn note_places((filling, places): (Rc<Filling>, Vec<Id>)) {
    let key = key(&filling);
    let is_agreed = settings::get::<String>(&key).is_some_and(|said| find(&said, "e").is_some());
    if is_agreed && filling.info().replaces.is_empty() {
        note_place(&filling, places, RwSignal::new(None), key);
    }
}

/// What would be noted, in words.
fn list(lang: Lang, wanted: &str) -> String {
    joined(&words_of(lang, wanted), if lang == Lang::En { "; " } else { "；" })
}

fn words_of(lang: Lang, wanted: &str) -> Vec<&'static str> {
    let all = [
        ("p", words::CONSENT_PLACE),
        ("e", words::CONSENT_EVENTS),
        ("l", words::CONSENT_LOG),
        ("w", words::CONSENT_WHERE),
        ("a", words::CONSENT_ANSWERS),
    ];
    all.into_iter().filter(|(letter, _)| find(wanted, letter).is_some()).map(|(_, word)| word.get(lang)).collect()
}

fn question(lang: Lang, wanted: &str, give: Callback<String>) -> View {
    let what = words_of(lang, wanted);
    let sound = sound(lang, wanted);
    if what.is_empty() {
        return sound;
    }
    let what: Vec<_> = what.into_iter().map(|what| view! { <li>{what}</li> }).collect();
    let (yes, no) = (wanted.to_owned(), "no".to_owned());
    view! {
        <section class="notice consent">
            <p><b>{words::CONSENT_ASKED.get(lang)}</b></p>
            <ul>{what}</ul>
            <p>{words::CONSENT_WHO.get(lang)}</p>
            {sound}
            <div class="q-buttons">
                {button(Some(icons::CHECK), say(&words::CONSENT_YES), move || give.run(yes.clone()))}
                {button(Some(icons::CLOSE), say(&words::CONSENT_NO), move || give.run(no.clone()))}
            </div>
        </section>
    }
}

fn sound(lang: Lang, wanted: &str) -> View {
    match find(wanted, "s") {
        Some(_) => line(icons::INFO, words::CONSENT_NO_SOUND.get(lang).to_owned()),
        None => View::default(),
    }
}

fn told(
    form: Form,
    wanted: &str,
    said: &str,
    place: RwSignal<Option<LocationError>>,
    answer: RwSignal<Option<String>>,
) -> View {
    let lang = form.lang();
    let words = if said == "no" {
        words::CONSENT_REFUSED.get(lang).to_owned()
    } else {
        words::CONSENT_GIVEN.fill(lang, &[("what", &list(lang, wanted))])
    };
    let failed =
        place.get().filter(|_| said != "no").map(|error| line(icons::ALERT, failed_words(error).get(lang).to_owned()));
    view! {
        <div class="consent">
            {line(icons::INFO, words)}
            {failed}
            <button type="button" class="btn plain" on:click=move |_| answer.set(None)>{say(&words::CONSENT_CHANGE)}</button>
        </div>
    }
}

/// What was noted before the person thought better of it goes.
fn forget(filling: &Rc<Filling>) {
    filling.set_follower(None);
    let noted = filling.with_session(|session| {
        let definition = session.definition();
        let noted = definition.nodes.iter().filter(|node| matches!(node.kind, Kind::StartGeopoint | Kind::Audit));
        let paths = noted.filter_map(|node| path_of(definition, node));
        let mut noted: Vec<_> = paths.filter_map(|path| session.find(&path)).collect();
        noted.extend(placed(session));
        noted
    });
    for id in noted {
        filling.note(id, "");
    }
    audit::forget(filling);
}

/// The questions that hold the place of the beginning and do not have it yet.
fn places(filling: &Filling) -> Vec<Id> {
    let (answers, start) = filling.with_session(|session| {
        let draft = session.draft();
        (draft.answers, draft.start)
    });
    if clock::now() - js_sys::Date::parse(&start) as i64 > BEGINNING {
        return Vec::new();
    }
    filling.with_session(|session| {
        let definition = session.definition();
        let mut places = Vec::new();
        for node in &definition.nodes {
            if node.kind == Kind::StartGeopoint && answer_named(&answers, &node.name).unwrap_or_default().is_empty() {
                places.extend(path_of(definition, node).and_then(|path| session.find(&path)));
            }
            for action in node.actions.iter().filter(|action| action.geopoint && is_at_start(&action.events)) {
                places.extend(session.find(&action.target));
            }
        }
        places
    })
}

/// Looks for the place for a while, and takes the best.
fn note_place(filling: &Rc<Filling>, places: Vec<Id>, failed: RwSignal<Option<LocationError>>, key: String) {
    if places.is_empty() {
        return;
    }
    let watching: Rc<RefCell<Option<Watch>>> = Rc::default();
    let best = RefCell::new(None::<Fix>);
    let into = filling.clone();
    let hear = move |report: Result<Fix, LocationError>| match report {
        // The person may have thought better of it.
        _ if settings::get::<String>(&key).is_some_and(|said| said == "no") => {}
        Ok(fix) => {
            let mut best = best.borrow_mut();
            if fix.accuracy <= best.map_or(ROUGH, |best| best.accuracy) {
                *best = Some(fix);
                let text = geopoint_text(fix.latitude, fix.longitude, fix.altitude, fix.accuracy);
                for place in &places {
                    into.note(*place, &text);
                }
                // The page may have been left meanwhile.
                let _ = failed.try_set(None);
            }
        }
        Err(error) => {
            if best.borrow().is_none() {
                let _ = failed.try_set(Some(error));
            }
        }
    };
    match watch(true, Box::new(hear)) {
        Ok(watch) => {
            *watching.borrow_mut() = Some(watch);
            timer::after(SEARCH, move || drop(watching.borrow_mut().take()));
        }
        Err(error) => failed.set(Some(error)),
    }
}

#[cfg(test)]
mod tests {
    use zhucun_forms::definition::Action;

    use super::*;

    #[test]
    fn a_form_that_wants_more_than_was_agreed_to_asks_again() {
        let node = |kind, parameters: &[(&str, &str)]| Node {
            kind,
            parameters: parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ..Node::default()
        };
        let plain = [node(Kind::Text, &[]), node(Kind::Audit, &[])];
        assert_eq!(wanted(&plain), "l");
        let more = [
            node(Kind::Audit, &[("location-priority", "balanced"), ("track-changes", "true")]),
            node(Kind::StartGeopoint, &[]),
            node(Kind::BackgroundAudio, &[]),
        ];
        assert_eq!(wanted(&more), "lwaps");
        assert!(covers("lwap", &wanted(&more)), "sound is never noted, so it is not agreed to");
        assert!(!covers("l", &wanted(&more)) && covers("lwap", "l"));
        assert_eq!(wanted(&[node(Kind::Geopoint, &[])]), "");
        let at = |events: &[Event]| {
            let action = Action { events: events.to_vec(), geopoint: true, ..Action::default() };
            wanted(&[Node { actions: vec![action], ..Node::default() }])
        };
        assert_eq!((at(&[Event::First]), at(&[Event::Changed])), ("p".to_owned(), "e".to_owned()));
    }
}
