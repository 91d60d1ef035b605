//! A submission of an `OpenRosa` client becomes a visit, as the phone app would have written it: one change in the village's
//! stream, whose id is made of the submission's own. Files may come in several requests; the visit is written with the last of
//! them, and what comes later still is added to it.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use zhucun_domain::{access::Access, calendar, collection, household, visit::field};
use zhucun_forms::{
    Definition, dates,
    definition::{Kind, Node, Piece},
    xform::{
        XFormProblem,
        instance::{self, Head},
    },
};
use zhucun_sync::{Change, Record, RecordKey, RefusalCode, StreamId, Verdict};

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
    /// The same id came before with other answers.
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
    form: Definition,
    hash: String,
    /// As the app would have finished them, but with the names that files have in the submission.
    answers: Value,
    known: KnownSubmission,
}

/// Reads a submission's XML, finds its form, and notes its id.
///
/// # Errors
/// [`NotTaken`].
pub async fn open(state: &AppState, sender: Sender, xml: &str) -> Result<Submission, NotTaken> {
    let head = instance::head(xml)?;
    let id = &head.meta.instance_id;
    if id.is_empty() || id.len() > ID_MAX {
        return Err(NotTaken::NoId);
    }
    let (form, hash) = form_of(state, &sender, &head).await?;
    let read = instance::read(&form, xml)?;
    let answers = Value::Object(finished(&form, &children(&form), 0, &read.answers));
    check_household(state, &sender, &form, &answers).await?;
    let (sha256, now) = (random::sha256_hex(answers.to_string()), state.clock.now());
    let known = state.store.begin_submission(&sender.village, id, &sha256, &sender.access.user, now).await?;
    if known.answers != sha256 {
        return Err(NotTaken::OtherAnswers);
    }
    Ok(Submission { sender, head, form, hash, answers, known })
}

/// The definition of the version that a submission names.
async fn form_of(state: &AppState, sender: &Sender, head: &Head) -> Result<(Definition, String), NotTaken> {
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
    let form = serde_json::from_str(&json).map_err(|error| ApiError::internal(&error))?;
    Ok((form, hash))
}

/// Whether the household that was chosen is one of the village.
async fn check_household(
    state: &AppState,
    sender: &Sender,
    form: &Definition,
    answers: &Value,
) -> Result<(), NotTaken> {
    let household = household_of(form, answers);
    if household.is_empty() {
        return Ok(());
    }
    let key = RecordKey::new(collection::HOUSEHOLDS, household);
    let record = state.store.record(&sender.village, &key).await?;
    if record.is_some_and(|record| !record.is_deleted()) { Ok(()) } else { Err(NotTaken::Household) }
}

impl Submission {
    /// The names of the files that its answers name.
    #[must_use]
    pub fn files(&self) -> BTreeSet<String> {
        self.named(Kind::is_file)
    }

