//! Households that nobody saw for so many days, over all villages.

use leptos::task::spawn_local;
use zhucun_api::{UnseenList, UnseenRow, VillageSummary};
use zhucun_view::prelude::*;
use zhucun_words::desk as words;

use super::{
    Desk, Place, link, place,
    shown::{day, from, lang_of, table},
};
use crate::{
    platform::http,
    ui::{Button, ButtonKind},
};

/// Days that can be chosen.
const DAYS: [i64; 5] = [15, 30, 60, 90, 180];

/// The table with its filters.
pub(super) fn page(desk: Desk, village: &str, days: i64) -> View {
    let query = ["days=", &days.to_string(), "&village=", &http::encode(village)].concat();
    let base = ["/api/v1/unseen?", &query].concat();
    let export = ["/api/v1/unseen.csv?", &query, "&lang=", lang_of(desk)].concat();
    let filters = from(desk, "/api/v1/villages".into(), {
        let village = village.to_owned();
        move |found: Vec<VillageSummary>| filters(desk, &found, &village, days)
    });
    let rows = from(desk, base.clone(), move |page: UnseenList| {
        let shown = RwSignal::new(page);
        let base = base.clone();
        let more = Callback::new(move |()| more_households(base.clone(), shown));
        View::of(move || {
            let page = shown.get();
            if page.households.is_empty() {
                return view! { <p>{desk.word(words::UNSEEN_NONE)}</p> };
            }
            let rows = page.households.iter().map(|household| row(desk, household)).collect();
            let headings = [
                words::COLUMN_HOUSEHOLD,
                words::COLUMN_GROUP,
                words::COLUMN_VILLAGE,
                words::COLUMN_SECRETARY,
                words::COLUMN_LAST,
                words::COLUMN_DAYS,
            ];
            let next = page.next.is_some().then(|| {
                view! { <Button kind=ButtonKind::Line on_tap=Some(more)>{desk.word(words::MORE)}</Button> }
            });
            view! {
                <p class="quiet">{desk.fill(words::UNSEEN_TOTAL, &[("n", &page.total.to_string())])}</p>
                {table("desk-list wide", &headings.map(|word| desk.word(word)), rows)}
                {next}
            }
        })
    });
    view! {
        <a class="desk-link no-print" href=link(&Place::Villages)>{desk.word(words::BACK)}</a>
        <h2>{desk.fill(words::UNSEEN_ALL, &[("days", &days.to_string())])}</h2>
        <div class="no-print">{filters}</div>
        {rows}
        <p class="desk-ways"><a class="desk-link" href=export download="">{desk.word(words::EXPORT_UNSEEN)}</a></p>
    }
}

/// How many days, and which village: each is an address of its own.
fn filters(desk: Desk, villages: &[VillageSummary], village: &str, days: i64) -> View {
    let mut choices = DAYS.to_vec();
    if !choices.contains(&days) {
        choices.push(days);
        choices.sort_unstable();
    }
    let choices = choices.into_iter().map(|choice| {
        let text = choice.to_string();
        view! { <option value=text.clone() selected=choice == days>{desk.fill(words::DAYS, &[("n", &text)])}</option> }
    });
    let choices: Vec<_> = choices.collect();
    let named = villages.iter().map(|one| {
        let is_it = one.id == village;
        view! { <option value=one.id.clone() selected=is_it>{desk.name(&one.name)}</option> }
    });
    let named: Vec<_> = named.collect();
    let here = village.to_owned();
    let of_days = move |event: web_sys::Event| {
        let days = event_target_value(&event).parse().unwrap_or(days);
        place::go(&Place::Unseen(here.clone(), days));
    };
    let of_village = move |event: web_sys::Event| place::go(&Place::Unseen(event_target_value(&event), days));
    view! {
        <div class="desk-filters">
            <label>{desk.word(words::UNSEEN_DAYS)} <select class="field" name="days" on:change=of_days>{choices}</select></label>
            <label>{desk.word(words::UNSEEN_VILLAGE)}
                <select class="field" name="village" on:change=of_village>
                    <option value="" selected=village.is_empty()>{desk.word(words::ALL_VILLAGES)}</option>
                    {named}
                </select>
            </label>
        </div>
    }
}

/// Adds the next page; when it cannot be fetched the button stays for another try.
fn more_households(base: String, shown: RwSignal<UnseenList>) {
    let Some(after) = shown.get_untracked().next else { return };
    spawn_local(async move {
        let url = [&base, "&after=", &http::encode(&after)].concat();
        if let Ok(page) = http::get_json::<UnseenList>(&url).await {
            let _ = shown.try_update(|all| {
                all.households.extend(page.households);
                all.next = page.next;
            });
        }
    });
}

fn row(desk: Desk, household: &UnseenRow) -> View {
    let (last, days) = match (household.last_seen, household.days) {
        (Some(last), Some(days)) => (day(desk, last), desk.fill(words::DAYS, &[("n", &days.to_string())])),
        _ => (desk.word(words::NEVER).to_owned(), String::new()),
    };
    let village = desk.name(&household.village_name);
    let secretaries = household.secretaries.join(if lang_of(desk) == "zh" { "、" } else { ", " });
    let group = desk.fill(zhucun_words::common::GROUP_NAME, &[("n", &household.group)]);
    let when = [last.as_str(), &days].into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <tr class="desk-row">
            <th scope="row">
                <b>{household.head_name.clone()}</b>
                <small aria-hidden="true">{[&village, &group, &secretaries].map(String::as_str).join(" · ")}</small>
                <small aria-hidden="true">{when}</small>
            </th>
            <td>{group.clone()}</td>
            <td>{village.clone()}</td>
            <td>{secretaries.clone()}</td>
            <td>{last}</td>
            <td>{days}</td>
        </tr>
    }
}
