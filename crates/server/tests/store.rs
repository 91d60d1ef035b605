//! The log under repetition and under two processes: P2 (exactly once) and gapless sequences.
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use zhucun_api::Names;
use zhucun_domain::visit;
use zhucun_server::store::{Place, PlaceKind, Store, Times, Versions};
use zhucun_sync::{Change, Cursor, Entry, Record, RecordKey, StreamId, Verdict};
use zhucun_test_database::TestDatabase;

fn database() -> TestDatabase {
    TestDatabase::new(Store::sqlite_url)
}

async fn open(database: &TestDatabase) -> Store {
    Store::open(database.url()).await.unwrap()
}

fn village() -> StreamId {
    StreamId::new("village", "shiban").unwrap()
}

fn change(id: &str, record: u8, value: i64, prev: &[&str]) -> Change {
    let mut prev_heads = BTreeMap::new();
    if !prev.is_empty() {
        prev_heads.insert("f".to_owned(), prev.iter().map(|id| (*id).to_owned()).collect());
    }
    Change {
        id: id.to_owned(),
        record: RecordKey::new("households", format!("h{record}")),
        patch: [("f".to_owned(), json!(value))].into(),
        prev: prev_heads.into_iter().collect(),
        device: "d".into(),
        device_time: value,
        format: 1,
        extra: BTreeMap::new(),
    }
}

async fn log(store: &Store) -> Vec<Entry> {
    store.pull(&village(), &Cursor::default(), 10_000).await.unwrap().entries
}

#[tokio::test]
async fn two_processes_on_one_database_leave_no_gap() {
    let database = database();
    let stores = [open(&database).await, open(&database).await];
    let mut writers = tokio::task::JoinSet::new();
    for (process, store) in stores.iter().cloned().enumerate() {
        for batch in 0..10 {
            let store = store.clone();
            writers.spawn(async move {
                let changes: Vec<Change> =
                    (0..5).map(|i| change(&format!("{process}-{batch}-{i}"), i, i64::from(i), &[])).collect();
                store.append(&village(), "u", Times::server(1_000), &changes).await.unwrap()
            });
        }
    }
    let verdicts: Vec<Verdict> = writers.join_all().await.into_iter().flatten().collect();
    assert!(verdicts.iter().all(|verdict| matches!(verdict, Verdict::Accepted { .. })));
    let seqs: Vec<i64> = log(&stores[0]).await.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, (1..=100).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_at_once_on_a_new_database_all_come_up() {
    // Several times: SQLite told one of them "locked" at every tenth.
    for _ in 0..12 {
        let database = database();
        let mut processes = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let url = database.url().to_owned();
            processes.spawn(async move {
                let store = Store::open(&url).await.unwrap();
                let epoch = store.pull(&village(), &Cursor::default(), 1).await.unwrap().epoch;
                store.close().await;
                epoch
            });
        }
        let epochs: std::collections::BTreeSet<String> = processes.join_all().await.into_iter().collect();
        assert_eq!(epochs.len(), 1, "one of them made the database: {epochs:?}");
    }
}

/// Many writers from two processes, and readers that ask for what is new all the time: what a reader has passed never grows
/// afterwards. With numbers from a database's own sequence, readers pass over what commits late.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_polls_while_many_write_never_sees_a_gap() {
    const WRITERS: i64 = 12;
    const BATCHES: i64 = 8;
    let database = database();
    let stores = [open(&database).await, open(&database).await];
    let mut writers = tokio::task::JoinSet::new();
    let mut all = 0;
    for writer in 0..WRITERS {
        all += (0..BATCHES).map(|batch| 1 + (writer + batch) % 4).sum::<i64>();
        let store = stores[usize::from(writer % 2 == 0)].clone();
        writers.spawn(async move {
            for batch in 0..BATCHES {
                let ids = 0..=(writer + batch) % 4;
                let changes: Vec<Change> =
                    ids.map(|i| change(&format!("{writer}-{batch}-{i}"), i.try_into().unwrap(), i, &[])).collect();
                store.append(&village(), "u", Times::server(1_000), &changes).await.unwrap();
            }
        });
    }
    let mut readers = tokio::task::JoinSet::new();
    for store in stores.clone() {
        readers.spawn(async move {
            let mut cursor = Cursor::default();
            let mut polls = 0;
            while cursor.seq < all {
                polls += 1;
                let page = store.pull(&village(), &cursor, 7).await.unwrap();
                for entry in &page.entries {
                    assert_eq!(entry.seq, cursor.seq + 1, "a gap after {polls} polls");
                    cursor.seq = entry.seq;
                }
                assert!(page.head >= cursor.seq);
                cursor.epoch = page.epoch;
                tokio::task::yield_now().await;
            }
            polls
        });
    }
    let done = async { (writers.join_all().await, readers.join_all().await).1 };
    let polls = tokio::time::timeout(std::time::Duration::from_secs(60), done).await.expect("it ends");
    assert!(polls.iter().all(|polls| *polls > 10), "they read while it was written: {polls:?}");
    assert_eq!(log(&stores[0]).await.len(), usize::try_from(all).unwrap());
}

