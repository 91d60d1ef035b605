//! `zhucun upgrade`, and databases of other versions.

use std::path::PathBuf;

use crate::process::Zhucun;
use serde_json::json;
use sqlx::{AnyConnection, Connection as _, Executor as _};
use zhucun_api::Names;
use zhucun_server::store::{Place, PlaceKind, Store};
use zhucun_sync::{Change, Cursor, Record, RecordKey, StreamId};

fn url(zhucun: &Zhucun) -> String {
    let file = || Store::sqlite_url(&zhucun.0.path().join("data/zhucun.db"));
    zhucun.1.as_ref().map_or_else(file, |postgres| postgres.url().to_owned())
}

fn village() -> StreamId {
    StreamId::new("village", "shiban").unwrap()
}

async fn connect(zhucun: &Zhucun) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(&url(zhucun)).await.unwrap()
}

/// A county in a database of the first version, with a household, a visit to it, and that visit corrected.
async fn of_the_first_version() -> Zhucun {
    let zhucun = Zhucun::new();
    std::fs::create_dir(zhucun.0.path().join("data")).unwrap();
    let store = Store::open_at(&url(&zhucun), 1).await.unwrap();
    let names = Names::from([("zh".to_owned(), "清溪县".to_owned())]);
    store
        .add_place(&Place { id: "qingxi".into(), kind: PlaceKind::County, parent: String::new(), names })
        .await
        .unwrap();
    assert!(store.schema().await.unwrap().is_behind());
    store.close().await;
    let mut connection = connect(&zhucun).await;
    let stream = "INSERT INTO stream (stream, epoch, head) VALUES ($1, 'e1', 0)";
    sqlx::query(stream).bind(village().as_str()).execute(&mut connection).await.unwrap();
    for (collection, id, patch) in [
        ("households", "h-1", json!({"head_name": "何德贵", "group": "2"})),
        ("visits", "v-1", json!({"household": "h-1", "finished_at": 1_000})),
        ("visits", "v-2", json!({"household": "h-1", "finished_at": 2_000, "replaces": "v-1"})),
    ] {
        as_the_first_version_wrote(&mut connection, collection, id, patch).await;
    }
    connection.close().await.unwrap();
    zhucun
}

/// Appends a change with the columns that tables had then.
async fn as_the_first_version_wrote(db: &mut AnyConnection, collection: &str, id: &str, patch: serde_json::Value) {
    let change = Change {
        id: format!("c-{id}"),
        record: RecordKey::new(collection, id),
        patch: serde_json::from_value(patch).unwrap(),
        prev: Default::default(),
        device: "phone-1".into(),
        device_time: 1_000,
        format: 1,
        extra: Default::default(),
    };
    let mut record = Record::default();
    record.apply(&change, 1_000, "u-luo");
    let state = serde_json::to_string(&record).unwrap();
    let (stream, id) = ("village/shiban", id.to_owned());
    for (sql, values) in [
        ("UPDATE stream SET head = head + 1 WHERE stream = $1", vec![]),
        (
            "INSERT INTO change (stream, seq, id, order_time, author, device, salt, hash) \
             SELECT stream, head, $2, 1000, 'u-luo', 'phone-1', 'salt', 'hash' FROM stream WHERE stream = $1",
            vec![change.id.clone()],
        ),
        (
            "INSERT INTO payload (stream, change_id, json) VALUES ($1, $2, $3)",
            vec![change.id.clone(), change.canonical()],
        ),
        (
            "INSERT INTO record (stream, collection, id, state, sort_key, updated, deleted) \
             VALUES ($1, $2, $3, $4, '', 1000, 0)",
            vec![collection.to_owned(), id, state],
        ),
    ] {
        let query = values.into_iter().fold(sqlx::query(sql).bind(stream), sqlx::query::Query::bind);
        assert_eq!(query.execute(&mut *db).await.unwrap().rows_affected(), 1, "{sql}");
    }
}

/// All is there, and the columns that came later are filled.
async fn is_whole(zhucun: &Zhucun) {
    assert_eq!(version(zhucun).await, Some(needed().await));
    let store = Store::open(&url(zhucun)).await.unwrap();
    assert_eq!(store.pull(&village(), &Cursor::default(), 10).await.unwrap().entries.len(), 3);
    assert_eq!(store.last_seen(&village()).await.unwrap().into_keys().collect::<Vec<_>>(), ["h-1"]);
    assert_eq!(store.ids(&village(), "visits").await.unwrap(), ["v-2"], "the one that was replaced does not count");
    assert_eq!(store.visit_versions(&village(), "v-1").await.unwrap().len(), 2);
    store.close().await;
}

fn backups(zhucun: &Zhucun) -> Vec<PathBuf> {
    match std::fs::read_dir(zhucun.0.path().join("data/backups")) {
        Ok(files) => files.map(|file| file.unwrap().path()).collect(),
        Err(_) => Vec::new(),
    }
}

async fn version(zhucun: &Zhucun) -> Option<i64> {
    Store::look(&url(zhucun)).await.unwrap().has
}

/// The version that this program works with.
async fn needed() -> i64 {
    Store::look("sqlite:///nowhere/at/all.db?mode=rwc").await.unwrap().needs
}

