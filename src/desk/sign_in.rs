//! Signing in at the desk.

use leptos::task::spawn_local;
use zhucun_api::{Me, ProblemCode, SignIn};
use zhucun_view::prelude::*;
use zhucun_words::desk as words;

use super::Desk;
use crate::platform::{http, http::HttpError};

pub(super) fn form(desk: Desk) -> View {
    let username = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let problem = RwSignal::new(None);
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        let sign_in =
            SignIn { username: username.get_untracked().trim().to_owned(), password: password.get_untracked() };
        spawn_local(async move {
            let answer: Result<Me, HttpError> = http::post_json("/api/v1/session", &sign_in).await;
            match answer {
                Ok(me) => desk.enter(me),
                Err(error) => {
                    let _ = problem.try_set(Some(word_for(&error)));
                }
            }
        });
    };
    view! {
        <form on:submit=submit>
            <label>{move || desk.word(words::USERNAME)}
                <input name="username" autocomplete="username" autocapitalize="none" prop:value=move || username.get()
                    on:input=move |event| username.set(event_target_value(&event))/>
            </label>
            <label>{move || desk.word(words::PASSWORD)}
                <input name="password" type="password" autocomplete="current-password" prop:value=move || password.get()
                    on:input=move |event| password.set(event_target_value(&event))/>
            </label>
            <p role="alert">{move || problem.get().map(|word| desk.word(word))}</p>
            <button type="submit" class="btn fill">{move || desk.word(words::SIGN_IN)}</button>
        </form>
    }
}

fn word_for(error: &HttpError) -> zhucun_words::Word {
    match error {
        HttpError::Offline => words::OFFLINE,
        HttpError::Refused { code: ProblemCode::WrongPassword, .. } => words::WRONG,
        HttpError::Refused { code: ProblemCode::TooManyTries, .. } => words::TOO_MANY,
        HttpError::Refused { .. } => words::FAILED,
    }
}