/// Names that a server whose language is Chinese or English puts in another order than their bytes.
const ODD: [&str; 10] = ["B", "a", "Z", "_", "ä", "何", "罗", "中", "a b", "é"];

#[tokio::test]
async fn lists_and_their_pages_are_in_the_order_of_bytes() {
    let database = database();
    let store = open(&database).await;
    let mut changes = Vec::new();
    for (n, name) in (0..).zip(ODD) {
        let mut change = change(&format!("c{n}"), n, 0, &[]);
        change.patch = [("head_name".to_owned(), json!(name))].into();
        changes.push(change);
    }
    store.append(&village(), "u", Times::server(1_000), &changes).await.unwrap();
    let list: Vec<String> =
        store.records(&village(), "households").await.unwrap().into_iter().map(|row| row.sort_key).collect();
    let mut sorted = list.clone();
    sorted.sort();
    assert_eq!((list.len(), &list), (ODD.len(), &sorted));
    let mut paged = Vec::new();
    loop {
        let after = paged.last().map(|(key, id): &(String, String)| (key.as_str(), id.as_str()));
        let page = store.records_page(&village(), "households", Versions::Newest, after, 3).await.unwrap();
        if page.is_empty() {
            break;
        }
        paged.extend(page.into_iter().map(|row| (row.sort_key, row.id)));
    }
    sorted.reverse();
    assert_eq!(paged.into_iter().map(|(key, _)| key).collect::<Vec<_>>(), sorted);
}

#[tokio::test]
async fn places_are_in_the_order_of_bytes() {
    let database = database();
    let store = open(&database).await;
    let add = async |id: &str, kind, parent: &str| {
        let place = Place { id: id.to_owned(), kind, parent: parent.to_owned(), names: Names::default() };
        store.add_place(&place).await.unwrap();
    };
    add("county", PlaceKind::County, "").await;
    add("town", PlaceKind::Township, "county").await;
    for id in ODD {
        add(id, PlaceKind::Village, "town").await;
    }
    let mut sorted = ODD;
    sorted.sort_unstable();
    let places = store.places(PlaceKind::Village).await.unwrap();
    assert_eq!(places.iter().map(|place| place.id.as_str()).collect::<Vec<_>>(), sorted);
    assert_eq!(store.villages_of("county").await.unwrap(), sorted);
}

