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

/// What had been written before a village changed hands is not lost for it: for a month its former people may still send it.
/// `None` for all others.
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

/// Takes what was written before a stream changed hands, see [`before`].
///
/// # Errors
/// As [`push`].
pub async fn push_late(
    store: &Store,
    before: &Before,
    stream: &StreamId,
    times: Times,
    changes: Vec<Value>,
) -> Result<Vec<Verdict>, StoreError> {
    take(store, &before.access, Some(before.taken_at), stream, times, changes).await
}

/// Takes the changes that are well formed and allowed; a verdict for each, in order. One bad change never blocks another.
///
/// # Errors
/// When the database fails; then nothing is written.
pub async fn push(
    store: &Store,
    access: &Access,
    stream: &StreamId,
    times: Times,
    changes: Vec<Value>,
) -> Result<Vec<Verdict>, StoreError> {
    take(store, access, None, stream, times, changes).await
}

async fn take(
    store: &Store,
    access: &Access,
    until: Option<i64>,
    stream: &StreamId,
    times: Times,
    changes: Vec<Value>,
) -> Result<Vec<Verdict>, StoreError> {
    let is_late = |change: &Change| until.is_some_and(|until| times.order(change.device_time) >= until);
    let mut verdicts: Vec<Option<Verdict>> = Vec::with_capacity(changes.len());
    let mut good = Vec::with_capacity(changes.len());
    for value in changes {
        match examine(access, stream, value) {
            Ok(change) if is_late(&change) => {
                verdicts.push(Some(Verdict::Refused { id: change.id, code: RefusalCode::Forbidden }));
            }
            Ok(change) => {
                good.push(change);
                verdicts.push(None);
            }
            Err(verdict) => verdicts.push(Some(verdict)),
        }
    }
    let mut written = store.append(stream, &access.user, times, &good).await?.into_iter();
    Ok(verdicts.into_iter().filter_map(|verdict| verdict.or_else(|| written.next())).collect())
}

fn examine(access: &Access, stream: &StreamId, value: Value) -> Result<Change, Verdict> {
    let id = value.get("id").and_then(Value::as_str).unwrap_or("").to_owned();
    let refused = |code| Verdict::Refused { id: id.clone(), code };
    let change: Change = serde_json::from_value(value).map_err(|_| refused(RefusalCode::Invalid))?;
    validate::check(&change).map_err(refused)?;
    if access.may(Action::Push(stream, &change.record.collection)) {
        Ok(change)
    } else {
        Err(refused(RefusalCode::Forbidden))
    }
}
