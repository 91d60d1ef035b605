//! A finished visit as a page to read, and two versions of it side by side: the same on the phone and at the desk.

use zhucun_api::FileFact;
use zhucun_forms::told::{Compared, Pair, Row, Section, Shown};
use zhucun_json::texts::{find, joined};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, media, told as words};

use super::{icons, sizes};

/// What draws a picture, recording or file: the caller knows where its bytes are.
pub type Picture<'a> = &'a dyn Fn(&Row) -> View;

/// The sections of a visit; `level` is the level of the headings of its top sections.
pub fn told(lang: Lang, sections: &[Section], level: u8, picture: Picture<'_>) -> View {
    let mut parts = Vec::new();
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(section) = sections.get(at) {
        let end = (at + 1..sections.len()).find(|n| !is_inside(section, &sections[*n])).unwrap_or(sections.len());
        let inner = told(lang, &sections[at + 1..end], level + 1, picture);
        let title = (!section.title.is_empty()).then(|| heading(level, &section.title));
        let rows = rows(lang, section, picture);
        if section.number > 0 {
            blocks.push(view! { <div class="told-block">{title}{rows}{inner}</div> });
        } else {
            close(&mut blocks, &mut parts);
            parts.push(view! { <section class="told-part">{title}{rows}{inner}</section> });
        }
        at = end;
    }
    close(&mut blocks, &mut parts);
    View::of(parts)
}

/// Instances of a repeat stand beside each other where there is room.
fn close(blocks: &mut Vec<View>, parts: &mut Vec<View>) {
    if !blocks.is_empty() {
        let blocks = std::mem::take(blocks);
        parts.push(view! { <div class="told-blocks">{blocks}</div> });
    }
}

/// Whether a section is a part of another, or goes on with it. All lie in the form itself: that is no part.
fn is_inside(outer: &Section, other: &Section) -> bool {
    let rest = other.path.strip_prefix(outer.path.as_str()).filter(|_| outer.path.rfind('/') != Some(0));
    rest.is_some_and(|rest| (rest.is_empty() && outer.title != other.title) || rest.starts_with(['/', '[']))
}

fn heading(level: u8, title: &str) -> View {
    match level {
        0..=2 => view! { <h2>{title}</h2> },
        3 => view! { <h3>{title}</h3> },
        4 => view! { <h4>{title}</h4> },
        _ => view! { <h5>{title}</h5> },
    }
}

/// Questions with answers, pictures between them, and one line for all that was not answered.
fn rows(lang: Lang, section: &Section, picture: Picture<'_>) -> View {
    let (mut parts, mut lines, mut pictures) = (Vec::new(), Vec::new(), Vec::new());
    for row in &section.rows {
        if !row.shown.is_picture() {
            close_with(&mut pictures, &mut parts, pictures_of);
            let label = row.label.as_str();
            lines.push(view! { <div><dt>{label}</dt><dd>{answer(row, picture)}</dd></div> });
        } else {
            close_with(&mut lines, &mut parts, lines_of);
            let (label, picture) = (row.label.as_str(), picture(row));
            pictures.push(view! { <figure>{picture}<figcaption>{label}</figcaption></figure> });
        }
    }
    close_with(&mut lines, &mut parts, lines_of);
    close_with(&mut pictures, &mut parts, pictures_of);
    if !section.missing.is_empty() {
        let missing: Vec<_> = section.missing.iter().map(String::as_str).collect();
        let what = joined(&missing, if lang == Lang::En { ", " } else { "、" });
        parts.push(view! { <p class="told-missing">{words::NOT_ANSWERED.fill(lang, &[("what", &what)])}</p> });
    }
    View::of(parts)
}

fn answer(row: &Row, picture: Picture<'_>) -> View {
    if row.shown.is_file() { picture(row) } else { View::of(row.answer.as_str()) }
}

fn lines_of(lines: Vec<View>) -> View {
    view! { <dl class="told-rows">{lines}</dl> }
}

fn pictures_of(pictures: Vec<View>) -> View {
    view! { <div class="told-pictures">{pictures}</div> }
}

fn close_with(open: &mut Vec<View>, parts: &mut Vec<View>, wrap: fn(Vec<View>) -> View) {
    if !open.is_empty() {
        parts.push(wrap(std::mem::take(open)));
    }
}

/// A picture that a tap shows large, and another tap or Esc small again.
pub fn photo(lang: Lang, row: &Row, url: &str) -> View {
    let is_large = RwSignal::new(false);
    let said = if row.shown == Shown::Signature { words::SIGNATURE_OF } else { words::PHOTO_OF };
    let label = [("label", row.label.as_str())];
    let (alt, enlarge) = (said.fill(lang, &label), words::ENLARGE.fill(lang, &label));
    let esc = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            is_large.set(false);
        }
    };
    view! {
        <button type="button" class="told-photo" class:large=move || is_large.get() aria-label=enlarge
            aria-pressed=move || if is_large.get() { "true" } else { "false" }
            on:click=move |_| is_large.update(|is_large| *is_large = !*is_large) on:keydown=esc>
            <img src=url alt=alt/>
        </button>
    }
}

