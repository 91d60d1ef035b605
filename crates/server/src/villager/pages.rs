//! The pages: what the templates show.

use askama::Template;
use zhucun_domain::{
    access::Role,
    calendar,
    need::{self, State},
    settings::CountySettings,
    ticket,
};
use zhucun_sync::Record;
use zhucun_words::{self, Word, common, villager as w};

use super::{
    icons,
    look::Look,
    needs::Taken,
    qr,
    sent::{Errors, Typed},
    terms,
};
use crate::dates;

/// Most of a photo, in megabytes, as said on the page.
const PHOTO_MB: &str = "8";

/// A category to choose.
pub struct Tile {
    code: &'static str,
    words: &'static str,
    icon: &'static str,
    checked: bool,
}

/// The page with the form.
#[derive(Template)]
#[template(path = "villager/need.html")]
pub struct NeedPage {
    look: Look,
    title: String,
    action: String,
    language_link: String,
    large_link: String,
    once: String,
    tiles: Vec<Tile>,
    photo_hint: String,
    notice: Option<String>,
    typed: Typed,
    errors: Errors,
}

impl NeedPage {
    /// An empty form for a village.
    #[must_use]
    pub fn new(look: Look, village: &str, link: &str, once: String) -> Self {
        let path = format!("/n/{link}");
        Self {
            look,
            title: w::TITLE.fill(look.lang, &[("village", village)]),
            action: look.address(&path),
            language_link: look.switched_language().address(&path),
            large_link: look.switched_size().address(&path),
            once,
            tiles: tiles(look, ""),
            photo_hint: w::PHOTO_HINT.fill(look.lang, &[("max", PHOTO_MB)]),
            notice: None,
            typed: Typed::default(),
            errors: Errors::default(),
        }
    }

    /// The form again with what was typed and what is wrong with it.
    #[must_use]
    pub fn again(mut self, typed: Typed, errors: Errors, notice: Word) -> Self {
        self.tiles = tiles(self.look, &typed.category);
        self.notice = Some(self.look.w(notice).to_owned());
        self.typed = typed;
        self.errors = errors;
        self
    }
}

/// What is wrong with a photo, in words.
#[must_use]
pub fn photo_error(look: Look, word: Word) -> String {
    word.fill(look.lang, &[("max", PHOTO_MB)])
}

fn tiles(look: Look, checked: &str) -> Vec<Tile> {
    need::CATEGORIES
        .iter()
        .map(|code| Tile {
            code,
            words: terms::category(look.lang, code),
            icon: icons::of_category(code),
            checked: *code == checked,
        })
        .collect()
}

/// The page after sending, with the code.
#[derive(Template)]
#[template(path = "villager/thanks.html")]
pub struct ThanksPage {
    look: Look,
    village: String,
    category: &'static str,
    due: String,
    code: String,
    grouped: String,
    qr: String,
    again: String,
}

impl ThanksPage {
    /// For a need in a category that is due on a day since 1970; `site` is our address without a slash at the end.
    #[must_use]
    pub fn new(look: Look, village: &str, link: &str, site: &str, taken: &Taken, category: &str, due: i64) -> Self {
        let day = dates::day(look.lang, due);
        let code = taken.code.clone();
        Self {
            look,
            village: village.to_owned(),
            category: terms::category(look.lang, category),
            due: w::DUE_FIRST.fill(look.lang, &[("day", &day)]),
            grouped: ticket::grouped(&code),
            qr: qr::svg(&format!("{site}/t?c={code}")),
            code,
            again: look.address(&format!("/n/{link}")),
        }
    }
}

/// The page that asks for a code.
#[derive(Template)]
#[template(path = "villager/find.html")]
pub struct FindPage {
    /// How it is shown.
    pub look: Look,
    /// What was typed.
    pub typed: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// A step as it is shown.
pub struct ShownStep {
    state: &'static str,
    day: String,
    who: &'static str,
    words: String,
}

/// A ticket. Nothing personal is on it: neither name nor phone nor the villager's words.
#[derive(Template)]
#[template(path = "villager/ticket.html")]
pub struct TicketPage {
    look: Look,
    code: String,
    category: &'static str,
    state: &'static str,
    tone: &'static str,
    sent: String,
    now: String,
    late: bool,
    answer: String,
    steps: Vec<ShownStep>,
}

impl TicketPage {
    /// Of a need as it stands at a moment (milliseconds since 1970 UTC).
    #[must_use]
    pub fn new(look: Look, code: String, record: &Record, now: i64, county: &CountySettings) -> Self {
        let steps = need::steps(record);
        let state = need::state(record);
        let received = record.get(need::field::RECEIVED_AT).and_then(serde_json::Value::as_i64).unwrap_or_default();
        let due = need::answer_due_in(received, county);
        let late = state == State::Received && calendar::china_day(now) > due;
        // Who has it: the role that the last step names; before any, the secretary.
        let holder = steps.iter().rev().find_map(|step| step.role).unwrap_or(Role::Secretary);
        let day = dates::day(look.lang, due);
        let who = look.w(terms::role(holder));
        let values = [("who", who), ("day", day.as_str())];
        let sent_day = dates::day(look.lang, calendar::china_day(received));
        Self {
            look,
            code,
            category: terms::category(look.lang, record.text(need::field::CATEGORY)),
            state: terms::state(look.lang, state),
            tone: if late {
                "late"
            } else if state.is_open() {
                ""
            } else {
                "good"
            },
            sent: w::SENT_ON.fill(look.lang, &[("day", &sent_day)]),
            now: standing(state, late).fill(look.lang, &values),
            late,
            answer: record.text(need::field::ANSWER).to_owned(),
            steps: steps.into_iter().map(|step| shown(look, step)).collect(),
        }
    }
}

fn shown(look: Look, step: need::Step) -> ShownStep {
    let role = match (step.state, step.role) {
        (State::Received, None) => Some(common::ROLE_VILLAGER),
        (_, role) => role.map(terms::role),
    };
    ShownStep {
        state: terms::state(look.lang, step.state),
        day: dates::day(look.lang, calendar::china_day(step.at)),
        who: role.map_or("", |word| look.w(word)),
        words: step.words,
    }
}

const fn standing(state: State, late: bool) -> Word {
    match state {
        State::Received if late => w::NOW_LATE,
        State::Received => w::NOW_RECEIVED,
        State::Accepted => w::NOW_ACCEPTED,
        State::Referred => w::NOW_REFERRED,
        State::Doing => w::NOW_DOING,
        State::Solved => w::NOW_SOLVED,
        State::Rated => w::NOW_RATED,
        State::Explained => w::NOW_EXPLAINED,
        State::Reopened => w::NOW_REOPENED,
    }
}

/// A page of a title and a sentence.
#[derive(Template)]
#[template(path = "villager/plain.html")]
pub struct PlainPage {
    /// How it is shown.
    pub look: Look,
    /// The title.
    pub title: &'static str,
    /// The sentence.
    pub words: &'static str,
}

/// The page behind a link that was renewed or revoked, in both languages: who comes here by an old poster has chosen none.
#[derive(Template)]
#[template(path = "villager/ended.html")]
pub struct EndedPage {
    /// How it is shown.
    pub look: Look,
    /// The same in the other language.
    pub other: Look,
    /// What was typed and could not be taken, to be copied.
    pub typed: String,
}
