//! What a screen needs to draw a form and may ask of it. `form_ui` uses nothing else of a filling session.

use litemap::LiteMap;

use serde_json::Value;
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Writer};

use crate::definition::{Kind, NodeIndex};

pub use crate::list::{List, Lists};

/// A live node. Stays the same while the session lives, also when repeats before it come and go.
pub type Id = u32;

/// A page. By groups: a group (`field-list` or not) on the top level is a page of all its questions; a repeat within it gives
/// one page for each of its instances, after a page that lists them; other top-level questions are a page each run. Other ways
/// are [`crate::instance::Paging`]. Pages that are not relevant do not appear.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The group, repeat instance or question that it shows.
    pub id: Id,
    /// What it is a part of, where a group or a repeat instance is several pages; else `id`.
    pub within: Id,
    /// The title: the group's label; for a repeat instance its label and position.
    pub title: String,
    /// Position of the top-level section this page belongs to, from 1, and how many relevant sections there are.
    pub section: (usize, usize),
    /// For a page of a repeat instance: (position from 1, how many).
    pub repeat: Option<(usize, usize)>,
    /// What it shows, in document order; only what is relevant.
    pub items: Vec<Item>,
}

/// Something on a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A question, with the id under which [`QuestionView`] is asked.
    Question(Id),
    /// A heading of a group inside the page.
    Heading(Id, String),
    /// The head of a table of selects (appearance `table-list` of their group): the words of this question's choices, which
    /// the rows leave out.
    Table(Id),
    /// The list of a repeat's instances with "add" (its page of instances).
    Repeat(RepeatView),
}

impl Item {
    /// The question, group or repeat.
    #[must_use]
    pub const fn id(&self) -> Id {
        match self {
            Self::Question(id) | Self::Table(id) | Self::Heading(id, _) => *id,
            Self::Repeat(repeat) => repeat.id,
        }
    }
}

/// A repeat as a list.
#[derive(Clone, Debug, PartialEq)]
pub struct RepeatView {
    /// The repeat: what `add_repeat` takes.
    pub id: Id,
    /// Its label.
    pub label: String,
    /// Its instances: id, and a line that tells them apart (first text answer, or the position).
    pub instances: Vec<(Id, String)>,
    /// Whether the person may add (no `repeat_count`).
    pub may_add: bool,
}

/// Files that are shown or played with words: kind (`image`, `big-image`, `audio`, `video`) and name, as the form names it
/// (`a.jpg`, `jr://images/a.jpg`).
pub type Files = Vec<(String, String)>;

/// A question as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionView {
    /// The live node.
    pub id: Id,
    /// Its element name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its words in the active language, values inserted.
    pub label: String,
    /// The words under it; empty when none.
    pub hint: String,
    /// More words, shown when asked for (`guidance_hint`); empty when none.
    pub guidance: String,
    /// The answer as stored (XForms lexical form; empty when none): `a b` for several choices, `2026-11-23`,
    /// `lat lon altitude accuracy` (several with `;` between for a line or an area), a file name for an image, a recording
    /// or a file, `OK` for acknowledge.
    pub value: String,
    /// Whether an answer is needed now.
    pub required: bool,
    /// Whether it may not be changed.
    pub readonly: bool,
    /// Appearance words.
    pub appearance: Vec<String>,
    /// `parameters`.
    pub parameters: LiteMap<String, String>,
    /// The choices offered now (filter applied): name and words.
    pub choices: Vec<(String, String)>,
    /// What is shown or played with the words, in the active language.
    pub media: Files,
    /// Whether some of its choices have files, offered or not: [`crate::instance::pictures::of_choices`] tells which.
    pub pictured: bool,
    /// What is wrong with the answer, in words of the active language; constraint only: a missing answer is said when the
    /// page is left or the form finalised.
    pub problem: Option<Problem>,
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The question.
    pub id: Id,
    /// Which rule.
    pub rule: Rule,
    /// The form's own words, in the active language; empty when the form has none: the screen says its own.
    pub message: String,
    /// The question's label, for lists of problems.
    pub label: String,
}

/// Which rule an answer breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Required and empty.
    Required,
    /// The constraint is not true.
    Constraint,
    /// Not of the question's type (`12x` for an integer).
    Type,
}

/// What an action changed, so that only that is drawn again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changed {
    /// Questions whose view differs now (value, relevance, choices, words, problem).
    pub questions: Vec<Id>,
    /// Whether pages or items came or went.
    pub layout: bool,
}

/// A draft as it is kept on the phone: everything needed to go on at the same place, also for a definition that has got a
/// newer version since.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// Form id and version it was begun with.
    pub form: (String, String),
    /// The answers, irrelevant ones included: objects for groups, arrays of objects for repeats, texts for answers.
    pub answers: Value,
    /// When it was begun (`start`), RFC 3339 with the phone's offset.
    pub start: String,
    /// The active language's index.
    pub language: usize,
    /// The page last looked at: path of its node with positions, e.g. `/data/family/member[2]`.
    pub page: String,
}

/// A finished form.
#[derive(Clone, Debug, PartialEq)]
pub struct Finalised {
    /// The relevant answers only: objects for groups, arrays of objects for repeats, texts for answers; an empty text for
    /// what was asked and not answered.
    pub answers: Value,
    /// `instance_name`; the form's title when it has none.
    pub instance_name: String,
    /// Names of files (photos, recordings, others) that are still referred to, with the path of their question.
    pub attachments: Vec<(String, String)>,
}

/// An answer that is kept in the draft and will not be in the finished form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// The question's words, behind those of the repeat instance that it is in.
    pub label: String,
    /// The answer as stored; in words where there is no `node`.
    pub value: String,
    /// The question in the definition; `None` when the definition has none for this answer.
    pub node: Option<NodeIndex>,
}

/// What went wrong inside an expression while filling: the answer is kept, the expression counts as empty.
#[derive(Clone, Debug, PartialEq)]
pub struct EvalProblem {
    /// Path of the node whose expression failed.
    pub path: String,
    /// The expression.
    pub expression: String,
    /// Why.
    pub message: String,
}

impl FromJson for Draft {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            form: fields.read("form")?,
            answers: fields.read("answers")?,
            start: fields.read("start")?,
            language: fields.read("language")?,
            page: fields.read("page")?,
        })
    }
}

impl ToJson for Draft {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("form", &self.form);
        object.put("answers", &self.answers);
        object.put("start", &self.start);
        object.put("language", &self.language);
        object.put("page", &self.page);
        object.into_value()
    }
}

zhucun_json::deserialize_by_hand!(Draft);
zhucun_json::serialize_by_hand!(Draft);
