//! Drawn pictures of what a browser looks like: how to open the app in one, and how to put it on the home screen.

use zhucun_view::{View, view};

/// A chat app's page with its menu at the top right, and an arrow to it.
const CHAT_MENU: &str = concat!(
    r#"<path d="M8 96V12q0-8 8-8h128q8 0 8 8v84" /><path d="M8 28h144" /><path d="M16 16h3M20 12l-4 4 4 4" />"#,
    r#"<g fill="currentColor" stroke="none"><circle cx="128" cy="16" r="2.5"/><circle cx="136" cy="16" r="2.5"/><circle cx="144" cy="16" r="2.5"/></g>"#,
    r#"<path class="point" d="M70 84q58 0 64-46M125 48l9-10 7 11" />"#,
);

/// Safari's bar with the share button marked, an arrow, and the row "add to the home screen".
const SAFARI_SHARE: &str = concat!(
    r#"<path d="M4 4h60v88H4zM4 76h60" /><path class="point" d="M34 87v-9m-3 3l3-3 3 3" /><path d="M30 82h-2v8h12v-8h-2" />"#,
    r#"<circle class="point" cx="34" cy="84" r="12" /><path class="point" d="M72 48h14m-5-5l5 5-5 5" />"#,
    r#"<path d="M96 4h60v88H96z" /><path class="point" d="M102 36h48v24h-48z" /><path d="M108 48h22" />"#,
    r#"<path d="M136 42h12v12h-12zM142 45v6M139 48h6" /><path d="M102 16h30M102 26h22M102 72h30M102 82h22" />"#,
);

fn draw(inside: &'static str) -> View {
    view! { <svg class="picture" viewBox="0 0 160 96" aria-hidden="true" focusable="false" inner_html=inside></svg> }
}

/// How to leave a chat app for the browser; words stand next to it.
#[must_use]
pub fn chat_menu() -> View {
    draw(CHAT_MENU)
}

/// How to put the app on the home screen of an iPhone; words stand next to it.
#[must_use]
pub fn safari_share() -> View {
    draw(SAFARI_SHARE)
}
