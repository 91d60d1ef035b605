//! A visit that is begun by its checklist, from the home screen or from today: whom it is about is its first question.

use leptos::task::spawn_local;
use zhucun_domain::access::Role;
use zhucun_view::prelude::*;
use zhucun_words::{Word, errors, households as words};

use crate::{
    later::opening,
    pages::{page, today::forms},
    routes::{self, Route},
    state::{App, drafts, use_app},
    ui::{Button, ButtonKind, Empty, Section, said},
};

/// Begins a visit: with the one checklist in use at once, else with the one that is chosen.
pub fn new_visit((): ()) -> View {
    let app = use_app();
    let asked = Asked { form: RwSignal::new(None), failed: RwSignal::new(None) };
    let offered = Memo::new(move |_| {
        let is_secretary = app.me.with(|me| me.as_ref().is_some_and(|me| me.role == Role::Secretary));
        is_secretary.then(|| forms(app, app.lang.get()))
    });
    // Nothing is known of checklists before the first exchange.
    let is_coming = Memo::new(move |_| app.status.with(|status| status.running && !status.contact_ok));
    Effect::new(move |_| {
        if let Some([(form, _)]) = offered.get().as_deref()
            && asked.form.with_untracked(Option::is_none)
        {
            asked.begin(app, form.clone());
        }
    });
    View::of(move || {
        let body = match (offered.get(), asked.failed.get()) {
            (None, _) => stopped(app, words::NOT_YOURS, asked),
            (_, Some(why)) => stopped(app, why, asked),
            (Some(forms), _) if forms.is_empty() && !is_coming.get() => stopped(app, words::NO_FORM, asked),
            (Some(forms), _) if forms.len() > 1 && asked.form.with(Option::is_none) => choice(app, forms, asked),
            _ => return opening(),
        };
        page(false, said(&words::START_VISIT), Signal::default(), body, None)
    })
}

/// The checklist that was asked for, and why it did not come.
#[derive(Clone, Copy)]
struct Asked {
    form: RwSignal<Option<String>>,
    failed: RwSignal<Option<Word>>,
}

impl Asked {
    fn begin(self, app: App, form: String) {
        self.form.set(Some(form.clone()));
        self.failed.set(None);
        spawn_local(async move {
            match drafts::start(app, &form, None).await {
                Ok(draft) if routes::is_here(&Route::NewVisit) => routes::replace(Route::Visit(draft)),
                // Left meanwhile: a draft without an answer is none.
                Ok(draft) => drafts::delete(app, draft, true).await,
                Err(error) => {
                    let _ = self.failed.try_set(Some(error.word()));
                }
            }
        });
    }

    fn button(self, app: App, form: String, words: &str, kind: ButtonKind) -> View {
        let tap = Callback::new(move |()| self.begin(app, form.clone()));
        view! { <Button kind on_tap=Some(tap)>{words.to_owned()}</Button> }
    }
}

fn choice(app: App, forms: Vec<(String, String)>, asked: Asked) -> View {
    let buttons: Vec<_> =
        forms.into_iter().map(|(form, title)| asked.button(app, form, &title, ButtonKind::default())).collect();
    view! { <Section title=app.word(words::CHOOSE_FORM)><div class="stack">{buttons}</div></Section> }
}

/// What was asked for and did not come is asked for again; else the page goes on by itself when a checklist comes.
fn stopped(app: App, why: Word, asked: Asked) -> View {
    let form = asked.form.get_untracked();
    let again = form.map(|form| asked.button(app, form, app.word(errors::RETRY), ButtonKind::Line));
    view! { <Empty title=app.word(why)>{again}</Empty> }
}
