//! A repeat as a list: open, add, take away with "undo" for a minute.

use zhucun_forms::contract::{Id, Item, RepeatView};
use zhucun_json::texts::joined;
use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::ask::button;
use super::ask::icon;
use super::filling::Form;
use super::media::shown::of_heading;
use crate::ui::icons;

/// The list of a repeat's instances.
pub fn list((form, id): (Form, Id)) -> View {
    let repeat = Memo::new(move |_| find(form, id));
    let rows = move || {
        let instances = repeat.with(|repeat| repeat.as_ref().map_or_else(Vec::new, |repeat| repeat.instances.clone()));
        if instances.is_empty() {
            return view! { <p class="ask-hint">{words::NOBODY_YET.get(form.lang())}</p> };
        }
        let rows: Vec<_> = instances.into_iter().map(|(instance, line)| row(form, instance, line)).collect();
        view! { <ul class="members">{rows}</ul> }
    };
    let label = move || repeat.with(|repeat| repeat.as_ref().map(|repeat| repeat.label.clone()).unwrap_or_default());
    let add = move || {
        let words = move || words::ADD.fill(form.lang(), &[("what", &label())]);
        let may_add = repeat.with(|repeat| repeat.as_ref().is_some_and(|repeat| repeat.may_add));
        may_add.then(|| button(Some(icons::ADD), View::of(words), move || form.get().add(id)))
    };
    view! {
        <section class="ask" id=joined(&["q", &id.to_string(), "-q"], "") tabindex="-1">
            <h3 class="ask-label">{label}</h3> {of_heading((form, id))} {rows} {add}
        </section>
    }
}

fn find(form: Form, id: Id) -> Option<RepeatView> {
    let pages = form.get().pages();
    pages.iter().flat_map(|page| &page.items).find_map(|item| match item {
        Item::Repeat(repeat) if repeat.id == id => Some(repeat.clone()),
        _ => None,
    })
}

fn row(form: Form, instance: Id, line: String) -> View {
    let remove_words = words::REMOVE_NAMED.fill(form.lang(), &[("what", &line)]);
    let removed_words = words::REMOVED_NAMED.fill(form.lang(), &[("what", &line)]);
    let remove = move |_| {
        let filling = form.get();
        let removed = filling.remove(instance);
        filling.app.offer_undo(removed_words.clone(), move || filling.undo_remove(removed), || {});
    };
    view! {
        <li class="member">
            <button type="button" class="member-open" on:click=move |_| form.get().go(instance)>
                <b>{line}</b> {icon(icons::NEXT)}
            </button>
            <button type="button" class="icon-button" aria-label=remove_words on:click=remove>{icon(icons::DELETE)}</button>
        </li>
    }
}
