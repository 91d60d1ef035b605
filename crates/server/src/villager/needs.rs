//! A villager's need becomes a record of the village's stream, and its code a ticket.

use bytes::Bytes;
use serde_json::{Value, json};
use zhucun_domain::{
    collection,
    need::{State, Step, field},
};
use zhucun_sync::{Change, Record, RecordKey, StreamId, Verdict};

use super::{identity, sent::Typed};
use crate::{
    service::{
        files::{self, KeepError},
        photo, tickets,
    },
    state::AppState,
    store::{StoreError, TICKET_SECRET, Times},
};

/// The author of what came through the public form.
pub const VILLAGER: &str = "villager";
/// The device of what the server writes for villagers.
const DEVICE: &str = "server";
/// Set on needs that came in a crowd or filled the field people do not see: to be looked at before anything else is done.
const MODERATION: &str = "moderation";

/// A need to take in; everything is checked already.
#[derive(Debug)]
pub struct NewNeed<'a> {
    /// The village's stream.
    pub stream: &'a StreamId,
    /// The page's once-id.
    pub once: (i64, uuid::Uuid),
    /// What was typed.
    pub typed: &'a Typed,
    /// The photo without what the camera wrote into it.
    pub photo: Option<(photo::Format, Bytes)>,
    /// Came in a crowd.
    pub moderation: bool,
}

/// What became of a need.
#[derive(Debug)]
pub struct Taken {
    /// The ticket code.
    pub code: String,
    /// Received, milliseconds since 1970 UTC: of the first sending.
    pub received: i64,
    /// Whether it was there already: the same page sent again.
    pub again: bool,
}

/// The server's secret that codes and needs are made with.
///
/// # Errors
/// When the database fails.
async fn pepper(state: &AppState) -> Result<String, StoreError> {
    state.store.secret(TICKET_SECRET).await
}

/// Takes a need in, once: the photo first, then the need, then its ticket. Cut off at any point, sending the page again
/// completes it. `now` is when it was received, milliseconds since 1970 UTC.
///
/// # Errors
/// When storage fails.
pub async fn take(state: &AppState, need: NewNeed<'_>, now: i64) -> Result<Taken, KeepError> {
    let pepper = pepper(state).await?;
    let photo = match need.photo {
        Some((format, bytes)) => {
            let meta = files::keep(&state.files, &state.store, &state.clock, need.stream, bytes).await?;
            let name = format!("{}.{}", meta.sha256, format.ending());
            Some(json!({"name": name, "sha256": meta.sha256, "mime": meta.mime, "size": meta.size}))
        }
        None => None,
    };
    let typed = need.typed;
    let photo_hash = photo.as_ref().and_then(|photo| photo["sha256"].as_str()).unwrap_or_default();
    let identity = identify(&pepper, need.stream, need.once, typed, photo_hash);
    let key = RecordKey::new(collection::NEEDS, &identity.record);
    let change = Change {
        id: identity.change.clone(),
        record: key.clone(),
        patch: patch(typed, photo, need.moderation, &identity.change, now),
        prev: Default::default(),
        device: DEVICE.to_owned(),
        device_time: now,
        format: Change::FORMAT,
        extra: Default::default(),
    };
    let verdicts = state.store.append(need.stream, VILLAGER, Times::server(now), &[change]).await?;
    // The same page again has the same id and, by its time, another payload: refused, which is what is wanted.
    let again = !matches!(verdicts.first(), Some(Verdict::Accepted { .. }));
    let hash = tickets::hash(pepper.as_bytes(), &identity.code);
    match state.store.add_ticket(&hash, need.stream.as_str(), &identity.record).await {
        Ok(()) | Err(StoreError::Taken(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let received = if again {
        let record = state.store.record(need.stream, &key).await?;
        record.as_ref().and_then(|record| record.get(field::RECEIVED_AT)).and_then(Value::as_i64).unwrap_or(now)
    } else {
        now
    };
    Ok(Taken { code: identity.code, received, again })
}

fn identify(
    pepper: &str,
    stream: &StreamId,
    once: (i64, uuid::Uuid),
    typed: &Typed,
    photo: &str,
) -> identity::Identity {
    let parts: [&str; 5] = [&typed.category, &typed.text, &typed.name, &typed.phone, photo];
    identity::of(pepper.as_bytes(), stream.as_str(), once, &parts)
}

/// The code that a need without a photo was given.
///
/// # Errors
/// When the database fails.
pub async fn code_of(
    state: &AppState,
    stream: &StreamId,
    once: (i64, uuid::Uuid),
    typed: &Typed,
) -> Result<String, StoreError> {
    Ok(identify(&pepper(state).await?, stream, once, typed, "").code)
}

fn patch(
    typed: &Typed,
    photo: Option<Value>,
    moderation: bool,
    change: &str,
    now: i64,
) -> std::collections::BTreeMap<String, Value> {
    let step = Step { at: now, role: None, state: State::Received, words: String::new() };
    let mut patch = std::collections::BTreeMap::from([
        (field::CATEGORY.to_owned(), json!(typed.category)),
        (field::TEXT.to_owned(), json!(typed.text)),
        (field::RECEIVED_AT.to_owned(), json!(now)),
        (field::BY.to_owned(), json!(VILLAGER)),
        (field::STATE.to_owned(), json!(State::Received)),
        (format!("{}{change}", field::STEP), json!(step)),
    ]);
    for (name, value) in [(field::NAME, &typed.name), (field::PHONE, &typed.phone)] {
        if !value.is_empty() {
            patch.insert(name.to_owned(), json!(value));
        }
    }
    if let Some(photo) = photo {
        patch.insert(field::ATTACHMENTS.to_owned(), json!([photo]));
    }
    if moderation {
        patch.insert(MODERATION.to_owned(), json!(true));
    }
    patch
}

/// A need that was found by its ticket code.
pub struct Ticket {
    /// Where it is.
    pub stream: StreamId,
    /// Its record's id.
    pub id: String,
    /// The need.
    pub record: Record,
}

/// The need of a ticket code; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn find(state: &AppState, code: &str) -> Result<Option<Ticket>, StoreError> {
    let pepper = pepper(state).await?;
    let mut found = state.store.ticket(&tickets::hash(pepper.as_bytes(), code)).await?;
    if found.is_none()
        && state.store.has_tickets_of_phones().await?
        && let Some(verifier) = tickets::verifier_in_turn(code.to_owned()).await
    {
        // Not one of ours: one that a phone made.
        found = state.store.ticket(&tickets::hash_of_phone(pepper.as_bytes(), &verifier)).await?;
    }
    let Some((stream, id)) = found else { return Ok(None) };
    let stream: StreamId = stream.parse().map_err(|_| StoreError::Corrupt("ticket"))?;
    let record = state.store.record(&stream, &RecordKey::new(collection::NEEDS, &id)).await?;
    Ok(record.filter(|record| !record.is_deleted()).map(|record| Ticket { stream, id, record }))
}
