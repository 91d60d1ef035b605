//! Two people changed the same thing: all values stay to be seen until somebody settles it.

use std::collections::BTreeMap;

use leptos::task::spawn_local;
use serde_json::Value;
use zhucun_domain::{collection, household::field};
use zhucun_sync::{Head, RecordKey};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, common, household_edit as edit_words, households as words};

use super::detail::disputed;
use crate::{
    platform::clock,
    state::{App, use_app},
    ui::{Button, Row, Rows, Section, Tag, dates, names},
};

/// What is to be settled in a household's file, by its id.
pub fn shown(id: String) -> View {
    let app = use_app();
    View::of(move || {
        let lang = app.lang.get();
        let stored = app.records.with(|records| records.stored(collection::HOUSEHOLDS, &id).cloned());
        let fields: Vec<_> = disputed(stored?.shown())
            .map(|(name, heads)| {
                let row = |(at, head)| conflict_row(app, lang, &id, name, head, at == 0);
                let rows: Vec<_> = heads.iter().enumerate().map(row).collect();
                view! { <h3>{field_name(lang, name)}</h3><Rows>{rows}</Rows> }
            })
            .collect();
        (!fields.is_empty()).then(|| {
            view! {
                <Section title=edit_words::CONFLICTS.get(lang)>
                    <p class="quiet">{edit_words::CONFLICTS_HINT.get(lang)}</p>
                    {fields}
                </Section>
            }
        })
    })
}

fn conflict_row(app: App, lang: Lang, id: &str, name: &str, head: &Head, is_shown: bool) -> View {
    let when = dates::moment(lang, clock::local(head.order_time), clock::today());
    let by = edit_words::CONFLICT_BY.fill(lang, &[("who", &who(app, lang, &head.author)), ("when", &when)]);
    let (key, field, value) = (RecordKey::new(collection::HOUSEHOLDS, id), name.to_owned(), head.value.clone());
    let settle = Callback::new(move |()| {
        let (key, mut patch) = (key.clone(), BTreeMap::new());
        patch.insert(field.clone(), value.clone());
        spawn_local(async move {
            if let Err(error) = app.write(key, patch, Vec::new(), Vec::new()).await {
                app.say(error.word());
            }
        });
    });
    let words = value_words(lang, name, &head.value);
    let shown = is_shown.then(|| view! { <Tag text=edit_words::CONFLICT_SHOWN.get(lang) /> });
    view! {
        <li class="row">
            <Row name=words.as_str() facts=by.as_str() state=shown/>
            <Button on_tap=Some(settle)>{edit_words::CONFLICT_USE.get(lang)}</Button>
        </li>
    }
}

/// The name of a household's field.
fn field_name(lang: Lang, name: &str) -> String {
    let word = match name {
        field::HEAD_NAME => edit_words::HEAD_NAME,
        field::GROUP => edit_words::GROUP,
        field::ADDRESS => words::ADDRESS,
        field::PHONE => words::PHONE,
        field::KIND => edit_words::KIND,
        field::MAIN_CAUSE => words::CAUSE,
        field::PLACE => edit_words::PLACE,
        _ => return name.to_owned(),
    };
    word.get(lang).to_owned()
}

fn value_words(lang: Lang, field: &str, value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => return edit_words::EMPTY_VALUE.get(lang).to_owned(),
        other => zhucun_json::write_text(other),
    };
    match field {
        field::KIND => names::kind(lang, &text).to_owned(),
        field::MAIN_CAUSE => names::cause(lang, &text).to_owned(),
        _ => text,
    }
}

/// Who wrote a value, as far as this phone may say.
pub(super) fn who(app: App, lang: Lang, author: &str) -> String {
    let is_me = app.me.with(|me| me.as_ref().is_some_and(|me| me.user == author));
    match author {
        "" => edit_words::WHO_HERE.get(lang).to_owned(),
        "villager" => common::ROLE_VILLAGER.get(lang).to_owned(),
        _ if is_me => edit_words::WHO_ME.get(lang).to_owned(),
        other => edit_words::WHO_OTHER.fill(lang, &[("id", other)]),
    }
}
