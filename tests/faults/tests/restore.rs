//! Phones and a server that was restored from a backup: the real engine, the real server, a real backup.
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

use std::{cell::RefCell, collections::BTreeMap, future::poll_fn, pin::pin, rc::Rc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use tempfile::TempDir;
use tower::ServiceExt as _;
use zhucun_domain::access::Role;
use zhucun_json::{FromJson, from_text, to_text};
use zhucun_server::{
    AppState, Parts, Settings,
    backup::{self, Attach, Job},
    clock::Clock,
    http::{assets::Assets, forms::Packed},
    service::{
        attempts::Attempts,
        files::Files,
        passwords::{Cost, Passwords},
        random::sha256_hex,
    },
    store::{NewAccount, Store},
};
use zhucun_sync::{
    Cursor, Engine, Net, NetError, Outcome, PullPage, PushReply, PushRequest, Record, RecordKey, StreamId,
};
use zhucun_test_database::TestDatabase;
use zhucun_testkit::{MemStore, SimClock, SimRng, World};

/// When the tests play, milliseconds.
const NOW: i64 = 1_800_000_000_000;

/// A server and what it stands on.
struct Server {
    app: Router,
    store: Store,
    files: Files,
    folder: TempDir,
    _database: TestDatabase,
}

impl Server {
    /// On an empty database.
    async fn new() -> Self {
        let (folder, database) = Self::ground();
        let server = Self::on(folder, database).await;
        let account = NewAccount {
            id: "u-1".into(),
            username: "luo".into(),
            name: "罗素英".into(),
            role: Role::Secretary,
            county: "qingxi".into(),
            place: "shiban".into(),
            password_hash: String::new(),
        };
        server.store.add_account(&account).await.unwrap();
        server.store.add_session(&sha256_hex("token"), "u-1", NOW).await.unwrap();
        server
    }

    fn ground() -> (TempDir, TestDatabase) {
        (tempfile::tempdir().unwrap(), TestDatabase::new(Store::sqlite_url))
    }

    async fn on(folder: TempDir, database: TestDatabase) -> Self {
        let store = Store::open(database.url()).await.unwrap();
        let files = Files::folder(&folder.path().join("attachments")).unwrap();
        let state = AppState::new(Parts {
            store: store.clone(),
            files: files.clone(),
            clock: Clock::Set(std::sync::Arc::new(NOW.into())),
            settings: Settings::default(),
            passwords: Passwords::new(Cost::Least).unwrap(),
            attempts: Attempts::default(),
            assets: Assets::Memory([].into()),
            packed_forms: Packed::default(),
        });
        Self { app: zhucun_server::app(state), store, files, folder, _database: database }
    }

    async fn backup(&self) -> std::path::PathBuf {
        let target = self.folder.path().join("backup.tar");
        let job = Job {
            store: &self.store,
            attach: Attach::Inside(&self.files),
            now: NOW,
            target: &target,
            progress: &|_| {},
        };
        backup::write(&job).await.unwrap().path
    }

    /// Another server from its backup.
    async fn restored(archive: &std::path::Path) -> Self {
        let (folder, database) = Self::ground();
        let files = Files::folder(&folder.path().join("attachments")).unwrap();
        backup::restore(archive, database.url(), folder.path(), &files, &|_| {}).await.unwrap();
        Self::on(folder, database).await
    }

    async fn names(&self) -> BTreeMap<String, Record> {
        let rows = self.store.records(&stream(), "households").await.unwrap();
        rows.into_iter().map(|row| (row.id, row.record)).collect()
    }
}

/// The network as the app uses it: whichever server answers at the address now.
#[derive(Clone)]
struct Address {
    app: Rc<RefCell<Router>>,
    /// No page of the log arrives.
    pulls_lost: Rc<RefCell<bool>>,
}

impl Address {
    async fn ask<T: FromJson>(&self, request: Request<Body>) -> Result<T, NetError> {
        let app = self.app.borrow().clone();
        let response = app.oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        match status {
            StatusCode::OK => from_text(std::str::from_utf8(&body).unwrap()).map_err(|_| NetError::Offline),
            status => Err(NetError::Server(status.as_u16())),
        }
    }
}

fn to(method: &str, path: String) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "zhucun.test").header("cookie", "zhucun=token")
}

impl Net for Address {
    async fn push(&self, stream: &StreamId, request: &PushRequest) -> Result<PushReply, NetError> {
        let to = to("POST", format!("/api/v1/streams/{}/changes", stream.as_str()));
        self.ask(to.header(header::CONTENT_TYPE, "application/json").body(to_text(request).into()).unwrap()).await
    }

