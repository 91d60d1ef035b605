//! The phone's database, one a user, in IndexedDB (`idb`). Values are JSON texts under text keys; photos are objects
//! `{mime, bytes}`. Everything to be written is computed first; a transaction awaits nothing but its own requests.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{IdbDatabase, IdbTransaction};
use zhucun_sync::{Committed, PendingAttachment, PendingChange};
use zhucun_words::{Word, errors};

use super::{crypto, idb};

pub(super) const RECORDS: &str = "records";
pub(super) const OUTBOX: &str = "outbox";
pub(super) const ATTACHMENTS: &str = "attachments";
pub(super) const CURSORS: &str = "cursors";
pub(super) const DRAFTS: &str = "drafts";
pub(super) const BLOBS: &str = "blobs";
pub(super) const DEFINITIONS: &str = "definitions";
pub(super) const META: &str = "meta";
const STORES: [&str; 8] = [RECORDS, OUTBOX, ATTACHMENTS, CURSORS, DRAFTS, BLOBS, DEFINITIONS, META];

pub(super) const GENERATION: &str = "generation";
pub(super) const LAST_NUMBER: &str = "last_number";
const DEVICE: &str = "device";

/// Why the phone's storage failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageError {
    /// No room left on the phone.
    QuotaFull,
    /// The browser closed the database and opening it again failed too.
    Closed,
    /// The database is of a newer version of the app, or another tab holds it.
    Blocked,
    /// A row is there that this version of the app cannot read; it is left as it is.
    Unreadable,
    /// The browser has no database (private mode) or another failure, by the browser's own name for it.
    Other(String),
}

impl StorageError {
    /// What to say and what the person can do.
    #[must_use]
    pub const fn word(&self) -> Word {
        match self {
            Self::QuotaFull => errors::STORAGE_FULL,
            Self::Closed => errors::STORAGE_CLOSED,
            Self::Blocked => errors::STORAGE_BLOCKED,
            Self::Unreadable => errors::STORAGE_UNREADABLE,
            Self::Other(_) => errors::STORAGE_OTHER,
        }
    }

    /// By the name of the browser's exception.
    pub(super) fn from_name(name: String) -> Self {
        match name.as_str() {
            "QuotaExceededError" => Self::QuotaFull,
            "InvalidStateError" | "UnknownError" => Self::Closed,
            "VersionError" => Self::Blocked,
            _ => Self::Other(name),
        }
    }
}

