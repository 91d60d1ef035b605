//! Taking a batch of changes: rights and form per change, then the log.

use serde_json::Value;
use zhucun_domain::{
    access::{Access, Action},
    calendar::DAY_MS,
    collection,
};
use zhucun_sync::{Change, RefusalCode, StreamId, Verdict};

use super::validate;
use crate::store::{Store, StoreError, Times};

/// Whether somebody may push anything at all to a stream. Where not, the whole request is refused.
#[must_use]
pub fn may_push_some(access: &Access, stream: &StreamId) -> bool {
    [collection::HOUSEHOLDS, collection::MEMBERS, collection::VISITS, collection::NEEDS]
        .iter()
        .any(|collection| access.may(Action::Push(stream, collection)))
}

/// How long a stream that was taken from somebody takes what they had written before, milliseconds.
const LATE_FOR: i64 = 30 * DAY_MS;

/// What somebody may still push to a stream that they do not work in any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// As they were.
    pub access: Access,
    /// When the stream was taken from them: what was written later is refused.
    pub taken_at: i64,
}

/// What had been written before a village changed hands, or before somebody became something else in it, is not lost for it:
/// for a month its former people may still send it. `None` for all others.
///
/// # Errors
/// When the database fails.
pub async fn before(store: &Store, access: &Access, stream: &StreamId, now: i64) -> Result<Option<Before>, StoreError> {
    let late = store.late(stream.as_str(), &access.user).await?.filter(|late| now < late.at + LATE_FOR);
    Ok(late.map(|late| Before {
        access: Access { role: late.role, villages: vec![stream.id().to_owned()], ..access.clone() },
        taken_at: late.at,
    }))
}

/// Takes the changes that are well formed and allowed, by what somebody is or by what they were `before`; a verdict for each,
/// in order. One bad change never blocks another. What the log has is known, whatever somebody may by now.
///
/// # Errors
/// When the database fails; then nothing is written.
pub async fn push(
    store: &Store,
    access: &Access,
    before: Option<&Before>,
    stream: &StreamId,
    times: Times,
    changes: Vec<Value>,
) -> Result<Vec<Verdict>, StoreError> {
    let mut verdicts: Vec<Option<Verdict>> = Vec::with_capacity(changes.len());
    let (mut read, mut refusals) = (Vec::with_capacity(changes.len()), Vec::with_capacity(changes.len()));
    for value in changes {
        let id = value.get("id").and_then(Value::as_str).unwrap_or("").to_owned();
        match serde_json::from_value::<Change>(value) {
            Ok(change) if validate::is_id(&change.id) => {
                refusals.push(refusal(access, before, stream, times, &change));
                read.push(change);
                verdicts.push(None);
            }
            _ => verdicts.push(Some(Verdict::Refused { id, code: RefusalCode::Invalid })),
        }
    }
    let mut judged = store.append_judged(stream, &access.user, times, &read, &refusals).await?.into_iter();
    Ok(verdicts.into_iter().filter_map(|verdict| verdict.or_else(|| judged.next())).collect())
}

/// Takes one change that the server makes for somebody of a record as it has just read it: as [`push`], but not when the record
/// has changed meanwhile.
///
/// # Errors
/// [`StoreError::Changed`] when it has; else when the database fails.
pub async fn push_as_seen(
    store: &Store,
    access: &Access,
    stream: &StreamId,
    times: Times,
    change: &Change,
) -> Result<Verdict, StoreError> {
    let refusal = refusal(access, None, stream, times, change);
    store.append_as_seen(stream, &access.user, times, change, refusal).await
}

/// Why a change that is new is refused.
fn refusal(
    access: &Access,
    before: Option<&Before>,
    stream: &StreamId,
    times: Times,
    change: &Change,
) -> Option<RefusalCode> {
    if let Err(code) = validate::check(change) {
        return Some(code);
    }
    let push = Action::Push(stream, &change.record.collection);
    let was_in_time = |before: &Before| before.access.may(push) && times.order(change.device_time) < before.taken_at;
    let may = access.may(push) || before.is_some_and(was_in_time);
    (!may).then_some(RefusalCode::Forbidden)
}
