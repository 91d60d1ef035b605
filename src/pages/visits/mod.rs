//! The visit: a checklist filled at the household, page by page, saved at every change, finished into one record.

mod answers;
mod contents;
mod done;
mod new;
mod outline;
mod page;
mod review;
mod trail;
mod version;
mod way;

use leptos::task::spawn_local;
use zhucun_domain::collection;
use zhucun_domain::household::field;
use zhucun_json::texts::{find, joined};
use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use crate::form_ui::filling::{Filling, Form, Place, Screen};
use crate::form_ui::icon;
use crate::later::{later, now};
use crate::routes::{self, A, Route};
use crate::state::drafts::{self, DraftError, Opened};
use crate::state::{App, use_app};
use crate::ui::icons;
pub use new::new_visit;
use trail::Trail;

/// The page of a visit, whatever draft is filled on it.
#[derive(Clone, Copy)]
pub struct Open {
    /// An opened draft is no clonable value: it is taken out by the effect that draws it.
    opened: StoredValue<Option<Opened>>,
    /// Whether it is opened.
    state: RwSignal<Option<Result<(), DraftError>>>,
    /// What was shown before; see [`Trail`].
    before: StoredValue<Vec<Place>>,
}

/// A visit that is being filled, by its draft's id.
pub fn visit(draft: String) -> View {
    let app = use_app();
    let (opened, state) = (StoredValue::new(None::<Opened>), RwSignal::new(None));
    let open = Open { opened, state, before: StoredValue::new(Vec::new()) };
    spawn_local(async move {
        let result = drafts::open(app, &draft).await;
        // Finished since: the visit has the draft's id.
        let is_finished = || app.records.with_untracked(|records| records.get(collection::VISITS, &draft).is_some());
        if matches!(result, Err(DraftError::Gone)) && state.try_get_untracked().is_some() && is_finished() {
            routes::replace(Route::SavedVisit(draft));
            return;
        }
        // The page may have been left meanwhile.
        if state.try_get_untracked().is_some() {
            state.set(Some(result.map(|draft| opened.set_value(Some(draft)))));
        }
    });
    View::of(move || match state.get() {
        None => view! { <p class="loading" role="status">{app.word(words::OPENING)}</p> },
        Some(Err(error)) => failed(app, &error),
        Some(Ok(())) => {
            opened.try_update_value(Option::take).flatten().map(|draft| filled(app, draft, open)).unwrap_or_default()
        }
    })
}

/// Begins a visit: a form, a household, and what says that it is under way. Belongs to the root: it goes on when the page is
/// gone, and then the draft is found under today.
pub fn begin((form, household, busy): (String, String, RwSignal<bool>)) {
    let app = use_app();
    spawn_local(async move {
        let here = Route::Household(household.clone());
        match drafts::start(app, &form, Some(household), || true).await {
            Ok(Some(draft)) if routes::is_here(&here) => routes::navigate(Route::Visit(draft)),
            Ok(_) => {}
            Err(error) => {
                let _ = busy.try_set(false);
                app.say_text(error.text(app.lang.get_untracked()));
            }
        }
    });
}

fn failed(app: App, error: &DraftError) -> View {
    view! {
        <main class="visit-page">
            <h1>{app.word(words::NOT_OPENED)}</h1>
            <p role="alert">{error.text(app.lang.get())}</p>
            <A to=Route::Today class="btn fill">{app.word(words::TO_TODAY)}</A>
        </main>
    }
}

fn filled(app: App, opened: Opened, open: Open) -> View {
    // What another version of the form has no place for is told there.
    let lost = !opened.lost.is_empty() && opened.stored.version.is_null();
    let form = Form::new(app, opened);
    Effect::new(move |_| form.get().follow(app.lang.get()));
    save_when_leaving(form);
    let screen = form.get().screen.clone();
    let screen = Memo::new(move |_| (!form.get().is_lost()).then(|| screen.get()));
    let trail = Trail::follow(form, open);
    view! {
        <div class="visit">
            {move || now(way::view, trail)}
            {lost.then(|| view! { <p class="notice problem" role="alert">{app.word(words::ANSWERS_LOST)}</p> })}
            {move || match screen.get() {
                None => failed(app, &DraftError::NoVillage),
                Some(Screen::Page) => page::view(trail),
                Some(Screen::Contents) => later(contents::view, trail),
                Some(Screen::Review) => later(review::view, trail),
                Some(Screen::Done) => later(done::view, trail),
            }}
        </div>
    }
}

