//! Which villages a form is for: all, or those chosen, whole townships at once.

use zhucun_api::{Names, admin::Places};
use zhucun_view::prelude::*;
use zhucun_words::admin as words;

use crate::{
    desk::{Desk, Source},
    ui::Choice,
};

/// What is chosen.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    all: RwSignal<bool>,
    villages: RwSignal<Vec<String>>,
}

impl Chosen {
    /// As it is; none means all.
    pub fn new(villages: &[String]) -> Self {
        Self { all: RwSignal::new(villages.is_empty()), villages: RwSignal::new(villages.to_vec()) }
    }

    /// What to send: none for all. `None` when some are wanted and none is chosen.
    pub fn villages(self) -> Option<Vec<String>> {
        if self.all.get_untracked() {
            return Some(Vec::new());
        }
        Some(self.villages.get_untracked()).filter(|villages| !villages.is_empty())
    }

    fn set(self, ids: &[String], on: bool) {
        self.villages.update(|villages| {
            villages.retain(|id| !ids.contains(id));
            if on {
                villages.extend_from_slice(ids);
            }
        });
    }
}

pub(super) fn picker(desk: Desk, places: Source<Places>, chosen: Chosen) -> View {
    let choice = move |all: bool, word| {
        view! {
            <Choice name="assign" value=if all { "all" } else { "some" } label=desk.word(word)
                chosen=Signal::derive(move || chosen.all.get() == all)
                on_choose=Some(Callback::new(move |_: String| chosen.all.set(all)))/>
        }
    };
    let some = places.draw(desk, move || {
        let townships = places.read(|places| {
            let townships =
                places.townships.iter().map(|place| township(desk, places, &place.id, &place.names, chosen));
            townships.collect::<Vec<_>>()
        });
        View::of(townships)
    });
    view! {
        <fieldset class="ask">
            <legend class="q">{desk.say(words::ASSIGN)}</legend>
            {move || choice(true, words::ALL_VILLAGES)}
            {move || choice(false, words::CHOSEN_VILLAGES)}
        </fieldset>
        <div class:hidden=move || chosen.all.get()>{some}</div>
    }
}

fn township(desk: Desk, places: &Places, id: &str, names: &Names, chosen: Chosen) -> View {
    let own: Vec<_> = places.villages.iter().filter(|village| village.township == id).collect();
    let ids: Vec<String> = own.iter().map(|village| village.id.clone()).collect();
    if ids.is_empty() {
        return View::default();
    }
    let all = ids.clone();
    let is_whole = move || chosen.villages.with(|villages| all.iter().all(|id| villages.contains(id)));
    let boxes: Vec<_> = own
        .into_iter()
        .map(|village| {
            let (id, one) = (village.id.clone(), vec![village.id.clone()]);
            let is_on = move || chosen.villages.with(|villages| villages.contains(&id));
            check(desk, village.names.clone(), is_on, move |on| chosen.set(&one, on))
        })
        .collect();
    view! {
        <fieldset class="desk-checks">
            <legend>{check(desk, names.clone(), is_whole, move |on| chosen.set(&ids, on))}</legend>
            {boxes}
        </fieldset>
    }
}

fn check(desk: Desk, names: Names, is_on: impl Fn() -> bool + 'static, tap: impl Fn(bool) + 'static) -> View {
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=is_on on:change=move |event| tap(event_target_checked(&event))/>
            <span>{move || desk.name(&names)}</span>
        </label>
    }
}