/// A picture, recording or file at its address: looked at, heard or taken along.
pub fn file(lang: Lang, row: &Row, files: &[FileFact], url: &str) -> View {
    if row.shown.is_picture() {
        return photo(lang, row, url);
    }
    let fact = files.iter().find(|fact| find(&row.answer, &fact.sha256) == Some(0));
    let size = fact.map(|fact| sizes::bytes(fact.size as f64)).unwrap_or_default();
    let (said, own) = match (row.shown, fact) {
        (_, Some(fact)) if !fact.name.is_empty() => (fact.name.clone(), fact.name.clone()),
        (Shown::Audio, _) => (media::RECORDED.get(lang).to_owned(), row.answer.clone()),
        (Shown::Video, _) => (media::FILMED.get(lang).to_owned(), row.answer.clone()),
        _ => (media::FILE.get(lang).to_owned(), row.answer.clone()),
    };
    let label = row.label.as_str();
    let player = match row.shown {
        Shown::Audio => view! { <audio class="sound" src=url controls="" preload="none" aria-label=label></audio> },
        Shown::Video => {
            view! { <video class="film" src=url controls="" playsinline="" preload="none" aria-label=label></video> }
        }
        _ => View::default(),
    };
    // Taken along, never opened in this page: what is in it is anybody's.
    view! {
        {player}
        <a class="told-file" href=url download=own>{icons::draw(icons::FILE)} <span>{joined(&[&said, &size], " · ")}</span></a>
    }
}

/// The files of a visit that no answer shows, such as the log of its filling.
pub fn others(lang: Lang, sections: &[Section], files: &[FileFact], picture: Picture<'_>) -> Option<View> {
    let rows: Vec<_> = sections.iter().flat_map(|section| &section.rows).collect();
    let is_shown = |fact: &&FileFact| !rows.iter().any(|row| find(&row.answer, &fact.sha256) == Some(0));
    let links: Vec<_> = files
        .iter()
        .filter(is_shown)
        .map(|fact| {
            let row = Row { answer: fact.sha256.clone(), shown: Shown::File, ..Row::default() };
            view! { <li>{picture(&row)}</li> }
        })
        .collect();
    (!links.is_empty()).then(|| {
        view! { <section class="told-part told-others">{heading(3, words::OTHERS.get(lang))}<ul>{links}</ul></section> }
    })
}

/// Two versions: what differs, and on demand what is the same. `level` is the level of the heading.
pub fn compared(lang: Lang, parts: &[Compared], level: u8, picture: Picture<'_>) -> View {
    let all = RwSignal::new(false);
    let differ = parts.iter().flat_map(|part| &part.rows).any(|pair| !pair.is_same());
    let drawn: Vec<_> = parts.iter().map(|part| part_of(lang, part, level + 1, picture)).collect();
    let has_same = parts.iter().flat_map(|part| &part.rows).any(Pair::is_same);
    let toggle = has_same.then(|| {
        let word = move || if all.get() { words::ONLY_CHANGED } else { words::SHOW_ALL }.get(lang);
        view! {
            <button type="button" class="btn plain" aria-pressed=move || if all.get() { "true" } else { "false" }
                on:click=move |_| all.update(|all| *all = !*all)>{word}</button>
        }
    });
    view! {
        <section class="compared" class:all=move || all.get()>
            {heading(level, words::CHANGED.get(lang))}
            {(!differ).then(|| view! { <p class="quiet">{words::NO_DIFFERENCE.get(lang)}</p> })}
            {drawn}
            {toggle}
        </section>
    }
}

fn part_of(lang: Lang, part: &Compared, level: u8, picture: Picture<'_>) -> View {
    let is_same = part.rows.iter().all(Pair::is_same);
    let pairs: Vec<_> = part
        .rows
        .iter()
        .map(|pair| {
            let class = if pair.is_same() { "pair same" } else { "pair" };
            let (old, new) = (side(lang, pair.old.as_ref(), picture), side(lang, pair.new.as_ref(), picture));
            view! {
                <div class=class>
                    <dt>{pair.label()}</dt>
                    <dd class="old"><small>{words::OLD.get(lang)}</small>{old}</dd>
                    <dd class="new"><small>{words::NEW.get(lang)}</small>{new}</dd>
                </div>
            }
        })
        .collect();
    let title = (!part.title.is_empty()).then(|| heading(level, &part.title));
    view! { <div class=if is_same { "same" } else { "" }>{title}<dl>{pairs}</dl></div> }
}

fn side(lang: Lang, row: Option<&Row>, picture: Picture<'_>) -> View {
    match row {
        None => view! { <span class="quiet">{words::BLANK.get(lang)}</span> },
        Some(row) => view! { <span>{answer(row, picture)}</span> },
    }
}

/// A version in the list of them.
pub struct Version<'a> {
    /// Its place among them, from 0.
    pub nth: usize,
    /// When and by whom.
    pub when: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Whether it counts.
    pub counts: bool,
    /// Whether it is the one that is shown.
    pub is_shown: bool,
}

/// What stands in a version's row.
pub fn version(lang: Lang, version: &Version<'_>) -> View {
    let name = match version.nth {
        0 => words::FIRST.get(lang).to_owned(),
        n => words::NTH.fill(lang, &[("n", &n.to_string())]),
    };
    let reason = (!version.reason.is_empty()).then(|| words::REASON.fill(lang, &[("reason", version.reason)]));
    let tag = |is_on: bool, word: Word| is_on.then(|| view! { <span class="tag">{word.get(lang)}</span> });
    let when = version.when;
    view! {
        <span class="row-words">
            <span class="row-head"><b>{name}</b>{tag(version.counts, words::COUNTS)}{tag(version.is_shown, words::SHOWN)}</span>
            <small>{when}</small>
            {reason.map(|reason| view! { <small>{reason}</small> })}
        </span>
    }
}
