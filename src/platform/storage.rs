//! The phone's database, one a user: IndexedDB through indexed_db_futures. Values are JSON texts under text keys; photos
//! are objects `{mime, bytes}`. Everything to be written is computed first; a transaction awaits nothing but its own requests.

use std::{cell::RefCell, rc::Rc};

use indexed_db_futures::{
    Build, KeyRange,
    database::Database,
    error::{Error, OpenDbError},
    query_source::QuerySource,
    transaction::{TransactionDurability, TransactionMode, TransactionOptions},
};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use zhucun_sync::Committed;
use zhucun_words::{Word, errors};

use super::crypto;

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

    fn from_name(name: String) -> Self {
        match name.as_str() {
            "QuotaExceededError" => Self::QuotaFull,
            "InvalidStateError" | "UnknownError" => Self::Closed,
            "VersionError" => Self::Blocked,
            _ => Self::Other(name),
        }
    }
}

impl From<Error> for StorageError {
    fn from(error: Error) -> Self {
        match error {
            Error::DomException(exception) => {
                let exception: web_sys::DomException = exception.into();
                Self::from_name(exception.name())
            }
            Error::Serialisation(_) => Self::Other("Serialisation".to_owned()),
            Error::MissingData(_) => Self::Other("MissingData".to_owned()),
            Error::Unknown(_) => Self::Other("Unknown".to_owned()),
        }
    }
}