#[tokio::test]
async fn what_an_upgrade_would_do_is_told_and_not_done() {
    let zhucun = of_the_first_version().await;
    let output = zhucun.run(&["upgrade", "--check"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    for words in [
        "it is of     version 1",
        "needed is    version ",
        "to run       2 (administration)",
        "free ",
        "backup       advised",
    ] {
        assert!(said.contains(words), "{words} is missing:\n{said}");
    }
    assert_eq!((version(&zhucun).await, backups(&zhucun).len()), (Some(1), 0));
}

#[tokio::test]
async fn an_upgrade_copies_the_database_first_and_the_copy_leads_back() {
    let zhucun = of_the_first_version().await;
    let said = zhucun.good(&["upgrade"]);
    assert!(said.contains("upgraded     from version 1 to "), "{said}");
    assert_eq!(version(&zhucun).await, Some(needed().await));
    assert!(zhucun.good(&["upgrade", "--check"]).contains("nothing to do"));
    let copies = backups(&zhucun);
    let [copy] = &copies[..] else { panic!("{copies:?}") };
    assert_eq!(zhucun_server::backup::verify(copy).unwrap().schema, 1);
    // Put back by this program it is of this version; it was of the first when it was put in.
    let again = Zhucun::new();
    again.good(&["restore", &copy.to_string_lossy()]);
    assert!(again.good(&["place", "list"]).contains("qingxi"));
    is_whole(&again).await;
    is_whole(&zhucun).await;
}

#[tokio::test]
async fn an_upgrade_without_a_copy_is_for_those_who_have_one() {
    let zhucun = of_the_first_version().await;
    zhucun.good(&["upgrade", "--no-backup"]);
    assert_eq!(backups(&zhucun).len(), 0);
    is_whole(&zhucun).await;
}

#[tokio::test]
async fn a_server_upgrades_by_itself_and_other_commands_do_not() {
    let zhucun = of_the_first_version().await;
    let told = zhucun.bad(&["place", "list"]);
    assert!(told.contains("version 1") && told.contains("zhucun upgrade"), "{told}");
    assert_eq!(version(&zhucun).await, Some(1), "a server of that version may be running");
    let (serving, _) = zhucun.serve();
    assert!(serving.said.contains("upgraded     from version 1 to "), "{}", serving.said);
    assert_eq!(backups(&zhucun).len(), 1);
    assert!(zhucun.good(&["place", "list"]).contains("qingxi"));
    let told = zhucun.run(&["upgrade", "--check"]);
    assert_eq!(told.status.code(), Some(0));
    drop(serving);
    is_whole(&zhucun).await;
}

/// A server of the old version, which holds the folder as all do; several processes may share it.
#[tokio::test]
async fn nothing_is_upgraded_while_another_server_runs() {
    let zhucun = of_the_first_version().await;
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let running = options.open(zhucun.0.path().join("data/zhucun.lock")).unwrap();
    running.lock_shared().unwrap();
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["upgrade"]] {
        let told = zhucun.bad(command);
        assert!(told.contains("a zhucun server runs on") && told.contains("brought up to date"), "{command:?}: {told}");
        assert_eq!((version(&zhucun).await, backups(&zhucun).len()), (Some(1), 0), "{command:?}");
    }
    running.unlock().unwrap();
    running.lock().unwrap();
    let told = zhucun.bad(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(told.contains("is being restored or upgraded by another zhucun"), "{told}");
    running.unlock().unwrap();
    drop(zhucun.serve());
    is_whole(&zhucun).await;
}

/// An earlier build wrote so into a database of its own version that had no records yet.
#[tokio::test]
async fn what_was_said_to_be_computed_before_an_upgrade_is_computed_after_it() {
    let zhucun = of_the_first_version().await;
    connect(&zhucun).await.execute("INSERT INTO meta (key, value) VALUES ('derived', '1')").await.unwrap();
    zhucun.good(&["upgrade"]);
    is_whole(&zhucun).await;
}

#[tokio::test]
async fn an_old_database_can_be_backed_up_by_the_new_program_as_it_is() {
    let zhucun = of_the_first_version().await;
    let archive = zhucun.0.path().join("old.tar");
    zhucun.good(&["backup", &archive.to_string_lossy()]);
    assert_eq!(version(&zhucun).await, Some(1));
    assert_eq!(zhucun_server::backup::verify(&archive).unwrap().schema, 1);
}

#[tokio::test]
async fn a_program_that_is_older_than_the_database_does_not_touch_it() {
    let zhucun = Zhucun::with_village();
    let address = url(&zhucun);
    let mut connection = connect(&zhucun).await;
    // As a later program leaves it.
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT 9000, 'later', success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1";
    connection.execute(later).await.unwrap();
    connection.close().await.unwrap();
    for command in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["place", "list"],
        &["upgrade"],
        &["upgrade", "--check"],
        &["backup", "x.tar"],
    ] {
        let told = zhucun.bad(command);
        assert!(told.contains("of version 9000") && told.contains("zhucun restore"), "{command:?}: {told}");
    }
    assert!(Store::look(&address).await.unwrap().is_ahead());
}

#[test]
fn where_no_database_is_none_is_made_by_looking() {
    let zhucun = Zhucun::on_a_file();
    let said = zhucun.good(&["upgrade", "--check"]);
    assert!(said.contains("no tables yet") && said.contains("nothing to do"), "{said}");
    assert!(!zhucun.0.path().join("data").exists());
}
