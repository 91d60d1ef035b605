//! A need: the villager's words, photos, the steps so far, and what happens next.

use std::collections::BTreeMap;

use leptos::task::spawn_local;
use serde_json::Value;
use zhucun_domain::{
    collection,
    need::{self, State, Step, field},
};
use zhucun_json::ToJson;
use zhucun_sync::{Record, RecordKey};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, needs as words};

use super::{due_words, photo, row::received_at};
use crate::{
    pages::{missing, page, record_tag},
    platform::{clock, crypto, dom, http},
    state::{App, NeedAnswer, use_app},
    ui::{
        BottomBar, Button, ButtonKind, Choice, Rows, Section, Tag, TagKind, counted, dates, icons, names, problem_line,
    },
};

/// Fewest characters of words that a villager is given.
const WORDS_MIN: usize = 4;

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AnswerProblem {
    NoState,
    NoWords,
}

/// A need.
pub fn need(id: String) -> View {
    let app = use_app();
    let id = StoredValue::new(id);
    let problem = RwSignal::new(None::<AnswerProblem>);
    let busy = RwSignal::new(false);
    let saved = RwSignal::new(None::<i64>);
    let title = Signal::derive(move || {
        let lang = app.lang.get();
        app.records.with(|records| {
            id.with_value(|id| {
                let need = records.get(collection::NEEDS, id);
                need.map_or(words::TITLE.get(lang), |record| names::category(lang, record.text(field::CATEGORY)))
                    .to_owned()
            })
        })
    });
    let told = move || {
        app.records.with(|records| {
            id.with_value(|id| match records.get(collection::NEEDS, id) {
                Some(record) => file(app, id, record),
                None => missing(app.lang.get()),
            })
        })
    };
    // Only when it may be answered in another way: what is being typed must stay where it is when news come.
    let state = Memo::new(move |_| {
        app.records.with(|records| id.with_value(|id| records.get(collection::NEEDS, id).map(need::state)))
    });
    let next = move || state.get().map(|state| id.with_value(|id| next(app, id, state, problem)));
    let body = view! { {told}{next} };
    let save = Callback::new(move |()| id.with_value(|id| submit(app, id, problem, busy, saved)));
    let actions = view! {
        <BottomBar>
            <div class="stack grow">
                <p class="saved" role="status">
                    {move || {
                        saved
                            .get()
                            .map(|at| {
                                let time = dates::time(clock::local(at));
                                let text = words::SAVED.fill(app.lang.get(), &[("time", &time)]);
                                view! { {icons::draw(icons::CHECK)}<span>{text}</span> }
                            })
                    }}
                </p>
                <Button kind=ButtonKind::Fill disabled=busy on_tap=Some(save)>
                    {move || app.word(if busy.get() { words::SAVING } else { words::SAVE })}
                </Button>
            </div>
        </BottomBar>
    };
    page(false, title, Signal::default(), body, Some(actions))
}

fn file(app: App, id: &str, record: &Record) -> View {
    let lang = app.lang.get();
    let today = clock::today();
    let (due, is_late) = due_words(lang, record);
    let state = need::state(record);
    let due_tag = (due != names::state(lang, state)).then(|| {
        let kind = if is_late { TagKind::Late } else { TagKind::Plain };
        view! { <Tag kind text=due.as_str()/> }
    });
    let day = dates::day(lang, clock::day_of(received_at(record)), today);
    let is_taken = !record.text(field::TICKET).is_empty();
    view! {
        <div class="tags">
            <Tag text=names::state(lang, state)/>
            {due_tag}
            {record_tag(app, collection::NEEDS, id.to_owned())}
        </div>
        <p class="need-text">{record.text(field::TEXT).to_owned()}</p>
        <p class="quiet">
            {words::RECEIVED.fill(lang, &[("day", &day)])}
            {is_taken.then(|| view! { <br/>{words::TAKEN.get(lang)} })}
        </p>
        {person(lang, record)}
        {attachments(app, lang, record)}
        {steps(lang, record)}
    }
}