#[tokio::test]
async fn visits_are_counted_by_their_form_letter_for_letter() {
    let database = database();
    let store = open(&database).await;
    for (id, kind, parent) in [
        ("county", PlaceKind::County, ""),
        ("town", PlaceKind::Township, "county"),
        ("shiban", PlaceKind::Village, "town"),
    ] {
        let place = Place { id: id.to_owned(), kind, parent: parent.to_owned(), names: Names::default() };
        store.add_place(&place).await.unwrap();
    }
    let mut changes = Vec::new();
    for (n, form) in (0..).zip(["visit_1", "Visit_1", "visitX1", "visit_1"]) {
        let mut change = change(&format!("c{n}"), n, 0, &[]);
        change.record.collection = "visits".to_owned();
        change.patch = [("form".to_owned(), json!(form))].into();
        changes.push(change);
    }
    // A correction is the same visit; what is deleted is none.
    let mut correction = changes[0].clone();
    (correction.id, correction.record.id) = ("c4".to_owned(), "h4".to_owned());
    correction.patch.insert("replaces".to_owned(), json!("h0"));
    let mut deleted = changes[0].clone();
    (deleted.id, deleted.record.id) = ("c5".to_owned(), "h5".to_owned());
    deleted.patch.insert("_deleted".to_owned(), json!(true));
    changes.extend([correction, deleted]);
    store.append(&village(), "u", Times::server(1_000), &changes).await.unwrap();
    let elsewhere = StreamId::new("village", "elsewhere").unwrap();
    store.append(&elsewhere, "u", Times::server(1_000), &changes[..1]).await.unwrap();
    let counted = [("Visit_1".to_owned(), 1), ("visitX1".to_owned(), 1), ("visit_1".to_owned(), 2)];
    assert_eq!(store.visits_by_form("county").await.unwrap(), BTreeMap::from(counted.clone()));
    // As a database of before has them.
    let raw = sqlx::AnyPool::connect(database.url()).await.unwrap();
    for sql in ["DELETE FROM meta WHERE key = 'derived'", "UPDATE record SET form = ''"] {
        sqlx::query(sql).execute(&raw).await.unwrap();
    }
    raw.close().await;
    assert_eq!(store.visits_by_form("county").await.unwrap(), BTreeMap::new());
    store.close().await;
    assert_eq!(open(&database).await.visits_by_form("county").await.unwrap(), BTreeMap::from(counted));
}

#[tokio::test]
async fn a_store_opened_again_has_its_epoch_and_its_log() {
    let database = database();
    let store = open(&database).await;
    store.append(&village(), "u", Times::server(1_000), &[change("c", 1, 1, &[])]).await.unwrap();
    let before = store.pull(&village(), &Cursor::default(), 10).await.unwrap();
    store.close().await;
    assert_eq!(open(&database).await.pull(&village(), &Cursor::default(), 10).await.unwrap(), before);
}

#[tokio::test]
async fn a_push_cut_off_in_the_middle_leaves_nothing_and_can_be_sent_again() {
    let database = database();
    let store = open(&database).await;
    let changes: Vec<Change> = (0..50).map(|i| change(&format!("c{i}"), 1, i, &[])).collect();
    let stream = village();
    // Given up at every point it waits at, as when the connection is gone.
    for polls in 1..60 {
        let mut push = Box::pin(store.append(&stream, "u", Times::server(1_000), &changes));
        let mut left = polls;
        let ended = std::future::poll_fn(|context| {
            if left == 0 {
                return std::task::Poll::Ready(false);
            }
            left -= 1;
            push.as_mut().poll(context).map(|_| true)
        })
        .await;
        drop(push);
        let there = log(&store).await.len();
        assert!(there == 0 || there == 50, "half a batch: {there}");
        if ended {
            break;
        }
    }
    store.append(&village(), "u", Times::server(1_000), &changes).await.unwrap();
    assert_eq!(log(&store).await.len(), 50);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn however_often_and_in_what_batches_changes_come_each_is_applied_once(
        sent in prop::collection::vec((0_u8..12, 0_u8..3), 1..60), size in 1_usize..8,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let database = database();
            let store = open(&database).await;
            // The content follows from the number: sent again it is the same change. Some name the one before as replaced.
            let changes: Vec<Change> = sent
                .iter()
                .map(|(n, _)| {
                    let before = format!("c{}", n.saturating_sub(1));
                    let prev: &[&str] = if n % 3 == 0 { &[] } else { &[&before] };
                    change(&format!("c{n}"), n % 2, i64::from(*n), prev)
                })
                .collect();
            for batch in changes.chunks(size) {
                for verdict in store.append(&village(), "u", Times::server(1_000), batch).await.unwrap() {
                    let taken = matches!(verdict, Verdict::Accepted { .. } | Verdict::Duplicate { .. });
                    assert!(taken, "{verdict:?}");
                }
            }
            let log = log(&store).await;
            let mut folds: BTreeMap<RecordKey, Record> = BTreeMap::new();
            for (entry, seq) in log.iter().zip(1..) {
                assert_eq!(entry.seq, seq);
                folds.entry(entry.change.record.clone()).or_default().apply(&entry.change, entry.order_time, "u");
            }
            let mut ids: Vec<&str> = log.iter().map(|entry| entry.change.id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), log.len(), "a change is in the log once");
            for (key, fold) in folds {
                assert_eq!(store.record(&village(), &key).await.unwrap(), Some(fold));
            }
        });
    }
}

