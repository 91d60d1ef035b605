//! What a villager says on the secretary's phone: kept at every change until it is a need of the village, and its code until
//! the person has it.

use std::{cell::Cell, collections::BTreeMap};

use leptos::task::spawn_local;
use serde_json::Value;
use web_sys::Blob;
use zhucun_domain::{
    collection,
    need::{self, NeedProblem, PHOTOS_MAX, State, Step, field},
    ticket,
};
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Writer};
use zhucun_sync::{AttachmentState, PendingAttachment, RecordKey};
use zhucun_view::prelude::*;
use zhucun_words::{Word, app as app_words, errors, say as words, visit as visit_words};

use super::{
    App,
    drafts::{DraftError, DraftFile, attachment_name, forget_files, keep_picture},
};
use crate::platform::{
    camera::{PictureError, shrink},
    clock, crypto, settings,
    storage::StorageError,
    timer,
};

/// Pixels of a photo's longer side.
const MAX_PIXELS: u32 = 1600;
/// Milliseconds between two looks at whether a photo is small by now.
const PAUSE: u32 = 20;

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
    /// The ticket code, from then on.
    pub code: String,
    /// Discarded, and about to be deleted.
    pub is_hidden: bool,
    /// The codes of what has become needs before, until the persons have them.
    pub codes: Vec<Code>,
    /// The need whose code is shown; none is when it is empty.
    pub shown: String,
}

/// A ticket code that nobody has taken along yet. It is nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// Id of the need.
    pub need: String,
    /// Category by code.
    pub category: String,
    /// The ticket code.
    pub code: String,
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

    /// The code that is shown.
    #[must_use]
    pub fn shown_code(&self) -> Option<Code> {
        self.codes.iter().find(|code| code.need == self.shown).cloned()
    }

    /// It has become a need: nothing of it is kept but the code, which is shown.
    fn end(&mut self) {
        let Self { category, need, code, mut codes, .. } = std::mem::take(self);
        codes.push(Code { need: need.clone(), category, code });
        *self = Self { codes, shown: need, ..Self::default() };
    }

    /// Nothing is said; the codes of before stay.
    fn emptied(self) -> Self {
        Self { codes: self.codes, ..Self::default() }
    }
}

impl FromJson for Code {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            need: fields.read_or_default("need")?,
            category: fields.read_or_default("category")?,
            code: fields.read_or_default("code")?,
        })
    }
}

impl ToJson for Code {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("need", &self.need);
        object.put("category", &self.category);
        object.put("code", &self.code);
        object.into_value()
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
            codes: fields.read_or_default("codes")?,
            shown: fields.read_or_default("shown")?,
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
        object.put("codes", &self.codes);
        object.put("shown", &self.shown);
        object.into_value()
    }
}

fn key(app: App) -> Option<String> {
    app.me.with_untracked(|me| me.as_ref().map(|me| settings::of_user(settings::SAYING, &me.user)))
}

/// What one user's villagers say, in memory. It belongs to no page: a photo that is being made small and a save that runs go
/// on when the page is left, and are found by the next one.
struct Held {
    /// Where it is kept.
    key: Option<String>,
    said: ArcRwSignal<Saying>,
    shrinking: ArcRwSignal<bool>,
    saving: ArcRwSignal<bool>,
    /// Why a photo was not taken in.
    refused: ArcRwSignal<Option<Word>>,
}

thread_local! {
    /// One for each user of this page's life; it ends with the page.
    static HELD: Cell<Option<&'static Held>> = const { Cell::new(None) };
}

