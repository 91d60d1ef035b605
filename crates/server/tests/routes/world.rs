//! A county to test in: two townships, three villages, an account for every role and one in another village.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use tempfile::TempDir;
use tower::ServiceExt as _;
use zhucun_api::Names;
use zhucun_domain::access::Role;
use zhucun_server::{
    AppState, Parts, Settings,
    clock::Clock,
    http::{assets::Assets, forms::Packed},
    service::{
        attempts::Attempts,
        files::Files,
        passwords::{Cost, Passwords},
        random,
    },
    store::{NewAccount, Place, PlaceKind, Store},
};
use zhucun_sync::StreamId;
use zhucun_test_database::TestDatabase;

/// When the tests play, milliseconds.
pub const NOW: i64 = 1_800_000_000_000;

/// Everybody's password.
pub const PASSWORD: &str = "a-good-password";

/// A picture by its first bytes.
pub const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a picture";

pub struct World {
    pub state: AppState,
    pub clock: Arc<AtomicI64>,
    pub app: Router,
    folder: TempDir,
    database: TestDatabase,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and body, for snapshots.
    pub fn shown(&self) -> String {
        let body = match serde_json::from_slice::<Value>(&self.body) {
            Ok(json) => serde_json::to_string_pretty(&json).unwrap(),
            Err(_) => String::from_utf8_lossy(&self.body).into_owned(),
        };
        format!("{} {body}", self.status.as_u16())
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

pub fn village() -> StreamId {
    StreamId::new("village", "shiban").unwrap()
}

impl World {
    pub async fn new() -> Self {
        Self::with(Assets::Memory([].into()), Settings::default()).await
    }

    pub async fn with(assets: Assets, settings: Settings) -> Self {
        let world = Self::empty(assets, settings).await;
        world.fill().await;
        world
    }

    /// Without any place or person.
    pub async fn empty(assets: Assets, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::folder(&folder.path().join("attachments")).unwrap();
        Self::of(assets, settings, folder, files).await
    }

    /// Without any place or person, and with attachments elsewhere.
    pub async fn of(assets: Assets, settings: Settings, folder: TempDir, files: Files) -> Self {
        let database = TestDatabase::new(Store::sqlite_url);
        let clock = Arc::new(AtomicI64::new(NOW));
        let state = AppState::new(Parts {
            store: Store::open(database.url()).await.unwrap(),
            files,
            clock: Clock::Set(Arc::clone(&clock)),
            settings,
            passwords: Passwords::new(Cost::Least).unwrap(),
            attempts: Attempts::default(),
            assets,
            packed_forms: Packed::default(),
        });
        Self { app: zhucun_server::app(state.clone()), state, clock, folder, database }
    }

    async fn fill(&self) {
        let places = [
            ("qingxi", PlaceKind::County, "", "清溪县"),
            ("hekou", PlaceKind::Township, "qingxi", "河口镇"),
            ("donglin", PlaceKind::Township, "qingxi", "东林乡"),
            ("shiban", PlaceKind::Village, "hekou", "石板村"),
            ("dashu", PlaceKind::Village, "hekou", "大树村"),
            ("yunling", PlaceKind::Village, "donglin", "云岭村"),
        ];
        for (id, kind, parent, name) in places {
            let names = Names::from([("zh".to_owned(), name.to_owned())]);
            let place = Place { id: id.into(), kind, parent: parent.into(), names };
            self.state.store.add_place(&place).await.unwrap();
        }
        self.state.store.add_link("link-shiban", "shiban").await.unwrap();
        for role in Role::ALL {
            let place = match role {
                Role::Secretary | Role::Committee => "shiban",
                Role::Township => "hekou",
                Role::County | Role::Dispatcher => "qingxi",
            };
            self.account(role.code(), role, place).await;
        }
        self.account("neighbour", Role::Secretary, "yunling").await;
    }

    /// An account `u-<username>` with a session whose token is `t-<username>`.
    pub async fn account(&self, username: &str, role: Role, place: &str) {
        self.account_of("qingxi", username, role, place).await;
    }

    /// The same in a county.
    pub async fn account_of(&self, county: &str, username: &str, role: Role, place: &str) {
        let account = NewAccount {
            id: format!("u-{username}"),
            username: username.to_owned(),
            name: "罗素英".to_owned(),
            role,
            county: county.to_owned(),
            place: place.to_owned(),
            password_hash: self.state.passwords.hash(PASSWORD).await.unwrap(),
        };
        self.state.store.add_account(&account).await.unwrap();
        let token_hash = random::sha256_hex(format!("t-{username}"));
        self.state.store.add_session(&token_hash, &account.id, NOW).await.unwrap();
    }

    /// Runs a statement beside the server.
    pub async fn execute(&self, sql: &'static str) {
        let mut connection = AnyConnection::connect(self.database.url()).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Where its data is.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn pass(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn request(&self, method: Method, path: &str) -> Asking<'_> {
        self.request_to("zhucun.test", method, path)
    }

    /// To the server by another host.
    pub fn request_to(&self, host: &str, method: Method, path: &str) -> Asking<'_> {
        let builder = Request::builder().method(method).uri(path).header(header::HOST, host);
        Asking { world: self, builder, body: Body::empty() }
    }

    pub fn get(&self, path: &str) -> Asking<'_> {
        self.request(Method::GET, path)
    }

    pub fn post(&self, path: &str) -> Asking<'_> {
        self.request(Method::POST, path)
    }

    pub fn put(&self, path: &str) -> Asking<'_> {
        self.request(Method::PUT, path)
    }

    /// Pushes to the village's stream as somebody; the device's clock is right.
    pub async fn push(&self, username: &str, changes: &[Value]) -> Answer {
        let body = json!({"device_now": NOW, "changes": changes});
        self.post("/api/v1/streams/village/shiban/changes").by(username).json(&body).send().await
    }
}

/// A request being put together.
pub struct Asking<'a> {
    world: &'a World,
    builder: axum::http::request::Builder,
    body: Body,
}

impl Asking<'_> {
    pub fn by(self, username: &str) -> Self {
        self.header("cookie", &format!("other=1; __Host-zhucun=t-{username}"))
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.text_json(body.to_string())
    }

    pub fn text_json(self, body: impl Into<String>) -> Self {
        let body: String = body.into();
        self.header("content-type", "application/json").bytes(body.into_bytes())
    }

    pub fn bytes(mut self, body: Vec<u8>) -> Self {
        self.body = Body::from(body);
        self
    }

    pub async fn send(self) -> Answer {
        let request = self.builder.body(self.body).unwrap();
        let response = self.world.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// A change to a household's head.
pub fn household(id: &str, record: &str, head_name: &str) -> Value {
    json!({
        "id": id, "record": {"collection": "households", "id": record}, "patch": {"head_name": head_name},
        "device": "phone-1", "device_time": NOW - 1000, "format": 1,
    })
}