    fn named(&self, of: fn(Kind) -> bool) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        named(&self.form, &children(&self.form), 0, &self.answers, of, &mut names);
        names
    }

    /// Keeps a file that the answers name; of a picture without what the camera wrote into it.
    ///
    /// # Errors
    /// [`NotTaken::Program`], or when storage fails.
    pub async fn keep(&self, state: &AppState, name: &str, bytes: Bytes) -> Result<(), NotTaken> {
        let mime = match kinds::sniff(&bytes) {
            Some(mime) => mime,
            // A recording that failed is no reason to keep the answers back.
            None if bytes.is_empty() => "application/octet-stream",
            None => return Err(NotTaken::Program),
        };
        let bytes = photo::clean(&bytes).map_or(bytes, |(_, cleaned)| cleaned.into());
        let meta = AttachmentMeta {
            sha256: random::sha256_hex(&bytes),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            mime: mime.to_owned(),
        };
        let (village, now) = (&self.sender.village, state.clock.now());
        state.files.put(village, &meta.sha256, bytes).await?;
        state.store.put_submission_file(village, &self.head.meta.instance_id, name, &meta, now).await?;
        Ok(())
    }

    /// Writes the visit with the files that are there; not yet when others are to come and some are missing.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub async fn finish(&self, state: &AppState, more_to_come: bool) -> Result<Taken, NotTaken> {
        let named = self.files();
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
        let names: BTreeMap<&str, String> =
            there.iter().map(|(name, meta)| (name.as_str(), attachment_name(name, meta))).collect();
        let mut answers = self.answers.clone();
        rename(&self.form, &children(&self.form), 0, &mut answers, &names);
        let (used, chosen) = (self.files(), self.named(|kind| kind == Kind::File));
        let mut listed = BTreeMap::new();
        for (name, meta) in there.iter().filter(|(name, _)| used.contains(*name)) {
            let full = attachment_name(name, meta);
            let mut entry = json!({"name": full, "sha256": meta.sha256, "mime": meta.mime, "size": meta.size});
            if chosen.contains(name) {
                entry["file"] = json!(own_name(name));
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
        let moment = |kind| first_of(&self.form, &self.answers, kind).and_then(moment);
        let finished = moment(Kind::End).unwrap_or(received);
        let started = moment(Kind::Start).unwrap_or(finished);
        let user = &self.sender.access.user;
        let mut patch = BTreeMap::from([
            (field::FORM.to_owned(), json!(self.form.id)),
            (field::FORM_VERSION.to_owned(), json!(self.form.version)),
            (field::FORM_HASH.to_owned(), json!(self.hash)),
            (field::HOUSEHOLD.to_owned(), json!(household_of(&self.form, &self.answers))),
            (field::NEXT_VISIT.to_owned(), json!(named_answer(&self.answers, field::NEXT_VISIT).unwrap_or(""))),
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
        let title = &self.form.title.0;
        let own = title.get(self.form.default_language).filter(|pieces| !pieces.is_empty()).or(title.first());
        let words = own.into_iter().flatten().map(|piece| match piece {
            Piece::Words(words) => words.as_str(),
            Piece::Value { .. } => "",
        });
        words.collect()
    }

    /// The day on the phone's calendar.
    fn day(&self, started: i64) -> String {
        let said = [Kind::Start, Kind::Today].into_iter().find_map(|kind| {
            let day = first_of(&self.form, &self.answers, kind)?.get(..10)?;
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

/// The nodes in each node.
fn children(form: &Definition) -> Vec<Vec<usize>> {
    let mut children = vec![Vec::new(); form.nodes.len()];
    for (index, node) in form.nodes.iter().enumerate().skip(1) {
        if let Some(siblings) = children.get_mut(node.parent as usize) {
            siblings.push(index);
        }
    }
    children
}

/// Answers as the app finishes them: an empty text only for what was asked, no group with nothing in it. Forms are no deeper
/// than their readers let them.
fn finished(form: &Definition, children: &[Vec<usize>], index: usize, answers: &Value) -> Map<String, Value> {
    let mut out = Map::new();
    for &child in children.get(index).into_iter().flatten() {
        let node = &form.nodes[child];
        let answer = match answers.get(&node.name) {
            Some(Value::Array(instances)) => {
                let one = |instance| Value::Object(finished(form, children, child, instance));
                Value::Array(instances.iter().map(one).collect())
            }
            Some(group @ Value::Object(_)) => {
                let inside = finished(form, children, child, group);
                if inside.is_empty() {
                    continue;
                }
                Value::Object(inside)
            }
            Some(Value::String(text)) if !text.is_empty() || node.kind.is_asked() => Value::String(text.clone()),
            _ => continue,
        };
        out.insert(node.name.clone(), answer);
    }
    out
}

/// Gathers the names of files in answers to questions of some kinds.
fn named(
    form: &Definition,
    children: &[Vec<usize>],
    index: usize,
    answers: &Value,
    of: fn(Kind) -> bool,
    names: &mut BTreeSet<String>,
) {
    for &child in children.get(index).into_iter().flatten() {
        let node = &form.nodes[child];
        match answers.get(&node.name) {
            Some(Value::Array(instances)) => {
                instances.iter().for_each(|instance| named(form, children, child, instance, of, names));
            }
            Some(group @ Value::Object(_)) => named(form, children, child, group, of, names),
            Some(Value::String(name)) if of(node.kind) && !name.is_empty() => {
                names.insert(name.clone());
            }
            _ => {}
        }
    }
}

/// Puts other names in the place of those of files.
fn rename(
    form: &Definition,
    children: &[Vec<usize>],
    index: usize,
    answers: &mut Value,
    names: &BTreeMap<&str, String>,
) {
    for &child in children.get(index).into_iter().flatten() {
        let node = &form.nodes[child];
        match answers.get_mut(&node.name) {
            Some(Value::Array(instances)) => {
                instances.iter_mut().for_each(|instance| rename(form, children, child, instance, names));
            }
            Some(group @ Value::Object(_)) => rename(form, children, child, group, names),
            Some(Value::String(name)) if node.kind.is_file() => {
                if let Some(full) = names.get(name.as_str()) {
                    full.clone_into(name);
                }
            }
            _ => {}
        }
    }
}

/// The names from below the root down to a node; `None` within a repeat.
fn way(form: &Definition, index: usize) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut here = index;
    while here > 0 {
        let node = form.nodes.get(here)?;
        if node.kind == Kind::Repeat {
            return None;
        }
        names.push(node.name.as_str());
        here = (node.parent as usize).min(here - 1);
    }
    names.reverse();
    Some(names)
}

fn answer_of<'a>(form: &Definition, answers: &'a Value, index: usize) -> Option<&'a str> {
    let found = way(form, index)?.into_iter().try_fold(answers, |inside, name| inside.get(name))?;
    found.as_str().filter(|text| !text.is_empty())
}

/// The answer to the first question of a kind.
fn first_of<'a>(form: &Definition, answers: &'a Value, kind: Kind) -> Option<&'a str> {
    let mut questions = form.nodes.iter().enumerate().filter(|(_, node)| node.kind == kind);
    questions.find_map(|(index, _)| answer_of(form, answers, index))
}

/// The household that was chosen: of the first question that asks for one of the village's, as in the app.
fn household_of<'a>(form: &Definition, answers: &'a Value) -> &'a str {
    let asks = |node: &Node| {
        let list = node.choices.as_ref().filter(|choices| choices.external && choices.list == household::LIST);
        node.kind == Kind::SelectOne && list.is_some()
    };
    let question = form.nodes.iter().position(asks);
    question.and_then(|index| answer_of(form, answers, index)).unwrap_or_default()
}

/// The first answer of a name, at any depth of groups.
fn named_answer<'a>(answers: &'a Value, name: &str) -> Option<&'a str> {
    let group = answers.as_object()?;
    group.get(name).and_then(Value::as_str).or_else(|| group.values().find_map(|value| named_answer(value, name)))
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