fn person(lang: Lang, record: &Record) -> View {
    let or = |text: &str, none: Word| if text.is_empty() { none.get(lang).to_owned() } else { text.to_owned() };
    let phone = record.text(field::PHONE);
    let group = record.text(field::GROUP).to_owned();
    let dialled: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let call = if dialled.is_empty() {
        View::of(or(phone, words::NO_PHONE))
    } else {
        let mut href = String::from("tel:");
        href.push_str(&dialled);
        view! { <a href=href>{phone.to_owned()}</a> }
    };
    view! {
        <dl class="facts">
            <dt>{words::NAME.get(lang)}</dt>
            <dd>{or(record.text(field::NAME), words::ANONYMOUS)}</dd>
            <dt>{words::PHONE.get(lang)}</dt>
            <dd>{call}</dd>
            {(!group.is_empty()).then(|| view! { <dt>{words::GROUP.get(lang)}</dt><dd>{group}</dd> })}
        </dl>
    }
}

fn attachments(app: App, lang: Lang, record: &Record) -> Option<View> {
    let files = record.get(field::ATTACHMENTS).and_then(Value::as_array).filter(|files| !files.is_empty())?.clone();
    let stream = app.village()?;
    let shown: Vec<_> = files
        .iter()
        .enumerate()
        .filter_map(|(at, file)| {
            let sha256 = file.get("sha256").and_then(Value::as_str)?;
            let is_sound = file.get("mime").and_then(Value::as_str).is_some_and(|mime| mime.starts_with("audio"));
            Some(if is_sound {
                let label = counted(&words::RECORDING_N, lang, at + 1);
                recording(app, http::attachment_url(&stream, sha256), label)
            } else {
                photo(app, sha256, counted(&words::PHOTO_N, lang, at + 1))
            })
        })
        .collect();
    Some(view! { <Section title=words::PHOTOS.get(lang)><div class="pics">{shown}</div></Section> })
}

/// A recording is on no phone: villagers send them to the server.
fn recording(app: App, url: String, label: String) -> View {
    View::of(move || {
        if app.online.get() {
            let (url, label) = (url.as_str(), label.as_str());
            view! { <audio controls preload="none" src=url aria-label=label></audio> }
        } else {
            view! { <p class="pic pic-away">{icons::draw(icons::OFFLINE)}<span>{app.word(words::RECORDINGS_OFFLINE)}</span></p> }
        }
    })
}

fn steps(lang: Lang, record: &Record) -> View {
    let rows: Vec<_> = need::steps(record).into_iter().map(|step| step_row(lang, step)).collect();
    let inner = if rows.is_empty() {
        view! { <p class="quiet">{words::STEPS_NONE.get(lang)}</p> }
    } else {
        view! { <Rows>{rows}</Rows> }
    };
    view! { <Section title=words::STEPS.get(lang)>{inner}</Section> }
}

fn step_row(lang: Lang, step: Step) -> View {
    let mut facts = names::role(lang, step.role).to_owned();
    facts.push_str(" · ");
    facts.push_str(&dates::moment(lang, clock::local(step.at), clock::today()));
    let said = (!step.words.is_empty()).then(|| view! { <p class="said">{step.words}</p> });
    view! {
        <li class="row">
            <span class="row-words"><b>{names::state(lang, step.state)}</b><small>{facts}</small>{said}</span>
        </li>
    }
}

const fn to_word(state: State) -> Word {
    match state {
        State::Accepted | State::Received => words::TO_ACCEPTED,
        State::Doing => words::TO_DOING,
        State::Solved | State::Rated => words::TO_SOLVED,
        State::Explained => words::TO_EXPLAINED,
        State::Reopened => words::TO_REOPENED,
        State::Referred => words::TO_REFERRED,
    }
}

/// What is typed for this need, kept by the app so that going back loses nothing.
fn answer_of(app: App, id: &str) -> NeedAnswer {
    app.answers.with(|answers| answers.get(id).cloned().unwrap_or_default())
}

