//! The poster: an A4 page to hang up, black on white, in both languages. On the screen it is a picture of the paper.

use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, link as words};

use super::{Contact, Page, contact, off};
use crate::{
    pages::page,
    platform::dom,
    state::{App, use_app},
    ui::{BottomBar, Button, ButtonKind, Empty, Loading, icons, icons::IconData, qr, said, say},
};

/// The page of the poster.
pub fn poster((): ()) -> View {
    let app = use_app();
    let this = Page::open(app);
    let url = Memo::new(move |_| this.seen.with(|seen| seen.links.current.as_ref().map(|link| link.url.clone())));
    let body = move || {
        let lang = app.lang.get();
        let paper = match url.get() {
            Some(url) => paper(app, &url),
            // It may have one since.
            None if this.contact.get() == Contact::Asking => {
                view! { <Loading text=zhucun_words::app::LOADING.get(lang)/> }
            }
            None => view! { <Empty title=words::NONE.get(lang) hint=words::NONE_HINT.get(lang)/> },
        };
        view! { {contact(this, lang)} {paper} }
    };
    // What hangs on a wall for months is what the server has just said: a link may be revoked by a colleague.
    let why = move || {
        let is_failed = matches!(this.contact.get(), Contact::Failed(_));
        is_failed.then(|| view! { <p class="quiet small">{say(&words::PRINT_NEEDS_NETWORK)}</p> })
    };
    let bar = move || {
        url.get().map(|_| {
            let print = Callback::new(|()| dom::print());
            view! {
                <BottomBar>
                    <div class="stack grow">
                        {why}
                        <Button kind=ButtonKind::Fill icon=Some(icons::PRINT) disabled=off(this) on_tap=Some(print)>
                            {say(&words::PRINT)}
                        </Button>
                    </div>
                </BottomBar>
            }
        })
    };
    let page = page(false, said(&words::POSTER_TITLE), said(&words::POSTER_HINT), View::of(body), Some(View::of(bar)));
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
