//! A newer version of the form: said once above the visit, and always in its contents; the way there and back.

use leptos::task::spawn_local;
use zhucun_view::prelude::*;
use zhucun_words::{Word, way as words};

use super::trail::Trail;
use crate::form_ui::filling::{Form, Screen};
use crate::pages::households::Words;
use crate::routes::{self, Route};
use crate::state::drafts::DraftError;
use crate::state::drafts::version::{self, Version};
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
            let now = form.get().version();
            let is_open = |ask: &Ask| match ask {
                Ask::Newer => newer(form).is_some_and(|hash| hash != now.kept),
                _ => !now.is_read,
            };
            asks(form, &now).into_iter().find(is_open)
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
    View::of(move || {
        let now = trail.form.get().version();
        asks(trail.form, &now).into_iter().map(|ask| notice(trail, ask, None)).collect::<Vec<_>>()
    })
}

fn newer(form: Form) -> Option<String> {
    let filling = form.get();
    version::newer(filling.app, &filling.info(), &filling.definition())
}

fn asks(form: Form, now: &Version) -> Vec<Ask> {
    let mut asks = Vec::new();
    if newer(form).is_some() {
        asks.push(Ask::Newer);
    }
    match (now.from.is_empty(), now.left.is_empty()) {
        (false, _) => asks.push(Ask::Moved),
        (true, false) => asks.push(Ask::Back),
        (true, true) => {}
    }
    asks
}

/// `answered` is told when the person has read or declined it; where it stays there is no such button.
fn notice(trail: Trail, ask: Ask, answered: Option<RwSignal<()>>) -> View {
    let form = trail.form;
    let lang = form.lang();
    let now = form.get().version();
    let failed = RwSignal::new(None::<DraftError>);
    let text = match ask {
        Ask::Newer => words::NEWER.get(lang).to_owned(),
        Ask::Moved => counted(&words::CARRIED, lang, now.carried as usize),
        Ask::Back => words::WENT_BACK.get(lang).to_owned(),
    };
    let left = (ask != Ask::Newer).then(|| left(form, &now, ask));
    let button = |word: Word, tap: Callback<()>| view! { <Button on_tap=Some(tap)>{word.get(lang)}</Button> };
    let go = Callback::new(move |()| go(trail, ask, failed));
    let way = match ask {
        Ask::Newer => Some(button(words::MOVE, go)),
        Ask::Moved => Some(button(words::GO_BACK, go)),
        Ask::Back => None,
    };
    let answer = answered.map(|answered| {
        let read = Callback::new(move |()| {
            let mut now = form.get().version();
            match newer(form).filter(|_| ask == Ask::Newer) {
                Some(hash) => now.kept = hash,
                None => now.is_read = true,
            }
            form.get().set_version(&now);
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

/// The answers that did not go along.
fn left(form: Form, now: &Version, ask: Ask) -> Option<View> {
    if now.left.is_empty() {
        return None;
    }
    let lang = form.lang();
    let row = |(label, words): &(String, String)| view! { <li><b>{label.clone()}</b> " " {words.clone()}</li> };
    let rows: Vec<_> = now.left.iter().take(MOST).map(row).collect();
    let more = now.left.len().checked_sub(MOST).filter(|more| *more > 0);
    let more = more.map(|more| view! { <li>{counted(&words::MORE, lang, more)}</li> });
    let head = if ask == Ask::Moved { words::LEFT } else { words::LEFT_BACK };
    Some(view! { <div class="version-left"><p>{counted(&head, lang, now.left.len())}</p><ul>{rows}{more}</ul></div> })
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
        _ => filling.version().from,
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
