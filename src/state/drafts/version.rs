//! A draft and a newer version of its form: it goes on with the one that it began with until the person wants the other, and
//! can go back until it is finished.

use std::rc::Rc;

use zhucun_domain::{collection, form};
use zhucun_forms::contract::{Draft, Lists};
use zhucun_forms::moving::{Moved, carry_over, take_back};
use zhucun_forms::told::Say;
use zhucun_forms::{Definition, Session};
use zhucun_json::{FromJson, Value, Writer};

use super::{DraftError, DraftInfo, Opened, StoredDraft, host, put, ready, refresh};
use crate::state::App;

/// What became of a draft with another version of its form: an object, or null. Read where it is needed, not more of it: the old
/// draft in it may be long.
#[derive(Clone, Copy)]
pub struct Version<'a>(pub &'a Value);

/// The hash of a version that the person does not want.
const KEPT: &str = "kept";
/// The hash of the version that it came from.
const FROM: &str = "from";
/// Of a draft that came from another version: as it was then.
const BEFORE: &str = "before";
/// And its answers right after.
const THEN: &str = "then";
/// How many answers went along.
const CARRIED: &str = "carried";
/// Whether the person has read what became of it.
const READ: &str = "read";

impl<'a> Version<'a> {
    fn text(self, name: &str) -> &'a str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The hash of a version that the person does not want; empty when there is none.
    #[must_use]
    pub fn kept(self) -> &'a str {
        self.text(KEPT)
    }

    /// The hash of the version that it came from; empty when it did not, or went back.
    #[must_use]
    pub fn from(self) -> &'a str {
        self.text(FROM)
    }

    /// How many answers went along.
    #[must_use]
    pub fn carried(self) -> usize {
        self.0.get(CARRIED).and_then(Value::as_u64).unwrap_or_default() as usize
    }

    /// Whether the person has read what became of it.
    #[must_use]
    pub fn is_read(self) -> bool {
        self.0.get(READ).is_some()
    }

    /// As it is when the person has read it, or does not want a version.
    #[must_use]
    pub fn with(self, unwanted: Option<&str>) -> Value {
        let mut all = self.0.as_object().cloned().unwrap_or_default();
        match unwanted {
            Some(hash) => all.insert(KEPT.to_owned(), Value::from(hash)),
            None => all.insert(READ.to_owned(), Value::Bool(true)),
        };
        Value::Object(all)
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
    let mut told = Writer::new();
    told.put(FROM, &std::mem::replace(&mut stored.definition, hash));
    told.put(BEFORE, &stored.draft);
    told.put(CARRIED, &moved.carried);
    let opened = open(app, stored, new, moved);
    told.put(THEN, &opened.session.draft().answers);
    keep(app, opened, told).await
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
    let version = Version(&stored.version);
    let part = |name: &str| version.0.get(name).cloned().unwrap_or_default();
    let before = Draft::from_json(part(BEFORE)).map_err(|_| DraftError::Broken)?;
    let moved = take_back((&old.0, &before), (new, &part(THEN), &stored.draft), stored.draft.language, say);
    let from = version.from().to_owned();
    let mut told = Writer::new();
    told.put(KEPT, &std::mem::replace(&mut stored.definition, from));
    keep(app, open(app, stored, old, moved), told).await
}

fn open(app: App, mut stored: StoredDraft, (definition, lists): Form, moved: Moved) -> Opened {
    stored.draft = moved.draft;
    let (session, _) = Session::restore(definition, lists, host(app, &stored.fixed), &stored.draft);
    Opened { session, stored, lost: Vec::new() }
}

async fn keep(app: App, mut opened: Opened, told: Writer) -> Result<Opened, DraftError> {
    opened.stored.version = told.into_value();
    refresh(&mut opened.stored, &opened.session, &opened.session.pages());
    put(app, &opened.stored).await?;
    Ok(opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_person_said_of_a_version_is_kept_beside_what_became_of_the_draft() {
        let kept = zhucun_json::parse(r#"{"carried":2,"from":"9f"}"#).unwrap();
        let version = Version(&kept);
        assert_eq!((version.from(), version.kept(), version.carried(), version.is_read()), ("9f", "", 2, false));
        let read = version.with(None);
        assert!(Version(&read).is_read());
        let unwanted = Version(&read).with(Some("ab"));
        assert_eq!((Version(&unwanted).kept(), Version(&unwanted).from()), ("ab", "9f"));
        assert_eq!(Version(&Value::Null).from(), "");
        assert_eq!(Version(&Version(&Value::Null).with(Some("ab"))).kept(), "ab");
    }
}
