//! The calls. What they give is seen by nobody: that they could give it is what weighs.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use zhucun_forms::contract::{Changed, Draft, Lists};
use zhucun_forms::definition::{ChoiceSource, Kind};
use zhucun_forms::instance::paging::{self, Paging};
use zhucun_forms::instance::pictures;
use zhucun_forms::list::json;
use zhucun_forms::{Definition, Host, Removed, Session, moving, spots, told, xpath};
use zhucun_json::{from_text, to_text};

thread_local! {
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
    static REMOVED: RefCell<Vec<Removed>> = const { RefCell::new(Vec::new()) };
}

/// The phone's is the browser's and no part of the engine.
struct Nowhere;

impl Host for Nowhere {
    fn now(&self) -> i64 {
        black_box(0)
    }

    fn utc_offset(&self) -> i32 {
        black_box(480)
    }

    fn random(&self) -> f64 {
        black_box(0.5)
    }

    fn math(&self, name: &'static str, number: f64, other: f64) -> f64 {
        black_box((name, number, other)).1
    }

    fn uuid(&self) -> String {
        black_box(String::new())
    }

    fn regex(&self, pattern: &str, text: &str) -> Option<bool> {
        black_box((pattern, text));
        black_box(None)
    }

    fn username(&self) -> String {
        black_box(String::new())
    }

    fn device_id(&self) -> String {
        black_box(String::new())
    }
}

/// Words around answers; no part of the engine.
struct Plain;

impl told::Say for Plain {
    fn value(&self, _: Kind, value: &str) -> String {
        value.to_owned()
    }

    fn listed(&self, _: &ChoiceSource, _: &str) -> Option<String> {
        black_box(None)
    }

    fn between(&self) -> &str {
        black_box("")
    }
}

/// Opens a form: anew, from a draft, or from finished answers.
#[wasm_bindgen]
pub fn open(definition: &str, list: &str, draft: &str, answers: &str) {
    xpath::install_rare();
    black_box(xpath::needs_rare(definition));
    let Ok(definition) = from_text::<Definition>(definition).map(Rc::new) else { return };
    let mut lists = Lists::default();
    if let Some(list) = json::read(list) {
        lists.insert(String::new(), list);
    }
    let (lists, host): (_, Rc<dyn Host>) = (Rc::new(lists), Rc::new(Nowhere));
    let session = match (from_text::<Draft>(draft), from_text(answers)) {
        (Ok(draft), _) => Session::restore(definition, lists, host, &draft).0,
        (_, Ok(answers)) => Session::edit(definition, lists, host, &answers).0,
        _ => Session::new(definition, lists, host),
    };
    SESSION.set(Some(session));
}

/// What a person does.
#[wasm_bindgen]
pub fn fill(what: u32, id: u32, text: &str) {
    SESSION.with_borrow_mut(|session| {
        let Some(session) = session else { return };
        let changed: Changed = match what {
            0 => session.answer(id, text),
            1 => session.add_repeat(id).1,
            2 => {
                let (removed, changed) = session.remove_repeat(id);
                REMOVED.with_borrow_mut(|all| all.push(removed));
                changed
            }
            3 => match REMOVED.with_borrow_mut(Vec::pop) {
                Some(removed) => session.undo_remove(removed),
                None => return,
            },
            4 => session.set_language(id as usize),
            5 => {
                black_box(session.prefill(text, text));
                return;
            }
            6 => return session.set_page(id),
            7 => return drop(black_box(session.take_places())),
            8 => return drop(black_box(session.finalise())),
            way => return paging::set(session, Paging::ALL[way as usize % 4]),
        };
        black_box(changed);
    });
}

/// What a screen asks.
#[wasm_bindgen]
#[must_use]
pub fn look(id: u32, path: &str) -> String {
    SESSION.with_borrow(|session| {
        let Some(session) = session else { return String::new() };
        black_box((
            session.question(id),
            session.pages(),
            session.page(),
            session.problems(),
            session.page_problems(id),
        ));
        black_box((session.find(path), session.is_in_instance(id), session.language(), session.eval_problems().len()));
        black_box((session.dropped(), session.leftover(), session.answers(), pictures::of_choices(session, id)));
        to_text(&session.draft()) + &session.path(id)
    })
}

/// A draft goes on with another version, and back.
#[wasm_bindgen]
pub fn go_on(old: &str, new: &str, draft: &str) {
    let (Ok(old), Ok(new), Ok(draft)) = (from_text::<Definition>(old), from_text(new), from_text::<Draft>(draft))
    else {
        return;
    };
    let moved = moving::carry_over(&old, &new, &draft, 0, &Plain);
    black_box(moving::take_back((&old, &draft), (&new, &moved.draft.answers, &draft), 0, &Plain));
}

/// Several places as one answer.
#[wasm_bindgen]
#[must_use]
pub fn measure(value: &str) -> f64 {
    let places = spots::apart(value, true);
    black_box((spots::together(&places, true), spots::path(&places, true, black_box(f64::abs))));
    spots::measure(&places, true, black_box(f64::abs)).mu()
}

/// A finished form in words, and two of them side by side.
#[cfg(feature = "told")]
#[wasm_bindgen]
pub fn tell(definition: &str, answers: &str) {
    let (Ok(form), Ok(answers)) = (from_text::<Definition>(definition), from_text(answers)) else { return };
    let sections = told::tell(&form, told::language(&form, "zh"), &answers, &Plain);
    black_box(told::compare(&sections, &sections));
}
