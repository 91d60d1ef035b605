//! Choices beside each other: `columns-n`, `columns-pack`, `no-buttons`, and those with pictures and sounds. As many as fit with words that
//! can be read.

use zhucun_forms::instance::pictures::of_choices;
use zhucun_view::{El, prelude::*};
use zhucun_words::visit;

use super::super::ask::{Ask, clear, several};
use super::super::media::shown::{Playing, playable, tile};
use super::super::select::{choice, few};
use super::looks::{self, Layout, width};
use super::{long, mark};
use crate::ui::say;

/// The widget.
pub(super) fn field(ask: Ask, layout: Layout) -> View {
    let few = few(ask);
    let rows = move || {
        let Some(choices) = few.get() else { return long::found(ask) };
        if choices.is_empty() {
            return view! { <p class="ask-hint">{say(&visit::NO_CHOICES)}</p> };
        }
        let grid = El::new(if layout.columns == 0 { "div\0class\0opts pack" } else { "div\0class\0opts cols" });
        let form = ask.form().get();
        let all = form.with_session(|session| of_choices(session, ask.id()));
        let has =
            |kinds: &[&str]| all.iter().any(|(_, files)| files.iter().any(|(kind, _)| kinds.contains(&kind.as_str())));
        // Only pictures want to stand beside each other.
        let is_asked = looks::layout(&ask.appearance()).is_some();
        let columns = if is_asked || has(&["image"]) { layout.columns } else { 1 };
        grid.class("bare", layout.is_bare);
        grid.style("--n", columns.to_string());
        grid.style("--w", wide(&choices).to_string());
        grid.class("tiles", has(&["image"]));
        grid.class("plays", has(&["audio", "video"]));
        let playing = Playing::new(None);
        for (name, words) in choices.iter().cloned() {
            let files = all.iter().find(|(of, _)| *of == name).map(|(_, files)| files);
            let picture = files.and_then(|files| files.iter().find(|(kind, _)| kind == "image"));
            let said = match picture {
                Some((_, picture)) => tile(ask, picture.clone(), words.clone()),
                None => View::of(words.clone()),
            };
            let row = choice(ask, mark(ask), name, said);
            grid.child(match files {
                Some(files) => playable(ask.form(), words, files, playing, row),
                None => row,
            });
        }
        grid.into_view()
    };
    several(ask, view! { {rows} {clear(ask)} })
}

/// How much room the longest words want, in quarters of a letter; for those of more than eight characters two lines.
fn wide(choices: &[(String, String)]) -> u32 {
    choices.iter().map(|(_, words)| width(words)).max().unwrap_or_default().clamp(8, 32)
}