/// The last moments in which a phone lets a page write before it may be killed.
fn save_when_leaving(form: Form) {
    let filling = form.get();
    let hidden = filling.clone();
    let leaving = window_event_listener_untyped("pagehide", move |_| filling.flush_at_once());
    // On the document, but it bubbles to the window.
    let hiding = window_event_listener_untyped("visibilitychange", move |_| hidden.flush_at_once());
    let last = form.get();
    let last = StoredValue::new(last);
    on_cleanup(move || {
        leaving.remove();
        hiding.remove();
        last.with_value(Filling::leave);
    });
}

/// The household's name: for the top line and the last page.
fn household_name(form: Form) -> String {
    let filling = form.get();
    let household = filling.household();
    filling
        .app
        .records
        .with(|records| {
            household
                .and_then(|id| records.get(collection::HOUSEHOLDS, &id).map(|h| h.text(field::HEAD_NAME).to_owned()))
        })
        .unwrap_or_default()
}

/// [`top`], made anew only when it shows something else: a field that is left by a tap on its buttons, or news, must not take
/// them away under the finger.
fn head(trail: Trail, title: impl Fn() -> (String, Option<(usize, usize)>) + 'static) -> View {
    let form = trail.form;
    let shown = Memo::new(move |_| (title(), household_name(form), form.get().languages().1, form.lang()));
    View::of(move || {
        let ((title, progress), ..) = shown.get();
        untrack(|| top(trail, title, progress))
    })
}

/// The top: back to where one came from, whom the visit is about, what part, how far.
fn top(trail: Trail, title: String, progress: Option<(usize, usize)>) -> View {
    let form = trail.form;
    let app = form.get().app;
    let name = household_name(form);
    let mut heading = if name.is_empty() { title } else { joined(&[&name, &title], " · ") };
    if form.get().reason().is_some() {
        heading = joined(&[words::CORRECTING.get(form.lang()), &heading], " · ");
    }
    let bar = progress.map(|(at, of)| {
        let mut width = (at * 100 / of.max(1)).to_string();
        width.push('%');
        view! { <div class="progress" aria-hidden="true"><span style:width=width></span></div> }
    });
    let count = progress.map(|(at, of)| {
        let show = move |_| {
            let filling = form.get();
            let is_open = filling.screen.get_untracked() == Screen::Contents;
            filling.show(if is_open { Screen::Page } else { Screen::Contents });
        };
        let shown = joined(&[&at.to_string(), &of.to_string()], "/");
        let said = words::SECTION_OF.fill(form.lang(), &[("n", &at.to_string()), ("of", &of.to_string())]);
        view! {
            <button type="button" class="head-button" aria-label=said on:click=show>{shown} {icon(icons::LIST)}</button>
        }
    });
    view! {
        <header class="visit-head">
            <div class="visit-top">
                <button type="button" class="icon-button" aria-label=app.word(words::LEAVE) on:click=move |_| trail.leave()>
                    {icon(icons::BACK)}
                </button>
                <h1 tabindex="-1">{heading}</h1>
                {language(form)} {count}
            </div>
            {bar}
        </header>
    }
}

/// The next of the form's languages; the screens follow when they have it.
fn language(form: Form) -> Option<View> {
    let (languages, active) = form.get().languages();
    if languages.len() < 2 {
        return None;
    }
    let next = (active + 1) % languages.len();
    let name = languages[next].clone();
    let short = short_name(&name);
    // What is seen is part of what is heard: a person who speaks to the phone says what is seen.
    let name = if find(&name, &short).is_some() { name } else { joined(&[&short, &name], " ") };
    let turn = move |_| {
        let filling = form.get();
        filling.set_language(next);
        let tags = [zhucun_words::Lang::Zh, zhucun_words::Lang::En];
        if let Some(lang) = tags.into_iter().find(|lang| drafts::language_index(&languages, *lang) == Some(next)) {
            filling.app.set_lang(lang);
        }
    };
    Some(view! { <button type="button" class="head-button" aria-label=name on:click=turn>{short}</button> })
}

/// A language's name in a button's width: itself when it is short, else its tag (`English (en)`: `EN`).
fn short_name(language: &str) -> String {
    match find(language, " (") {
        Some(at) if language[..at].chars().count() > 4 => language[at + 2..].trim_end_matches(')').to_ascii_uppercase(),
        Some(at) => language[..at].to_owned(),
        None => language.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn a_languages_name_fits_its_button() {
        assert_eq!(short_name("中文 (zh)"), "中文");
        assert_eq!(short_name("English (en)"), "EN");
        assert_eq!(short_name("Bouyei"), "Bouyei");
    }
}
