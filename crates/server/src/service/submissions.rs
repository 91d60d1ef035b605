//! A submission of an `OpenRosa` client becomes a visit, as the phone app would have written it: one change in the village's
//! stream, whose id is made of the submission's own. Files may come in several requests; the visit is written with the last of
//! them, and what comes later still is added to it.

mod answers;

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use zhucun_domain::{access::Access, calendar, collection, visit::field};
use zhucun_forms::{
    dates,
    definition::{Kind, Piece},
    xform::{
        XFormProblem,
        instance::{self, Head},
    },
};
use zhucun_sync::{Change, Record, RecordKey, RefusalCode, StreamId, Verdict};

use answers::{Answers, first_of, household_of, named_answer, names, rename, understood};

use super::{files::FilesError, import::server_change, kinds, photo, push, random};
use crate::{
    error::ApiError,
    state::AppState,
    store::{AttachmentMeta, KnownSubmission, StoreError, Times},
};

/// The device that visits from such clients name.
pub const DEVICE: &str = "openrosa";

/// Longest id of a submission, bytes. `OpenRosa`: 249 characters.
const ID_MAX: usize = 1000;

/// China's clock, minutes ahead of UTC: for times that name no offset.
const OFFSET: i32 = 8 * 60;

/// How often the visit is looked at again when requests with files of one submission meet.
const AGAIN: usize = 10;

/// The name under which a submission's XML is noted among its files, where not all of it was understood: no answer names a file
/// so.
const WHOLE: &str = "";

/// What people call that file.
const WHOLE_NAME: &str = "submission.xml";

/// Documents are read two at a time, beside the threads that answer requests.
static READERS: Semaphore = Semaphore::const_new(2);

/// How long a document waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who sends, and to where.
#[derive(Clone, Debug)]
pub struct Sender {
    /// What they may.
    pub access: Access,
    /// Their village's stream.
    pub village: StreamId,
    /// Their county's stream.
    pub county: StreamId,
}

/// Why a submission is not taken; nothing of its answers was kept.
#[derive(Debug)]
pub enum NotTaken {
    /// The XML is none, hostile, or of another form than it says.
    Xml(XFormProblem),
    /// It has no id of its own.
    NoId,
    /// The county has no such form: its id.
    UnknownForm(String),
    /// The county never had this version of the form: the form's id and the version.
    UnknownVersion(String, String),
    /// Its household is none of the sender's village.
    Household,
    /// The same id came before with other answers, or with another file of a name.
    OtherAnswers,
    /// A file is a program.
    Program,
    /// More than a change may hold.
    TooLarge,
    /// The stream does not take it.
    Refused,
    /// Not the sender's fault.
    Failed(ApiError),
}

impl From<XFormProblem> for NotTaken {
    fn from(problem: XFormProblem) -> Self {
        Self::Xml(problem)
    }
}

impl From<ApiError> for NotTaken {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<FilesError> for NotTaken {
    fn from(error: FilesError) -> Self {
        Self::Failed(error.into())
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The visit is in the village's stream, now or since an earlier request.
    Visit,
    /// Files are still to come, as the client has said.
    Part,
}

/// A submission whose answers were read.
pub struct Submission {
    sender: Sender,
    head: Head,
    hash: String,
    read: Answers,
    known: KnownSubmission,
}

/// Reads a submission's XML, finds its form, and notes its id. What the form has no place for is kept with the XML itself, as
/// a file of the visit: the client deletes what it has sent.
///
/// # Errors
/// [`NotTaken`].
pub async fn open(state: &AppState, sender: Sender, xml: String) -> Result<Submission, NotTaken> {
    let (head, xml) = in_turn(move || Ok((instance::head(&xml)?, xml))).await?;
    let id = &head.meta.instance_id;
    if id.is_empty() || id.len() > ID_MAX {
        return Err(NotTaken::NoId);
    }
    let (form, hash) = form_of(state, &sender, &head).await?;
    let (read, xml) = in_turn(move || Ok((understood(&form, &xml)?, xml))).await?;
    check_household(state, &sender, &read).await?;
    let now = state.clock.now();
    let known = state.store.begin_submission(&sender.village, id, &read.sha256, &sender.access.user, now).await?;
    if known.answers != read.sha256 {
        return Err(NotTaken::OtherAnswers);
    }
    let submission = Submission { sender, head, hash, read, known };
    if submission.has_more() {
        let mime = "text/plain; charset=utf-8";
        submission.put(state, WHOLE, xml.into(), mime).await?;
    }
    Ok(submission)
}

/// Does what takes long for its bytes where no other request waits for it.
async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, NotTaken> + Send + 'static,
) -> Result<T, NotTaken> {
    let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, READERS.acquire()).await else {
        return Err(ApiError::busy(10).into());
    };
    // The turn goes along: a document whose connection is gone still counts until it is read.
    let working = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    });
    working.await.map_err(|error| ApiError::internal(&error))?
}

