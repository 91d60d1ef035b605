//! A photo of a need: from this phone when it is here, else from the server.

use leptos::task::spawn_local;
use zhucun_view::prelude::*;

use crate::{
    platform::{
        camera::{forget_url, picture_url},
        http,
    },
    state::App,
    ui::icons,
};

/// Where a photo is to be had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Place {
    /// It is looked for.
    #[default]
    Looking,
    /// On this phone, under an address of this page.
    Here(String),
    /// At the server.
    There(String),
}

/// The photo of a hash; `alt` is what those hear who do not see it.
pub fn photo(app: App, sha256: &str, alt: String) -> View {
    let place = RwSignal::new(Place::Looking);
    let sha256 = sha256.to_owned();
    spawn_local(async move {
        let here = match app.db() {
            Some(db) => db.blob(&sha256).await.ok().flatten(),
            None => None,
        };
        let found = match here.and_then(|(mime, bytes)| picture_url(&bytes, &mime)) {
            Some(url) => Place::Here(url),
            None => {
                app.village().map(|stream| Place::There(http::attachment_url(&stream, &sha256))).unwrap_or_default()
            }
        };
        // The page may have been left meanwhile.
        if let Some(Place::Here(unused)) = place.try_set(found) {
            forget_url(&unused);
        }
    });
    on_cleanup(move || {
        if let Some(Place::Here(url)) = place.try_get_untracked() {
            forget_url(&url);
        }
    });
    View::of(move || match place.get() {
        Place::Looking => view! { <div class="pic"></div> },
        Place::Here(url) => view! { <img class="pic" src=url alt=alt.clone()/> },
        Place::There(url) if app.online.get() => {
            let href = url.clone();
            view! { <a href=href target="_blank"><img class="pic" src=url alt=alt.clone() loading="lazy"/></a> }
        }
        Place::There(_) => {
            view! { <p class="pic pic-away">{icons::draw(icons::OFFLINE)}<span>{app.word(zhucun_words::needs::PHOTOS_OFFLINE)}</span></p> }
        }
    })
}