/// Phone and server read the same number from the same text: the phone's reader is exact, and so must serde_json be here.
#[test]
fn decimal_numbers_are_read_exactly() {
    for number in [0.1 + 0.2, 123_456_789.123_456_79, 5e-324, 1.797_693_134_862_315_7e308, 31.205_170_123_456_79] {
        let text = format!("{number:e}");
        assert_eq!(serde_json::from_str::<f64>(&text).ok(), Some(number), "{text}");
    }
}

/// A database of the build before visits could be corrected, with corrections in it that a newer phone had pushed.
#[tokio::test]
async fn columns_that_an_earlier_build_did_not_have_are_filled_at_the_next_start() {
    let database = database();
    let store = open(&database).await;
    let visit = |id: &str, replaces: &str| Change {
        id: format!("of-{id}"),
        record: RecordKey::new("visits", id),
        patch: [("household", "h-1"), ("replaces", replaces)].map(|(k, v)| (k.to_owned(), json!(v))).into(),
        ..change(id, 0, 0, &[])
    };
    let mut changes = vec![visit("v-1", ""), visit("v-2", "v-1")];
    changes.extend((0..1_100).map(|n| visit(&format!("w-{n}"), "")));
    store.append(&village(), "u", Times::server(1_000), &changes).await.unwrap();
    store.close().await;

    let raw = sqlx::AnyPool::connect(database.url()).await.unwrap();
    for sql in ["DELETE FROM meta WHERE key = 'derived'", "UPDATE record SET subject = '', replaces = '', outdated = 0"]
    {
        sqlx::query(sql).execute(&raw).await.unwrap();
    }
    raw.close().await;

    let store = open(&database).await;
    assert_eq!(store.count(&village(), "visits").await.unwrap(), 1_101, "the replaced one does not count");
    assert_eq!(store.last_seen(&village()).await.unwrap().into_keys().collect::<Vec<_>>(), ["h-1"]);
    let versions = store.visit_versions(&village(), "v-1").await.unwrap();
    assert_eq!(versions.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["v-1", "v-2"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// What the server keeps in a column is what the domain decides over all versions, in whatever order they come.
    #[test]
    fn the_versions_that_count_are_those_the_domain_counts(
        writes in prop::collection::vec((0_u8..6, prop::option::of(0_u8..6), prop::bool::weighted(0.1)), 1..14)
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let database = database();
            let store = open(&database).await;
            let mut all: BTreeMap<String, Record> = BTreeMap::new();
            for (n, (id, replaces, deleted)) in (0_i64..).zip(writes) {
                let replaces = replaces.map_or(String::new(), |id| format!("v{id}"));
                let record = all.entry(format!("v{id}")).or_default();
                let named = |field: &str| (field.to_owned(), record.heads(field));
                let write = Change {
                    id: format!("c{n}"),
                    record: RecordKey::new("visits", format!("v{id}")),
                    patch: [("replaces".to_owned(), json!(replaces)), ("_deleted".to_owned(), json!(deleted))].into(),
                    prev: [named("replaces"), named("_deleted")].into_iter().filter(|(_, heads)| !heads.is_empty()).collect(),
                    device_time: 1_000 + n,
                    ..change("", 0, 0, &[])
                };
                record.apply(&write, 1_000 + n, "u");
                store.append(&village(), "u", Times::server(1_000 + n), &[write]).await.unwrap();
                let corrections: Vec<_> = all.iter().filter_map(|(id, record)| visit::Correction::of(id, record)).collect();
                let newest = visit::newest(&corrections);
                let counts = |id: &str| newest.get(id).is_none_or(|newest| *newest == id);
                let wanted: Vec<_> =
                    all.iter().filter(|(id, record)| !record.is_deleted() && counts(id)).map(|(id, _)| id.clone()).collect();
                let mut kept = store.ids(&village(), "visits").await.unwrap();
                kept.sort();
                assert_eq!(kept, wanted);
            }
            store.close().await;
        });
    }
}