impl From<OpenDbError> for StorageError {
    fn from(error: OpenDbError) -> Self {
        match error {
            OpenDbError::Base(error) => error.into(),
            _ => Self::Other("NoDatabase".to_owned()),
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
    handle: Rc<RefCell<Database>>,
}

/// Keys and values of a range, in the order of the keys.
type Rows = Vec<(String, JsValue)>;

impl Db {
    /// Opens, or makes, the database of a user.
    ///
    /// # Errors
    /// When the browser has none to give (private mode, no room).
    pub async fn open(user: &str) -> Result<Self, StorageError> {
        let mut name = String::from("zhucun-");
        name.push_str(user);
        let handle = open_named(&name).await?;
        Ok(Self { name: name.into(), handle: Rc::new(RefCell::new(handle)) })
    }

    fn handle(&self) -> Database {
        self.handle.borrow().clone()
    }

    /// iOS closes databases behind our back: open again, once.
    async fn reopen(&self) -> Result<(), StorageError> {
        let fresh = open_named(&self.name).await.map_err(|_| StorageError::Closed)?;
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
        match range_once(&self.handle(), store, prefix).await {
            Err(StorageError::Closed) => {
                self.reopen().await?;
                range_once(&self.handle(), store, prefix).await
            }
            result => result,
        }
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

    /// All drafts: id and JSON.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn drafts(&self) -> Result<Vec<(String, String)>, StorageError> {
        let rows = self.range(DRAFTS, "").await?;
        Ok(rows.into_iter().filter_map(|(id, json)| Some((id, json.as_string()?))).collect())
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
        let value = Object::new();
        let _ = Reflect::set(&value, &"mime".into(), &mime.into());
        let _ = Reflect::set(&value, &"bytes".into(), bytes);
        self.put(BLOBS, sha256, value.into(), true).await
    }

    /// The bytes kept under a hash, and what they are.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn blob(&self, sha256: &str) -> Result<Option<(String, Uint8Array)>, StorageError> {
        let Some(value) = self.get(BLOBS, sha256).await? else { return Ok(None) };
        let mime = Reflect::get(&value, &"mime".into()).ok().and_then(|mime| mime.as_string());
        let bytes = Reflect::get(&value, &"bytes".into()).ok().and_then(|bytes| bytes.dyn_into().ok());
        Ok(mime.zip(bytes))
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

    /// This device's id for this user: made at the first call and kept with the user's data.
    ///
    /// # Errors
    /// See [`StorageError`].
    pub async fn device(&self) -> Result<String, StorageError> {
        if let Some(device) = self.get_text(META, DEVICE).await? {
            return Ok(device);
        }
        let device = crypto::uuid();
        self.put(META, DEVICE, device.as_str().into(), true).await?;
        Ok(device)
    }
}

async fn open_named(name: &str) -> Result<Database, StorageError> {
    let request = Database::open(name).with_version(1_u32).with_on_upgrade_needed(|_, db| {
        for store in STORES {
            db.create_object_store(store).build()?;
        }
        Ok(())
    });
    Ok(request.await?)
}

fn prefix_range(prefix: &str) -> KeyRange<String> {
    let mut end = prefix.to_owned();
    // Greater than every character that a key may have.
    end.push('\u{ffff}');
    KeyRange::Bound(prefix.to_owned(), false, end, true)
}

async fn get_once(db: &Database, store: &'static str, key: &str) -> Result<Option<JsValue>, StorageError> {
    let tx = db.transaction(store).with_mode(TransactionMode::Readonly).build()?;
    let store = tx.object_store(store)?;
    Ok(store.get::<JsValue, String, _>(KeyRange::Only(key.to_owned())).build()?.await?)
}

async fn range_once(db: &Database, store: &'static str, prefix: &str) -> Result<Rows, StorageError> {
    let tx = db.transaction(store).with_mode(TransactionMode::Readonly).build()?;
    let store = tx.object_store(store)?;
    let keys = store.get_all_keys::<JsValue>().with_query::<String, _>(prefix_range(prefix)).build()?;
    let values = store.get_all::<JsValue>().with_query::<String, _>(prefix_range(prefix)).build()?;
    let (keys, values) = (keys.await?, values.await?);
    let mut rows = Vec::with_capacity(keys.len());
    for (key, value) in keys.zip(values) {
        rows.push((key?.as_string().unwrap_or_default(), value?));
    }
    Ok(rows)
}

/// A whole number kept under META.
fn whole(value: Option<JsValue>) -> i64 {
    value.and_then(|value| value.as_f64()).map_or(0, |number| number as i64)
}

pub(super) async fn meta_number(db: &Db, key: &str) -> Result<i64, StorageError> {
    Ok(whole(db.get(META, key).await?))
}

async fn write_once(db: &Database, ops: &Ops, began: &mut bool) -> Result<Committed, StorageError> {
    let durability = if ops.strict { TransactionDurability::Strict } else { TransactionDurability::Relaxed };
    let mut names = vec![META];
    for op in &ops.list {
        let (Op::Put(store, ..) | Op::Delete(store, _) | Op::DeletePrefix(store, _)) = op;
        if !names.contains(store) {
            names.push(*store);
        }
    }
    let tx = db
        .transaction(names)
        .with_mode(TransactionMode::Readwrite)
        .with_options(TransactionOptions::new().with_durability(durability))
        .build()?;
    *began = true;
    let meta = tx.object_store(META)?;
    if ops.counts {
        let generation = whole(meta.get::<JsValue, String, _>(KeyRange::Only(GENERATION.to_owned())).build()?.await?);
        if ops.expect.is_some_and(|expected| expected != generation) {
            // Dropping the transaction takes it back.
            return Ok(Committed::Stale);
        }
        let last = whole(meta.get::<JsValue, String, _>(KeyRange::Only(LAST_NUMBER.to_owned())).build()?.await?);
        put_in(&meta, GENERATION, &JsValue::from_f64((generation + 1) as f64))?;
        if let Some(number) = ops.number.filter(|number| *number > last) {
            put_in(&meta, LAST_NUMBER, &JsValue::from_f64(number as f64))?;
        }
    }
    for op in &ops.list {
        match op {
            Op::Put(store, key, value) => put_in(&tx.object_store(store)?, key, value)?,
            Op::Delete(store, key) => {
                drop(tx.object_store(store)?.delete::<String, _>(KeyRange::Only(key.clone())).build()?);
            }
            Op::DeletePrefix(store, prefix) => {
                drop(tx.object_store(store)?.delete::<String, _>(prefix_range(prefix)).build()?);
            }
        }
    }
    // Not `commit()`: Safari 14 has none, and it would not say why a transaction failed. With all requests made and nothing
    // more awaited, the browser commits by itself.
    let end = tx.on_done()?.await;
    if end.is_ok() {
        return Ok(Committed::Done);
    }
    let mut reason = tx.error();
    if reason.is_none() && end == indexed_db_futures::transaction::TransactionFinishKind::Err {
        // A request failed; the reason is set when the abort that follows is done.
        let _ = tx.on_done()?.await;
        reason = tx.error();
    }
    // An abort without a reason is the browser's way of saying that the disk is full.
    Err(reason.map_or(StorageError::QuotaFull, StorageError::from))
}

fn put_in(
    store: &indexed_db_futures::object_store::ObjectStore<'_>,
    key: &str,
    value: &JsValue,
) -> Result<(), StorageError> {
    // A request goes out when it is made; its end is the transaction's.
    drop(store.put(value.clone()).with_key(key.to_owned()).without_key_type().build()?);
    Ok(())
}