/// What is said on this phone, to look at and to change.
#[derive(Clone, Copy)]
pub struct Said(&'static Held);

/// What the signed-in user's villagers say, as it is kept.
#[must_use]
pub fn open(app: App) -> Said {
    let key = key(app);
    let held = HELD.get().filter(|held| held.key == key).unwrap_or_else(|| {
        Box::leak(Box::new(Held {
            key,
            said: ArcRwSignal::default(),
            shrinking: ArcRwSignal::default(),
            saving: ArcRwSignal::default(),
            refused: ArcRwSignal::default(),
        }))
    });
    HELD.set(Some(held));
    let said = Said(held);
    if !said.is_busy() {
        held.said.set(said.kept(app));
        held.refused.set(None);
    }
    said
}

impl Said {
    /// Looks at it and follows it.
    pub fn with<O>(self, look: impl FnOnce(&Saying) -> O) -> O {
        self.0.said.with(look)
    }

    /// A copy of it.
    #[must_use]
    pub fn now(self) -> Saying {
        self.0.said.get_untracked()
    }

    /// Whether a photo is being made small; followed.
    #[must_use]
    pub fn is_shrinking(self) -> bool {
        self.0.shrinking.get()
    }

    /// Whether it is becoming a need; followed.
    #[must_use]
    pub fn is_saving(self) -> bool {
        self.0.saving.get()
    }

    /// Why the last photo was not taken in; followed.
    #[must_use]
    pub fn refused(self) -> Option<Word> {
        self.0.refused.get()
    }

    fn is_busy(self) -> bool {
        self.0.shrinking.get_untracked() || self.0.saving.get_untracked()
    }

    fn raw(self) -> Saying {
        self.0.key.as_deref().and_then(settings::get).unwrap_or_default()
    }

    /// What is kept, brought to an end where the app was closed before that: what was discarded is deleted, and of what
    /// was written as a need only the code stays.
    fn kept(self, app: App) -> Saying {
        let mut raw = self.raw();
        if raw.is_hidden {
            if app.undo.with_untracked(Option::is_none) {
                self.forget(app, raw.clone());
            }
            return raw.emptied();
        }
        if is_written(app, &raw) {
            raw.end();
            self.write(&raw);
        }
        raw
    }

    fn write(self, saying: &Saying) -> bool {
        self.0.key.as_deref().is_some_and(|key| settings::set(key, saying))
    }

    /// Changes it and keeps it. False when the browser refuses to keep it.
    pub fn change(self, change: impl FnOnce(&mut Saying)) -> bool {
        self.0.said.update(change);
        self.write(&self.now())
    }

    /// Shows the code of a need; none for "".
    pub fn show(self, need: &str) -> bool {
        self.now().shown == need || self.change(|said| need.clone_into(&mut said.shown))
    }

    /// The person has the code of a need: it is on this phone no more.
    pub fn take_along(self, need: &str) {
        self.change(|said| said.codes.retain(|code| code.need != need));
    }

    /// Discards what is said so far; it can be undone for a minute.
    pub fn discard(self, app: App) {
        let before = self.now();
        self.write(&Saying { is_hidden: true, ..before.clone() });
        self.0.said.set(before.clone().emptied());
        let hidden = before.clone();
        let back = move || {
            self.change(|said| *said = Saying { codes: std::mem::take(&mut said.codes), ..before });
        };
        let done = move || self.forget(app, hidden);
        app.offer_undo(words::DISCARDED.get(app.lang.get_untracked()).to_owned(), back, done);
    }

    /// Deletes what was discarded, unless something else is kept in its place by now.
    fn forget(self, app: App, discarded: Saying) {
        let raw = self.raw();
        if raw.is_hidden {
            self.write(&raw.emptied());
        }
        spawn_local(forget_files(app, discarded.photos.into_iter().map(|photo| photo.sha256).collect()));
    }

    /// Makes photos small and keeps as many as there is room for.
    pub fn add_photos(self, app: App, files: Vec<Blob>) {
        let held = self.0;
        held.refused.set(None);
        held.shrinking.set(true);
        spawn_local(async move {
            for file in files {
                if self.room() == 0 {
                    break;
                }
                if let Err(word) = self.add_photo(app, &file).await {
                    held.refused.set(Some(word));
                }
            }
            held.shrinking.set(false);
        });
    }

    /// How many photos more there is room for.
    #[must_use]
    pub fn room(self) -> usize {
        PHOTOS_MAX.saturating_sub(self.now().photos.len())
    }

    /// Makes a photo small and keeps it.
    ///
    /// # Errors
    /// Why it was not taken in, in words.
    pub async fn add_photo(self, app: App, file: &Blob) -> Result<(), Word> {
        let village = app.village();
        let photo = take_in(app, file).await?;
        if key(app) == self.0.key && app.village() != village {
            // The village was taken away meanwhile, and all that was said in it.
            return Err(visit_words::NO_VILLAGE);
        }
        // The same photo is not kept twice.
        let is_new = |said: &Saying| !said.photos.contains(&photo);
        if self.change(|said| said.photos.extend(is_new(said).then(|| photo.clone()))) {
            Ok(())
        } else {
            Err(errors::STORAGE_FULL)
        }
    }
}

/// Makes a photo small and keeps its bytes.
///
/// # Errors
/// Why that was not done, in words.
pub async fn take_in(app: App, file: &Blob) -> Result<DraftFile, Word> {
    // Before the wait: whoever is signed in after it, the photo is this user's.
    let db = app.db().ok_or(visit_words::NO_VILLAGE)?;
    let picture = shrink(file, MAX_PIXELS).await.map_err(PictureError::word)?;
    keep_picture(&db, &picture).await.map_err(|error: DraftError| error.word())
}

/// Whether it has become a need.
fn is_written(app: App, saying: &Saying) -> bool {
    !saying.need.is_empty()
        && app.records.with_untracked(|records| records.get(collection::NEEDS, &saying.need).is_some())
}

/// Why it could not be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SayError {
    /// Without https the browser computes no hash.
    NoHttps,
    /// Nobody is signed in to a village.
    NoVillage,
    /// A photo that was being made small was not taken in: that is said where the photos are.
    Photo(Word),
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
            Self::Photo(word) => *word,
            Self::Storage(error) => error.word(),
        }
    }
}

