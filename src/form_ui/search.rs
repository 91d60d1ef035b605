//! `select_one` with appearance `autocomplete`: a search over hundreds of choices, the first of them shown.

use zhucun_json::texts;
use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::ask::{Ask, Choices, button, single};
use super::select::MANY;
use super::values::is_found;
use crate::platform::pinyin;
use crate::ui::{counted, icons, say};

/// The first choices whose words are found by what was typed, so many at most, and how many there are beside them. By the
/// first letters of Pinyin, too, as in the list of households.
pub fn found(
    choices: &mut dyn Iterator<Item = &(String, String)>,
    typed: &str,
    most: usize,
) -> (Vec<(String, String)>, usize) {
    let parts = texts::words(typed);
    let letters = typed.bytes().any(|byte| byte.is_ascii_alphabetic());
    let (mut first, mut more) = (Vec::new(), 0);
    for choice in choices {
        let words = &choice.1;
        if !(is_found(words, &parts) || letters && is_found(&pinyin::initials(words), &parts)) {
            continue;
        }
        if first.len() < most {
            first.push(choice.clone());
        } else {
            more += 1;
        }
    }
    (first, more)
}

/// The widget: what is chosen, with "change"; else the search.
pub fn field(ask: Ask) -> View {
    let choices = ask.choices();
    let open = RwSignal::new(false);
    let chosen = Memo::new(move |_| {
        ask.value().with(|value| {
            let find = |list: &Choices| list.iter().find(|(name, _)| name == value).map(|(_, w)| w.clone());
            (!value.is_empty()).then(|| choices.with(find).unwrap_or_else(|| ask.say(words::CHOICE_UNKNOWN).to_owned()))
        })
    });
    let body = move || match chosen.get() {
        Some(words) if !open.get() => picked(ask, words, open),
        _ => search(ask, choices, open),
    };
    single(ask, view! { {body} })
}

fn picked(ask: Ask, words: String, open: RwSignal<bool>) -> View {
    let change = move || (!ask.readonly()).then(|| button(None, say(&words::CHANGE), move || open.set(true)));
    view! { <div class="picked" id=ask.element_id("") tabindex="-1"><b>{words}</b>{change}</div> }
}

fn search(ask: Ask, choices: Memo<Choices>, open: RwSignal<bool>) -> View {
    let typed = RwSignal::new(String::new());
    let found = Memo::new(move |_| typed.with(|typed| choices.with(|all| found(&mut all.iter(), typed, MANY))));
    let pick = move |(name, words): (String, String)| {
        let tap = move || {
            open.set(false);
            ask.answer(&name);
        };
        view! { <li>{button(None, View::of(words), tap)}</li> }
    };
    let rest = move || match found.with(|(shown, more)| (shown.len(), *more)) {
        (0, _) => ask.say(words::NONE_FOUND).to_owned(),
        (_, 0) => String::new(),
        (_, more) => counted(&words::MORE_FOUND, ask.form().lang(), more),
    };
    view! {
        <input class="field" id=ask.element_id("") type="search" autocomplete="off" enterkeyhint="search"
            placeholder=move || ask.say(words::SEARCH) aria-describedby=ask.described()
            aria-invalid=move || ask.invalid() aria-required=move || ask.required().to_string()
            on:input=move |event| typed.set(event_target_value(&event)) />
        <ul class="found">{move || found.with(|(shown, _)| shown.clone()).into_iter().map(pick).collect::<Vec<_>>()}</ul>
        <p class="ask-hint" aria-live="polite">{rest}</p>
        {move || (!ask.value().with(String::is_empty)).then(|| {
            button(Some(icons::BACK), say(&words::KEEP_CHOICE), move || open.set(false))
        })}
    }
}
