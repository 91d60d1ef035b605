//! A server in process on an empty database, with a clock that stands.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;
use zhucun_domain::access::Role;
use zhucun_server::{
    AppState, Parts, Settings,
    clock::Clock,
    http::{assets::Assets, forms::Packed},
    service::{
        attempts::Attempts,
        files::Files,
        passwords::{Cost, Passwords},
    },
    store::{NewAccount, Place, PlaceKind, Store, Times},
};
use zhucun_sync::{Change, RecordKey, StreamId};

/// Monday 2026-11-23, 10:00 in China.
pub const NOW: i64 = 1_795_399_200_000;

pub const PASSWORD: &str = "a password of the tests";

pub struct Server {
    pub state: AppState,
    pub app: Router,
    clock: Arc<AtomicI64>,
    _folder: TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Server {
    /// Without any place or person.
    pub async fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(AtomicI64::new(NOW));
        let state = AppState::new(Parts {
            store: Store::open(&Store::sqlite_url(&folder.path().join("test.db"))).await.unwrap(),
            files: Files::folder(&folder.path().join("attachments")).unwrap(),
            clock: Clock::Set(Arc::clone(&clock)),
            settings: Settings { public_url: Some("https://qingxi.example".into()), trust_proxy: true },
            passwords: Passwords::new(Cost::Least).unwrap(),
            attempts: Attempts::default(),
            assets: Assets::Embedded,
            packed_forms: Packed::default(),
        });
        Self { app: zhucun_server::app(state.clone()), state, clock, _folder: folder }
    }

    /// With a county, two townships, a village in each, and a link for `shiban`.
    pub async fn county() -> Self {
        let server = Self::empty().await;
        for (id, kind, parent, zh, en) in [
            ("qingxi", PlaceKind::County, "", "清溪县", "Qingxi"),
            ("yunling", PlaceKind::Township, "qingxi", "云岭镇", "Yunling"),
            ("baishui", PlaceKind::Township, "qingxi", "白水乡", "Baishui"),
            ("shiban", PlaceKind::Village, "yunling", "石板村", "Shiban"),
            ("other", PlaceKind::Village, "baishui", "别村", "Other"),
        ] {
            let names = [("zh".to_owned(), zh.to_owned()), ("en".to_owned(), en.to_owned())].into();
            let place = Place { id: id.into(), kind, parent: parent.into(), names };
            server.state.store.add_place(&place).await.unwrap();
        }
        server.state.store.add_link("link1", "shiban").await.unwrap();
        server
    }

    pub fn advance(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn get_as(&self, cookie: &str, path: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    /// Adds somebody and signs them in: their cookie. The user id is `u-<username>`.
    pub async fn sign_in(&self, username: &str, role: Role, place: &str) -> String {
        let account = NewAccount {
            id: format!("u-{username}"),
            username: username.into(),
            name: format!("{username} 某"),
            role,
            county: "qingxi".into(),
            place: place.into(),
            password_hash: self.state.passwords.hash(PASSWORD).await.unwrap(),
        };
        self.state.store.add_account(&account).await.unwrap();
        self.cookie(username, PASSWORD).await
    }

    /// Signs in somebody who is there: their cookie.
    pub async fn cookie(&self, username: &str, password: &str) -> String {
        let body = json!({"username": username, "password": password}).to_string();
        let request = Request::post("/api/v1/session").header(header::CONTENT_TYPE, "application/json");
        let answer = self.send(request.body(body.into()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    /// Writes fields of a record as somebody would push them, naming the heads that are there.
    pub async fn write(&self, village: &str, author: &str, collection: &str, id: &str, patch: Value) {
        let stream = StreamId::new("village", village).unwrap();
        let key = RecordKey::new(collection, id);
        let record = self.state.store.record(&stream, &key).await.unwrap().unwrap_or_default();
        let now = self.state.clock.now();
        let patch: std::collections::BTreeMap<String, Value> = serde_json::from_value(patch).unwrap();
        let prev =
            patch.keys().map(|field| (field.clone(), record.heads(field))).filter(|(_, h)| !h.is_empty()).collect();
        let change = Change {
            id: zhucun_server::service::random::uuid_v7(now),
            record: key,
            patch,
            prev,
            device: "test".into(),
            device_time: now,
            format: Change::FORMAT,
            extra: Default::default(),
        };
        self.state.store.append(&stream, author, Times::server(now), &[change]).await.unwrap();
    }
}
