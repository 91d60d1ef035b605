//! Reading what a handler left unread.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use axum::{
    body::{Body, BodyDataStream},
    extract::Request,
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};

/// How much is thrown away at most, bytes.
const MOST: usize = 64 * 1024 * 1024;

/// A body's stream that can be gone on with after the handler dropped it.
#[derive(Clone)]
struct Shared(Arc<Mutex<BodyDataStream>>);

impl Stream for Shared {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(context)
    }
}

/// Lets a sender finish before it is answered. When a request is refused before its body was read (signed out, too large),
/// the connection would be closed under the sender's hands, and a browser then shows a failed connection, not our answer.
pub(super) async fn read_to_end(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if axum::body::HttpBody::is_end_stream(&body) {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let mut rest = Shared(Arc::new(Mutex::new(body.into_data_stream())));
    let response = next.run(Request::from_parts(parts, Body::from_stream(rest.clone()))).await;
    let mut thrown = 0;
    while thrown < MOST
        && let Some(Ok(chunk)) = rest.next().await
    {
        thrown += chunk.len();
    }
    response
}
