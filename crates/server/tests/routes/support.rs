//! The county of [`World`] as villagers' and the desk's tests use it: a Monday in November, an address for QR codes.

use std::sync::atomic::Ordering;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use serde_json::{Value, json};
use zhucun_domain::access::Role;
use zhucun_server::{AppState, Settings, http::assets::Assets, service::random, store::Times};
use zhucun_sync::{Change, RecordKey, StreamId};

use crate::world::World;

/// Monday 2026-11-23, 10:00 in China.
pub const NOW: i64 = 1_795_399_200_000;

pub struct Server {
    pub state: AppState,
    world: World,
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

fn settings() -> Settings {
    Settings { public_url: Some("https://qingxi.example".into()), trust_proxy: true, ..Settings::default() }
}

impl Server {
    /// Without any place or person.
    pub async fn empty() -> Self {
        Self::of(World::empty(Assets::Memory([].into()), settings()).await)
    }

    /// With places, people and the link `link-shiban`.
    pub async fn county() -> Self {
        Self::of(World::with(Assets::Memory([].into()), settings()).await)
    }

    fn of(world: World) -> Self {
        world.clock.store(NOW, Ordering::SeqCst);
        Self { state: world.state.clone(), world }
    }

    /// The whole server.
    pub fn app(&self) -> axum::Router {
        self.world.app.clone()
    }

    pub fn advance(&self, ms: i64) {
        self.world.pass(ms);
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = tower::ServiceExt::oneshot(self.world.app.clone(), request).await.unwrap();
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

    /// The cookie of somebody of the county, or of somebody new with a role.
    pub async fn sign_in(&self, username: &str, role: Role, place: &str) -> String {
        if self.state.store.account_by_username(username).await.unwrap().is_none() {
            self.world.account(username, role, place).await;
        }
        format!("__Host-zhucun=t-{username}")
    }

    /// Signs in with a password: the cookie.
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
            id: random::uuid_v7(now),
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
