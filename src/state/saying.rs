//! What a villager says on the secretary's phone: kept at every change until it is a need of the village, and its code until
//! the person has it.

use std::collections::BTreeMap;

use leptos::task::spawn_local;
use serde_json::Value;
use zhucun_domain::{
    collection,
    need::{self, NeedProblem, State, Step, field},
    ticket,
};
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Writer};
use zhucun_sync::{AttachmentState, PendingAttachment, RecordKey};
use zhucun_view::prelude::*;
use zhucun_words::{Word, app as app_words, say as words};

use super::{
    App,
    drafts::{DraftFile, attachment_name, forget_files},
};
use crate::platform::{clock, crypto, settings, storage::StorageError};

/// What is said so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saying {
    /// Category by code.
    pub category: String,
    /// The villager's words.
    pub text: String,
    /// Name, optional.
    pub name: String,
    /// Telephone, optional.
    pub phone: String,
    /// Villagers' group, optional.
    pub group: String,
    /// Photos, whose bytes are kept.
    pub photos: Vec<DraftFile>,
    /// Id of the need, once it is being saved.
    pub need: String,
    /// The ticket code, from then on until the person has it.
    pub code: String,
    /// Discarded, and about to be deleted.
    pub is_hidden: bool,
}

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// As on the villagers' page.
    Need(NeedProblem),
    /// The group is no number from 1 to 99.
    Group,
}

impl Saying {
    /// Whether nothing is said yet.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let texts = [&self.category, &self.text, &self.name, &self.phone, &self.group];
        self.photos.is_empty() && texts.into_iter().all(String::is_empty)
    }

    /// What is wrong with it.
    #[must_use]
    pub fn check(&self) -> Vec<Wrong> {
        let (text, name, phone) = (self.text.trim(), self.name.trim(), self.phone.trim());
        let mut wrong: Vec<_> = need::check(&self.category, text, name, phone).into_iter().map(Wrong::Need).collect();
        let group = self.group.trim();
        if !group.is_empty() && !group.parse::<u8>().is_ok_and(|n| (1..=99).contains(&n)) {
            wrong.push(Wrong::Group);
        }
        wrong
    }
}

impl FromJson for Saying {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            category: fields.read_or_default("category")?,
            text: fields.read_or_default("text")?,
            name: fields.read_or_default("name")?,
            phone: fields.read_or_default("phone")?,
            group: fields.read_or_default("group")?,
            photos: fields.read_or_default("photos")?,
            need: fields.read_or_default("need")?,
            code: fields.read_or_default("code")?,
            is_hidden: fields.read_or_default("hidden")?,
        })
    }
}

impl ToJson for Saying {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("category", &self.category);
        object.put("text", &self.text);
        object.put("name", &self.name);
        object.put("phone", &self.phone);
        object.put("group", &self.group);
        object.put("photos", &self.photos);
        object.put("need", &self.need);
        object.put("code", &self.code);
        object.put("hidden", &self.is_hidden);
        object.into_value()
    }
}

fn key(app: App) -> Option<String> {
    app.me.with_untracked(|me| me.as_ref().map(|me| settings::of_user(settings::SAYING, &me.user)))
}

fn raw(app: App) -> Saying {
    key(app).and_then(|key| settings::get(&key)).unwrap_or_default()
}

/// What is kept. What was discarded and could not be deleted, since the app was closed within the minute, is deleted now.
#[must_use]
pub fn kept(app: App) -> Saying {
    let raw = raw(app);
    if !raw.is_hidden {
        return raw;
    }
    if app.undo.with_untracked(Option::is_none) {
        forget(app);
    }
    Saying::default()
}

/// Discards it; it can be undone for a minute.
pub fn discard(app: App, shown: RwSignal<Saying>) {
    let before = raw(app);
    keep(app, &Saying { is_hidden: true, ..before.clone() });
    shown.set(Saying::default());
    let back = move || {
        keep(app, &before);
        let _ = shown.try_set(before);
    };
    app.offer_undo(words::DISCARDED.get(app.lang.get_untracked()).to_owned(), back, move || forget(app));
}

/// Keeps it. False when the browser refuses.
pub fn keep(app: App, saying: &Saying) -> bool {
    key(app).is_some_and(|key| settings::set(&key, saying))
}

/// Whether it has become a need: only its code is still to be taken along.
#[must_use]
pub fn is_saved(app: App, saying: &Saying) -> bool {
    !saying.need.is_empty()
        && app.records.with_untracked(|records| records.get(collection::NEEDS, &saying.need).is_some())
}

/// Forgets what is kept, with its photos where no need has them.
pub fn forget(app: App) {
    let saying = raw(app);
    if let Some(key) = key(app) {
        settings::remove(&key);
    }
    spawn_local(forget_files(app, saying.photos.into_iter().map(|photo| photo.sha256).collect()));
}

/// Why it could not be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SayError {
    /// Without https the browser computes no hash.
    NoHttps,
    /// Nobody is signed in to a village.
    NoVillage,
    /// The phone's storage.
    Storage(StorageError),
}

impl SayError {
    /// What to say.
    #[must_use]
    pub const fn word(&self) -> Word {
        match self {
            Self::NoHttps => app_words::NEEDS_HTTPS,
            Self::NoVillage => words::NO_VILLAGE,
            Self::Storage(error) => error.word(),
        }
    }
}

