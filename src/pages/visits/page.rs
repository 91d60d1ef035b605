//! One page of the form.

use zhucun_forms::contract::Page;
use zhucun_forms::definition::Node;
use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::{head, trail::Trail};
use crate::form_ui::filling::{Form, Saved};
use crate::form_ui::icon;
use crate::form_ui::{items, media};
use crate::later::later;
use crate::platform::clock;
use crate::ui::{dates, icons, say};

/// The page.
pub fn view(trail: Trail) -> View {
    let form = trail.form;
    // Rebuilt when another page is turned to, not when items come or go.
    let page = Memo::new(move |_| form.get().page());
    let facts = Memo::new(move |_| facts(form));
    let head = head(trail, move || {
        let (title, section, _) = facts.get();
        (title, Some(section))
    });
    view! {
        {head}
        <main class="visit-page">
            {move || heading(&facts.get().2)}
            {notes(form).then(|| later(media::consent::view, form))}
            {move || items(form, page.get())}
            {saved(form)}
        </main>
        {bar(form)}
    }
}

/// Whether the form notes something by itself.
fn notes(form: Form) -> bool {
    let notes = |node: &Node| node.kind.needs_consent() || node.actions.iter().any(|action| action.geopoint);
    form.get().with_session(|session| session.definition().nodes.iter().any(notes))
}

/// Title of the section, its position, and the heading when the page is one of several of it.
type Facts = (String, (usize, usize), String);

fn facts(form: Form) -> Facts {
    let filling = form.get();
    let pages = filling.pages();
    let at = filling.page();
    let Some(page) = pages.iter().find(|page| page.id == at) else { return Facts::default() };
    let first = pages.iter().find(|first| first.section.0 == page.section.0).unwrap_or(page);
    let heading = if page.repeat.is_some() { instance_heading(&pages, page) } else { String::new() };
    (first.title.clone(), page.section, heading)
}

/// `家庭成员 2/4 · 何小军`
pub fn instance_heading(pages: &[Page], page: &Page) -> String {
    use zhucun_forms::contract::Item;
    let line = pages.iter().flat_map(|page| &page.items).find_map(|item| match item {
        Item::Repeat(repeat) => {
            let (_, line) = repeat.instances.iter().find(|(id, _)| *id == page.within)?;
            Some((repeat.label.clone(), line.clone()))
        }
        _ => None,
    });
    let (Some((label, line)), Some((at, of))) = (line, page.repeat) else { return page.title.clone() };
    let mut heading = label.clone();
    heading.push(' ');
    heading.push_str(&at.to_string());
    heading.push('/');
    heading.push_str(&of.to_string());
    // Without a name the line is the label and the position again.
    if !line.starts_with(&label) {
        heading.push_str(" · ");
        heading.push_str(&line);
    }
    heading
}

fn heading(words: &str) -> Option<View> {
    (!words.is_empty()).then(|| view! { <h2 class="visit-part">{words.to_owned()}</h2> })
}

/// Whether what was typed is on the phone: a word, said only after the storage has said so. It keeps its place while it is not
/// true: an answer must not move the page twice.
pub fn saved(form: Form) -> View {
    let state = form.get().saved.clone();
    let (told, failed) = (state.clone(), state.clone());
    let is_saved = move || state.with(|state| matches!(state, Saved::At(_)));
    let words = Memo::new(move |last: Option<&String>| match told.get() {
        Saved::At(ms) => words::SAVED_AT.fill(form.lang(), &[("time", &dates::time(clock::local(ms)))]),
        _ => last.cloned().unwrap_or_default(),
    });
    let error = Memo::new(move |_| match failed.get() {
        Saved::Failed(error) => Some(error.word()),
        _ => None,
    });
    let notice = move || {
        let lang = form.lang();
        error.get().map(|word| {
            view! {
                <div class="notice problem" role="alert">
                    {icon(icons::ALERT)} <span><b>{words::NOT_SAVED.get(lang)}</b> " " {word.get(lang)}</span>
                </div>
            }
        })
    };
    view! {
        <div class="saved-place" class:stuck=move || error.with(Option::is_some) aria-live="polite">
            <p class="saved" class:is-saved=is_saved>{icon(icons::CHECK)} <span>{move || words.get()}</span></p>
            {notice}
        </div>
    }
}

/// Previous and next at the thumb.
fn bar(form: Form) -> View {
    let is_first = Memo::new(move |_| {
        let filling = form.get();
        filling.pages().first().is_none_or(|first| first.id == filling.page())
    });
    let back = move || {
        (!is_first.get()).then(|| {
            view! {
                <button type="button" class="btn" on:click=move |_| form.get().turn(false)>
                    {words::PREVIOUS.get(form.lang())}
                </button>
            }
        })
    };
    view! {
        <nav class="bar visit-bar">
            {back}
            <button type="button" class="btn fill" on:click=move |_| form.get().turn(true)>
                {say(&words::NEXT)}
            </button>
        </nav>
    }
}
