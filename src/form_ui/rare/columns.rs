//! Choices beside each other: `columns-n`, `columns-pack`, `no-buttons`, and those with pictures. As many as fit with words that
//! can be read.

use zhucun_forms::instance::pictures::of_choices;
use zhucun_view::{El, prelude::*};
use zhucun_words::visit;

use super::super::ask::{Ask, clear, several};
use super::super::media::shown::tile;
use super::super::select::{MANY, choice};
use super::looks::{Layout, width};
use super::{long, mark};
use crate::ui::say;

/// The widget.
pub(super) fn field(ask: Ask, layout: Layout) -> View {
    let choices = ask.choices();
    let rows = move || {
        let choices = choices.get();
        if choices.len() > MANY {
            return long::found(ask);
        }
        if choices.is_empty() {
            return view! { <p class="ask-hint">{say(&visit::NO_CHOICES)}</p> };
        }
        let grid = El::new(if layout.columns == 0 { "div\0class\0opts pack" } else { "div\0class\0opts cols" });
        grid.class("bare", layout.is_bare);
        grid.style("--n", layout.columns.to_string());
        grid.style("--w", wide(&choices).to_string());
        grid.class("tiles", ask.pictured());
        let form = ask.form().get();
        let pictures = form.with_session(|session| of_choices(session, ask.id()));
        for (name, words) in choices {
            let files = pictures.iter().find(|(of, _)| *of == name).map(|(_, files)| files);
            let picture = files.and_then(|files| files.iter().find(|(kind, _)| kind == "image"));
            let words = match picture {
                Some((_, picture)) => tile(ask, picture.clone(), words),
                None => View::of(words),
            };
            grid.child(choice(ask, mark(ask), name, words));
        }
        grid.into_view()
    };
    several(ask, view! { {rows} {clear(ask)} })
}

/// How much room the longest words want, in quarters of a letter; for those of more than eight characters two lines.
fn wide(choices: &[(String, String)]) -> u32 {
    choices.iter().map(|(_, words)| width(words)).max().unwrap_or_default().clamp(8, 32)
}
