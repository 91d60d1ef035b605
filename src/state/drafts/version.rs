//! A draft and a newer version of its form: it goes on with the one that it began with until the person wants the other, and
//! can go back until it is finished.

use std::rc::Rc;

use zhucun_domain::{collection, form};
use zhucun_forms::contract::{Draft, Lists};
use zhucun_forms::moving::{Moved, carry_over, take_back};
use zhucun_forms::told::Say;
use zhucun_forms::{Definition, Session};
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Value, Writer};

use super::{DraftError, DraftInfo, Opened, StoredDraft, host, put, ready, refresh};
use crate::state::App;

/// What became of a draft with another version of its form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Version {
    /// The hash of a version that the person does not want.
    pub kept: String,
    /// The hash of the version that it came from; empty when it did not, or went back.
    pub from: String,
    /// Of a draft that came from another version: as it was then.
    before: Draft,
    /// And its answers right after.
    then: Value,
    /// How many answers went along.
    pub carried: i64,
    /// The answers that did not: the questions' words, and the answers in words.
    pub left: Vec<(String, String)>,
    /// Whether the person has read that.
    pub is_read: bool,
}

impl Version {
    /// Of what is kept of a draft.
    #[must_use]
    pub fn read(kept: &Value) -> Self {
        // What cannot be read offers no way back, and the draft goes on.
        Self::from_json(kept.clone()).unwrap_or_default()
    }

    /// As it is kept.
    #[must_use]
    pub fn written(&self) -> Value {
        self.to_json()
    }
}

impl FromJson for Version {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            kept: fields.read_or_default("kept")?,
            from: fields.read_or_default("from")?,
            before: fields.read_or_default("before")?,
            then: fields.read_or_default("then")?,
            carried: fields.read_or_default("carried")?,
            left: fields.read_or_default("left")?,
            is_read: fields.read_or_default("read")?,
        })
    }
}

impl ToJson for Version {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("kept", &self.kept);
        if !self.from.is_empty() {
            object.put("from", &self.from);
            object.put("before", &self.before);
            object.put("then", &self.then);
        }
        object.put("carried", &self.carried);
        object.put("left", &self.left);
        object.put("read", &self.is_read);
        object.into_value()
    }
}

/// The hash of the version that the village begins with now, when a draft's is another. A correction tells of a visit that was
/// filled with its own.
#[must_use]
pub fn newer(app: App, info: &DraftInfo, definition: &str) -> Option<String> {
    let village = app.village()?;
    app.records.with(|records| {
        let record = records.get(collection::FORMS, &info.form)?;
        let hash = record.text(form::field::HASH);
        let is_other = !hash.is_empty() && hash != definition && info.replaces.is_empty();
        (is_other && form::is_offered(record, village.id())).then(|| hash.to_owned())
    })
}

/// A version with the lists that it reads.
pub type Form = (Rc<Definition>, Rc<Lists>);

/// A version by its hash, from this phone or the server.
///
/// # Errors
/// When it cannot be had or read.
pub async fn version(app: App, hash: &str) -> Result<Form, DraftError> {
    ready(app, hash, app.lang.get_untracked()).await
}

/// A draft for a newer version, kept in place of the one that it was. `old` is the definition that it was filled with.
///
/// # Errors
/// When the phone's storage refuses; the draft is then as it was.
pub async fn go_over(
    app: App,
    mut stored: StoredDraft,
    old: &Definition,
    (new, hash): (Form, String),
    say: &dyn Say,
) -> Result<Opened, DraftError> {
    let moved = carry_over(old, &new.0, &stored.draft, stored.draft.language, say);
    let before = std::mem::take(&mut stored.draft);
    let from = std::mem::replace(&mut stored.definition, hash);
    let (opened, told) = open(app, stored, new, moved);
    let then = opened.session.draft().answers;
    keep(app, opened, Version { from, before, then, ..told }).await
}

/// Takes [`go_over`] back: what was answered since goes along where it fits.
///
/// # Errors
/// As for [`go_over`].
pub async fn go_back(
    app: App,
    mut stored: StoredDraft,
    new: &Definition,
    old: Form,
    say: &dyn Say,
) -> Result<Opened, DraftError> {
    let version = Version::read(&stored.version);
    let language = stored.draft.language;
    let moved = take_back((&old.0, &version.before), (new, &version.then, &stored.draft), language, say);
    let kept = std::mem::replace(&mut stored.definition, version.from);
    let (opened, told) = open(app, stored, old, moved);
    keep(app, opened, Version { kept, ..told }).await
}

fn open(app: App, mut stored: StoredDraft, (definition, lists): Form, moved: Moved) -> (Opened, Version) {
    stored.draft = moved.draft;
    let (session, _) = Session::restore(definition, lists, host(app, &stored.fixed), &stored.draft);
    let left: Vec<_> = moved.left.into_iter().map(|left| (left.label, left.words)).collect();
    let told = Version { carried: moved.carried as i64, left, ..Version::default() };
    (Opened { session, stored, lost: Vec::new() }, told)
}

async fn keep(app: App, mut opened: Opened, version: Version) -> Result<Opened, DraftError> {
    opened.stored.version = version.written();
    refresh(&mut opened.stored, &opened.session);
    put(app, &opened.stored).await?;
    Ok(opened)
}

#[cfg(test)]
mod tests {
    use zhucun_json::{from_text, to_text};

    use super::*;

    #[test]
    fn what_became_of_a_draft_reads_and_is_written_the_same() {
        let before = r#"{"form":["visit","3"],"answers":{"a":"1"},"start":"","language":0,"page":"/data/a"}"#;
        let kept = format!(
            r#"{{"before":{before},"carried":2,"from":"9f","kept":"","left":[["问题","回答"]],"read":false,"then":{{"a":"1"}}}}"#
        );
        let version: Version = from_text(&kept).unwrap();
        assert_eq!((version.from.as_str(), version.carried, version.left.len()), ("9f", 2, 1));
        assert_eq!(zhucun_json::parse(&to_text(&version)).unwrap(), zhucun_json::parse(&kept).unwrap());
        assert_eq!(Version::read(&Value::Null), Version::default());
        let unwanted = Version { kept: "ab".into(), ..Version::default() };
        assert_eq!(Version::read(&unwanted.written()), unwanted);
    }
}