fn next(app: App, id: &str, state: State, problem: RwSignal<Option<AnswerProblem>>) -> View {
    let lang = app.lang.get();
    let id = StoredValue::new(id.to_owned());
    let change = move |change: &dyn Fn(&mut NeedAnswer)| {
        problem.set(None);
        app.answers.update(|answers| change(answers.entry(id.get_value()).or_default()));
    };
    let choices: Vec<_> = state
        .next()
        .iter()
        .map(|state| {
            let chosen = Signal::derive(move || id.with_value(|id| answer_of(app, id).state == state.code()));
            let on_choose = Callback::new(move |code: String| change(&|answer| answer.state.clone_from(&code)));
            view! { <Choice name="next" value=state.code() label=to_word(*state).get(lang) chosen on_choose/> }
        })
        .collect();
    let said = move |which: AnswerProblem, word: Word| {
        Signal::derive(move || (problem.get() == Some(which)).then(|| word.get(lang).to_owned()))
    };
    view! {
        <fieldset class="field-block">
            <legend class="q">{words::NEXT.get(lang)}</legend>
            {choices}
            {problem_line("next-problem".to_owned(), said(AnswerProblem::NoState, words::CHOOSE))}
        </fieldset>
        <div class="field-block">
            <label class="q" for="words">{words::WORDS.get(lang)}</label>
            <span class="hint" id="words-hint">{words::WORDS_HINT.get(lang)}</span>
            <textarea
                class="field"
                id="words"
                rows="3"
                maxlength="2000"
                aria-describedby="words-hint words-problem"
                aria-invalid=move || (problem.get() == Some(AnswerProblem::NoWords)).then_some("true")
                prop:value=move || id.with_value(|id| answer_of(app, id).words)
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    change(&|answer| answer.words.clone_from(&typed));
                }
            ></textarea>
            {problem_line("words-problem".to_owned(), said(AnswerProblem::NoWords, words::WORDS_REQUIRED))}
        </div>
    }
}

fn submit(
    app: App,
    id: &str,
    problem: RwSignal<Option<AnswerProblem>>,
    busy: RwSignal<bool>,
    saved: RwSignal<Option<i64>>,
) {
    let answer = app.answers.with_untracked(|answers| answers.get(id).cloned().unwrap_or_default());
    let now = app.records.with_untracked(|records| records.get(collection::NEEDS, id).map(need::state));
    let chosen = now.and_then(|now| now.next().iter().find(|state| state.code() == answer.state).copied());
    let text = answer.words.trim();
    let Some(state) = chosen else {
        problem.set(Some(AnswerProblem::NoState));
        dom::focus("input[name=next]");
        return;
    };
    if state.needs_words() && text.chars().count() < WORDS_MIN {
        problem.set(Some(AnswerProblem::NoWords));
        dom::focus("#words");
        return;
    }
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    let role = app.me.with_untracked(|me| me.as_ref().map(|me| me.role));
    let at = clock::now();
    let step = Step { at, role, state, words: text.to_owned() };
    let mut step_field = field::STEP.to_owned();
    step_field.push_str(&crypto::uuid());
    let mut patch = BTreeMap::new();
    patch.insert(field::STATE.to_owned(), Value::String(state.code().to_owned()));
    patch.insert(step_field, step.to_json());
    if !text.is_empty() {
        patch.insert(field::ANSWER.to_owned(), Value::String(text.to_owned()));
    }
    let id = id.to_owned();
    spawn_local(async move {
        let result = app.write(RecordKey::new(collection::NEEDS, id.clone()), patch, Vec::new(), Vec::new()).await;
        let _ = busy.try_set(false);
        match result {
            Ok(()) => {
                app.answers.update(|answers| drop(answers.remove(&id)));
                let _ = saved.try_set(Some(at));
            }
            Err(error) => app.say(error.word()),
        }
    });
}
