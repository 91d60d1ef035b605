//! The root of the phone app: state, address, and which page is shown.

use zhucun_view::prelude::*;
use zhucun_words::{app as words, common, errors};

use crate::{
    later::{forms_page, later_page},
    pages::{self, Notices, UndoBar},
    platform::{dom, texts},
    routes::{self, Route},
    state::{App, Phase},
    ui::{Button, ButtonKind, Empty, Loading},
};

/// Puts the app into the page.
pub fn mount_phone() {
    texts::fill();
    // What is tapped goes often with what it said: a notice, an offer to undo.
    zhucun_view::when_focus_is_lost(dom::focus_heading);
    zhucun_view::mount(|| view! { <Phone/> });
    dom::remove_skeleton();
}

#[derive(Default)]
struct Phone;

impl Component for Phone {
    fn view(self) -> View {
        let app = App::new();
        let route = routes::start();
        app.start();
        app.follow_day();
        Effect::new(move |_| dom::set_title(app.word(common::PRODUCT)));
        // Only a change of phase or place makes a page anew: what a page shows follows its own signals.
        let phase = Memo::new(move |_| app.phase.get());
        let shown = Memo::new(move |_| route.get());
        view! {
            <div class="shell">
                {move || match phase.get() {
                    Phase::Starting => starting(app),
                    Phase::SignedOut => view! { <pages::sign_in::SignInPage/> },
                    Phase::Ready => shown_page(shown.get()),
                    Phase::Broken(error) => broken(app, error.word()),
                }}
                <UndoBar/>
            </div>
        }
    }
}

fn shown_page(route: Route) -> View {
    match route {
        Route::Today => view! { <pages::today::TodayPage/> },
        Route::Households => view! { <pages::households::HouseholdsPage/> },
        Route::NewHousehold => later_page(pages::households::new_household, ()),
        Route::Household(id) => view! { <pages::households::HouseholdPage id/> },
        Route::Needs => later_page(pages::needs::needs, ()),
        Route::Need(id) => later_page(pages::needs::need, id),
        Route::Link => later_page(pages::link::link, ()),
        Route::Poster => later_page(pages::link::poster, ()),
        Route::Say => later_page(pages::say::say, ()),
        Route::Shared => later_page(pages::shared::shared, ()),
        Route::Mine => later_page(pages::mine::mine, ()),
        Route::Sync => later_page(pages::sync::sync, ()),
        Route::SignIn => view! { <pages::sign_in::SignInPage/> },
        Route::NewVisit => forms_page(pages::visits::new_visit, ()),
        Route::Visit(draft) => forms_page(pages::visits::visit, draft),
        Route::SavedVisit(id) => later_page(pages::households::saved_visit, id),
    }
}

fn starting(app: App) -> View {
    view! { <main class="page"><Loading text=app.word(words::LOADING)/></main> }
}

fn broken(app: App, why: zhucun_words::Word) -> View {
    let again = Callback::new(|()| dom::reload());
    view! {
        <main class="page">
            <h1 class="heard">{app.word(common::PRODUCT)}</h1>
            <Notices/>
            <Empty title=app.word(errors::BROKEN_TITLE) hint=app.word(why)>
                <Button kind=ButtonKind::Fill on_tap=Some(again)>{app.word(errors::RETRY)}</Button>
            </Empty>
        </main>
    }
}