impl Said {
    /// Makes it a need of the village, with a ticket, once the photos are small. Tried again after a failure it is the same
    /// need with the same code.
    ///
    /// # Errors
    /// See [`SayError`]: then nothing is written, and what is said is still kept.
    pub async fn save(self, app: App) -> Result<(), SayError> {
        self.0.saving.set(true);
        let result = self.write_need(app).await;
        self.0.saving.set(false);
        result
    }

    async fn write_need(self, app: App) -> Result<(), SayError> {
        self.rest().await?;
        let me = app.me.get_untracked().filter(|_| key(app) == self.0.key).ok_or(SayError::NoVillage)?;
        let stream = me.village().cloned().ok_or(SayError::NoVillage)?;
        if self.now().code.is_empty() {
            let named = self.change(|said| {
                said.code = new_code();
                said.need = crypto::uuid();
            });
            // First of all the code: were the app killed behind the write, nobody would ever know it.
            if !named {
                return Err(SayError::Storage(StorageError::QuotaFull));
            }
        }
        let saying = self.now();
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
        // From here on only the code, for as long as the person needs to take it along. When that is refused, the need in
        // the records says it.
        self.change(Saying::end);
        Ok(())
    }

    /// Until no photo is being made small: it belongs to what is saved.
    async fn rest(self) -> Result<(), SayError> {
        let was_shrinking = self.0.shrinking.get_untracked();
        while self.0.shrinking.get_untracked() {
            timer::pause(PAUSE).await;
        }
        match self.0.refused.get_untracked().filter(|_| was_shrinking) {
            Some(word) => Err(SayError::Photo(word)),
            None => Ok(()),
        }
    }
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
    entry.put("name", &attachment_name(&photo.sha256, ".jpg"));
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
            codes: vec![Code { need: "n-0".into(), category: "road".into(), code: "76543210987654321".into() }],
            ..Saying::default()
        }
    }

    #[test]
    fn what_is_kept_is_read_as_it_was() {
        assert_eq!(from_text::<Saying>(&to_text(&saying())).unwrap(), saying());
    }

    #[test]
    fn of_what_has_become_a_need_the_code_stays_beside_the_codes_of_before() {
        let mut said = saying();
        said.end();
        assert!(said.is_blank() && said.code.is_empty());
        let codes: Vec<_> = said.codes.iter().map(|code| (code.need.as_str(), code.code.as_str())).collect();
        assert_eq!(codes, [("n-0", "76543210987654321"), ("n-1", "12345678901234567")]);
        assert_eq!(said.shown_code().map(|code| code.need), Some("n-1".to_owned()));
        // What is discarded after it takes no code along.
        let next = Saying { text: "路灯坏了".into(), ..said }.emptied();
        assert_eq!((next.codes.len(), next.shown_code(), next.is_blank()), (2, None, true));
    }

    #[test]
    fn what_was_kept_before_there_was_a_list_of_codes_is_read() {
        let said: Saying = from_text(r#"{"category":"water","need":"n-1","code":"12345678901234567"}"#).unwrap();
        assert_eq!((said.code.as_str(), said.codes.len(), said.shown_code()), ("12345678901234567", 0, None));
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
