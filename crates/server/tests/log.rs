//! What the log holds.
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

use std::{
    io,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::json;
use tower::ServiceExt as _;
use tracing::Level;
use tracing_subscriber::{
    Layer as _, filter::Targets, fmt::MakeWriter, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

#[path = "routes/world.rs"]
#[expect(dead_code, reason = "another test program uses the rest of its builders")]
mod world;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

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
    // Ours at every level there is; what the libraries say of themselves below INFO is no word of ours.
    let ours = Targets::new().with_default(Level::INFO).with_target("zhucun_server", Level::TRACE);
    let lines = tracing_subscriber::fmt::layer().with_writer(kept.clone()).with_ansi(false);
    let _guard = tracing_subscriber::registry().with(lines.with_filter(ours)).set_default();
    // Over https, as OpenRosa clients want it.
    let settings = zhucun_server::Settings { public_url: Some("https://zhucun.example".into()), ..Default::default() };
    let world = world::World::with(zhucun_server::http::assets::Assets::Memory([].into()), settings).await;
    let app = zhucun_server::app(world.state.clone());
    let pushed = json!({"device_now": world::NOW, "changes": [world::household("c", "h", "何德贵")]}).to_string();
    let wrong = r#"{"username": "secretary", "password": "guessed-word"}"#;
    let basic = |password: &str| format!("Basic {}", BASE64_STANDARD.encode(format!("secretary:{password}")));
    let answers = "--X\r\nContent-Disposition: form-data; name=\"xml_submission_file\"; filename=\"何德贵.xml\"\r\n\r\n\
        <data id=\"secret-form\"><name>何德贵</name><meta><instanceID>uuid:secret</instanceID></meta></data>\r\n--X--\r\n";
    let requests = [
        Request::get("/openrosa/formList?deviceID=secret-device")
            .header(header::AUTHORIZATION, basic("guessed-word"))
            .body(Body::empty()),
        Request::post("/openrosa/submission?deviceID=secret-device")
            .header(header::AUTHORIZATION, basic(world::PASSWORD))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=X")
            .body(Body::from(answers)),
        Request::get("/openrosa/forms/secret-form/form.xml")
            .header(header::AUTHORIZATION, basic(world::PASSWORD))
            .body(Body::empty()),
        Request::get("/n/link-shiban?name=%E7%BD%97").body(Body::empty()),
        Request::get("/healthz").body(Body::empty()),
        Request::get("/readyz").body(Body::empty()),
        Request::get("/t?c=12345678901234567").body(Body::empty()),
        Request::post("/t").header(header::CONTENT_TYPE, FORM).body(Body::from("code=76543210987654321")),
        Request::get("/invite/0123456789abcdef").body(Body::empty()),
        Request::post("/api/v1/admin/users/search")
            .header("cookie", "__Host-zhucun=t-county")
            .header(header::CONTENT_TYPE, JSON)
            .body(Body::from(r#"{"words": "何德贵"}"#)),
        Request::post("/api/v1/streams/village/shiban/changes")
            .header("cookie", "__Host-zhucun=t-secretary")
            .header(header::CONTENT_TYPE, JSON)
            .body(Body::from(pushed)),
        Request::post("/api/v1/session").header(header::CONTENT_TYPE, JSON).body(Body::from(wrong)),
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
    assert!(log.contains("route=\"/openrosa/submission\" status=404"), "{log}");
    let often = log.lines().filter(|line| line.contains("healthz") || line.contains("readyz"));
    assert_eq!(often.filter(|line| !line.contains("DEBUG")).count(), 0, "asked every few seconds\n{log}");
    assert_eq!(log.matches("route=\"/t\"").count(), 2, "a ticket was asked for\n{log}");
    assert!(log.contains("DEBUG"), "every level is looked at\n{log}");
    for secret in [
        "link-shiban",
        "罗素英",
        "12345678901234567",
        "76543210987654321",
        "0123456789abcdef",
        "何德贵",
        "secretary",
        "guessed-word",
        "secret-device",
        "secret-form",
        "uuid:secret",
        world::PASSWORD,
        &BASE64_STANDARD.encode("secretary:")[..8],
        "shiban",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}
