//! Households that nobody saw for so many days, over all villages.

use zhucun_api::{UnseenList, UnseenRow, VillageSummary};
use zhucun_view::prelude::*;
use zhucun_words::desk as words;

use super::{
    Desk, Place, Source, link, place,
    shown::{day, lang_of, table},
    source::further,
};
use crate::platform::http;

/// Days that can be chosen.
const DAYS: [i64; 5] = [15, 30, 60, 90, 180];

/// What is asked for: a village (all when empty), and the days where they are not the county's.
type Asked = (String, Option<i64>);

fn query(what: &str, (village, days): &Asked) -> String {
    let days = days.map(|days| ["&days=", &days.to_string()].concat()).unwrap_or_default();
    ["/api/v1/unseen", what, "?village=", &http::encode(village), &days].concat()
}

/// The table with its filters. It follows the address, so that a filter stays under the fingers while it is changed.
pub(super) fn page(desk: Desk) -> View {
    let asked = Memo::new(move |last: Option<&Asked>| match desk.place.get() {
        Place::Unseen(village, days) => (village, days),
        _ => last.cloned().unwrap_or_default(),
    });
    let found = Source::new(move |after| further(&query("", &asked.get_untracked()), after));
    Effect::new(move |last: Option<Asked>| {
        let now = asked.get();
        if last.is_some_and(|last| last != now) {
            found.ask();
        }
        now
    });
    // As asked; else as the county has set, which the answer says.
    let days = Memo::new(move |_| asked.with(|(_, days)| *days).or_else(|| found.read(|page: &UnseenList| page.days)));
    let villages = Source::of("/api/v1/villages".into());
    let filters = villages.draw(desk, move || {
        let named = villages.read(|found: &Vec<VillageSummary>| {
            found.iter().map(|village| (village.id.clone(), village.name.clone())).collect::<Vec<_>>()
        });
        filters(desk, named.unwrap_or_default(), asked, days)
    });
    let rows = found.draw(desk, move || {
        let rows = move || found.read(|page| rows(desk, page));
        view! { {rows}{found.more(desk, ".desk-list > tbody", "")} }
    });
    let title = move || match days.get() {
        Some(days) => desk.fill(words::UNSEEN_ALL, &[("days", &days.to_string())]),
        None => desk.word(words::UNSEEN_LONG).to_owned(),
    };
    let export = move || asked.with(|asked| [&query(".csv", asked), "&lang=", lang_of(desk)].concat());
    view! {
        <a class="desk-link no-print" href=link(&Place::Villages)>{desk.say(words::BACK)}</a>
        <h2>{title}</h2>
        <div class="no-print">{filters}</div>
        {rows}
        <p class="desk-ways"><a class="desk-link" href=export download="">{desk.say(words::EXPORT_UNSEEN)}</a></p>
    }
}

/// How many days, and which village: each is an address of its own.
fn filters(
    desk: Desk,
    villages: Vec<(String, zhucun_api::Names)>,
    asked: Memo<Asked>,
    days: Memo<Option<i64>>,
) -> View {
    let choices = Memo::new(move |_| {
        let mut choices = DAYS.to_vec();
        choices.extend(days.get());
        choices.sort_unstable();
        choices.dedup();
        choices
    });
    let choice = move |number: i64| {
        let text = number.to_string();
        let value = text.clone();
        view! {
            <option value=value prop:selected=move || days.get() == Some(number)>
                {move || desk.fill(words::DAYS, &[("n", &text)])}
            </option>
        }
    };
    // Not before the county's days are known: nothing else may look chosen.
    let is_known = Memo::new(move |last: Option<&bool>| last == Some(&true) || days.get().is_some());
    let of_days = move |event: web_sys::Event| {
        let (village, days) = asked.get_untracked();
        place::go(&Place::Unseen(village, event_target_value(&event).parse().ok().or(days)));
    };
    let of_village =
        move |event: web_sys::Event| place::go(&Place::Unseen(event_target_value(&event), days.get_untracked()));
    let is_chosen = move |id: &str| asked.with(|(village, _)| village == id);
    let named = villages.into_iter().map(|(id, name)| {
        let value = id.clone();
        view! { <option value=value prop:selected=move || is_chosen(&id)>{move || desk.name(&name)}</option> }
    });
    let named: Vec<_> = named.collect();
    let select_days = move || {
        is_known.get().then(|| {
            view! {
                <label>{desk.say(words::UNSEEN_DAYS)}
                    <select class="field" id="unseen-days" name="days" on:change=of_days>
                        {move || choices.get().into_iter().map(choice).collect::<Vec<_>>()}
                    </select>
                </label>
            }
        })
    };
    view! {
        <div class="desk-filters">
            {select_days}
            <label>{desk.say(words::UNSEEN_VILLAGE)}
                <select class="field" id="unseen-village" name="village" on:change=of_village>
                    <option value="" prop:selected=move || is_chosen("")>{desk.say(words::ALL_VILLAGES)}</option>
                    {named}
                </select>
            </label>
        </div>
    }
}

fn rows(desk: Desk, page: &UnseenList) -> View {
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
    view! {
        <p class="quiet">{desk.fill(words::UNSEEN_TOTAL, &[("n", &page.total.to_string())])}</p>
        {table("desk-list wide", &headings.map(|word| desk.word(word)), rows)}
    }
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
        <tr class="desk-row" tabindex="-1">
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
