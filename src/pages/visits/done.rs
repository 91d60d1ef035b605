//! The visit is finished: where it is now, and the way back.

use zhucun_domain::collection;
use zhucun_view::prelude::*;
use zhucun_words::visit as words;

use super::trail::Trail;
use crate::form_ui::icon;
use crate::pages::install;
use crate::ui::{icons, say};

/// The last screen.
pub fn view(trail: Trail) -> View {
    let form = trail.form;
    let filling = form.get();
    let app = filling.app;
    let info = filling.info();
    let id = info.id.clone();
    let is_here = Memo::new(move |_| app.status.with(|status| status.holds(collection::VISITS, &id)));
    let tag = move || {
        if is_here.get() {
            view! { <span class="tag phone-only">{icon(icons::SMARTPHONE)} {app.word(words::ONLY_HERE)}</span> }
        } else {
            view! { <span class="tag server">{icon(icons::CHECK)} {app.word(words::UPLOADED)}</span> }
        }
    };
    let name = super::household_name(form);
    let is_correction = !info.replaces.is_empty();
    let done = if is_correction { &words::DONE_CORRECTION } else { &words::DONE };
    let back = if is_correction {
        &zhucun_words::told::TO_NEWEST
    } else if info.household.is_some() {
        &words::TO_HOUSEHOLD
    } else {
        &words::TO_TODAY
    };
    view! {
        <main class="visit-page done">
            <p class="done-mark" aria-hidden="true">{icon(icons::CHECK)}</p>
            <h1 tabindex="-1">{say(done)}</h1>
            <p>{name}</p>
            <p role="status">{tag}</p>
            <p>{move || if is_here.get() { app.word(words::DONE_HERE) } else { app.word(words::DONE_SENT) }}</p>
            <button type="button" class="btn fill" on:click=move |_| trail.finish()>
                {say(back)}
            </button>
            {move || install::offer(app.lang.get())}
        </main>
    }
}
