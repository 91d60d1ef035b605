//! A newer version of the form: said once above the visit, and always in its contents; the way there and back.

use leptos::task::spawn_local;
use zhucun_forms::Session;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, way as words};

use super::trail::Trail;
use crate::form_ui::filling::{Form, Screen};
use crate::pages::households::Words;
use crate::routes::{self, Route};
use crate::state::drafts::DraftError;
use crate::state::drafts::version;
use crate::ui::{Button, Notice, counted};

/// Answers that are listed at most.
const MOST: usize = 50;

/// What the person is asked and told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    /// There is a newer version.
    Newer,
    /// The draft has gone over to it.
    Moved,
    /// It has gone back.
    Back,
}

/// What is said above the visit, until the person has answered.
pub fn above(trail: Trail) -> View {
    let form = trail.form;
    let answered = RwSignal::new(());
    // As it was when the draft was opened: what comes meanwhile waits for the next time.
    let open = Memo::new(move |_| {
        answered.track();
        untrack(|| {
            let (kept, is_read) = form.get().with_version(|now| (now.kept().to_owned(), now.is_read()));
            let is_open = |ask: &Ask| match ask {
                Ask::Newer => newer(form).is_some_and(|hash| hash != kept),
                _ => !is_read,
            };
            asks(form).into_iter().find(is_open)
        })
    });
    View::of(move || {
        // In the contents it stands among what can be done; what is finished has no other version.
        let is_elsewhere = matches!(form.get().screen.get(), Screen::Contents | Screen::Done);
        open.get().filter(|_| !is_elsewhere).map(|ask| notice(trail, ask, Some(answered)))
    })
}

/// What there is to say in the contents, where it stays.
pub fn all(trail: Trail) -> View {
    View::of(move || asks(trail.form).into_iter().map(|ask| notice(trail, ask, None)).collect::<Vec<_>>())
}

fn newer(form: Form) -> Option<String> {
    let filling = form.get();
    version::newer(filling.app, &filling.info(), &filling.definition())
}

fn asks(form: Form) -> Vec<Ask> {
    let mut asks = Vec::new();
    if newer(form).is_some() {
        asks.push(Ask::Newer);
    }
    form.get().with_version(|now| match (now.from().is_empty(), now.0.is_null()) {
        (false, _) => asks.push(Ask::Moved),
        // What is here now was there before, or has no place.
        (true, false) if !left(form).is_empty() => asks.push(Ask::Back),
        _ => {}
    });
    asks
}

/// The answers that have no place in this version.
fn left(form: Form) -> Vec<(String, String)> {
    let left = form.get().with_session(Session::leftover);
    left.into_iter().map(|left| (left.label, left.value)).collect()
}

/// `answered` is told when the person has read or declined it; where it stays there is no such button.
fn notice(trail: Trail, ask: Ask, answered: Option<RwSignal<()>>) -> View {
    let form = trail.form;
    let lang = form.lang();
    let failed = RwSignal::new(None::<DraftError>);
    let text = match ask {
        Ask::Newer => words::NEWER.get(lang).to_owned(),
        Ask::Moved => counted(
            &words::CARRIED,
            lang,
            form.get().with_version(|version::Version(value)| version::Version(value).carried()),
        ),
        Ask::Back => words::WENT_BACK.get(lang).to_owned(),
    };
    let left = (ask != Ask::Newer).then(|| listed(lang, &words::LEFT, left(form)));
    let button = |word: Word, tap: Callback<()>| view! { <Button on_tap=Some(tap)>{word.get(lang)}</Button> };
    let go = Callback::new(move |()| go(trail, ask, failed));
    let way = match ask {
        Ask::Newer => Some(button(words::MOVE, go)),
        Ask::Moved => Some(button(words::GO_BACK, go)),
        Ask::Back => None,
    };
    let answer = answered.map(|answered| {
        let read = Callback::new(move |()| {
            form.get().set_version(newer(form).filter(|_| ask == Ask::Newer).as_deref());
            answered.set(());
        });
        button(if ask == Ask::Newer { words::KEEP } else { words::READ }, read)
    });
    let problem = move || {
        failed.get().map(|error| {
            let why =
                if error == DraftError::FormMissing { words::NOT_HERE.get(lang).to_owned() } else { error.text(lang) };
            view! { <p class="err" role="alert">{why}</p> }
        })
    };
    view! {
        <div class="visit-version">
            <Notice text=text.as_str()>{left} {problem} {way} {answer}</Notice>
        </div>
    }
}

/// Answers with their questions, the first of them.
pub fn listed(lang: Lang, head: &Word, answers: Vec<(String, String)>) -> Option<View> {
    let count = answers.len();
    if count == 0 {
        return None;
    }
    let row = |(label, words): (String, String)| view! { <li><b>{label}</b> " " {words}</li> };
    let rows: Vec<_> = answers.into_iter().take(MOST).map(row).collect();
    let more = (count > MOST).then(|| view! { <li>{counted(&words::MORE, lang, count - MOST)}</li> });
    Some(view! { <div class="unsent"><p>{counted(head, lang, count)}</p><ul>{rows}{more}</ul></div> })
}

/// Goes over to the newer version, or back.
fn go(trail: Trail, ask: Ask, failed: RwSignal<Option<DraftError>>) {
    failed.set(None);
    spawn_local(async move {
        if let Err(error) = switch(trail, ask).await {
            let _ = failed.try_set(Some(error));
        }
    });
}

async fn switch(trail: Trail, ask: Ask) -> Result<(), DraftError> {
    let filling = trail.form.get();
    let app = filling.app;
    let here = Route::Visit(filling.info().id);
    let hash = match ask {
        Ask::Newer => newer(trail.form).ok_or(DraftError::FormMissing)?,
        _ => filling.with_version(|now| now.from().to_owned()),
    };
    let to = version::version(app, &hash).await?;
    // All that was answered is written, and nothing more comes to the draft as it was.
    if !routes::is_here(&here) || !filling.end().await {
        return Ok(());
    }
    let mut stored = filling.kept();
    stored.draft = filling.draft();
    let says = Words { app, lang: app.lang.get_untracked() };
    let old = filling.with_session(|session| session.definition().clone());
    let went = match ask {
        Ask::Newer => version::go_over(app, stored, &old, (to, hash), &says).await,
        _ => version::go_back(app, stored, &old, to, &says).await,
    };
    match went {
        Ok(opened) => {
            app.end_undo();
            trail.reopen(opened);
            Ok(())
        }
        Err(error) => {
            filling.go_on();
            Err(error)
        }
    }
}
