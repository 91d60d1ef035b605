//! The log under repetition and under two processes: P2 (exactly once) and gapless sequences.
#![allow(clippy::unwrap_used, missing_docs)] // Tests.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;
use zhucun_server::store::{Store, Times};
use zhucun_sync::{Change, Cursor, Entry, Record, RecordKey, StreamId, Verdict};

async fn open(folder: &TempDir) -> Store {
    Store::open(&Store::sqlite_url(&folder.path().join("a #1 册.db"))).await.unwrap()
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
async fn two_processes_on_one_file_leave_no_gap() {
    let folder = tempfile::tempdir().unwrap();
    let stores = [open(&folder).await, open(&folder).await];
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

#[tokio::test]
async fn a_store_opened_again_has_its_epoch_and_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    store.append(&village(), "u", Times::server(1_000), &[change("c", 1, 1, &[])]).await.unwrap();
    let before = store.pull(&village(), &Cursor::default(), 10).await.unwrap();
    store.close().await;
    assert_eq!(open(&folder).await.pull(&village(), &Cursor::default(), 10).await.unwrap(), before);
}

#[tokio::test]
async fn a_push_cut_off_in_the_middle_leaves_nothing_and_can_be_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
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
            let folder = tempfile::tempdir().unwrap();
            let store = open(&folder).await;
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
