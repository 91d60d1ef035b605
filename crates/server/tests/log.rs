//! What the log holds.
#![allow(clippy::unwrap_used, missing_docs)] // Tests.

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::{
    body::Body,
    http::{Request, header},
};
use tower::ServiceExt as _;
use tracing_subscriber::fmt::MakeWriter;

#[path = "routes/world.rs"]
#[allow(dead_code)] // The builders of another test program.
mod world;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_names_the_route_and_neither_address_nor_person() {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt().with_writer(kept.clone()).with_ansi(false).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let world = world::World::new().await;
    let app = zhucun_server::app(world.state.clone());
    let wrong = r#"{"username": "secretary", "password": "guessed-word"}"#;
    let requests = [
        Request::get("/n/link-shiban?name=%E7%BD%97").body(Body::empty()),
        Request::get("/healthz").body(Body::empty()),
        Request::get("/readyz").body(Body::empty()),
        Request::get("/t?code=12345678901234567").body(Body::empty()),
        Request::post("/api/v1/session").header(header::CONTENT_TYPE, "application/json").body(Body::from(wrong)),
        Request::get("/api/v1/streams/village/shiban/changes")
            .header("cookie", "__Host-zhucun=t-secretary")
            .body(Body::empty()),
    ];
    for request in requests {
        let Ok(request) = request else { continue };
        app.clone().oneshot(request).await.unwrap();
    }
    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("/api/v1/streams/{kind}/{id}/changes"), "{log}");
    assert!(!log.contains("healthz") && !log.contains("readyz"), "asked every few seconds: not in the log\n{log}");
    for secret in ["link-shiban", "罗素英", "12345678901234567", "secretary", "guessed-word", "shiban"] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}
