//! IndexedDB as the browser has it, made to be awaited; nothing of ours is known here but the errors. Who waits hangs no
//! closure of Rust's on an event but a promise's own `resolve`: there is nothing to free too early or too late. What
//! follows an event runs before the browser counts its transaction as idle, so a transaction may await its own requests,
//! and only those.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, EventTarget, IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction};

use super::storage::StorageError;

/// What the browser threw or noted, by its name: its text may hold data.
fn named(error: &JsValue) -> StorageError {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    StorageError::from_name(name.unwrap_or_else(|| "Unknown".to_owned()))
}

/// Waits for the first of some events and gives its name.
async fn first_of(target: &EventTarget, names: &[&str]) -> String {
    let event = Promise::new(&mut |resolve, _| {
        for name in names {
            let _ = target.add_event_listener_with_callback(name, &resolve);
        }
    });
    let event: Result<JsValue, JsValue> = JsFuture::from(event).await;
    event.map_or_else(|_| String::new(), |event| event.unchecked_into::<Event>().type_())
}

/// Waits for a request and gives its result.
pub(super) async fn done(request: &IdbRequest) -> Result<JsValue, StorageError> {
    if first_of(request, &["success", "error"]).await == "success" {
        return request.result().map_err(|error| named(&error));
    }
    Err(named(&Reflect::get(request, &"error".into()).unwrap_or_default()))
}

/// Opens a database in version 1; a new one gets these stores.
pub(super) async fn open(name: &str, stores: &'static [&'static str]) -> Result<IdbDatabase, StorageError> {
    let factory = web_sys::window().map(|window| window.indexed_db());
    let Some(Ok(Some(factory))) = factory else { return Err(StorageError::Other("NoDatabase".to_owned())) };
    let request = factory.open_with_u32(name, 1).map_err(|error| named(&error))?;
    let asked = request.clone();
    // Within the event, whatever becomes of who waits: a database left without its stores would stay so.
    let upgrade = Closure::once_into_js(move || {
        if make_stores(&asked, stores).is_err()
            && let Some(tx) = asked.transaction()
        {
            let _ = tx.abort();
        }
    });
    request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    Ok(done(&request).await?.unchecked_into())
}

fn make_stores(request: &IdbRequest, stores: &[&str]) -> Result<(), JsValue> {
    let db: IdbDatabase = request.result()?.unchecked_into();
    stores.iter().try_for_each(|store| db.create_object_store(store).map(|_| ()))
}

/// One store, to be read.
pub(super) fn to_read(db: &IdbDatabase, store: &str) -> Result<IdbObjectStore, StorageError> {
    let tx = db.transaction_with_str(store).map_err(|error| named(&error))?;
    store_in(&tx, store)
}

/// A transaction that writes. `strict`: it is complete when the disk has it; browsers that do not know the word write as
/// they always did.
pub(super) fn to_write(db: &IdbDatabase, stores: &[&str], strict: bool) -> Result<IdbTransaction, StorageError> {
    let names: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
    let options = Object::new();
    let durability = if strict { "strict" } else { "relaxed" };
    let _ = Reflect::set(&options, &"durability".into(), &durability.into());
    // web-sys has the third argument only among what it calls unstable.
    let begin = Reflect::get(db, &"transaction".into()).map_err(|error| named(&error))?;
    let tx = begin.unchecked_into::<Function>().call3(db, &names, &"readwrite".into(), &options);
    tx.map(JsCast::unchecked_into).map_err(|error| named(&error))
}

/// A store of a transaction.
pub(super) fn store_in(tx: &IdbTransaction, store: &str) -> Result<IdbObjectStore, StorageError> {
    tx.object_store(store).map_err(|error| named(&error))
}

/// Waits for the end of a transaction, all of whose requests have been made. An error without a reason is `None`.
pub(super) async fn end(tx: &IdbTransaction) -> Result<(), Option<StorageError>> {
    // An `error` is always followed by `abort`; only then the reason stands.
    if first_of(tx, &["complete", "abort"]).await == "complete" {
        return Ok(());
    }
    Err(tx.error().map(|error| named(&error)))
}

/// All keys that begin with the text.
pub(super) fn beginning_with(prefix: &str) -> Result<IdbKeyRange, StorageError> {
    let mut end = prefix.to_owned();
    // Greater than every character that a key may have.
    end.push('\u{ffff}');
    IdbKeyRange::bound_with_lower_open_and_upper_open(&prefix.into(), &end.into(), false, true)
        .map_err(|error| named(&error))
}

/// The value under a key; `undefined` when there is none.
pub(super) async fn get(store: &IdbObjectStore, key: &str) -> Result<JsValue, StorageError> {
    done(&store.get(&key.into()).map_err(|error| named(&error))?).await
}

/// All keys and values of a range, of each store.
pub(super) async fn all(
    db: &IdbDatabase,
    stores: &[&str],
    range: &IdbKeyRange,
) -> Result<Vec<(Array, Array)>, StorageError> {
    let names: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
    let tx = db.transaction_with_str_sequence(&names).map_err(|error| named(&error))?;
    let mut asked = Vec::with_capacity(stores.len());
    for name in stores {
        let store = store_in(&tx, name)?;
        let keys = store.get_all_keys_with_key(range).map_err(|error| named(&error))?;
        asked.push((keys, store.get_all_with_key(range).map_err(|error| named(&error))?));
    }
    // Requests end in their order: with the last one there, all are.
    if let Some((_, last)) = asked.last() {
        done(last).await?;
    }
    let result = |request: &IdbRequest| request.result().map(JsCast::unchecked_into).map_err(|error| named(&error));
    asked.iter().map(|(keys, values)| Ok((result(keys)?, result(values)?))).collect()
}

/// All keys of a store.
pub(super) async fn keys(store: &IdbObjectStore) -> Result<Array, StorageError> {
    let keys = store.get_all_keys_with_key(&beginning_with("")?.into()).map_err(|error| named(&error))?;
    Ok(done(&keys).await?.unchecked_into())
}

/// Asks to keep a value; whether it was kept, the end of the transaction says.
pub(super) fn put(store: &IdbObjectStore, key: &str, value: &JsValue) -> Result<(), StorageError> {
    store.put_with_key(value, &key.into()).map(|_| ()).map_err(|error| named(&error))
}

/// Asks to take away what is under a key or in a range.
pub(super) fn delete(store: &IdbObjectStore, what: &JsValue) -> Result<(), StorageError> {
    store.delete(what).map(|_| ()).map_err(|error| named(&error))
}
