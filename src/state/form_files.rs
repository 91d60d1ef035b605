//! Files beside forms: lists that expressions and selects read, pictures and sounds of words. They come after the text of
//! everything else, lists first and small ones before large ones, each by the hash of its bytes; what has come is kept, also
//! while newer ones are on their way, and goes when no form names it any more.

mod ready;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Uint8Array;
use leptos::task::spawn_local;
use zhucun_api::FormFile;
use zhucun_domain::{collection, form, visit};
use zhucun_json::texts::{find, joined};
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Value, Writer, from_text, to_text};
use zhucun_view::prelude::*;

pub use ready::ready;

use super::drafts::{StoredDraft, version::Version};
use super::{App, PhoneEngine, use_app};
use crate::platform::camera::picture_url;
use crate::platform::http::{self, HttpError};
use crate::platform::storage::{Db, StorageError};
use crate::platform::{crypto, locks, timer};

/// When something could not be fetched: until it is tried again, milliseconds. The next exchange with the server tries, too.
const AGAIN: u32 = 30_000;
/// And as often as this, milliseconds.
const AGAIN_AT_LEAST: u32 = 600_000;
/// While a file is being fetched for somebody else: how often to look whether it is here, milliseconds.
const LOOK: u32 = 100;
/// Time limit of any file, milliseconds, and how many bytes more are given a millisecond more.
const LIMIT: u32 = 60_000;
const BYTES: u32 = 4;

/// What is kept of a definition's files: under this and its hash.
const HELD: &str = "files|";
/// A file: under this and its own hash.
const FILE: &str = "file|";

/// Whether the files are being fetched in this page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Now {
    Idle,
    Busy,
    /// And there may be news that it does not know of.
    BusyWithNews,
}

thread_local! {
    static NOW: Cell<Now> = const { Cell::new(Now::Idle) };
    /// Whether what no form names was looked for since the start.
    static IS_CLEAN: Cell<bool> = const { Cell::new(false) };
    /// Hashes of what is on its way.
    static COMING: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static ARRIVED: ArcTrigger = ArcTrigger::new();
}

/// What this phone has of a definition's files.
#[derive(Clone, Debug, Default, PartialEq)]
struct Held {
    /// What the county's record of the form said ([`form::field::FILES`]) when all that the server had was here.
    mark: String,
    files: Vec<FormFile>,
}

impl Held {
    fn named(&self, name: &str) -> Option<&FormFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// Takes a file in, in the place of one of its name.
    fn put(&mut self, file: FormFile) {
        self.files.retain(|other| other.name != file.name);
        self.files.push(file);
    }
}

impl FromJson for Held {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self { mark: fields.read("mark")?, files: fields.read("files")? })
    }
}

impl ToJson for Held {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("mark", &self.mark);
        object.put("files", &self.files);
        object.into_value()
    }
}

/// Told whenever a file has come.
pub fn arrived() -> ArcTrigger {
    ARRIVED.with(Clone::clone)
}

/// Fetches what is missing, in its own time; text goes on meanwhile.
pub fn fetch(engine: Rc<PhoneEngine>) {
    if NOW.get() != Now::Idle {
        NOW.set(Now::BusyWithNews);
        return;
    }
    spawn_local(async move {
        let (app, mut wait) = (use_app(), AGAIN);
        loop {
            NOW.set(Now::Busy);
            match bring_all(app, &engine).await {
                Ok(true) if NOW.get() == Now::Busy => break,
                Ok(true) => {}
                Ok(false) => {
                    timer::pause(wait).await;
                    wait = (2 * wait).min(AGAIN_AT_LEAST);
                }
                // The next exchange tries again.
                Err(error) => {
                    app.say(error.word());
                    break;
                }
            }
            if !app.is_current(&engine) || !app.online.get_untracked() {
                break;
            }
        }
        NOW.set(Now::Idle);
    });
}

/// A definition of which files are missing or not the newest ones.
struct Behind {
    hash: String,
    mark: String,
    files: Vec<FormFile>,
}

