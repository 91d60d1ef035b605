//! Townships and villages: who works in them, adding, renaming, a new secretary.

use zhucun_api::admin::{Made, NewPlace, PlaceChange, PlaceRow, Places, VillageRow};
use zhucun_domain::access::Role;
use zhucun_view::prelude::*;
use zhucun_words::admin as words;

use super::{
    parts::{Work, back, both, field, go_saying, json, menu, names, read, submit, submit_too, two},
    secretary,
};
use crate::{
    desk::{Desk, Place, Source, place},
    platform::http::{self, Method},
};

pub(super) const PLACES: &str = "/api/v1/admin/places";

/// The page.
pub(crate) fn page(desk: Desk) -> View {
    let places = Source::of(PLACES.into());
    let search = RwSignal::new(String::new());
    let rows = move || places.read(|found: &Places| search.with(|search| table(desk, found, search.trim())));
    let list = places.draw(desk, move || View::of(rows));
    let list = view! {
        <a class="desk-link" href=Place::Villages.to_hash()>{desk.say(words::BACK_VILLAGES)}</a>
        <div class="desk-head">
            <h2>{desk.say(words::PLACES_TITLE)}</h2>
            <a class="btn" href=Place::Places(Some(place::NEW.into())).to_hash()>{desk.say(words::ADD_PLACE)}</a>
        </div>
        <div class="desk-filter">
            <input class="field" type="search" id="place-search" aria-label=desk.say(words::SEARCH_PLACES)
                placeholder=desk.say(words::SEARCH_PLACES) on:input=move |event| search.set(event_target_value(&event))/>
        </div>
        {list}
    };
    let opened = move || {
        let Place::Places(Some(id)) = desk.place.get() else { return View::default() };
        untrack(|| {
            let back = back(desk, &Place::Places(None), words::BACK_PLACES);
            let drawn = places
                .draw(desk, move || if id == place::NEW { new(desk, places) } else { open(desk, places, id.clone()) });
            view! { {back}{drawn} }
        })
    };
    two(list, View::of(opened), move || desk.place.with(|place| matches!(place, Place::Places(Some(_)))))
}

fn table(desk: Desk, found: &Places, search: &str) -> View {
    let lower = search.to_lowercase();
    let fits = |names: &zhucun_api::Names| names.values().any(|name| name.to_lowercase().contains(&lower));
    let mut rows = Vec::new();
    for township in &found.townships {
        let villages: Vec<_> = found.villages.iter().filter(|village| village.township == township.id).collect();
        let whole = fits(&township.names);
        let shown: Vec<_> = villages.into_iter().filter(|village| whole || fits(&village.names)).collect();
        if !whole && shown.is_empty() {
            continue;
        }
        rows.push(view! {
            <tr class="desk-group">
                <th scope="rowgroup" colspan="4">
                    <a href=Place::Places(Some(township.id.clone())).to_hash()>{both(&township.names)}</a>
                </th>
            </tr>
        });
        rows.extend(shown.into_iter().map(|village| row(desk, village)));
    }
    if rows.is_empty() {
        return view! { <p class="quiet">{desk.word(words::NO_PLACES)}</p> };
    }
    let head = [words::VILLAGE, words::HOUSEHOLDS, words::SECRETARY, words::NEEDS_LINK];
    let head: Vec<_> = head.into_iter().map(|word| view! { <th scope="col">{desk.word(word)}</th> }).collect();
    view! { <table class="admin-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table> }
}

fn row(desk: Desk, village: &VillageRow) -> View {
    let secretary = secretary_of(village).unwrap_or_else(|| desk.word(words::NO_SECRETARY).to_owned());
    let link = desk.word(if village.has_link { words::LINK_THERE } else { words::LINK_NONE });
    let label = |word| desk.word(word);
    view! {
        <tr>
            <td><a href=Place::Places(Some(village.id.clone())).to_hash()>{both(&village.names)}</a></td>
            <td data-label=label(words::HOUSEHOLDS)>{village.households.to_string()}</td>
            <td data-label=label(words::SECRETARY)>{secretary}</td>
            <td data-label=label(words::NEEDS_LINK)>{link}</td>
        </tr>
    }
}

/// The names of a village's secretaries; usually one.
pub(super) fn secretary_of(village: &VillageRow) -> Option<String> {
    let names: Vec<_> =
        village.users.iter().filter(|user| user.role == Role::Secretary).map(|user| user.name.clone()).collect();
    (!names.is_empty()).then(|| names.join(" · "))
}

fn new(desk: Desk, places: Source<Places>) -> View {
    let work = Work::new();
    let (zh, en) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let townships = places
        .read(|found| found.townships.iter().map(|place| (place.id.clone(), both(&place.names))).collect::<Vec<_>>())
        .unwrap_or_default();
    let first = townships.first().map(|(id, _)| id.clone()).unwrap_or_default();
    let township = RwSignal::new(first);
    let options = move || {
        let mut options = townships.clone();
        options.push((String::new(), desk.word(words::AS_TOWNSHIP).to_owned()));
        options
    };
    let send = move |event: web_sys::Event| {
        event.prevent_default();
        let names = names(zh, en);
        if names.get("zh").is_none_or(String::is_empty) {
            return work.refuse(words::NAME_MISSING);
        }
        let township = Some(township.get_untracked()).filter(|id| !id.is_empty());
        work.send(Method::POST, PLACES.into(), json(&NewPlace { township, names }), move |text| {
            places.ask();
            if let Some(made) = read::<Made>(text) {
                go_saying(desk, &Place::Places(Some(made.id)), words::PLACE_ADDED);
            }
        });
    };
    view! {
        <h2>{desk.say(words::ADD_PLACE)}</h2>
        <form class="desk-form" on:submit=send>
            {menu(desk, "place-above", words::PLACE_ABOVE, options, township)}
            {field(desk, "place-zh", words::NAME_ZH, None, zh)}
            {field(desk, "place-en", words::NAME_EN, Some(words::NAME_EN_HINT), en)}
            {work.notice(desk)}
            {submit(desk, work, words::ADD)}
        </form>
    }
}

/// What stands under an id.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Township,
    Village,
    Gone,
}

