//! `zhucun upgrade`, and databases of other versions.
#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs)] // Tests.

use std::path::PathBuf;

use process::Zhucun;
use sqlx::{Connection as _, Executor as _};
use zhucun_api::Names;
use zhucun_server::store::{Place, PlaceKind, Store};

mod process;

fn url(zhucun: &Zhucun) -> String {
    let file = || Store::sqlite_url(&zhucun.0.path().join("data/zhucun.db"));
    zhucun.1.as_ref().map_or_else(file, |postgres| postgres.url().to_owned())
}

/// A county in a database of the first version.
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
    zhucun
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
    assert_eq!(version(&again).await, Some(needed().await));
}

#[tokio::test]
async fn an_upgrade_without_a_copy_is_for_those_who_have_one() {
    let zhucun = of_the_first_version().await;
    zhucun.good(&["upgrade", "--no-backup"]);
    assert_eq!((version(&zhucun).await, backups(&zhucun).len()), (Some(needed().await), 0));
}

#[tokio::test]
async fn a_server_upgrades_by_itself_and_other_commands_do_not() {
    let zhucun = of_the_first_version().await;
    let told = zhucun.bad(&["place", "list"]);
    assert!(told.contains("version 1") && told.contains("zhucun upgrade"), "{told}");
    assert_eq!(version(&zhucun).await, Some(1), "a server of that version may be running");
    let (serving, _) = zhucun.serve();
    assert!(serving.said.contains("upgraded     from version 1 to "), "{}", serving.said);
    assert_eq!((version(&zhucun).await, backups(&zhucun).len()), (Some(needed().await), 1));
    assert!(zhucun.good(&["place", "list"]).contains("qingxi"));
    let told = zhucun.run(&["upgrade", "--check"]);
    assert_eq!(told.status.code(), Some(0));
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
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(&address).await.unwrap();
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