/// One thing that a transaction writes.
pub(super) enum Op {
    Put(&'static str, String, JsValue),
    Delete(&'static str, String),
    /// Everything whose key begins with the text.
    DeletePrefix(&'static str, String),
}

/// What a transaction writes, all or nothing.
#[derive(Default)]
pub(super) struct Ops {
    pub list: Vec<Op>,
    /// The generation that must still be there.
    pub expect: Option<i64>,
    /// The person will be told "saved".
    pub strict: bool,
    /// The greatest outbox number used by this write.
    pub number: Option<i64>,
    /// Whether other tabs' computed writes are outdated by this one (records, outbox, cursors).
    pub counts: bool,
}

/// A user's database on this phone.
#[derive(Clone)]
pub struct Db {
    name: Rc<str>,
    handle: Rc<RefCell<IdbDatabase>>,
}

/// Keys and values of a range, in the order of the keys.
pub(super) type Rows = Vec<(String, JsValue)>;

/// What the phone keeps, as the app begins with it: rows as they are kept.
pub struct AtStart {
    pub(super) records: Rows,
    /// Drafts: id and JSON.
    pub drafts: Vec<(String, String)>,
    pub(super) outbox: Rows,
    pub(super) attachments: Rows,
    /// This device's id for this user, once it has one.
    pub device: Option<String>,
    /// Of what other tabs' computed writes are outdated by.
    pub generation: i64,
}

/// Changes and attachments that the server does not have.
pub type Unsent = (Vec<PendingChange>, Vec<PendingAttachment>);

fn texts(rows: Rows) -> Vec<(String, String)> {
    rows.into_iter().filter_map(|(id, json)| Some((id, json.as_string()?))).collect()
}

impl Db {
    /// Opens, or makes, the database of a user.
    ///
    /// # Errors
    /// When the browser has none to give (private mode, no room).
    pub async fn open(user: &str) -> Result<Self, StorageError> {
        let mut name = String::from("zhucun-");
        name.push_str(user);
        let handle = idb::open(&name, &STORES).await?;
        Ok(Self { name: name.into(), handle: Rc::new(RefCell::new(handle)) })
    }

    fn handle(&self) -> IdbDatabase {
        self.handle.borrow().clone()
    }

    /// iOS closes databases behind our back: open again, once.
    async fn reopen(&self) -> Result<(), StorageError> {
        let fresh = idb::open(&self.name, &STORES).await.map_err(|_| StorageError::Closed)?;
        *self.handle.borrow_mut() = fresh;
        Ok(())
    }

    pub(super) async fn get(&self, store: &'static str, key: &str) -> Result<Option<JsValue>, StorageError> {
        match get_once(&self.handle(), store, key).await {
            Err(StorageError::Closed) => {
                self.reopen().await?;
                get_once(&self.handle(), store, key).await
            }
            result => result,
        }
    }

    pub(super) async fn get_text(&self, store: &'static str, key: &str) -> Result<Option<String>, StorageError> {
        Ok(self.get(store, key).await?.and_then(|value| value.as_string()))
    }

    /// Everything whose key begins with `prefix`; an empty one means all.
    pub(super) async fn range(&self, store: &'static str, prefix: &str) -> Result<Rows, StorageError> {
        Ok(self.ranges(&[store], prefix).await?.pop().unwrap_or_default())
    }

    /// As [`Self::range`] of several stores at one moment: a slow phone waits for the database once.
    pub(super) async fn ranges(&self, stores: &[&'static str], prefix: &str) -> Result<Vec<Rows>, StorageError> {
        match ranges_once(&self.handle(), stores, prefix).await {
            Err(StorageError::Closed) => {
                self.reopen().await?;
                ranges_once(&self.handle(), stores, prefix).await
            }
            result => result,
        }
    }

    /// All keys of a store: photos are too large to be read for their names.
    pub(super) async fn keys(&self, store: &'static str) -> Result<Vec<String>, StorageError> {
        // Not opened again when it is closed: who asks comes again.
        let keys = idb::keys(&idb::to_read(&self.handle(), store)?).await?;
        Ok(keys.iter().filter_map(|key| key.as_string()).collect())
    }

    /// Writes in one transaction. Tried again only when it could not even begin: what may have been written is never
    /// written twice.
    pub(super) async fn write(&self, ops: &Ops) -> Result<Committed, StorageError> {
        let mut began = false;
        match write_once(&self.handle(), ops, &mut began).await {
            Err(StorageError::Closed) if !began => {
                self.reopen().await?;
                write_once(&self.handle(), ops, &mut began).await
            }
            result => result,
        }
    }

    async fn put(&self, store: &'static str, key: &str, value: JsValue, strict: bool) -> Result<(), StorageError> {
        let list = vec![Op::Put(store, key.to_owned(), value)];
        self.write(&Ops { list, strict, ..Ops::default() }).await.map(|_| ())
    }

    async fn delete(&self, store: &'static str, key: &str) -> Result<(), StorageError> {
        let list = vec![Op::Delete(store, key.to_owned())];
        self.write(&Ops { list, ..Ops::default() }).await.map(|_| ())
    }

    /// Keeps a draft as JSON.
    ///
    /// # Errors
    /// See [`StorageError`]: then the draft is as it was before.
    pub async fn put_draft(&self, id: &str, json: &str) -> Result<(), StorageError> {
        self.put(DRAFTS, id, json.into(), true).await
    }

    /// All that the app shows at its start.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn at_start(&self) -> Result<AtStart, StorageError> {
        let mut rows = self.ranges(&[RECORDS, DRAFTS, OUTBOX, ATTACHMENTS, META], "").await?.into_iter();
        let mut next = || rows.next().unwrap_or_default();
        let (records, drafts, outbox, attachments, meta) = (next(), texts(next()), next(), next(), next());
        let named = |name: &str| meta.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let device = named(DEVICE).and_then(JsValue::as_string);
        let generation = named(GENERATION).map_or(0, whole);
        Ok(AtStart { records, drafts, outbox, attachments, device, generation })
    }

    /// All drafts: id and JSON.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn drafts(&self) -> Result<Vec<(String, String)>, StorageError> {
        Ok(texts(self.range(DRAFTS, "").await?))
    }

    /// Takes a draft away.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn delete_draft(&self, id: &str) -> Result<(), StorageError> {
        self.delete(DRAFTS, id).await
    }

    /// Keeps the bytes of a photo or signature under their hash.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn put_blob(&self, sha256: &str, mime: &str, bytes: &Uint8Array) -> Result<(), StorageError> {
        self.put(BLOBS, sha256, with_mime(mime, bytes), true).await
    }