/// The definition of the version that a submission names, as JSON, and its hash.
async fn form_of(state: &AppState, sender: &Sender, head: &Head) -> Result<(String, String), NotTaken> {
    let unknown = || NotTaken::UnknownForm(head.form_id.clone());
    let key = RecordKey::new(collection::FORMS, &head.form_id);
    if head.form_id.is_empty() || state.store.record(&sender.county, &key).await?.is_none() {
        return Err(unknown());
    }
    let hash = state.store.form_version(&sender.county, &head.form_id, &head.version).await?;
    let Some(hash) = hash else {
        return Err(NotTaken::UnknownVersion(head.form_id.clone(), head.version.clone()));
    };
    let json = state.store.form_json(&hash).await?.ok_or_else(unknown)?;
    Ok((json, hash))
}

/// Whether the household that was chosen is one of the village.
async fn check_household(state: &AppState, sender: &Sender, read: &Answers) -> Result<(), NotTaken> {
    let household = household_of(&read.form, &read.answers);
    if household.is_empty() {
        return Ok(());
    }
    let key = RecordKey::new(collection::HOUSEHOLDS, household);
    let record = state.store.record(&sender.village, &key).await?;
    if record.is_some_and(|record| !record.is_deleted()) { Ok(()) } else { Err(NotTaken::Household) }
}

