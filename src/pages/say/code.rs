//! The ticket code, until the person has it.

use zhucun_domain::{collection, ticket};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, say as words};

use super::Page;
use crate::{
    platform::dom,
    routes::{self, Route},
    state::saying::Code,
    ui::{Button, ButtonKind, icons, names, qr},
};

/// The page with the code.
pub(super) fn shown(this: Page, lang: Lang, shown: Code) -> View {
    let app = this.app;
    let Code { need, category, code } = shown;
    let category = names::category(lang, &category).to_owned();
    let taken = need.clone();
    let is_here = Memo::new(move |_| app.status.with(|status| status.holds(collection::NEEDS, &need)));
    let site = site(this);
    let mut address = site.clone();
    address.push_str("/t?c=");
    address.push_str(&code);
    let mut page = site.split_once("://").map_or(site.as_str(), |(_, short)| short).to_owned();
    page.push_str("/t");
    let done = Callback::new(move |()| {
        this.said.take_along(&taken);
        routes::return_to(Route::Needs);
    });
    let when = move || if is_here.get() { words::LATER.get(lang) } else { words::NOW.get(lang) };
    view! {
        <main class="page say-done">
            <h1 tabindex="-1">{icons::draw(icons::CHECK)} {words::SAVED.get(lang)}</h1>
            <p class="quiet">{category}</p>
            <section class="link-card">
                <p>{words::CODE.get(lang)}</p>
                <p class="say-code" id="code">{ticket::grouped(&code)}</p>
                <p><b>{words::KEEP.get(lang)}</b></p>
                {qr::draw(&address, words::QR.get(lang))}
                <p class="quiet small">{words::WHERE.fill(lang, &[("page", &page)])}</p>
            </section>
            <p class="say-kept" role="status">{icons::draw(icons::INFO)}<span>{when}</span></p>
            <Button kind=ButtonKind::Fill on_tap=Some(done)>{words::DONE.get(lang)}</Button>
        </main>
    }
}

/// The address people use: that of the villagers' link, which the server knows better than this phone.
fn site(this: Page) -> String {
    let link = this.app.me.with_untracked(|me| me.as_ref().and_then(|me| me.needs_link.clone()));
    link.and_then(|link| link.split_once("/n/").map(|(site, _)| site.to_owned())).unwrap_or_else(dom::origin)
}