    /// The bytes kept under a hash, and what they are.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn blob(&self, sha256: &str) -> Result<Option<(String, Uint8Array)>, StorageError> {
        Ok(self.get(BLOBS, sha256).await?.and_then(|value| and_mime(&value)))
    }

    /// Takes a photo away.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn delete_blob(&self, sha256: &str) -> Result<(), StorageError> {
        self.delete(BLOBS, sha256).await
    }

    /// Keeps a form definition as it came.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn put_definition(&self, hash: &str, json: &str) -> Result<(), StorageError> {
        self.put(DEFINITIONS, hash, json.into(), false).await
    }

    /// A form definition by its hash.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn definition(&self, hash: &str) -> Result<Option<String>, StorageError> {
        self.get_text(DEFINITIONS, hash).await
    }

    /// Keeps a file of definitions under a key of its own.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn put_file(&self, key: &str, mime: &str, bytes: &Uint8Array) -> Result<(), StorageError> {
        self.put(DEFINITIONS, key, with_mime(mime, bytes), false).await
    }

    /// A file of definitions: what it is, and its bytes.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn file(&self, key: &str) -> Result<Option<(String, Uint8Array)>, StorageError> {
        Ok(self.get(DEFINITIONS, key).await?.and_then(|value| and_mime(&value)))
    }

    /// The keys of definitions and of what is kept with them.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn definition_keys(&self) -> Result<Vec<String>, StorageError> {
        self.keys(DEFINITIONS).await
    }

    /// Takes definitions, or what is kept with them, away.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn forget_definitions(&self, keys: Vec<String>) -> Result<(), StorageError> {
        let list = keys.into_iter().map(|key| Op::Delete(DEFINITIONS, key)).collect();
        self.write(&Ops { list, ..Ops::default() }).await.map(|_| ())
    }

    /// Makes this device's id for this user, and keeps it with the user's data.
    #[must_use]
    pub fn new_device(&self) -> String {
        let device = crypto::uuid();
        let (db, kept) = (self.clone(), JsValue::from_str(&device));
        // Not waited for: what names it is written later, and the disk has it no later than that. Where it cannot be kept,
        // the next start makes another one.
        spawn_local(async move { drop(db.put(META, DEVICE, kept, false).await) });
        device
    }
}

/// Bytes as they are kept.
fn with_mime(mime: &str, bytes: &Uint8Array) -> JsValue {
    let value = Object::new();
    let _ = Reflect::set(&value, &"mime".into(), &mime.into());
    let _ = Reflect::set(&value, &"bytes".into(), bytes);
    value.into()
}