impl Submission {
    /// Whether a file of this name belongs to it: its answers name it, or what the form has no place for.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        let in_more = || self.read.more.as_ref().is_some_and(|more| more.contains(name));
        name != WHOLE && (self.read.files.contains(name) || in_more())
    }

    /// Whether it says something that the form has no place for, and its XML is kept as a file of the visit.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.read.more.is_some()
    }

    /// Keeps a file that the answers name; of a picture without what the camera wrote into it.
    ///
    /// # Errors
    /// [`NotTaken::Program`], [`NotTaken::OtherAnswers`] where its name has another file, or when storage fails.
    pub async fn keep(&self, state: &AppState, name: &str, bytes: Bytes) -> Result<(), NotTaken> {
        let mime = match kinds::sniff(&bytes) {
            Some(mime) => mime,
            // A recording that failed is no reason to keep the answers back.
            None if bytes.is_empty() => "application/octet-stream",
            None => return Err(NotTaken::Program),
        };
        let bytes = photo::clean(&bytes).map_or(bytes, |(_, cleaned)| cleaned.into());
        if self.put(state, name, bytes, mime).await? { Ok(()) } else { Err(NotTaken::OtherAnswers) }
    }

    /// Keeps a file; `false` where its name has another one already that is not empty.
    async fn put(&self, state: &AppState, name: &str, bytes: Bytes, mime: &str) -> Result<bool, NotTaken> {
        let meta = AttachmentMeta {
            sha256: random::sha256_hex(&bytes),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            mime: mime.to_owned(),
        };
        let (village, now) = (&self.sender.village, state.clock.now());
        state.files.put(village, &meta.sha256, bytes).await?;
        let id = &self.head.meta.instance_id;
        let noted = state.store.put_submission_file(village, id, name, &meta, now).await?;
        Ok(noted == meta.sha256 || meta.size == 0)
    }

    /// Writes the visit with the files that are there; not yet when others are to come and some are missing.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub async fn finish(&self, state: &AppState, more_to_come: bool) -> Result<Taken, NotTaken> {
        let named = &self.read.files;
        let (village, id) = (&self.sender.village, &self.head.meta.instance_id);
        for _ in 0..AGAIN {
            let key = RecordKey::new(collection::VISITS, self.visit_id(id, self.known.received));
            let record = state.store.record(village, &key).await?;
            // After the record: what it names is among them. Each request reads them after it has put its own.
            let there = state.store.submission_files(village, id).await?;
            if more_to_come && named.iter().any(|name| !there.contains_key(name)) {
                return Ok(Taken::Part);
            }
            let (answers, attachments) = self.with_files(&there);
            let change = match &record {
                None => Some(self.first(state, key, answers, attachments).await?),
                Some(record) => self.added(key, record, answers, &attachments),
            };
            let Some(change) = change else { return Ok(Taken::Visit) };
            if self.push(state, &change).await? {
                return Ok(Taken::Visit);
            }
        }
        // The client comes again.
        Err(StoreError::Changed.into())
    }

    /// Writes a change; `false` when another request of the same submission was faster, perhaps with other files.
    async fn push(&self, state: &AppState, change: &Change) -> Result<bool, NotTaken> {
        let Sender { access, village, .. } = &self.sender;
        match push::push_as_seen(&state.store, access, village, Times::server(state.clock.now()), change).await {
            Ok(Verdict::Accepted { .. } | Verdict::Duplicate { .. }) => Ok(true),
            Ok(Verdict::Refused { code: RefusalCode::IdConflict, .. }) | Err(StoreError::Changed) => Ok(false),
            Ok(Verdict::Refused { code: RefusalCode::TooLarge, .. }) => Err(NotTaken::TooLarge),
            Ok(_) => Err(NotTaken::Refused),
            Err(error) => Err(error.into()),
        }
    }

    /// The change that adds files to the visit; nothing where it has them.
    fn added(&self, key: RecordKey, record: &Record, answers: Value, attachments: &[Value]) -> Option<Change> {
        let received = self.known.received;
        let fields = [(field::ANSWERS, answers), (field::ATTACHMENTS, json!(attachments))];
        let mut change = server_change(key, Some(record), fields, DEVICE, received)?;
        let what = random::sha256_hex(json!([change.patch, change.prev]).to_string());
        change.id = derived_id(&["files", self.sender.village.as_str(), &self.head.meta.instance_id, &what], received);
        Some(change)
    }

    /// The id of a submission's visit: always the same, and no other's.
    fn visit_id(&self, instance: &str, received: i64) -> String {
        derived_id(&["visit", self.sender.village.as_str(), instance], received)
    }

    /// Answers that name files by their hashes, and the files.
    fn with_files(&self, there: &BTreeMap<String, AttachmentMeta>) -> (Value, Vec<Value>) {
        let full: BTreeMap<&str, String> =
            there.iter().map(|(name, meta)| (name.as_str(), attachment_name(name, meta))).collect();
        let Answers { form, files, chosen, .. } = &self.read;
        let mut answers = self.read.answers.clone();
        rename(form, &names(form), 0, &mut answers, &full);
        let mut listed = BTreeMap::new();
        for (name, meta) in there.iter().filter(|(name, _)| *name == WHOLE || self.takes(name)) {
            let shown = if name == WHOLE { WHOLE_NAME } else { name };
            let full = attachment_name(shown, meta);
            let mut entry = json!({"name": full, "sha256": meta.sha256, "mime": meta.mime, "size": meta.size});
            if chosen.contains(name) || !files.contains(name) {
                entry["file"] = json!(own_name(shown));
            }
            // The same photo twice is one attachment.
            listed.insert(full, entry);
        }
        (answers, listed.into_values().collect())
    }

    /// The change that writes the visit.
    async fn first(
        &self,
        state: &AppState,
        key: RecordKey,
        answers: Value,
        attachments: Vec<Value>,
    ) -> Result<Change, NotTaken> {
        let received = self.known.received;
        let moment = |kind| first_of(&self.read.form, &self.read.answers, kind).and_then(moment);
        let finished = moment(Kind::End).unwrap_or(received);
        let started = moment(Kind::Start).unwrap_or(finished);
        let user = &self.sender.access.user;
        let Answers { form, answers: own, .. } = &self.read;
        let mut patch = BTreeMap::from([
            (field::FORM.to_owned(), json!(form.id)),
            (field::FORM_VERSION.to_owned(), json!(form.version)),
            (field::FORM_HASH.to_owned(), json!(self.hash)),
            (field::HOUSEHOLD.to_owned(), json!(household_of(form, own))),
            (field::NEXT_VISIT.to_owned(), json!(named_answer(own, field::NEXT_VISIT).unwrap_or(""))),
            (field::ANSWERS.to_owned(), answers),
            (field::TITLE.to_owned(), json!(self.title())),
            (field::STARTED_AT.to_owned(), json!(started)),
            (field::FINISHED_AT.to_owned(), json!(finished)),
            (field::DAY.to_owned(), json!(self.day(started))),
            (field::BY.to_owned(), json!(user)),
            (field::ATTACHMENTS.to_owned(), json!(attachments)),
        ]);
        if let Some((before, record)) = self.corrected(state).await? {
            for name in [field::STARTED_AT, field::FINISHED_AT, field::DAY, field::BY] {
                if let Some(value) = record.get(name) {
                    patch.insert(name.to_owned(), value.clone());
                }
            }
            patch.insert(field::REPLACES.to_owned(), json!(before));
            patch.insert(field::CORRECTED_AT.to_owned(), json!(received));
            patch.insert(field::CORRECTED_BY.to_owned(), json!(user));
            patch.insert(field::REASON.to_owned(), json!(""));
        }
        let instance = &self.head.meta.instance_id;
        Ok(Change {
            id: derived_id(&["change", self.sender.village.as_str(), instance], received),
            record: key,
            patch,
            prev: [].into_iter().collect(),
            device: DEVICE.to_owned(),
            device_time: finished,
            format: Change::FORMAT,
            extra: BTreeMap::new(),
        })
    }

    /// The visit that this one is another version of, where the client says that it was edited.
    async fn corrected(&self, state: &AppState) -> Result<Option<(String, Record)>, NotTaken> {
        let (before, village) = (&self.head.meta.deprecated_id, &self.sender.village);
        if before.is_empty() || *before == self.head.meta.instance_id {
            return Ok(None);
        }
        let Some(known) = state.store.submission(village, before).await? else { return Ok(None) };
        let id = self.visit_id(before, known.received);
        let record = state.store.record(village, &RecordKey::new(collection::VISITS, &id)).await?;
        Ok(record.filter(|record| !record.is_deleted()).map(|record| (id, record)))
    }

    /// What the visit is called.
    fn title(&self) -> String {
        let name = self.head.meta.instance_name.trim();
        if !name.is_empty() {
            return name.to_owned();
        }
        let form = &self.read.form;
        let title = &form.title.0;
        let own = title.get(form.default_language).filter(|pieces| !pieces.is_empty()).or(title.first());
        let words = own.into_iter().flatten().map(|piece| match piece {
            Piece::Words(words) => words.as_str(),
            Piece::Value { .. } => "",
        });
        words.collect()
    }

    /// The day on the phone's calendar.
    fn day(&self, started: i64) -> String {
        let said = [Kind::Start, Kind::Today].into_iter().find_map(|kind| {
            let day = first_of(&self.read.form, &self.read.answers, kind)?.get(..10)?;
            dates::parse_date(day).map(|_| day.to_owned())
        });
        said.unwrap_or_else(|| calendar::iso(calendar::china_day(started)))
    }
}

