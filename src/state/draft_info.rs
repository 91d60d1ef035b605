//! Drafts as lists show them. Apart from `state::drafts`, which belongs to the part of the app that fills checklists: lists are
//! shown before that has come.

use zhucun_json::{Fields, FromJson, JsonError, ToJson, Value, Writer, parse};
use zhucun_sync::StreamId;

/// A draft as lists show it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DraftInfo {
    /// Draft id; becomes the visit's id.
    pub id: String,
    /// Form id.
    pub form: String,
    /// The form's title in the language it was last filled in: for when the form is not in use any more.
    pub title: String,
    /// The household it is about, record id, once that is chosen.
    pub household: Option<String>,
    /// Last saved, milliseconds since 1970 UTC.
    pub updated_at: i64,
    /// The section last looked at, from 1, and how many there are.
    pub section: (usize, usize),
    /// Of a correction: the version of the visit that it replaces, record id; empty for a visit of its own.
    pub replaces: String,
    /// The village it belongs to: what was begun in one is never finished into another. A draft that an earlier version has
    /// kept names none until it is saved again.
    pub stream: Option<StreamId>,
    /// Whether nothing is answered yet in what is kept.
    pub blank: bool,
}

impl DraftInfo {
    /// Whether it belongs to a village; `or` when it names none.
    #[must_use]
    pub fn is_of(&self, village: &StreamId, or: bool) -> bool {
        self.stream.as_ref().map_or(or, |stream| stream == village)
    }
}

/// The draft of a form for a household that is begun already, the newest; for nobody yet, one in which nothing is answered.
#[must_use]
pub fn begun<'a>(drafts: &'a [DraftInfo], form: &str, household: Option<&str>) -> Option<&'a DraftInfo> {
    let is_it = |draft: &&DraftInfo| {
        let is_theirs = draft.household.as_deref() == household && (household.is_some() || draft.blank);
        is_theirs && draft.form == form && draft.replaces.is_empty()
    };
    drafts.iter().find(is_it)
}

/// The drafts of kept rows, newest first; what cannot be read is left out here and kept there.
#[must_use]
pub fn infos(rows: &[(String, String)]) -> Vec<DraftInfo> {
    let info = |text: &str| {
        let mut fields = Fields::of(parse(text)?)?;
        let info: Result<DraftInfo, JsonError> = fields.read("info");
        Ok::<_, JsonError>(DraftInfo { blank: fields.read_or_default("blank")?, ..info? })
    };
    let mut infos: Vec<_> = rows.iter().filter_map(|(_, text)| info(text).ok()).collect();
    infos.sort_unstable_by_key(|info| -info.updated_at);
    infos
}

impl FromJson for DraftInfo {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            id: fields.read("id")?,
            form: fields.read("form")?,
            title: fields.read("title")?,
            household: fields.option("household")?,
            updated_at: fields.read("updated_at")?,
            section: (fields.read_or_default("section")?, fields.read_or_default("sections")?),
            replaces: fields.read_or_default("replaces")?,
            stream: fields.option("stream")?,
            blank: false,
        })
    }
}

impl ToJson for DraftInfo {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("id", &self.id);
        object.put("form", &self.form);
        object.put("title", &self.title);
        object.put("household", &self.household);
        object.put("updated_at", &self.updated_at);
        object.put("section", &self.section.0);
        object.put("sections", &self.section.1);
        if !self.replaces.is_empty() {
            object.put("replaces", &self.replaces);
        }
        object.put_some("stream", self.stream.as_ref());
        object.into_value()
    }
}