fn and_mime(value: &JsValue) -> Option<(String, Uint8Array)> {
    let mime = Reflect::get(value, &"mime".into()).ok().and_then(|mime| mime.as_string());
    mime.zip(Reflect::get(value, &"bytes".into()).ok().and_then(|bytes| bytes.dyn_into().ok()))
}

async fn get_once(db: &IdbDatabase, store: &'static str, key: &str) -> Result<Option<JsValue>, StorageError> {
    let value = idb::get(&idb::to_read(db, store)?, key).await?;
    Ok(Some(value).filter(|value| !value.is_undefined()))
}

async fn ranges_once(db: &IdbDatabase, stores: &[&'static str], prefix: &str) -> Result<Vec<Rows>, StorageError> {
    let range = idb::beginning_with(prefix)?;
    let rows = idb::all(db, stores, &range).await?;
    let text = |key: JsValue| key.as_string().unwrap_or_default();
    Ok(rows.into_iter().map(|(keys, values)| keys.iter().map(text).zip(values.iter()).collect()).collect())
}

/// A whole number kept under META; 0 when there is none.
pub(super) fn whole(value: &JsValue) -> i64 {
    value.as_f64().map_or(0, |number| number as i64)
}

pub(super) async fn meta_number(db: &Db, key: &str) -> Result<i64, StorageError> {
    Ok(db.get(META, key).await?.as_ref().map_or(0, whole))
}

async fn write_once(db: &IdbDatabase, ops: &Ops, began: &mut bool) -> Result<Committed, StorageError> {
    let mut stores = Vec::new();
    // A transaction over fewer stores is begun sooner; none can be over none.
    if ops.counts || ops.list.is_empty() {
        stores.push(META);
    }
    for op in &ops.list {
        let (Op::Put(store, ..) | Op::Delete(store, _) | Op::DeletePrefix(store, _)) = op;
        if !stores.contains(store) {
            stores.push(*store);
        }
    }
    let tx = idb::to_write(db, &stores, ops.strict)?;
    *began = true;
    let asked = ask_for(&tx, ops).await;
    if asked != Ok(Committed::Done) {
        // Nothing of it may stay; it fails only where the browser has taken it back already.
        let _ = tx.abort();
        return asked;
    }
    // By itself the browser commits when the page has heard of every request: never, when the page goes meanwhile. What is
    // older than Chrome 76 or Safari 15 has no `commit`, and does it that way.
    #[expect(deprecated, reason = "web-sys calls it so; Indexed Database API 3.0 has it, and browsers do")]
    let _ = tx.commit();
    match idb::end(&tx).await {
        Ok(()) => Ok(Committed::Done),
        // An abort without a reason is the browser's way of saying that the disk is full.
        Err(reason) => Err(reason.unwrap_or(StorageError::QuotaFull)),
    }
}

/// Makes all requests of a write; whether they came to pass, the transaction's end says.
async fn ask_for(tx: &IdbTransaction, ops: &Ops) -> Result<Committed, StorageError> {
    if ops.counts {
        let meta = idb::store_in(tx, META)?;
        let generation = whole(&idb::get(&meta, GENERATION).await?);
        if ops.expect.is_some_and(|expected| expected != generation) {
            return Ok(Committed::Stale);
        }
        let last = whole(&idb::get(&meta, LAST_NUMBER).await?);
        idb::put(&meta, GENERATION, &JsValue::from_f64((generation + 1) as f64))?;
        if let Some(number) = ops.number.filter(|number| *number > last) {
            idb::put(&meta, LAST_NUMBER, &JsValue::from_f64(number as f64))?;
        }
    }
    for op in &ops.list {
        match op {
            Op::Put(store, key, value) => idb::put(&idb::store_in(tx, store)?, key, value)?,
            Op::Delete(store, key) => idb::delete(&idb::store_in(tx, store)?, &key.as_str().into())?,
            Op::DeletePrefix(store, prefix) => {
                idb::delete(&idb::store_in(tx, store)?, &idb::beginning_with(prefix)?.into())?;
            }
        }
    }
    Ok(Committed::Done)
}
