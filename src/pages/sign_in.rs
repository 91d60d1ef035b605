//! Signing in: once, online. Also when the session is over under a running app.

use leptos::task::spawn_local;
use zhucun_view::prelude::*;
use zhucun_words::{common, sign_in as words};

use crate::{
    pages::Notices,
    platform::dom,
    routes::{self, Route},
    state::{App, use_app},
    ui::{Button, ButtonKind, Field, problem_line, say},
};
use zhucun_words::Lang;

/// The sign-in page.
#[derive(Default)]
pub struct SignInPage;

impl Component for SignInPage {
    fn view(self) -> View {
        let app = use_app();
        // Known already when only the session is over.
        let known = app.me.with_untracked(|me| me.as_ref().map(|me| me.username.clone()));
        let is_known = known.is_some();
        let username = RwSignal::new(known.unwrap_or_default());
        let password = RwSignal::new(String::new());
        let shown = RwSignal::new(false);
        let busy = RwSignal::new(false);
        let problem = RwSignal::new(None::<String>);
        let submit = move |event: web_sys::Event| {
            event.prevent_default();
            if busy.get_untracked() {
                return;
            }
            let (name, secret) = (username.get_untracked().trim().to_owned(), password.get_untracked());
            if name.is_empty() || secret.is_empty() {
                problem.set(Some(words::EMPTY.get(app.lang.get_untracked()).to_owned()));
                dom::focus(if name.is_empty() { "#username" } else { "#password" });
                return;
            }
            problem.set(None);
            busy.set(true);
            spawn_local(enter(app, name, secret, is_known, busy, problem));
        };
        let kind = Signal::derive(move || if shown.get() { "text" } else { "password" }.to_owned());
        view! {
            <main class="page sign-in">
                <div class="sign-in-head">
                    <LangSwitch/>
                    <h1 tabindex="-1">{say(&common::PRODUCT)}</h1>
                    <p class="quiet">{say(&words::LEAD)}</p>
                </div>
                <Notices signing_in=true/>
                <form on:submit=submit novalidate>
                    {move || {
                        let lang = app.lang.get();
                        view! {
                            <Field
                                id="username"
                                label=words::USERNAME.get(lang)
                                hint=words::USERNAME_HINT.get(lang)
                                value=username
                                on_type=Callback::new(move |text| username.set(text))
                                autocomplete="username"
                            />
                            <Field
                                id="password"
                                label=words::PASSWORD.get(lang)
                                value=password
                                on_type=Callback::new(move |text| password.set(text))
                                kind
                                autocomplete="current-password"
                            />
                            <label class="check">
                                <input
                                    type="checkbox"
                                    prop:checked=move || shown.get()
                                    on:change=move |event| shown.set(event_target_checked(&event))
                                />
                                <span>{words::SHOW_PASSWORD.get(lang)}</span>
                            </label>
                        }
                    }}
                    {problem_line("sign-in-problem".to_owned(), problem.into())}
                    <Button kind=ButtonKind::Fill submit=true disabled=busy>
                        {move || app.word(if busy.get() { words::BUSY } else { words::SUBMIT })}
                    </Button>
                </form>
                {is_known
                    .then(|| {
                        view! {
                            <Button kind=ButtonKind::Plain on_tap=Some(Callback::new(|()| routes::back()))>
                                {say(&words::LATER)}
                            </Button>
                        }
                    })}
            </main>
        }
    }
}

async fn enter(
    app: App,
    name: String,
    secret: String,
    is_known: bool,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<String>>,
) {
    let result = app.sign_in(name, secret).await;
    let lang = app.lang.get_untracked();
    // The page may be gone by now: its signals are only tried.
    match result {
        Ok(me) if me.role.at_desk() => {
            let _ = problem.try_set(Some(words::AT_DESK.get(lang).to_owned()));
            dom::leave_for("/desk");
        }
        // Back to where the end of the session was noticed.
        Ok(_) if is_known => routes::back(),
        // Photos that were shared wait for the person who has just signed in.
        Ok(_) if routes::is_here(&Route::Shared) => {}
        Ok(_) => routes::replace(Route::Today),
        Err(error) => {
            let _ = busy.try_set(false);
            let _ = problem.try_set(Some(error.word().get(lang).to_owned()));
        }
    }
}

/// The two languages, each in its own words.
#[derive(Default)]
pub struct LangSwitch;

impl Component for LangSwitch {
    fn view(self) -> View {
        let app = use_app();
        let button = move |lang: Lang, name: &'static str| {
            view! {
                // The page is drawn anew in the other language: by the id the focus stays.
                <button
                    type="button"
                    id=lang.tag()
                    lang=lang.tag()
                    aria-pressed=move || if app.lang.get() == lang { "true" } else { "false" }
                    on:click=move |_| app.set_lang(lang)
                >
                    {name}
                </button>
            }
        };
        view! { <div class="switch">{button(Lang::Zh, "中文")}{button(Lang::En, "English")}</div> }
    }
}
