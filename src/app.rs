//! The root of the phone app: state, address, and which page is shown.

use leptos::prelude::*;

use crate::{
    pages::visits::VisitPage,
    platform::dom,
    routes::{self, Route},
    state::App,
};

/// Puts the app into the page.
pub fn mount_phone() {
    mount_to_body(|| view! { <Phone/> });
    dom::remove_skeleton();
}

#[component]
fn Phone() -> impl IntoView {
    let app = App::new();
    provide_context(app);
    let route = routes::start();
    app.start();
    move || match route.get() {
        Route::Visit(draft) => view! { <VisitPage draft/> }.into_any(),
        _ => ().into_any(),
    }
}
