//! What the county decides: its name, limits in days, holidays, the poverty line; and what was administered.

use zhucun_api::admin::{CountySettings, Places};
use zhucun_domain::settings::field as names;
use zhucun_view::prelude::*;
use zhucun_words::{Word, admin as words};

use super::{
    audit,
    parts::{Work, json, submit},
    places,
};
use crate::{
    desk::{Desk, Source},
    platform::http::Method,
};

const SETTINGS: &str = "/api/v1/admin/settings";

/// The page.
pub(crate) fn page(desk: Desk) -> View {
    let settings = Source::of(SETTINGS.into());
    let drawn = settings.draw(desk, move || View::of(settings.read(|settings| form(desk, settings))));
    let county = Source::of(places::PLACES.into());
    // The name at the top of the desk is that of the session: it follows at the next loading.
    let named =
        county.draw(desk, move || View::of(county.read(|found: &Places| places::rename(desk, &found.county, || {}))));
    view! {
        <div class="desk-two admin">
            <section><h2>{desk.say(words::SETTINGS)}</h2>{drawn}</section>
            <section><h2>{desk.say(words::COUNTY)}</h2>{named}{audit::list(desk)}</section>
        </div>
    }
}

/// A number of days: its field, id, words, and default.
type Days = (&'static str, &'static str, Word, u32);

fn days() -> [Days; 5] {
    let usual = CountySettings::default();
    [
        (names::UNSEEN_DAYS, "unseen", words::UNSEEN_DAYS, usual.unseen_days),
        (names::ANSWER_DAYS, "answer", words::ANSWER_DAYS, usual.answer_days),
        (names::VILLAGE_DAYS, "village", words::VILLAGE_DAYS, usual.village_days),
        (names::TOWNSHIP_DAYS, "township", words::TOWNSHIP_DAYS, usual.township_days),
        (names::COUNTY_DAYS, "county", words::COUNTY_DAYS, usual.county_days),
    ]
}

fn form(desk: Desk, settings: &CountySettings) -> View {
    let work = Work::new();
    let now = [
        settings.unseen_days,
        settings.answer_days,
        settings.village_days,
        settings.township_days,
        settings.county_days,
    ];
    let numbers = now.map(|days| RwSignal::new(days.to_string()));
    let holidays = RwSignal::new(settings.holidays.join("\n"));
    let lines: Vec<_> =
        settings.poverty_line.iter().map(|(year, yuan)| [year, " ", &yuan.to_string()].concat()).collect();
    let lines = RwSignal::new(lines.join("\n"));
    let send = move |event: web_sys::Event| {
        event.prevent_default();
        let new = read(numbers.map(RwSignal::get_untracked), &holidays.get_untracked(), &lines.get_untracked());
        match new {
            Err(word) => work.refuse(word),
            Ok(new) => work.send(Method::PUT, SETTINGS.into(), json(&new), move |_| work.done(words::SAVED)),
        }
    };
    let fields: Vec<_> = days().into_iter().zip(numbers).map(|(days, value)| number(desk, days, value)).collect();
    view! {
        <form class="desk-form" on:submit=send>
            {fields}
            {area(desk, "holidays", words::HOLIDAYS, words::HOLIDAYS_HINT, holidays)}
            {area(desk, "poverty", words::POVERTY_LINE, words::POVERTY_LINE_HINT, lines)}
            {work.notice(desk)}
            {submit(desk, work, words::SAVE)}
        </form>
    }
}

/// What is typed as settings; else the word for the first thing that is wrong.
fn read(numbers: [String; 5], holidays: &str, lines: &str) -> Result<CountySettings, Word> {
    let mut wrong = false;
    let [unseen_days, answer_days, village_days, township_days, county_days] = numbers.map(|number| {
        number.trim().parse().unwrap_or_else(|_| {
            wrong = true;
            0
        })
    });
    let mut poverty_line = std::collections::BTreeMap::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (year, yuan) = line.split_once(|c: char| c.is_whitespace() || ":：".contains(c)).unwrap_or((line, ""));
        let Ok(yuan) = yuan.trim().parse() else { return Err(words::POVERTY_LINE_WRONG) };
        poverty_line.insert(year.to_owned(), yuan);
    }
    let holidays = holidays.lines().map(str::trim).filter(|day| !day.is_empty()).map(str::to_owned).collect();
    let new =
        CountySettings { unseen_days, answer_days, village_days, township_days, county_days, holidays, poverty_line };
    match new.wrong().first() {
        _ if wrong => Err(words::DAYS_WRONG),
        None => Ok(new),
        Some(&names::HOLIDAYS) => Err(words::HOLIDAYS_WRONG),
        Some(&names::POVERTY_LINE) => Err(words::POVERTY_LINE_WRONG),
        Some(_) => Err(words::DAYS_WRONG),
    }
}

fn number(desk: Desk, (_, id, label, usual): Days, value: RwSignal<String>) -> View {
    let hint = [id, "-hint"].concat();
    view! {
        <div class="field-block">
            <label class="q" for=id>{desk.say(label)}</label>
            <span class="hint" id=hint.clone()>{move || desk.fill(words::USUAL, &[("n", &usual.to_string())])}</span>
            <input class="field short" id=id inputmode="numeric" autocomplete="off" aria-describedby=hint
                prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event))/>
        </div>
    }
}

fn area(desk: Desk, id: &'static str, label: Word, hint_word: Word, value: RwSignal<String>) -> View {
    let hint = [id, "-hint"].concat();
    view! {
        <div class="field-block">
            <label class="q" for=id>{desk.say(label)}</label>
            <span class="hint" id=hint.clone()>{desk.say(hint_word)}</span>
            <textarea class="field" id=id rows="4" autocomplete="off" aria-describedby=hint
                prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event))></textarea>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(unseen: &str) -> [String; 5] {
        [unseen, "2", "7", "15", "30"].map(str::to_owned)
    }

    #[test]
    fn what_is_typed_is_read_line_by_line_and_what_is_wrong_is_named() {
        let read_in = |unseen: &str, holidays: &str, lines: &str| read(numbers(unseen), holidays, lines);
        let new = read_in(" 20 ", "2026-10-01\n\n 2026-10-02", "2025 7000\n2026：7500").unwrap_or_default();
        assert_eq!((new.unseen_days, new.holidays.len(), new.poverty_line["2026"]), (20, 2, 7500));
        assert!(matches!(read_in("x", "", ""), Err(word) if word == words::DAYS_WRONG));
        assert!(matches!(read_in("0", "", ""), Err(word) if word == words::DAYS_WRONG));
        assert!(matches!(read_in("30", "1 October", ""), Err(word) if word == words::HOLIDAYS_WRONG));
        assert!(matches!(read_in("30", "", "2026"), Err(word) if word == words::POVERTY_LINE_WRONG));
    }
}