fn open(desk: Desk, places: Source<Places>, id: String) -> View {
    let own = id.clone();
    let now = Memo::new(move |_| {
        let found = places.read(|found| {
            let village = found.villages.iter().find(|village| village.id == own);
            let village = village.map(|village| (Kind::Village, village.names.clone()));
            let township = found.townships.iter().find(|place| place.id == own);
            township.map(|place| (Kind::Township, place.names.clone())).or(village)
        });
        found.flatten().unwrap_or((Kind::Gone, zhucun_api::Names::new()))
    });
    let kind = Memo::new(move |_| now.with(|(kind, _)| *kind));
    View::of(move || {
        let (kind, id) = (kind.get(), id.clone());
        untrack(|| {
            if kind == Kind::Gone {
                return view! { <p role="alert">{desk.say(words::GONE)}</p> };
            }
            let village = (kind == Kind::Village).then(|| {
                let visits = Place::Village(id.clone()).to_hash();
                view! {
                    <a class="desk-link" href=visits>{desk.say(words::TO_VILLAGE)}</a>
                    {secretary::form(desk, places, &id)}
                }
            });
            let row = PlaceRow { id, names: now.with(|(_, names)| names.clone()) };
            view! {
                <h2>{move || now.with(|(_, names)| both(names))}</h2>
                {Work::arrived(desk).notice(desk)}
                {village}
                {rename(desk, &row, move || places.refresh())}
            }
        })
    })
}

/// Another name, in both languages.
pub(super) fn rename(desk: Desk, row: &PlaceRow, saved: impl Fn() + Copy + 'static) -> View {
    let work = Work::new();
    let of = |tag: &str| RwSignal::new(row.names.get(tag).cloned().unwrap_or_default());
    let (zh, en) = (of("zh"), of("en"));
    let url = [PLACES, "/", &http::encode(&row.id)].concat();
    let send = move |event: web_sys::Event| {
        event.prevent_default();
        let names = names(zh, en);
        if names.get("zh").is_none_or(String::is_empty) {
            return work.refuse(words::NAME_MISSING);
        }
        work.send(Method::PUT, url.clone(), json(&PlaceChange { names }), move |_| {
            work.done(words::SAVED);
            saved();
        });
    };
    view! {
        <form class="desk-form" on:submit=send>
            <h3>{desk.say(words::RENAME)}</h3>
            {field(desk, "name-zh", words::NAME_ZH, None, zh)}
            {field(desk, "name-en", words::NAME_EN, Some(words::NAME_EN_HINT), en)}
            {work.notice(desk)}
            {submit_too(desk, work, words::SAVE)}
        </form>
    }
}
