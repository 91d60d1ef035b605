//! Choices as a scale (`likert`, `list`), and as a table of several questions: `label` is its head, `list-nolabel` a row. Where
//! the letters are too large for the screen, each choice is a row with its words, by the style alone.

use zhucun_view::{El, prelude::*};
use zhucun_words::visit;

use super::super::ask::{Ask, clear, several};
use super::super::select::choice;
use super::looks::{longest, width};
use super::mark;
use crate::ui::say;

/// A scale of choices with the words under them; of `list` without the line that joins them.
pub(super) fn scale(ask: Ask) -> View {
    let class = if ask.looks("likert") { "div\0class\0opts scale line" } else { "div\0class\0opts scale" };
    several(ask, view! { {row(ask, class, View::of)} {clear(ask)} })
}

/// A row of a table: circles or boxes without words; what is chosen is said under its own.
pub(super) fn cells(ask: Ask) -> View {
    let both = |words: String| {
        let echo = words.clone();
        view! { <span class="cell-words">{words}</span><span class="cell-echo" aria-hidden="true">{echo}</span> }
    };
    several(ask, view! { {row(ask, "div\0class\0opts cells", both)} {clear(ask)} })
}

fn row(ask: Ask, written: &'static str, draw: fn(String) -> View) -> View {
    let choices = ask.choices();
    View::of(move || {
        let choices = choices.get();
        if choices.is_empty() {
            return view! { <p class="ask-hint">{say(&visit::NO_CHOICES)}</p> };
        }
        let row = sized(written, &choices);
        for (name, words) in choices.iter().cloned() {
            row.child(choice(ask, mark(ask), name, draw(words)));
        }
        row.into_view()
    })
}

/// What fits in the narrowest column, in quarters of a letter.
const LINE: u32 = 14;

/// An element that knows how many choices there are, how wide the longest of their words is, and how many lines they take.
fn sized(written: &'static str, choices: &[(String, String)]) -> El {
    let row = El::new(written);
    row.style("--n", choices.len().to_string());
    let widest = choices.iter().map(|(_, words)| longest(words)).max().unwrap_or_default();
    row.style("--w", widest.to_string());
    let lines = choices.iter().map(|(_, words)| width(words).div_ceil(widest.max(LINE))).max().unwrap_or_default();
    row.style("--l", lines.min(3).to_string());
    row
}

/// The head of a table: the words of its choices, for the eyes; each row has them for the ears.
pub fn head(ask: Ask) -> View {
    let choices = ask.choices();
    let words = move || {
        let choices = choices.get();
        let row = sized("div\0class\0cells-head\0aria-hidden\0true", &choices);
        for (_, words) in choices.iter() {
            row.add("span").text(words);
        }
        row.into_view()
    };
    // A question of its own has words of its own; a row has them again.
    let label = move || Some(ask.label()).filter(|label| ask.looks("label") && !label.trim().is_empty());
    view! {
        <div class="ask table-head">{move || label().map(|label| view! { <p class="ask-label">{label}</p> })} {words}</div>
    }
}
