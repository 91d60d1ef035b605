//! What a phone needs only after its first page: the program's later parts, which come by themselves. The first of them fills
//! checklists and comes close behind the start; the second, with pages and widgets that no first question needs, a moment
//! after. `cargo xtask app` puts the modules that it lists into them; here they are entered, by [`later`], [`later_page`],
//! [`forms_page`], [`with_forms`], [`rest`], [`behind`] and [`now`] alone. Everything else may be called before they have come, and is in the first.

use std::hint::black_box;

use leptos::task::spawn_local;
use zhucun_view::prelude::*;
use zhucun_words::{app as words, common, errors};

use crate::{
    pages::page,
    platform::{
        dom,
        later::{self as part, Fetched},
        timer,
    },
    routes::{Route, is_here},
    state::use_app,
    ui::{Button, ButtonKind, Loading, said, say},
};

/// Whether a part is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    /// Not asked for yet.
    #[default]
    Away,
    /// On its way.
    Coming,
    /// What came of it.
    Asked(Fetched),
}

const HERE: Part = Part::Asked(Fetched::Here);

/// The number of the part that fills checklists, as `PHONE.later` in `xtask/src/app/mod.rs` lists it.
const FORMS: u8 = 1;
/// The number of the part with the rest; all before it are here when it is.
const REST: u8 = 2;

thread_local! {
    static PARTS: [ArcRwSignal<Part>; 2] = Default::default();
}

/// After the start; what is shown first goes first over a slow line.
/// Milliseconds.
pub const SOON: u32 = 2_000;

/// Longer than what is close behind takes. Milliseconds.
const MOMENT: u32 = 800;

/// Fetches all parts, so that they are here before they are asked for, and before the network goes; once.
pub fn fetch() {
    ask(REST);
}

fn part_of(number: u8) -> ArcRwSignal<Part> {
    PARTS.with(|parts| parts[usize::from(number - FORMS)].clone())
}

fn ask(number: u8) {
    let part = part_of(number);
    if matches!(part.get_untracked(), Part::Away | Part::Asked(Fetched::Failed)) {
        part.set(Part::Coming);
        spawn_local(async move {
            let fetched = part::fetch(number).await;
            part.set(Part::Asked(fetched));
            if fetched == Fetched::Here {
                has_come(number);
            }
        });
    }
}

/// All parts before one that is here are here, too, whoever asked for them.
fn has_come(number: u8) {
    for part in (FORMS..=number).map(part_of) {
        if part.get_untracked() != HERE {
            part.set(HERE);
        }
    }
}

/// What a person does about a part that did not come.
fn again(number: u8) {
    if part_of(number).get_untracked() == Part::Asked(Fetched::Gone) {
        dom::reload();
    }
    ask(number);
}

/// Draws something of the last part, when that is here.
pub fn later<T: Clone + 'static>(draw: fn(T) -> View, with: T) -> View {
    enter(REST, draw, with, in_its_place)
}

/// As [`later`], for a whole page: in its place too there is a way to the others.
pub fn later_page<T: Clone + 'static>(draw: fn(T) -> View, with: T) -> View {
    enter(REST, draw, with, page_in_its_place)
}

/// As [`later_page`], for a page that fills a checklist.
pub fn forms_page<T: Clone + 'static>(draw: fn(T) -> View, with: T) -> View {
    enter(FORMS, draw, with, |number, part| match part {
        Part::Asked(_) => page_in_its_place(number, part),
        _ => opening(),
    })
}

/// What stands in a page's place until it is there. That is nearly always a moment, in which a top line that goes again would
/// be a sixth of the way to the first question; when it takes longer, there is a way back.
pub fn opening() -> View {
    let is_long = RwSignal::new(false);
    timer::after(MOMENT, move || {
        let _ = is_long.try_set(true);
    });
    View::of(move || {
        let loading = || view! { <Loading text=words::LOADING.get(dom::lang())/> };
        if is_long.get() {
            return page(false, said(&common::PRODUCT), Signal::default(), loading(), None);
        }
        view! { <main class="page"><h1 class="heard" tabindex="-1">{say(&common::PRODUCT)}</h1>{loading()}</main> }
    })
}

fn enter<T: Clone + 'static>(number: u8, draw: fn(T) -> View, with: T, in_its_place: fn(u8, Part) -> View) -> View {
    // Known at run time only: a call that the compiler could follow would bring the function into the first part.
    let draw = black_box(draw);
    let shown = shown(number);
    View::of(move || match shown.get() {
        HERE => untrack(|| draw(with.clone())),
        part => in_its_place(number, part),
    })
}

/// Calls something of the last part when that is here; else asks for the part, and answers nothing: who follows signals is
/// told when it has come.
pub fn now<T, R>(run: fn(T) -> R, with: T) -> Option<R> {
    fetch();
    let is_here = part_of(REST).get() == HERE;
    // As in [`enter`].
    is_here.then(|| black_box(run)(with))
}

/// Calls something of the part that fills checklists, as soon as that is here; `failed` when it could not be fetched.
pub fn with_forms<T: 'static>(run: fn(T), with: T, failed: impl FnOnce() + 'static) {
    // As in [`enter`].
    let run = black_box(run);
    spawn_local(async move {
        match part::fetch(FORMS).await {
            Fetched::Here => {
                has_come(FORMS);
                run(with);
            }
            Fetched::Failed => failed(),
            Fetched::Gone => dom::reload(),
        }
    });
}

/// Brings the last part, for what is needed before anything can be drawn; false when it could not be fetched.
pub async fn rest() -> bool {
    let fetched = bring().await;
    if fetched == Fetched::Gone {
        dom::reload();
    }
    fetched == Fetched::Here
}

/// Brings the last part behind what is shown: nothing is loaded anew under somebody's fingers. False when it does not come.
pub async fn behind() -> bool {
    bring().await == Fetched::Here
}

async fn bring() -> Fetched {
    let fetched = part::fetch(REST).await;
    if fetched == Fetched::Here {
        has_come(REST);
    }
    fetched
}

/// The part's state for a page, which asks for it.
#[inline(never)]
fn shown(number: u8) -> Memo<Part> {
    ask(number);
    let part = part_of(number);
    Memo::new(move |_| part.get())
}

fn in_its_place(number: u8, part: Part) -> View {
    let lang = dom::lang();
    if let Part::Asked(_) = part {
        use_app().on_online(move || ask(number));
        return view! {
            <p role="alert">{words::NOT_HERE_YET.get(lang)}</p>
            <Button kind=ButtonKind::Line on_tap=Some(Callback::new(move |()| again(number)))>{errors::RETRY.get(lang)}</Button>
        };
    }
    view! { <Loading text=words::LOADING.get(lang)/> }
}

fn page_in_its_place(number: u8, part: Part) -> View {
    let is_place = is_here(&Route::Needs) || is_here(&Route::Mine);
    page(is_place, said(&common::PRODUCT), Signal::default(), in_its_place(number, part), None)
}
