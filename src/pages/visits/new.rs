//! A visit that is begun by its checklist, from the home screen or from today: whom it is about is its first question.

use leptos::task::spawn_local;
use zhucun_view::prelude::*;
use zhucun_words::{errors, households as words};

use crate::{
    later::opening,
    pages::{
        page,
        today::{forms, is_secretary},
    },
    routes::{self, Route},
    state::{
        App,
        drafts::{self, DraftError},
        use_app,
    },
    ui::{Button, ButtonKind, Empty, Section, said},
};

/// Begins a visit: with the one checklist in use at once, else with the one that is chosen.
pub fn new_visit((): ()) -> View {
    let app = use_app();
    let asked = Asked { form: RwSignal::new(None), failed: RwSignal::new(None) };
    let offered = Memo::new(move |_| is_secretary(app).then(|| forms(app, app.lang.get())));
    // On the first day: what the first exchange brings is waited for, and the checklist is not begun before the households, of
    // which it asks, are here. Once it has failed that stays said, however often it is tried again.
    let is_coming = Memo::new(move |was: Option<&bool>| {
        let lacks = |all: &Option<Vec<_>>| all.as_ref().is_some_and(Vec::is_empty);
        let lacks = offered.with(lacks) || app.records.with(|records| records.households().is_empty());
        let is_first = app.status.with(|status| status.last_contact.is_none() && status.error.is_none());
        was != Some(&false) && lacks && is_first && app.online.get()
    });
    Effect::new(move |_| {
        if let (Some([(form, _)]), false) = (offered.get().as_deref(), is_coming.get())
            && asked.form.with_untracked(Option::is_none)
        {
            asked.begin(app, form.clone());
        }
    });
    app.on_online(move || asked.again(app));
    View::of(move || {
        let body = match (offered.get(), asked.failed.get()) {
            (None, _) => stopped(app, app.word(words::NOT_YOURS), asked),
            (Some(forms), Some(why)) => {
                view! { {stopped(app, &why.text(app.lang.get()), asked)} {(forms.len() > 1).then(|| choice(app, forms, asked))} }
            }
            (Some(_), _) if is_coming.get() => return opening(),
            (Some(forms), _) if forms.is_empty() => stopped(app, app.word(words::NO_FORM), asked),
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
    failed: RwSignal<Option<DraftError>>,
}

impl Asked {
    fn begin(self, app: App, form: String) {
        self.form.set(Some(form.clone()));
        self.failed.set(None);
        // This page, not another at the same address.
        let is_here = move || self.failed.try_get_untracked().is_some() && routes::is_here(&Route::NewVisit);
        spawn_local(async move {
            match drafts::start(app, &form, None, is_here).await {
                Ok(Some(draft)) if is_here() => routes::replace(Route::Visit(draft)),
                Ok(_) => {}
                Err(error) => {
                    let _ = self.failed.try_set(Some(error));
                }
            }
        });
    }

    /// What was asked for and did not come is asked for again.
    fn again(self, app: App) {
        if let (Some(form), true) = (self.form.get_untracked(), self.failed.with_untracked(Option::is_some)) {
            self.begin(app, form);
        }
    }
}

fn choice(app: App, forms: Vec<(String, String)>, asked: Asked) -> View {
    let buttons: Vec<_> = forms
        .into_iter()
        .map(|(form, title)| {
            let tap = Callback::new(move |()| asked.begin(app, form.clone()));
            view! { <Button on_tap=Some(tap)>{title}</Button> }
        })
        .collect();
    view! { <Section title=app.word(words::CHOOSE_FORM)><div class="stack">{buttons}</div></Section> }
}

/// Why there is no visit. Where nothing was asked for, the page goes on by itself when a checklist comes.
fn stopped(app: App, why: &str, asked: Asked) -> View {
    let again = asked.failed.with_untracked(Option::is_some).then(|| {
        let tap = Callback::new(move |()| asked.again(app));
        view! { <Button kind=ButtonKind::Line on_tap=Some(tap)>{app.word(errors::RETRY)}</Button> }
    });
    view! { <div role="alert"><Empty title=why>{again}</Empty></div> }
}
