//! `zhucun backup`, `restore` and `upgrade`, as they are used.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use crate::process::{Zhucun, exchange};
use zhucun_server::{
    service::{files::Files, random::sha256_hex},
    store::{Store, dump::Noted},
};
use zhucun_sync::{Cursor, PullPage, StreamId};
use zhucun_test_database::Postgres;

fn village() -> StreamId {
    StreamId::new("village", "shiban").unwrap()
}

/// Somebody with a session.
#[derive(Clone)]
struct Secretary {
    address: String,
    cookie: String,
}

impl Secretary {
    fn new(zhucun: &Zhucun, address: &str) -> Self {
        let add =
            ["user", "add", "--username", "luo", "--name", "罗素英", "--role", "secretary", "--village", "shiban"];
        let said = zhucun.good(&add);
        let password = said.lines().next().unwrap().strip_prefix("password: ").unwrap();
        let body = format!(r#"{{"username": "luo", "password": "{password}"}}"#);
        let answer = send(address, "POST", "/api/v1/session", "content-type: application/json\r\n", body.as_bytes());
        let (_, cookie) = answer.split_once("set-cookie: ").unwrap();
        Self { address: address.to_owned(), cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    fn push(&self, id: &str) {
        let change = format!(
            r#"{{"id": "{id}", "record": {{"collection": "households", "id": "h-{id}"}}, "patch": {{"head_name": "何德贵"}},
            "device": "phone-1", "device_time": 1, "format": 1}}"#
        );
        let body = format!(r#"{{"device_now": 1, "changes": [{change}]}}"#);
        let head = format!("content-type: application/json\r\ncookie: {}\r\n", self.cookie);
        let answer = send(&self.address, "POST", "/api/v1/streams/village/shiban/changes", &head, body.as_bytes());
        assert!(answer.contains(r#""verdict":"accepted""#), "{answer}");
    }

    /// Sends a picture; gives its hash.
    fn attach(&self, words: &str) -> String {
        let bytes = [b"\xff\xd8\xff\xe0", words.as_bytes()].concat();
        let sha256 = sha256_hex(&bytes);
        let path = format!("/api/v1/streams/village/shiban/attachments/{sha256}");
        let answer = send(&self.address, "PUT", &path, &format!("cookie: {}\r\n", self.cookie), &bytes);
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
        sha256
    }
}

fn send(address: &str, method: &str, path: &str, head: &str, body: &[u8]) -> String {
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n{head}\r\n");
    exchange(address, &[head.as_bytes(), body].concat())
}

/// What is in a data folder and its database.
struct Inside {
    page: PullPage,
    attachments: Vec<Noted>,
    missing: Vec<String>,
}

async fn inside(zhucun: &Zhucun) -> Inside {
    let data = zhucun.0.path().join("data");
    let store = Store::open(&url(zhucun)).await.unwrap();
    let files = Files::folder(&data.join("attachments")).unwrap();
    let page = store.pull(&village(), &Cursor::default(), 100_000).await.unwrap();
    let (attachments, _) = store.snapshot().await.unwrap().attachments().await.unwrap();
    let mut missing = Vec::new();
    for noted in &attachments {
        let bytes = files.get(&noted.stream.parse().unwrap(), &noted.sha256).await;
        if !bytes.is_ok_and(|bytes| sha256_hex(&bytes) == noted.sha256) {
            missing.push(noted.sha256.clone());
        }
    }
    store.close().await;
    Inside { page, attachments, missing }
}

fn url(zhucun: &Zhucun) -> String {
    let file = || Store::sqlite_url(&zhucun.0.path().join("data/zhucun.db"));
    zhucun.1.as_ref().map_or_else(file, |postgres| postgres.url().to_owned())
}

/// A county with two changes and two pictures, and its backup.
fn backed_up(zhucun: &Zhucun) -> PathBuf {
    let (serving, address) = zhucun.serve();
    let secretary = Secretary::new(zhucun, &address);
    secretary.push("c1");
    secretary.push("c2");
    secretary.attach("a house");
    secretary.attach("a well");
    let archive = zhucun.0.path().join("backup.tar");
    let said = zhucun.good(&["backup", &archive.to_string_lossy()]);
    assert!(said.contains("attachments  2, ") && said.contains("written "), "{said}");
    drop(serving);
    archive
}

fn restore(zhucun: &Zhucun, archive: &Path) {
    let said = zhucun.good(&["restore", &archive.to_string_lossy()]);
    assert!(said.contains("restored "), "{said}");
}

#[tokio::test]
async fn a_backup_made_while_others_write_is_whole_and_of_one_moment() {
    let zhucun = Zhucun::with_village();
    let (serving, address) = zhucun.serve();
    let secretary = Secretary::new(&zhucun, &address);
    let (stop, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let writers: Vec<_> = (0..3)
        .map(|writer| {
            let (secretary, stop, written) = (secretary.clone(), Arc::clone(&stop), Arc::clone(&written));
            std::thread::spawn(move || {
                for n in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    secretary.push(&format!("{writer}-{n}"));
                    secretary.attach(&format!("picture {writer}-{n}"));
                    written.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    let mut archives = Vec::new();
    for n in 0..4 {
        let before = written.load(Ordering::SeqCst);
        let archive = zhucun.0.path().join(format!("{n}.tar"));
        zhucun.good(&["backup", &archive.to_string_lossy()]);
        archives.push((before, archive));
        // The writers get on between two backups.
        while written.load(Ordering::SeqCst) < before + 5 {
            std::thread::yield_now();
        }
    }
    stop.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.join().unwrap();
    }
    drop(serving);
    let all = inside(&zhucun).await;
    for (before, archive) in archives {
        let again = Zhucun::new();
        restore(&again, &archive);
        let Inside { page, attachments, missing } = inside(&again).await;
        assert_eq!(missing, Vec::<String>::new(), "every picture that the database knows of is there");
        assert!(page.entries.len() >= before && attachments.len() >= before, "what was acknowledged before is in it");
        assert!(page.entries.len() < all.page.entries.len(), "it was made before the end");
        assert_eq!(page.entries[..], all.page.entries[..page.entries.len()], "a beginning of the log, without a gap");
        assert_eq!(page.head, page.entries.len() as i64);
        assert!(!page.epoch.is_empty() && page.epoch != all.page.epoch, "a new epoch");
    }
}

#[tokio::test]
async fn what_was_restored_is_served_as_before() {
    let zhucun = Zhucun::with_village();
    let archive = backed_up(&zhucun);
    let checked = zhucun.good(&["restore", "--check", &archive.to_string_lossy()]);
    assert!(checked.contains("good "), "{checked}");
    let again = Zhucun::new();
    restore(&again, &archive);
    assert_eq!(again.good(&["place", "list"]), zhucun.good(&["place", "list"]), "with the villagers' links");
    let (before, after) = (inside(&zhucun).await, inside(&again).await);
    assert_eq!(after.page.entries, before.page.entries);
    assert_eq!((&after.attachments, after.missing.len()), (&before.attachments, 0));
    // It goes on: the next change gets the next number in the new epoch.
    let (serving, address) = again.serve();
    let login = zhucun_server::store::NewAccount {
        id: "u-next".into(),
        username: "next".into(),
        name: "王".into(),
        role: zhucun_domain::access::Role::Secretary,
        county: "qingxi".into(),
        place: "shiban".into(),
        password_hash: String::new(),
    };
    let store = Store::open(&url(&again)).await.unwrap();
    store.add_account(&login).await.unwrap();
    store.add_session(&sha256_hex("t-next"), "u-next", i64::MAX / 2).await.unwrap();
    store.close().await;
    Secretary { address, cookie: "zhucun=t-next".into() }.push("c3");
    drop(serving);
    let next = inside(&again).await.page;
    assert_eq!((next.head, &next.epoch), (3, &after.page.epoch));
    let twice = again.bad(&["restore", &archive.to_string_lossy()]);
    assert!(twice.contains("is not empty") && twice.contains("name another folder"), "{twice}");
}

#[test]
fn a_backup_is_for_its_owner_alone_and_never_written_over() {
    let zhucun = Zhucun::with_village();
    let archive = zhucun.0.path().join("backup.tar");
    zhucun.good(&["backup", &archive.to_string_lossy()]);
    assert_eq!(std::fs::metadata(&archive).unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = std::fs::read(&archive).unwrap();
    let told = zhucun.bad(&["backup", &archive.to_string_lossy()]);
    assert!(told.contains("is there already"), "{told}");
    assert_eq!(std::fs::read(&archive).unwrap(), bytes);
    let folder = zhucun.0.path().join("backups");
    std::fs::create_dir(&folder).unwrap();
    zhucun.good(&["backup", &folder.to_string_lossy()]);
    let names: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(matches!(&names[..], [name] if name.starts_with("zhucun-20") && name.ends_with("Z.tar")), "{names:?}");
    let told = zhucun.bad(&["backup", "/nowhere/at/all/backup.tar"]);
    assert!(told.contains("/nowhere/at/all/backup.tar.partial: "), "{told}");
}

#[test]
fn nothing_is_backed_up_where_nothing_is() {
    let zhucun = Zhucun::new();
    let told = zhucun.bad(&["backup", &zhucun.0.path().join("backup.tar").to_string_lossy()]);
    assert!(told.contains("there is nothing to back up"), "{told}");
    assert!(!zhucun.0.path().join("backup.tar").exists() && !zhucun.0.path().join("data/zhucun.db").exists());
}

#[tokio::test]
async fn a_damaged_archive_is_refused_before_anything_is_written() {
    let zhucun = Zhucun::with_village();
    let archive = backed_up(&zhucun);
    let good = std::fs::read(&archive).unwrap();
    let whole = zhucun_server::backup::verify(&archive).unwrap();
    // A bit turned anywhere is seen, or was in the padding between two members and changes nothing.
    let damaged = zhucun.0.path().join("damaged.tar");
    let mut seen = 0;
    for at in (0..good.len()).step_by(37) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&damaged, bytes).unwrap();
        match zhucun_server::backup::verify(&damaged) {
            Ok(manifest) => assert_eq!(manifest, whole, "byte {at}"),
            Err(error) => {
                assert!(error.to_string().contains("damaged or not whole"), "byte {at}: {error}");
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen}");
    let again = Zhucun::new();
    for length in [0, 100, good.len() / 2, good.len() - 2_000] {
        std::fs::write(&damaged, &good[..length]).unwrap();
        let told = again.bad(&["restore", &damaged.to_string_lossy()]);
        assert!(told.contains("nothing was restored"), "{length}: {told}");
    }
    assert!(!again.0.path().join("data").exists(), "nothing is there");
    restore(&again, &archive);
}

#[tokio::test]
async fn attachments_that_are_gone_are_told_and_the_rest_is_backed_up() {
    let zhucun = Zhucun::with_village();
    let archive = backed_up(&zhucun);
    let folder = zhucun.0.path().join("data/attachments/village/shiban");
    let mut pictures: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|shard| shard.unwrap().path()).collect();
    pictures.sort();
    let inside_of = |shard: &Path| std::fs::read_dir(shard).unwrap().next().unwrap().unwrap().path();
    std::fs::write(inside_of(&pictures[0]), "\u{fffd} something else").unwrap();
    std::fs::remove_file(inside_of(&pictures[1])).unwrap();
    let second = zhucun.0.path().join("second.tar");
    let (code, told) = ended(&zhucun, &["backup", &second.to_string_lossy()]);
    assert!(code == Some(4) && told.contains("without 2 attachments"), "{code:?} {told}");
    let kept = zhucun_server::backup::verify(&second).unwrap().attachments.unwrap();
    assert_eq!((kept.count, kept.missing.len()), (0, 2));
    assert!(kept.missing[0].starts_with("village/shiban/"), "{:?}", kept.missing);
    assert_eq!(zhucun_server::backup::verify(&archive).unwrap().attachments.unwrap().missing.len(), 0);
}

fn ended(zhucun: &Zhucun, arguments: &[&str]) -> (Option<i32>, String) {
    let output = zhucun.run(arguments);
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// Every attachment of a data folder, by its hash.
fn pictures(folder: &Path) -> Vec<PathBuf> {
    let shards = std::fs::read_dir(folder.join("village/shiban")).unwrap();
    let mut files: Vec<PathBuf> = shards
        .flat_map(|shard| std::fs::read_dir(shard.unwrap().path()).unwrap().map(|file| file.unwrap().path()))
        .collect();
    files.sort_by_key(|path| path.file_name().unwrap().to_owned());
    files
}

/// As the nightly unit does it.
#[tokio::test]
async fn attachments_are_copied_once_beside_the_archives_of_which_some_are_kept() {
    let zhucun = Zhucun::with_village();
    backed_up(&zhucun);
    let folder = zhucun.0.path().join("backups");
    std::fs::create_dir(&folder).unwrap();
    // Of nights before.
    for day in 1..=3 {
        zhucun.file(&format!("backups/zhucun-2026110{day}T023000Z.tar"), b"");
    }
    let (beside, target) = (folder.join("attachments"), folder.to_string_lossy().into_owned());
    let nightly = ["backup", "--attachments-into", &beside.to_string_lossy(), "--keep", "2", &target];
    let said = zhucun.good(&nightly);
    assert!(said.contains("attachments  2 copied beside it") && said.contains("deleted      2 older"), "{said}");
    assert_eq!(std::fs::metadata(&beside).unwrap().permissions().mode() & 0o777, 0o700);
    let mut archives: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    archives.retain(|path| path.extension().is_some_and(|ending| ending == "tar"));
    archives.sort();
    let [_, archive] = &archives[..] else { panic!("{archives:?}") };
    // It goes back with the folder beside it.
    let again = Zhucun::new();
    std::fs::create_dir(again.0.path().join("data")).unwrap();
    let copied = std::process::Command::new("cp").arg("-a").arg(&beside).arg(again.0.path().join("data")).status();
    assert!(copied.unwrap().success());
    restore(&again, archive);
    let there = inside(&again).await;
    assert_eq!((there.attachments.len(), there.missing.len()), (2, 0));
    // One that was cut off is copied again, and only that.
    std::fs::write(&pictures(&beside)[0], "cut").unwrap();
    let by_itself = zhucun.0.path().join("second.tar").to_string_lossy().into_owned();
    let second = ["backup", "--attachments-into", &beside.to_string_lossy(), &by_itself];
    assert!(zhucun.good(&second).contains("attachments  1 copied beside it"));
    // What is gone from the server is in the copy; what is gone from both is missing.
    std::fs::remove_file(&pictures(&zhucun.0.path().join("data/attachments"))[0]).unwrap();
    std::fs::remove_file(&by_itself).unwrap();
    let (code, told) = ended(&zhucun, &second);
    assert!(code == Some(4) && told.contains("1 attachments are gone or damaged"), "{code:?} {told}");
    std::fs::remove_file(&pictures(&beside)[0]).unwrap();
    // Old archives go although an attachment is gone for good.
    let before = folder.join("zhucun-20261104T023000Z.tar");
    std::fs::rename(archive, &before).unwrap();
    let (code, told) = ended(&zhucun, &nightly);
    assert!(code == Some(4) && told.contains("without 1 attachments"), "{code:?} {told}");
    assert!(before.exists() && !folder.join("zhucun-20261103T023000Z.tar").exists());
    let told = zhucun.bad(&["backup", "--keep", "2", &by_itself]);
    assert!(told.contains("--keep needs a folder"), "{told}");
}

#[tokio::test]
async fn a_link_that_was_used_after_the_backup_is_not_good_again() {
    let zhucun = Zhucun::with_village();
    zhucun.good(&["user", "add", "--username", "luo", "--name", "罗", "--role", "secretary", "--village", "shiban"]);
    zhucun.good(&["user", "link", "luo", "--public-url", "https://zhucun.example"]);
    let archive = zhucun.0.path().join("backup.tar");
    zhucun.good(&["backup", "--without-attachments", &archive.to_string_lossy()]);
    let again = Zhucun::new();
    let said = again.good(&["restore", &archive.to_string_lossy()]);
    assert!(said.contains("left out     1 links"), "{said}");
    let store = Store::open(&url(&again)).await.unwrap();
    let mut snapshot = store.snapshot().await.unwrap();
    let rows = async |snapshot: &mut zhucun_server::store::dump::Snapshot, table| {
        snapshot.rows::<zhucun_server::store::StoreError>(table, |_| Ok(())).await.unwrap()
    };
    assert_eq!((rows(&mut snapshot, "invite").await, rows(&mut snapshot, "account").await), (0, 1));
    drop(snapshot);
    store.close().await;
}

#[tokio::test]
async fn without_attachments_the_folder_is_put_back_beside_it() {
    let zhucun = Zhucun::with_village();
    backed_up(&zhucun);
    let archive = zhucun.0.path().join("database.tar");
    let said = zhucun.good(&["backup", "--without-attachments", &archive.to_string_lossy()]);
    assert!(said.contains("attachments  left out"), "{said}");
    let again = Zhucun::new();
    std::fs::create_dir(again.0.path().join("data")).unwrap();
    std::fs::rename(zhucun.0.path().join("data/attachments"), again.0.path().join("data/attachments")).unwrap();
    restore(&again, &archive);
    let inside = inside(&again).await;
    assert_eq!((inside.attachments.len(), inside.missing.len()), (2, 0));
}

#[test]
fn nothing_is_restored_under_a_server_that_runs() {
    let zhucun = Zhucun::with_village();
    let archive = zhucun.0.path().join("backup.tar");
    zhucun.good(&["backup", &archive.to_string_lossy()]);
    let (_serving, _) = zhucun.serve();
    let told = zhucun.bad(&["restore", &archive.to_string_lossy()]);
    assert!(told.contains("a zhucun server runs on") && told.contains("stop it first"), "{told}");
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test]
async fn a_county_moves_from_a_file_to_postgresql_and_back() {
    let file = Zhucun::on_a_file().and_a_village();
    let archive = backed_up(&file);
    let postgres = Zhucun(tempfile::tempdir().unwrap(), Some(Postgres::with("")));
    restore(&postgres, &archive);
    let before = inside(&file).await;
    let there = inside(&postgres).await;
    assert_eq!((&there.page.entries, &there.attachments), (&before.page.entries, &before.attachments));
    let second = postgres.0.path().join("second.tar");
    postgres.good(&["backup", &second.to_string_lossy()]);
    let back = Zhucun::on_a_file();
    restore(&back, &second);
    let here = inside(&back).await;
    assert_eq!((&here.page.entries, &here.attachments), (&before.page.entries, &before.attachments));
    assert_eq!(here.missing.len(), 0);
    assert_eq!(back.good(&["place", "list"]), file.good(&["place", "list"]));
}
