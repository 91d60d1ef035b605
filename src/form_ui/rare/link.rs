//! `text` with appearance `url`: an address to open, not to type.

use zhucun_view::prelude::*;
use zhucun_words::widgets as words;

use super::super::ask::{Ask, icon, several};
use crate::ui::icons;

/// The widget. Only addresses of the web are opened; anything else is shown as it is.
pub(super) fn field(ask: Ask) -> View {
    let link = move || {
        let value = ask.value().get();
        if value.is_empty() {
            return view! { <p class="ask-line">{ask.say(words::NO_LINK)}</p> };
        }
        if !is_web(&value) {
            return view! { <p class="ask-line">{value}</p> };
        }
        let href = value.clone();
        view! {
            <a class="btn q-button" href=href target="_blank" rel="noopener noreferrer">{icon(icons::LINK)} <span>{value}</span></a>
        }
    };
    several(ask, View::of(link))
}

fn is_web(address: &str) -> bool {
    let begins = |with: &str| address.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    begins("https://") || begins("http://")
}

#[cfg(test)]
mod tests {
    use super::is_web;

    #[test]
    fn only_addresses_of_the_web_are_opened() {
        assert!(is_web("https://example.org/a?b") && is_web("HTTP://example.org"));
        for other in ["javascript:alert(1)", "example.org", "data:text/html,x", "", "高"] {
            assert!(!is_web(other), "{other}");
        }
    }
}