    async fn pull(&self, stream: &StreamId, after: &Cursor) -> Result<PullPage, NetError> {
        if *self.pulls_lost.borrow() {
            return Err(NetError::Offline);
        }
        let path = format!("/api/v1/streams/{}/changes?after={after}&limit=100", stream.as_str());
        self.ask(to("GET", path).body(Body::empty()).unwrap()).await
    }

    async fn put_attachment(&self, _: &StreamId, _: &str) -> Result<(), NetError> {
        Err(NetError::Offline)
    }
}

struct Phone {
    engine: Engine<SimClock, SimRng, Address, MemStore>,
    store: MemStore,
    address: Address,
}

impl Phone {
    fn new(server: &Server) -> Self {
        let app = Rc::new(RefCell::new(server.app.clone()));
        let address = Address { app, pulls_lost: Rc::default() };
        let (store, clock) = (MemStore::new(), SimClock::new(&World::new(), 0));
        let engine = Engine::new("phone", clock, SimRng::new(7), address.clone(), store.clone());
        Self { engine, store, address }
    }

    async fn write(&self, id: &str, name: &str) {
        let patch = BTreeMap::from([("head_name".to_owned(), name.into())]);
        let key = RecordKey::new("households", id);
        restless(self.engine.write(&stream(), &key, patch, vec![], vec![])).await.unwrap();
    }

    async fn sync(&self) -> Outcome {
        restless(self.engine.sync_stream(&stream())).await.unwrap()
    }

    fn names(&self) -> BTreeMap<String, Record> {
        let records = self.store.records(&stream()).into_iter();
        records.map(|(key, stored)| (key.id.clone(), stored.shown().clone())).collect()
    }

    /// The address leads to another server from now on.
    fn leads_to(&self, server: &Server) {
        *self.address.app.borrow_mut() = server.app.clone();
    }
}

/// The simulated storage gives way without asking to be called again: its own executor always does.
async fn restless<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        context.waker().wake_by_ref();
        future.as_mut().poll(context)
    })
    .await
}

fn stream() -> StreamId {
    "village/shiban".parse().unwrap()
}

#[tokio::test]
async fn after_a_restore_a_phone_sends_again_what_was_acknowledged_and_what_was_never_sent() {
    let server = Server::new().await;
    let phone = Phone::new(&server);
    phone.write("h-1", "in the backup").await;
    assert!(phone.sync().await.is_done());
    let archive = server.backup().await;
    phone.write("h-2", "acknowledged after the backup").await;
    *phone.address.pulls_lost.borrow_mut() = true;
    assert_eq!(phone.sync().await.pushed, 1, "the server has it and said so");
    *phone.address.pulls_lost.borrow_mut() = false;
    assert_eq!(server.names().await.len(), 2);
    phone.write("h-3", "never sent").await;

    let again = Server::restored(&archive).await;
    assert_eq!(again.names().await.len(), 1);
    let epoch = phone.store.cursor_now(&stream()).epoch;
    phone.leads_to(&again);
    assert!(phone.sync().await.is_done());
    assert_eq!(again.names().await.len(), 3);
    assert_eq!(phone.names(), again.names().await, "byte-equal");
    assert!(phone.store.outbox_now(&stream()).is_empty());
    assert_ne!(phone.store.cursor_now(&stream()).epoch, epoch);
}

/// Known, and written down in docs/SYNC.md: phones do not keep what came back in a pull for 30 days yet.
#[tokio::test]
async fn what_had_come_back_in_a_pull_and_is_not_in_the_backup_is_gone_everywhere_alike() {
    let server = Server::new().await;
    let phone = Phone::new(&server);
    phone.write("h-1", "in the backup").await;
    assert!(phone.sync().await.is_done());
    let archive = server.backup().await;
    phone.write("h-2", "after the backup").await;
    assert!(phone.sync().await.is_done());

    let again = Server::restored(&archive).await;
    phone.leads_to(&again);
    assert!(phone.sync().await.is_done());
    assert_eq!(again.names().await.keys().collect::<Vec<_>>(), ["h-1"]);
    assert_eq!(phone.names(), again.names().await, "no device shows what the server does not have");
    phone.write("h-4", "it goes on").await;
    assert!(phone.sync().await.is_done());
    assert_eq!(phone.names(), again.names().await);
}