/// Makes it a need of the village, with a ticket. Tried again after a failure it is the same need with the same code.
///
/// # Errors
/// See [`SayError`]: then nothing is written, and what is said is still kept.
pub async fn save(app: App, mut saying: Saying) -> Result<Saying, SayError> {
    let me = app.me.get_untracked().ok_or(SayError::NoVillage)?;
    let stream = me.village().cloned().ok_or(SayError::NoVillage)?;
    if saying.code.is_empty() {
        saying.code = new_code();
        saying.need = crypto::uuid();
        // First of all the code: were the app killed behind the write, nobody would ever know it.
        if !keep(app, &saying) {
            return Err(SayError::Storage(StorageError::QuotaFull));
        }
    }
    let verifier = crypto::pbkdf2(&saying.code, ticket::SALT, ticket::ROUNDS).await.ok_or(SayError::NoHttps)?;
    let pending = saying
        .photos
        .iter()
        .map(|photo| PendingAttachment {
            stream: stream.clone(),
            sha256: photo.sha256.clone(),
            size: photo.size,
            mime: photo.mime.clone(),
            state: AttachmentState::Waiting,
        })
        .collect();
    let patch = patch(&saying, &me.user, &verifier, clock::now());
    let key = RecordKey::new(collection::NEEDS, saying.need.clone());
    // The village may have changed hands while the code was worked on.
    if !app.works_in(&me.user, Some(&stream)) {
        return Err(SayError::NoVillage);
    }
    app.write(key, patch, pending, Vec::new()).await.map_err(SayError::Storage)?;
    // From here on only the code, for as long as the person needs to take it along.
    let (category, need, code) = (saying.category, saying.need, saying.code);
    let left = Saying { category, need, code, ..Saying::default() };
    keep(app, &left);
    Ok(left)
}

/// The fields as the villagers' page writes them (`crates/server/src/villager/needs.rs`); `by` says who held the phone.
fn patch(saying: &Saying, user: &str, verifier: &str, now: i64) -> BTreeMap<String, Value> {
    let step = Step { at: now, role: None, state: State::Received, words: String::new() };
    let mut step_field = field::STEP.to_owned();
    step_field.push_str(&saying.need);
    let mut patch = BTreeMap::new();
    patch.insert(field::RECEIVED_AT.to_owned(), Value::from(now));
    patch.insert(step_field, step.to_json());
    let texts = [
        (field::CATEGORY, saying.category.as_str()),
        (field::TEXT, saying.text.trim()),
        (field::BY, user),
        (field::STATE, State::Received.code()),
        (field::TICKET, verifier),
        (field::NAME, saying.name.trim()),
        (field::PHONE, saying.phone.trim()),
        (field::GROUP, saying.group.trim()),
    ];
    for (name, text) in texts {
        if !text.is_empty() {
            patch.insert(name.to_owned(), Value::from(text));
        }
    }
    if !saying.photos.is_empty() {
        patch.insert(field::ATTACHMENTS.to_owned(), Value::Array(saying.photos.iter().map(listed).collect()));
    }
    patch
}

fn listed(photo: &DraftFile) -> Value {
    let mut entry = Writer::new();
    entry.put("name", &attachment_name(&photo.sha256, &photo.mime));
    entry.put("sha256", &photo.sha256);
    entry.put("mime", &photo.mime);
    entry.put("size", &photo.size);
    entry.into_value()
}

fn new_code() -> String {
    let mut bytes = [0; 64];
    loop {
        crypto::fill(&mut bytes);
        if let Some(digits) = ticket::digits(&bytes) {
            return ticket::code(digits);
        }
    }
}

#[cfg(test)]
mod tests {
    use zhucun_json::{from_text, to_text};

    use super::*;

    fn saying() -> Saying {
        let photo = DraftFile { sha256: "ab".into(), mime: "image/jpeg".into(), size: 7, ..DraftFile::default() };
        Saying {
            category: "water".into(),
            text: " 水管裂了 ".into(),
            group: "3".into(),
            photos: vec![photo],
            need: "n-1".into(),
            code: "12345678901234567".into(),
            ..Saying::default()
        }
    }

    #[test]
    fn what_is_kept_is_read_as_it_was() {
        assert_eq!(from_text::<Saying>(&to_text(&saying())).unwrap(), saying());
    }

    #[test]
    fn a_need_says_who_took_it_down_and_never_its_code() {
        let patch = patch(&saying(), "u-1", &"f".repeat(64), 5);
        assert_eq!(patch[field::BY], "u-1");
        assert_eq!(patch[field::TEXT], "水管裂了");
        assert_eq!(patch[field::ATTACHMENTS][0]["name"], "ab.jpg");
        assert!(patch.contains_key("step.n-1") && !patch.contains_key(field::NAME));
        assert!(!to_text(&patch).contains("12345678901234567"));
    }

    #[test]
    fn the_group_may_be_left_out_but_not_be_a_word() {
        assert_eq!(saying().check(), []);
        assert_eq!(Saying { group: "三".into(), ..saying() }.check(), [Wrong::Group]);
        assert_eq!(Saying { group: String::new(), ..saying() }.check(), []);
        assert!(Saying::default().is_blank() && !saying().is_blank());
    }
}