/// Fetches everything, and forgets what no form names. False when something could not be had.
async fn bring_all(app: App, engine: &Rc<PhoneEngine>) -> Result<bool, StorageError> {
    let user = app.me.with_untracked(|me| me.as_ref().map(|me| me.user.clone())).unwrap_or_default();
    let Some(lock) = locks::try_acquire(&joined(&["zhucun-files-", &user], "")).await else { return Ok(true) };
    let db = engine.store();
    let wanted = wanted(app, db).await?;
    let mut behind = Vec::new();
    for (hash, mark) in &wanted {
        let held = held(db, hash).await?;
        let is_same = |held: &Held| mark.as_ref().is_none_or(|mark| *mark == held.mark);
        if held.is_some_and(|held| is_same(&held)) {
            continue;
        }
        let Ok(mut files) = list(hash).await else { return Ok(false) };
        files.sort_unstable_by_key(|file| (!file.is_list, file.size));
        behind.push(Behind { hash: hash.clone(), mark: mark.clone().unwrap_or_default(), files });
    }
    let mut is_all = true;
    for is_list in [true, false] {
        for form in &behind {
            for file in form.files.iter().filter(|file| file.is_list == is_list) {
                if !app.is_current(engine) {
                    return Ok(true);
                }
                is_all &= bring(db, &form.hash, file).await?;
            }
        }
    }
    for form in behind.iter().filter(|_| is_all) {
        let held = Held { mark: form.mark.clone(), files: form.files.clone() };
        db.put_definition(&key(HELD, &form.hash), &to_text(&held)).await?;
    }
    if is_all && (!behind.is_empty() || !IS_CLEAN.get()) {
        clean(db, wanted.into_iter().map(|(hash, _)| hash).collect()).await?;
        IS_CLEAN.set(true);
    }
    drop(lock);
    Ok(is_all)
}

/// Definitions that visits here begin with, with what their records say of their files; then those that visits were filled with
/// and that name files: nothing says whether these have changed.
async fn wanted(app: App, db: &Db) -> Result<Vec<(String, Option<String>)>, StorageError> {
    let village = app.village();
    let mut wanted: Vec<(String, Option<String>)> = Vec::new();
    let before = app.records.with_untracked(|records| {
        for (_, record) in records.all(collection::FORMS) {
            let is_offered = village.as_ref().is_some_and(|village| form::is_offered(record, village.id()));
            if let (true, Some(mark)) = (is_offered, record.get(form::field::FILES)) {
                let mark = mark.as_str().unwrap_or_default().to_owned();
                wanted.push((record.text(form::field::HASH).to_owned(), Some(mark)));
            }
        }
        let mut before: Vec<String> = Vec::new();
        for (_, visit) in records.all(collection::VISITS) {
            let hash = visit.text(visit::field::FORM_HASH);
            let is_known = before.iter().chain(wanted.iter().map(|(hash, _)| hash)).any(|known| known == hash);
            if !is_known && !hash.is_empty() {
                before.push(hash.to_owned());
            }
        }
        before
    });
    for hash in before {
        let text = db.definition(&hash).await?.unwrap_or_default();
        if find(&text, "\"files\":[").is_some() || find(&text, "\"m\":{").is_some() {
            wanted.push((hash, None));
        }
    }
    Ok(wanted)
}

/// What the server has of a definition's files.
async fn list(hash: &str) -> Result<Vec<FormFile>, HttpError> {
    http::read_json(&joined(&["/api/v1/forms/", &http::encode(hash), "/files"], "")).await
}

fn key(kind: &str, hash: &str) -> String {
    joined(&[kind, hash], "")
}

async fn held(db: &Db, hash: &str) -> Result<Option<Held>, StorageError> {
    let text = db.definition(&key(HELD, hash)).await?;
    // What cannot be read is fetched anew.
    Ok(text.and_then(|text| from_text(&text).ok()))
}

/// Fetches a file of a definition, unless it is here, and notes that it is. False when it could not be had.
async fn bring(db: &Db, hash: &str, file: &FormFile) -> Result<bool, StorageError> {
    if !is_here(db, file).await? && !download(db, hash, file).await? {
        return Ok(false);
    }
    let mut held = held(db, hash).await?.unwrap_or_default();
    if held.named(&file.name) != Some(file) {
        held.put(file.clone());
        db.put_definition(&key(HELD, hash), &to_text(&held)).await?;
        arrived().notify();
    }
    Ok(true)
}

