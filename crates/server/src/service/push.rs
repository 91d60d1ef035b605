//! Taking a batch of changes: rights and form per change, then the log.

use serde_json::Value;
use zhucun_domain::{
    access::{Access, Action},
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
    let mut verdicts: Vec<Option<Verdict>> = Vec::with_capacity(changes.len());
    let mut good = Vec::with_capacity(changes.len());
    for value in changes {
        match examine(access, stream, value) {
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