/// An id in the form of a UUIDv7 that is always the same for the same words and moment.
fn derived_id(words: &[&str], moment: i64) -> String {
    let mut hash = Sha256::new();
    for word in words {
        hash.update(word.len().to_le_bytes());
        hash.update(word);
    }
    let digest = hash.finalize();
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    let millis = u64::try_from(moment).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
}

/// The name of a file in the visit: its hash, and an ending that tells what it is.
fn attachment_name(name: &str, meta: &AttachmentMeta) -> String {
    let ending = match meta.mime.as_str() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "audio/ogg" => "ogg",
        "audio/aac" => "aac",
        "audio/amr" => "amr",
        "audio/wav" => "wav",
        "audio/webm" | "video/webm" => "webm",
        "video/mp4" => "mp4",
        "video/3gpp" => "3gp",
        "video/quicktime" => "mov",
        _ => {
            let own = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            let plain = (1..=8).contains(&own.len()) && own.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if plain { own } else { "bin" }
        }
    };
    format!("{}.{ending}", meta.sha256)
}

/// A file's own name for people to read: no folders, nothing that cannot be seen.
fn own_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn moment(text: &str) -> Option<i64> {
    dates::parse_date_time(text, OFFSET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_for_the_same_submission_and_no_others() {
        let id = |words: &[&str]| derived_id(words, 1_800_000_000_000);
        let own = id(&["visit", "village/shiban", "uuid:1"]);
        assert_eq!(own, id(&["visit", "village/shiban", "uuid:1"]));
        assert_eq!((own.len(), &own[14..15]), (36, "7"));
        for other in [
            ["change", "village/shiban", "uuid:1"],
            ["visit", "village/dashu", "uuid:1"],
            ["visit", "village/shiban", "uuid:2"],
        ] {
            assert_ne!(own, id(&other));
        }
        assert_ne!(id(&["a", "bc"]), id(&["ab", "c"]));
    }

    #[test]
    fn a_files_name_in_the_visit_is_its_hash_whatever_it_was_called() {
        let meta = |mime: &str| AttachmentMeta { sha256: "9f".into(), size: 1, mime: mime.into() };
        assert_eq!(attachment_name("../../x.exe", &meta("image/jpeg")), "9f.jpg");
        assert_eq!(attachment_name("plan.pdf", &meta("application/octet-stream")), "9f.pdf");
        assert_eq!(attachment_name("a./../b", &meta("application/octet-stream")), "9f.bin");
        assert_eq!(own_name("C:\\a/../plan\u{7}.pdf"), "plan.pdf");
    }
}
