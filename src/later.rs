//! What a phone needs only after the first question: pages and widgets in a part of the program that comes by itself, a
//! moment after the start. `cargo xtask app` puts the modules that it lists into that part; here they are entered, by
//! [`later`], [`later_page`] and [`now`] alone. Everything else may be called before the part has come, and is in the first one.

use std::hint::black_box;

use leptos::task::spawn_local;
use zhucun_view::prelude::*;
use zhucun_words::{app as words, common, errors};

use crate::{
    pages::page,
    platform::{dom, later as part},
    routes::{Route, is_here},
    state::use_app,
    ui::{Button, ButtonKind, Loading, said},
};

/// Whether the later part is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    /// Not asked for yet.
    #[default]
    Away,
    /// On its way.
    Coming,
    /// It can be entered.
    Here,
    /// It could not be fetched.
    Failed,
}

thread_local! {
    static PART: ArcRwSignal<Part> = ArcRwSignal::new(Part::Away);
}

/// After the start; what is shown first goes first over a slow line.
/// Milliseconds.
pub const SOON: u32 = 2_000;

/// Fetches the part, so that it is here before it is asked for, and before the network goes; once.
pub fn fetch() {
    let part = PART.with(Clone::clone);
    if matches!(part.get_untracked(), Part::Away | Part::Failed) {
        part.set(Part::Coming);
        spawn_local(async move {
            let here = part::fetch().await;
            part.set(if here { Part::Here } else { Part::Failed });
        });
    }
}

/// Draws something of the later part, when that is here.
pub fn later<T: Clone + 'static>(draw: fn(T) -> View, with: T) -> View {
    enter(draw, with, in_its_place)
}

/// As [`later`], for a whole page: in its place too there is a way to the others.
pub fn later_page<T: Clone + 'static>(draw: fn(T) -> View, with: T) -> View {
    enter(draw, with, page_in_its_place)
}

fn enter<T: Clone + 'static>(draw: fn(T) -> View, with: T, in_its_place: fn(Part) -> View) -> View {
    // Known at run time only: a call that the compiler could follow would bring the function into the first part.
    let draw = black_box(draw);
    let shown = shown();
    View::of(move || match shown.get() {
        Part::Here => untrack(|| draw(with.clone())),
        part => in_its_place(part),
    })
}

/// Calls something of the later part when that is here; else asks for the part, and answers nothing.
pub fn now<T, R>(run: fn(T) -> R, with: T) -> Option<R> {
    fetch();
    let is_here = PART.with(|part| part.get_untracked() == Part::Here);
    // As in [`later`].
    is_here.then(|| black_box(run)(with))
}

/// The part's state for a page, which asks for it.
#[inline(never)]
fn shown() -> Memo<Part> {
    fetch();
    let part = PART.with(Clone::clone);
    Memo::new(move |_| part.get())
}

fn in_its_place(part: Part) -> View {
    let lang = dom::lang();
    if part == Part::Failed {
        use_app().on_online(fetch);
        return view! {
            <p role="alert">{words::NOT_HERE_YET.get(lang)}</p>
            <Button kind=ButtonKind::Line on_tap=Some(Callback::new(|()| fetch()))>{errors::RETRY.get(lang)}</Button>
        };
    }
    view! { <Loading text=words::LOADING.get(lang)/> }
}

fn page_in_its_place(part: Part) -> View {
    let is_place = is_here(&Route::Needs) || is_here(&Route::Mine);
    page(is_place, said(&common::PRODUCT), Signal::default(), in_its_place(part), None)
}
