//! The app on the home screen: the browser's own offer, or how it is done there by hand.

use leptos::task::spawn_local;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, install as words};

use crate::{
    platform::{
        install::{self, Browser},
        install_offer,
    },
    ui::{Button, ButtonKind, Section, icons, pictures},
};

/// The part of "mine". Nothing when the app runs from the home screen.
#[must_use]
pub fn part(lang: Lang) -> Option<View> {
    (!install::is_installed())
        .then(|| view! { <Section title=words::TITLE.get(lang)>{way(lang, ButtonKind::Line)}</Section> })
}

/// The offer on a visit's last page: once, after the first one. A browser that has no way has no offer.
#[must_use]
pub fn offer(lang: Lang) -> View {
    if !install_offer::is_due() {
        return View::default();
    }
    let dismissed = RwSignal::new(false);
    let offered = install_offer::is_offered();
    let has_way = move || offered.get() || install::browser() != Browser::Other;
    let dismiss = Callback::new(move |()| dismissed.set(true));
    View::of(move || {
        if dismissed.get() || !has_way() {
            return View::default();
        }
        install_offer::was_offered();
        view! {
            <section class="link-card install-offer">
                <h2>{words::OFFER.get(lang)}</h2>
                {way(lang, ButtonKind::Line)}
                <Button kind=ButtonKind::Plain on_tap=Some(dismiss)>{words::NOT_NOW.get(lang)}</Button>
            </section>
        }
    })
}

/// How it is done in this browser.
fn way(lang: Lang, kind: ButtonKind) -> View {
    match install::browser() {
        Browser::InChat => {
            view! { {pictures::chat_menu()}<p class="quiet">{words::IN_CHAT.get(lang)}</p> }
        }
        Browser::Safari => {
            view! {
                {pictures::safari_share()}
                <ol class="install-steps"><li>{words::SAFARI_1.get(lang)}</li><li>{words::SAFARI_2.get(lang)}</li></ol>
            }
        }
        Browser::Other => {
            let offered = install_offer::is_offered();
            let ask = Callback::new(|()| spawn_local(install_offer::ask()));
            View::of(move || {
                if offered.get() {
                    view! {
                        <p class="quiet">{words::WHY.get(lang)}</p>
                        <Button kind icon=Some(icons::INSTALL) on_tap=Some(ask)>{words::INSTALL.get(lang)}</Button>
                    }
                } else {
                    view! { <p class="quiet">{words::BY_MENU.get(lang)}</p> }
                }
            })
        }
    }
}
