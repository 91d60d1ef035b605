//! `/api/v1/forms/{hash}`: a definition by its hash, for anyone signed in. It never changes, so it is compressed once.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;

use super::{
    encoding::Encoding,
    extract::{Params, Signed},
};
use crate::{error::ApiError, state::AppState};

/// The most compressed definitions kept in memory.
const KEPT: usize = 64;

/// Compressed definitions by hash and coding.
#[derive(Debug, Default)]
pub struct Packed(Mutex<BTreeMap<(String, Encoding), Bytes>>);

pub(super) async fn show(
    State(state): State<AppState>,
    _signed: Signed,
    Params(hash): Params<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let encoding = Encoding::best(&headers);
    let key = encoding.map(|encoding| (hash.clone(), encoding));
    let body = match key.as_ref().and_then(|key| state.packed_forms.get(key)) {
        Some(body) => body,
        None => {
            let json = state.store.form_json(&hash).await?.ok_or_else(ApiError::not_found)?;
            match key {
                Some(key) => pack(&state, key, json).await?,
                None => json.into(),
            }
        }
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    Ok(response)
}

async fn pack(state: &AppState, key: (String, Encoding), json: String) -> Result<Bytes, ApiError> {
    let encoding = key.1;
    let packed = tokio::task::spawn_blocking(move || encoding.compress(json.as_bytes()))
        .await
        .map_err(|error| ApiError::internal(&error))?
        .map_err(|error| ApiError::internal(&error))?;
    let packed = Bytes::from(packed);
    state.packed_forms.put(key, packed.clone());
    Ok(packed)
}

impl Packed {
    fn get(&self, key: &(String, Encoding)) -> Option<Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn put(&self, key: (String, Encoding), body: Bytes) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, body);
    }
}
