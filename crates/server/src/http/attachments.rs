//! `/api/v1/streams/{kind}/{id}/attachments/{sha256}`: photos, recordings and files, named by their hash.

use std::ops::Range;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use zhucun_api::ATTACHMENT_MAX;
use zhucun_domain::access::Action;
use zhucun_sync::StreamId;

use super::extract::{self, Params, Signed, stream};
use crate::{
    error::ApiError,
    service::{files, kinds, push, random},
    state::AppState,
};

pub(super) async fn put(
    State(state): State<AppState>,
    signed: Signed,
    Params((kind, id, sha256)): Params<(String, String, String)>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let stream = stream(&kind, &id)?;
    if !is_sha256(&sha256) {
        signed.require(Action::Attach(&stream))?;
        return Err(ApiError::not_found());
    }
    if !signed.access().may(Action::Attach(&stream)) && !may_still(&state, &signed, &stream, &sha256).await? {
        return Err(ApiError::forbidden());
    }
    let bytes = extract::read(request, ATTACHMENT_MAX).await?;
    if random::sha256_hex(&bytes) != sha256 {
        return Err(ApiError::wrong_hash());
    }
    files::keep(&state.files, &state.store, &state.clock, &stream, bytes).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether somebody who has handed the village over may still send a photo: one that a change of their own names, which came
/// in time.
async fn may_still(state: &AppState, signed: &Signed, stream: &StreamId, sha256: &str) -> Result<bool, ApiError> {
    let before = push::before(&state.store, signed.access(), stream, state.clock.now()).await?;
    let may = before.is_some_and(|before| before.access.may(Action::Attach(stream)));
    Ok(may && state.store.is_named_by(stream.as_str(), &signed.account().id, sha256).await?)
}

pub(super) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Params((kind, id, sha256)): Params<(String, String, String)>,
    request_headers: HeaderMap,
) -> Result<Response, ApiError> {
    let stream = stream(&kind, &id)?;
    signed.require(Action::Read(&stream))?;
    let meta = state.store.attachment(&stream, &sha256).await?.ok_or_else(ApiError::not_found)?;
    let etag = format!("\"{}\"", meta.sha256);
    if request_headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let bytes = state.files.get(&stream, &meta.sha256).await?;
    let mut response = match part(&request_headers, bytes.len()) {
        None => bytes.into_response(),
        Some(Part::Is(range)) => {
            let said = format!("bytes {}-{}/{}", range.start, range.end - 1, bytes.len());
            (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, said)], bytes.slice(range)).into_response()
        }
        Some(Part::Beyond) => {
            let said = format!("bytes */{}", bytes.len());
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, said)]).into_response());
        }
    };
    let headers = response.headers_mut();
    // Shown by <img>, heard by <audio>; opened by itself it may do nothing. What is neither is taken along, never shown.
    let fixed: [(HeaderName, &str); 5] = [
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CONTENT_DISPOSITION, if kinds::is_shown(&meta.mime) { "inline" } else { "attachment" }),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::ACCEPT_RANGES, "bytes"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [(header::CONTENT_TYPE, meta.mime), (header::ETAG, etag)] {
        headers.insert(name, HeaderValue::from_str(&value).map_err(|error| ApiError::internal(&error))?);
    }
    Ok(response)
}

/// What of an attachment is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// These bytes.
    Is(Range<usize>),
    /// None that are there.
    Beyond,
}

/// A part, as players ask for it (some play nothing else); none for the whole, also where several parts are asked for. That it
/// may have changed meanwhile need not be looked at: its name is its hash. Source: RFC 9110, 14.1.2.
fn part(headers: &HeaderMap, length: usize) -> Option<Part> {
    let asked = headers.get(header::RANGE)?.to_str().ok()?.trim().strip_prefix("bytes=")?;
    let (from, to) = asked.split_once('-')?;
    let range = match (from.trim(), to.trim()) {
        ("", last) => length.saturating_sub(last.parse().ok()?)..length,
        (first, "") => first.parse().ok()?..length,
        (first, last) => first.parse().ok()?..last.parse::<usize>().ok()?.saturating_add(1).min(length),
    };
    Some(if range.is_empty() { Part::Beyond } else { Part::Is(range) })
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &str) -> Option<Part> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().expect("a header"));
        part(&headers, 10)
    }

    #[test]
    fn a_part_is_given_where_one_is_asked_for_and_else_the_whole() {
        assert_eq!(asked("bytes=0-1"), Some(Part::Is(0..2)));
        assert_eq!(asked("bytes=4-"), Some(Part::Is(4..10)));
        assert_eq!(asked("bytes=-3"), Some(Part::Is(7..10)));
        assert_eq!(asked("bytes=8-99"), Some(Part::Is(8..10)));
        assert_eq!(asked("bytes=10-"), Some(Part::Beyond));
        assert_eq!(asked("bytes=5-2"), Some(Part::Beyond));
        for whole in ["bytes=0-1,4-5", "bytes=x-", "lines=0-1", "bytes=5"] {
            assert_eq!(asked(whole), None, "{whole}");
        }
        assert_eq!(part(&HeaderMap::new(), 10), None);
    }
}
