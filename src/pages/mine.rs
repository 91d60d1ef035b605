//! Mine: who I am, the settings, the village's public address, signing out.

use leptos::task::spawn_local;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, settings as words};

use super::{
    page,
    sign_in::LangSwitch,
    today::{link_row, place_name},
};
use crate::{
    platform::{dom, install},
    routes::Route,
    state::{App, SyncStatus, use_app},
    ui::{Button, ButtonKind, Notice, NoticeKind, Row, Rows, icons, names, said},
};

/// Bytes of a megabyte as people count them.
const MEGABYTE: f64 = 1_000_000.0;

/// The page of settings.
pub fn mine((): ()) -> View {
    let app = use_app();
    let warned = RwSignal::new(false);
    let used = RwSignal::new(None::<f64>);
    spawn_local(async move {
        if let Some((bytes, _)) = install::storage_estimate().await {
            let _ = used.try_set(Some(bytes));
        }
    });
    let title = said(&words::TITLE);
    let quiet = Signal::derive(move || place_name(app));
    let body = move || {
        let lang = app.lang.get();
        view! {
            {who(app, lang)}
            {settings(app, lang)}
            {super::install::part(lang)}
            {leaving(app, lang, warned)}
            <p class="quiet small page-end">
                {words::VERSION.fill(lang, &[("version", env!("CARGO_PKG_VERSION"))])}
                {move || {
                    used.get()
                        .map(|bytes| {
                            let used = ((bytes / MEGABYTE).ceil() as i64).to_string();
                            let text = words::STORAGE.fill(lang, &[("used", &used)]);
                            view! { <br/>{text} }
                        })
                }}
            </p>
        }
    };
    page(true, title, quiet, View::of(body), None)
}

fn who(app: App, lang: Lang) -> Option<View> {
    let me = app.me.get()?;
    let lead = view! { <crate::ui::Avatar name=me.name.as_str()/> };
    let facts = names::role(lang, Some(me.role));
    Some(view! { <Rows><li class="row"><Row lead=Some(lead) name=me.name.as_str() facts/></li></Rows> })
}

fn settings(app: App, lang: Lang) -> View {
    let large = move |is_large: bool, word: zhucun_words::Word| {
        view! {
            <button
                type="button"
                aria-pressed=move || if app.large.get() == is_large { "true" } else { "false" }
                on:click=move |_| app.set_large(is_large)
            >
                {word.get(lang)}
            </button>
        }
    };
    let lead = icons::draw(icons::UPLOAD);
    view! {
        <div class="rows-gap">
            <Rows>
                {link_row(Route::Sync, view! { <Row lead=Some(lead) name=words::SYNC.get(lang)/>{icons::draw(icons::NEXT)} })}
                {link_row(
                    Route::Link,
                    view! {
                        <Row
                            lead=Some(icons::draw(icons::QR))
                            name=words::NEEDS_LINK.get(lang)
                            facts=words::NEEDS_LINK_HINT.get(lang)
                        />
                        {icons::draw(icons::NEXT)}
                    },
                )}
                <li class="row wraps">
                    <Row lead=Some(icons::draw(icons::LANGUAGE)) name=words::LANGUAGE.get(lang)/>
                    <LangSwitch/>
                </li>
                <li class="row wraps">
                    <Row lead=Some(icons::draw(icons::TEXT_SIZE)) name=words::LARGE.get(lang) facts=words::LARGE_HINT.get(lang)/>
                    <div class="switch" role="group" aria-label=words::LARGE.get(lang)>
                        {large(false, words::OFF)}{large(true, words::ON)}
                    </div>
                </li>
            </Rows>
        </div>
    }
}

/// Signing out. With something unsent the person is told first what stays where.
fn leaving(app: App, lang: Lang, warned: RwSignal<bool>) -> View {
    let leave = Callback::new(move |()| {
        let unsent = app.status.with_untracked(SyncStatus::is_unsent);
        if (unsent || app.drafts.with_untracked(|all| all.iter().any(|draft| !draft.blank))) && !warned.get_untracked()
        {
            warned.set(true);
            // What is said may lie below the screen's end.
            request_animation_frame(|| dom::focus(".leaving button"));
        } else {
            app.sign_out();
        }
    });
    let stay = move || {
        warned.set(false);
        request_animation_frame(|| dom::focus(".leaving button"));
    };
    let upload = Callback::new(move |()| {
        stay();
        app.sync_now();
    });
    let ways = move || {
        if warned.get() {
            // A draft cannot be uploaded: it has to be finished.
            let unsent = app.status.with(SyncStatus::is_unsent);
            let first = unsent.then(|| {
                view! { <Button kind=ButtonKind::Fill on_tap=Some(upload)>{words::UPLOAD_FIRST.get(lang)}</Button> }
            });
            let what = if unsent { words::SIGN_OUT_UNSENT } else { words::SIGN_OUT_DRAFTS };
            view! {
                <Notice kind=NoticeKind::Problem text=what.get(lang)>
                    {first}
                    <Button on_tap=Some(leave)>{words::SIGN_OUT_ANYWAY.get(lang)}</Button>
                    <Button kind=ButtonKind::Plain on_tap=Some(Callback::new(move |()| stay()))>
                        {words::STAY.get(lang)}
                    </Button>
                </Notice>
            }
        } else {
            view! { <Button icon=Some(icons::SIGN_OUT) on_tap=Some(leave)>{words::SIGN_OUT.get(lang)}</Button> }
        }
    };
    view! { <div class="leaving">{ways}</div> }
}
