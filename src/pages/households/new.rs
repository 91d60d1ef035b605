//! Adding a household, also without a network.

use std::collections::BTreeMap;

use leptos::task::spawn_local;
use serde_json::Value;
use zhucun_domain::{
    collection,
    household::{HouseholdProblem, KINDS, check, field},
};
use zhucun_sync::RecordKey;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, household_edit as edit_words, households as words};

use crate::{
    pages::page,
    platform::{crypto, dom},
    routes::{self, Route},
    state::{App, NewHousehold, use_app},
    ui::{BottomBar, Button, ButtonKind, Choice, Field, counted, names, said},
};

/// A new household.
pub fn new_household((): ()) -> View {
    let app = use_app();
    let typed = app.new_household;
    let tried = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problems = Memo::new(move |_| {
        typed.with(|typed| if tried.get() { check(&typed.head_name, &typed.group, &typed.phone) } else { Vec::new() })
    });
    let save = Callback::new(move |()| {
        tried.set(true);
        let first = problems.with_untracked(|problems| problems.first().copied());
        match first {
            Some(problem) => dom::focus(field_of(problem)),
            None if !busy.get_untracked() => {
                busy.set(true);
                spawn_local(add(app, typed.get_untracked(), busy));
            }
            None => {}
        }
    });
    let title = said(&edit_words::NEW_TITLE);
    let body = move || fields(app, app.lang.get(), problems);
    let actions = view! {
        <BottomBar>
            <Button kind=ButtonKind::Fill disabled=busy on_tap=Some(save)>
                {move || app.word(if busy.get() { edit_words::SAVING } else { edit_words::SAVE })}
            </Button>
        </BottomBar>
    };
    page(false, title, Signal::default(), View::of(body), Some(actions))
}

const fn field_of(problem: HouseholdProblem) -> &'static str {
    match problem {
        HouseholdProblem::HeadName => "#head_name",
        HouseholdProblem::Group => "#group",
        HouseholdProblem::Phone => "#phone",
    }
}

const fn problem_word(problem: HouseholdProblem) -> Word {
    match problem {
        HouseholdProblem::HeadName => edit_words::PROBLEM_HEAD_NAME,
        HouseholdProblem::Group => edit_words::PROBLEM_GROUP,
        HouseholdProblem::Phone => edit_words::PROBLEM_PHONE,
    }
}

fn fields(app: App, lang: Lang, problems: Memo<Vec<HouseholdProblem>>) -> View {
    let typed = app.new_household;
    let problem = move |which: HouseholdProblem| {
        Signal::derive(move || {
            problems.with(|all| all.contains(&which)).then(|| app.word(problem_word(which)).to_owned())
        })
    };
    let read =
        move |part: fn(&NewHousehold) -> &String| Signal::derive(move || typed.with(|typed| part(typed).clone()));
    let kinds: Vec<_> = KINDS
        .into_iter()
        .map(|kind| {
            let chosen = Signal::derive(move || typed.with(|typed| typed.kind == kind));
            let on_choose = Callback::new(move |kind| typed.update(|typed| typed.kind = kind));
            view! { <Choice name="kind" value=kind label=names::kind(lang, kind) chosen on_choose/> }
        })
        .collect();
    view! {
        <Field
            id="head_name"
            label=edit_words::HEAD_NAME.get(lang)
            hint=edit_words::NEW_HEAD_HINT.get(lang)
            value=read(|typed| &typed.head_name)
            on_type=Callback::new(move |text| typed.update(|typed| typed.head_name = text))
            problem=problem(HouseholdProblem::HeadName)
        />
        <Field
            id="group"
            label=edit_words::GROUP.get(lang)
            hint=edit_words::NEW_GROUP_HINT.get(lang)
            value=read(|typed| &typed.group)
            on_type=Callback::new(move |text| typed.update(|typed| typed.group = text))
            problem=problem(HouseholdProblem::Group)
            keyboard="numeric"
        />
        <Field
            id="address"
            label=words::ADDRESS.get(lang)
            hint=edit_words::NEW_ADDRESS_HINT.get(lang)
            value=read(|typed| &typed.address)
            on_type=Callback::new(move |text| typed.update(|typed| typed.address = text))
        />
        <Field
            id="phone"
            label=words::PHONE.get(lang)
            hint=edit_words::NEW_PHONE_HINT.get(lang)
            value=read(|typed| &typed.phone)
            on_type=Callback::new(move |text| typed.update(|typed| typed.phone = text))
            problem=problem(HouseholdProblem::Phone)
            keyboard="tel"
        />
        <fieldset class="field-block">
            <legend class="q">{edit_words::KIND.get(lang)}</legend>
            {kinds}
        </fieldset>
        <p class="err-count" role="status">
            {move || {
                let count = problems.with(Vec::len);
                (count > 0).then(|| counted(&edit_words::PROBLEMS, lang, count))
            }}
        </p>
    }
}

/// Writes the household, then opens its file; "back" leads to the list from there.
async fn add(app: App, typed: NewHousehold, busy: RwSignal<bool>) {
    let mut patch = BTreeMap::new();
    let given = [
        (field::HEAD_NAME, &typed.head_name),
        (field::GROUP, &typed.group),
        (field::ADDRESS, &typed.address),
        (field::PHONE, &typed.phone),
        (field::KIND, &typed.kind),
    ];
    for (name, text) in given {
        if !text.trim().is_empty() {
            patch.insert(name.to_owned(), Value::String(text.trim().to_owned()));
        }
    }
    let id = crypto::uuid();
    match app.write(RecordKey::new(collection::HOUSEHOLDS, id.clone()), patch, Vec::new(), Vec::new()).await {
        Ok(()) => {
            app.new_household.set(NewHousehold::default());
            if routes::is_here(&Route::NewHousehold) {
                routes::replace(Route::Household(id));
            }
        }
        Err(error) => {
            let _ = busy.try_set(false);
            app.say(error.word());
        }
    }
}
