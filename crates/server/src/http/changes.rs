//! `/api/v1/streams/{kind}/{id}/changes`: push and pull.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use serde_json::Value;
use zhucun_domain::access::Action;
use zhucun_sync::{Cursor, PushReply, PushRequest};

use super::extract::{JsonBody, Params, Search, Signed, json, stream};
use crate::{error::ApiError, service::push, state::AppState, store::Times};

/// The largest batch, bytes. The phone halves a batch that is too large.
const BATCH_MAX: usize = 4 * 1024 * 1024;

/// Entries of a page when nothing is asked for, and at most.
const PAGE: (i64, i64) = (200, 500);

/// `PushRequest` with its changes still raw: one that cannot be read must not block the others.
#[derive(Deserialize)]
pub(super) struct RawPush {
    device_now: i64,
    changes: Vec<Value>,
}

#[derive(Deserialize)]
pub(super) struct PullQuery {
    after: Option<String>,
    limit: Option<i64>,
}

pub(super) async fn push(
    State(state): State<AppState>,
    signed: Signed,
    Params((kind, id)): Params<(String, String)>,
    JsonBody(batch): JsonBody<RawPush, BATCH_MAX>,
) -> Result<Response, ApiError> {
    let stream = stream(&kind, &id)?;
    let now = state.clock.now();
    let before = push::before(&state.store, signed.access(), &stream, now).await?;
    if before.is_none() && !push::may_push_some(signed.access(), &stream) {
        return Err(ApiError::forbidden());
    }
    if batch.changes.len() > PushRequest::MAX {
        return Err(ApiError::too_large(PushRequest::MAX));
    }
    let times = Times { server_now: now, device_now: batch.device_now };
    let verdicts = push::push(&state.store, signed.access(), before.as_ref(), &stream, times, batch.changes).await?;
    Ok(json(&PushReply { verdicts, server_now: times.server_now }))
}

pub(super) async fn pull(
    State(state): State<AppState>,
    signed: Signed,
    Params((kind, id)): Params<(String, String)>,
    Search(query): Search<PullQuery>,
) -> Result<Response, ApiError> {
    let stream = stream(&kind, &id)?;
    signed.require(Action::Pull(&stream))?;
    let after: Cursor = match query.after.as_deref() {
        None | Some("") => Cursor::default(),
        Some(text) => text.parse().map_err(|why: &str| ApiError::bad_request(why))?,
    };
    let limit = query.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1);
    Ok(json(&state.store.pull(&stream, &after, limit).await?))
}
