//! The poster: an A4 page to hang up, black on white, in both languages. On the screen it is a picture of the paper.

use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, link as words};

use crate::{
    pages::page,
    platform::dom,
    state::{App, link, use_app},
    ui::{BottomBar, Button, ButtonKind, Empty, icons, icons::IconData, qr, said, say},
};

/// The page of the poster.
pub fn poster((): ()) -> View {
    let app = use_app();
    let url = link::seen(app).links.current.map(|link| link.url);
    let has_link = url.is_some();
    let body = move || match &url {
        Some(url) => paper(app, url),
        None => {
            let lang = app.lang.get();
            view! { <Empty title=words::NONE.get(lang) hint=words::NONE_HINT.get(lang)/> }
        }
    };
    let actions = has_link.then(|| {
        view! {
            <BottomBar>
                <Button kind=ButtonKind::Fill icon=Some(icons::PRINT) on_tap=Some(Callback::new(|()| dom::print()))>
                    {say(&words::PRINT)}
                </Button>
            </BottomBar>
        }
    });
    let page = page(false, said(&words::POSTER_TITLE), said(&words::POSTER_HINT), View::of(body), actions);
    view! { <div class="paper-page">{page}</div> }
}

/// Both languages, whatever that of the screens is: the wall is everybody's.
fn paper(app: App, url: &str) -> View {
    let name = |tag: &str| app.me.with(|me| me.as_ref().and_then(|me| me.place.get(tag).cloned())).unwrap_or_default();
    let (zh, en) = (name("zh"), name("en"));
    let other = (!en.is_empty() && en != zh).then(|| view! { <p class="poster-place-en" lang="en">{en}</p> });
    let short = url.split_once("://").map_or(url, |(_, short)| short).to_owned();
    view! {
        <article class="poster">
            <p class="poster-place" lang="zh-CN">{zh}</p>
            {other}
            <p class="poster-say" lang="zh-CN">{words::POSTER_SAY.get(Lang::Zh)}</p>
            <p class="poster-say-en" lang="en">{words::POSTER_SAY.get(Lang::En)}</p>
            {qr::draw(url, words::SCAN.get(app.lang.get()))}
            <p class="poster-address">{short}</p>
            <ol class="poster-steps">
                {step(icons::SCAN, words::SCAN)}
                {step(icons::NEED, words::SAY)}
                {step(icons::NOTE, words::KEEP)}
            </ol>
        </article>
    }
}

fn step(icon: IconData, word: Word) -> View {
    view! {
        <li>
            {icons::draw(icon)}
            <b lang="zh-CN">{word.get(Lang::Zh)}</b>
            <span lang="en">{word.get(Lang::En)}</span>
        </li>
    }
}
