//! A visit that is begun by its checklist, from the home screen or from today: whom it is about is its first question.

use leptos::task::spawn_local;
use zhucun_domain::access::Role;
use zhucun_view::prelude::*;
use zhucun_words::{Word, app as app_words, errors, households as words};

use crate::{
    pages::{page, today::forms},
    routes::{self, Route},
    state::{App, drafts, use_app},
    ui::{Button, ButtonKind, Empty, Loading, Section, said},
};

/// What there is to do before a visit is there.
#[derive(Clone, PartialEq)]
enum Step {
    /// The checklist is opened, or still on its way to this phone.
    Wait,
    /// Several are in use: their ids and titles.
    Choose(Vec<(String, String)>),
    /// It cannot be: why.
    Stop(Word),
}

/// Begins a visit: with the one checklist in use at once, else with the one that is chosen.
pub fn new_visit((): ()) -> View {
    let app = use_app();
    let asked = RwSignal::new(None::<String>);
    let failed = RwSignal::new(None::<Word>);
    let is_secretary = Memo::new(move |_| app.me.with(|me| me.as_ref().is_some_and(|me| me.role == Role::Secretary)));
    let offered = Memo::new(move |_| forms(app, app.lang.get()));
    // Nothing is known of checklists before the first exchange.
    let is_coming = Memo::new(move |_| app.status.with(|status| status.running && !status.contact_ok));
    let step = Memo::new(move |_| match (is_secretary.get(), failed.get(), offered.get()) {
        (false, ..) => Step::Stop(words::NOT_YOURS),
        (_, Some(why), _) => Step::Stop(why),
        _ if asked.with(Option::is_some) => Step::Wait,
        (.., offered) if offered.is_empty() && is_coming.get() => Step::Wait,
        (.., offered) if offered.is_empty() => Step::Stop(words::NO_FORM),
        (.., offered) if offered.len() == 1 => Step::Wait,
        (.., offered) => Step::Choose(offered),
    });
    Effect::new(move |_| {
        let only = offered.with(|offered| match offered.as_slice() {
            [(form, _)] => Some(form.clone()),
            _ => None,
        });
        if let Some(form) = only.filter(|_| is_secretary.get() && asked.with_untracked(Option::is_none)) {
            begin(app, form, asked, failed);
        }
    });
    let body = View::of(move || match step.get() {
        Step::Wait => view! { <Loading text=app.word(app_words::LOADING)/> },
        Step::Choose(forms) => choice(app, forms, asked, failed),
        Step::Stop(why) => stopped(app, why, asked, failed),
    });
    page(false, said(&words::START_VISIT), Signal::default(), body, None)
}

fn begin(app: App, form: String, asked: RwSignal<Option<String>>, failed: RwSignal<Option<Word>>) {
    asked.set(Some(form.clone()));
    failed.set(None);
    spawn_local(async move {
        match drafts::start(app, &form, None).await {
            Ok(draft) if routes::is_here(&Route::NewVisit) => routes::replace(Route::Visit(draft)),
            // Left meanwhile: a draft without an answer is none.
            Ok(draft) => drafts::delete(app, draft, true).await,
            Err(error) => {
                let _ = failed.try_set(Some(error.word()));
            }
        }
    });
}

fn choice(
    app: App,
    forms: Vec<(String, String)>,
    asked: RwSignal<Option<String>>,
    failed: RwSignal<Option<Word>>,
) -> View {
    let buttons: Vec<_> = forms
        .into_iter()
        .map(|(form, title)| {
            let tap = Callback::new(move |()| begin(app, form.clone(), asked, failed));
            view! { <Button on_tap=Some(tap)>{title}</Button> }
        })
        .collect();
    view! { <Section title=app.word(words::CHOOSE_FORM)><div class="stack">{buttons}</div></Section> }
}

fn stopped(app: App, why: Word, asked: RwSignal<Option<String>>, failed: RwSignal<Option<Word>>) -> View {
    // What was asked for and did not come is asked for again; else the page goes on by itself when a checklist comes.
    let again = asked.get_untracked().map(|form| {
        let tap = Callback::new(move |()| begin(app, form.clone(), asked, failed));
        view! { <Button kind=ButtonKind::Line on_tap=Some(tap)>{app.word(errors::RETRY)}</Button> }
    });
    view! { <Empty title=app.word(why)>{again}</Empty> }
}
