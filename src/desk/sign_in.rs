//! Signing in at the desk.

use leptos::task::spawn_local;
use zhucun_api::{Me, ProblemCode, SignIn};
use zhucun_view::prelude::*;
use zhucun_words::desk as words;

use super::{Desk, SESSION};
use crate::{
    platform::{http, http::HttpError},
    ui::{Button, Notice, NoticeKind},
};

pub(super) fn form(desk: Desk) -> View {
    let username = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let problem = RwSignal::new(None);
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        let sign_in =
            SignIn { username: username.get_untracked().trim().to_owned(), password: password.get_untracked() };
        spawn_local(async move {
            let answer: Result<Me, HttpError> = http::post_json(SESSION, &sign_in).await;
            match answer {
                Ok(me) => desk.enter(me),
                Err(error) => {
                    let _ = problem.try_set(Some(word_for(&error)));
                }
            }
        });
    };
    view! {
        {still_open(desk)}
        <form on:submit=submit>
            <label>{desk.say(words::USERNAME)}
                <input name="username" autocomplete="username" autocapitalize="none" prop:value=move || username.get()
                    on:input=move |event| username.set(event_target_value(&event))/>
            </label>
            <label>{desk.say(words::PASSWORD)}
                <input name="password" type="password" autocomplete="current-password" prop:value=move || password.get()
                    on:input=move |event| password.set(event_target_value(&event))/>
            </label>
            <p role="alert">{move || problem.get().map(|word| desk.word(word))}</p>
            <button type="submit" class="btn fill">{desk.say(words::SIGN_IN)}</button>
        </form>
    }
}

/// That the one before has signed out here and the server does not know it yet.
fn still_open(desk: Desk) -> View {
    let again = Callback::new(move |()| desk.begin_again());
    View::of(move || {
        desk.due.get().then(|| {
            view! {
                <Notice kind=NoticeKind::Problem text=desk.word(words::SIGN_OUT_DUE)>
                    <Button on_tap=Some(again)>{desk.say(words::RETRY)}</Button>
                </Notice>
            }
        })
    })
}

fn word_for(error: &HttpError) -> zhucun_words::Word {
    match error {
        HttpError::Offline => words::OFFLINE,
        HttpError::Refused { code: ProblemCode::WrongPassword, .. } => words::WRONG,
        HttpError::Refused { code: ProblemCode::TooManyTries, .. } => words::TOO_MANY,
        HttpError::Refused { .. } => words::FAILED,
    }
}
