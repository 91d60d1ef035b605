//! What is filled in, before it is finished: the answers by part, each a tap from its question; and what will not be sent.

use zhucun_forms::contract::{Id, Item, Unsent};
use zhucun_forms::definition::{Definition, Kind, Node};
use zhucun_forms::told::Teller;
use zhucun_json::Value;
use zhucun_json::texts::{joined, words as names};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, media, visit, way as words};

use super::outline::{Part, parts};
use super::version;
use crate::form_ui::filling::Form;
use crate::form_ui::icon;
use crate::pages::households::Words;
use crate::ui::icons;
use crate::ui::long_list::LongList;

/// A line of the list.
enum Line {
    /// The heading of a part, and whether it belongs to the one before.
    Part(String, bool),
    /// The heading of a group inside.
    Group(String),
    /// A question.
    Question(Id),
}

/// The answers by part; drawn as far as they are looked at.
pub fn view(form: Form) -> View {
    let list = LongList::new();
    let lines = move || {
        let lines = lines(form, parts(form));
        list.draw(lines.len(), move |place| lines.get(place).map(|line| row(form, line)).unwrap_or_default())
    };
    view! {
        <section class="answers">
            <h2 class="visit-part">{move || words::ANSWERS.get(form.lang())}</h2>
            {lines}
        </section>
    }
}

fn lines(form: Form, parts: Vec<Part>) -> Vec<Line> {
    let filling = form.get();
    let mut lines = Vec::new();
    filling.with_session(|session| {
        let kind = |id| session.asked(id).map(|(node, _)| session.definition().nodes[node as usize].kind);
        for part in parts {
            lines.push(Line::Part(part.title, part.is_inner));
            let headings = lines.len();
            for item in part.items {
                match item {
                    Item::Heading(_, label) => lines.push(Line::Group(label)),
                    Item::Question(id) if kind(id).is_some_and(Kind::is_asked) => lines.push(Line::Question(id)),
                    _ => {}
                }
            }
            // Notes and lists have no answer.
            if lines[headings..].iter().all(|line| matches!(line, Line::Group(_))) {
                lines.truncate(headings - 1);
            }
        }
    });
    lines
}

fn row(form: Form, line: &Line) -> View {
    let id = match line {
        Line::Part(title, false) => return view! { <li class="answers-part"><h3>{title.clone()}</h3></li> },
        Line::Part(title, true) => return view! { <li class="answers-part inner"><h3>{title.clone()}</h3></li> },
        Line::Group(title) => return view! { <li class="answers-part inner"><h4>{title.clone()}</h4></li> },
        Line::Question(id) => *id,
    };
    let filling = form.get();
    let Some(question) = filling.with_session(|session| session.question(id)) else {
        return view! { <li></li> };
    };
    let lang = form.lang();
    let words = match question.kind {
        _ if question.value.is_empty() => String::new(),
        Kind::SelectOne | Kind::SelectMultiple | Kind::Rank => chosen(&question.choices, &question.value, lang),
        _ => filling.with_session(|session| {
            let definition = session.definition();
            let node = session.asked(id).map(|(node, _)| &definition.nodes[node as usize]);
            node.map(|node| said(form, definition, node, &question.value)).unwrap_or_default()
        }),
    };
    let label = if question.label.trim().is_empty() { question.name } else { question.label };
    let given = if words.is_empty() {
        view! { <span class="quiet">{visit::NOT_SET.get(lang)}</span> }
    } else {
        view! { <span class="given">{words}</span> }
    };
    view! {
        <li>
            <button type="button" class="contents-row" on:click=move |_| form.get().jump(id)>
                <span><span class="asked">{label}</span> " " {given}</span> {icon(icons::NEXT)}
            </button>
        </li>
    }
}

/// Choices as they are offered now.
fn chosen(choices: &[(String, String)], value: &str, lang: Lang) -> String {
    let word = |name: &str| {
        let choice = choices.iter().find(|(other, words)| other == name && !words.is_empty());
        choice.map_or_else(|| name.to_owned(), |(_, words)| words.clone())
    };
    let chosen: Vec<String> = names(value).into_iter().map(word).collect();
    let chosen: Vec<&str> = chosen.iter().map(String::as_str).collect();
    joined(&chosen, if lang == Lang::En { ", " } else { "、" })
}

/// An answer in words, none that should not be read over the shoulder, and no names of files.
fn said(form: Form, definition: &Definition, node: &Node, value: &str) -> String {
    let lang = form.lang();
    let looks = |word: &str| node.appearance.iter().any(|name| name == word);
    let word: Option<Word> = match node.kind {
        Kind::Text if looks("masked") => Some(words::HIDDEN),
        Kind::Image if looks("signature") => Some(words::SIGNED),
        Kind::Image => Some(words::PHOTOGRAPHED),
        Kind::Audio => Some(media::RECORDED),
        Kind::Video => Some(media::FILMED),
        Kind::File => Some(media::FILE),
        _ => None,
    };
    if let Some(word) = word {
        return word.get(lang).to_owned();
    }
    let filling = form.get();
    let says = Words { app: filling.app, lang };
    let none = Value::Null;
    let teller = Teller::new(definition, filling.languages().1, &none, &says);
    teller.words(node, value)
}

/// What will not be sent, since its question is no longer asked or is not in this version of the form.
pub fn unsent(form: Form) -> View {
    View::of(move || {
        let lang = form.lang();
        let filling = form.get();
        // Told again when the answers are others.
        drop(filling.pages());
        let answers = filling.with_session(|session| {
            let mut answers = Vec::new();
            for Unsent { label, value, node } in session.dropped().into_iter().chain(session.leftover()) {
                let words = match node.and_then(|node| session.definition().nodes.get(node as usize)) {
                    Some(node) => said(form, session.definition(), node, &value),
                    None => value,
                };
                answers.push((label, words));
            }
            answers
        });
        let listed = version::listed(lang, &words::UNSENT, answers);
        listed.map(
            |listed| view! { <div class="notice">{icon(icons::INFO)} <div class="notice-words">{listed}</div></div> },
        )
    })
}