async fn is_here(db: &Db, file: &FormFile) -> Result<bool, StorageError> {
    // By its name: a film is too large to be read for that.
    Ok(db.definition_keys().await?.contains(&key(FILE, &file.sha256)))
}

async fn download(db: &Db, hash: &str, file: &FormFile) -> Result<bool, StorageError> {
    let is_coming = || COMING.with_borrow(|coming| coming.contains(&file.sha256));
    if is_coming() {
        while is_coming() {
            timer::pause(LOOK).await;
        }
        return is_here(db, file).await;
    }
    COMING.with_borrow_mut(|coming| coming.push(file.sha256.clone()));
    let url = joined(&["/api/v1/forms/", &http::encode(hash), "/files/", &http::encode(&file.sha256)], "");
    let limit = LIMIT.saturating_add(u32::try_from(file.size).unwrap_or(u32::MAX) / BYTES);
    let kept = match http::get_bytes(&url, limit).await {
        // Without a secure context it cannot be told whether they are the right ones, and it is believed.
        Ok((mime, bytes)) if crypto::sha256(&bytes).await.is_none_or(|found| found == file.sha256) => {
            db.put_file(&key(FILE, &file.sha256), &mime, &bytes).await.map(|()| true)
        }
        _ => Ok(false),
    };
    COMING.with_borrow_mut(|coming| coming.retain(|other| *other != file.sha256));
    kept
}

/// Forgets what is neither of these definitions nor of those that drafts began with.
async fn clean(db: &Db, mut hashes: Vec<String>) -> Result<(), StorageError> {
    for (_, text) in db.drafts().await? {
        // One that cannot be read may need anything.
        let Ok(draft) = from_text::<StoredDraft>(&text) else { return Ok(()) };
        hashes.push(draft.definition);
        // It may go back to another version.
        hashes.push(Version(&draft.version).from().to_owned());
    }
    let keys = db.definition_keys().await?;
    let mut needed = Vec::new();
    for hash in &hashes {
        let files = held(db, hash).await?.unwrap_or_default().files;
        needed.extend(files.iter().map(|file| key(FILE, &file.sha256)));
    }
    needed.extend(hashes.iter().map(|hash| key(HELD, hash)));
    let is_ours = |key: &String| key.starts_with(HELD) || key.starts_with(FILE);
    db.forget_definitions(keys.into_iter().filter(|key| is_ours(key) && !needed.contains(key)).collect()).await
}

/// What this phone has of a file by its name, beside the definition of a hash.
pub async fn named(hash: &str, name: &str) -> Option<FormFile> {
    held(&use_app().db()?, hash).await.ok()??.named(bare(name)).cloned()
}

/// An address of a file in this page; to be given back.
pub async fn address(file: &FormFile) -> Option<String> {
    let (mime, bytes) = bytes(&use_app().db()?, file).await?;
    picture_url(&bytes, &mime)
}

async fn bytes(db: &Db, file: &FormFile) -> Option<(String, Uint8Array)> {
    db.file(&key(FILE, &file.sha256)).await.ok()?
}

/// A file's name without the folder that a form may write: `a.jpg` of `jr://images/a.jpg`.
fn bare(name: &str) -> &str {
    let rest =
        name.strip_prefix("jr://").map(|rest| rest.bytes().position(|byte| byte == b'/').map(|at| &rest[at + 1..]));
    rest.flatten().unwrap_or(name).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, sha256: &str) -> FormFile {
        FormFile { name: name.into(), sha256: sha256.into(), size: 3, is_list: name.ends_with(".csv") }
    }

    #[test]
    fn a_newer_file_takes_the_place_of_the_one_of_its_name() {
        let mut held = Held { mark: "m".into(), files: vec![file("a.csv", "1"), file("b.jpg", "2")] };
        held.put(file("a.csv", "3"));
        assert_eq!(held.named("a.csv"), Some(&file("a.csv", "3")));
        assert_eq!(held.files.len(), 2);
        assert_eq!(held.named("c"), None);
        assert_eq!(from_text::<Held>(&to_text(&held)).unwrap(), held);
    }

    #[test]
    fn a_files_name_is_the_same_with_and_without_its_folder() {
        for name in ["a.jpg", "jr://images/a.jpg", " a.jpg", "jr://file-csv/a.jpg"] {
            assert_eq!(bare(name), "a.jpg", "{name}");
        }
    }
}
