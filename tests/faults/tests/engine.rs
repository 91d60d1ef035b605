//! The engine in single situations, step by step, on the simulated phone.
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use zhucun_sync::{
    AttachmentState, Backoff, Change, Cursor, DELETED, Engine, NetError, PendingAttachment, PushRequest, Record,
    RecordKey, RefusalCode, StreamId, Write,
};
use zhucun_testkit::{MemStore, SimClock, SimNet, SimRng, SimServer, StoreFull, Weather, World, block_on, poll_n};

struct Phone {
    engine: Engine<SimClock, SimRng, SimNet, MemStore>,
    store: MemStore,
    net: SimNet,
    clock: SimClock,
}

struct Village {
    world: World,
    server: SimServer,
    rng: SimRng,
}

impl Village {
    fn new() -> Self {
        let world = World::new();
        Self { server: SimServer::new(&world, 50), rng: SimRng::new(7), world }
    }

    fn phone(&self, name: &str) -> Phone {
        let (store, clock) = (MemStore::new(), SimClock::new(&self.world, 0));
        let net = SimNet::new(name, &self.server, &self.rng);
        let engine = Engine::new(name, clock.clone(), self.rng.clone(), net.clone(), store.clone());
        Phone { engine, store, net, clock }
    }
}

impl Phone {
    fn write(&self, id: &str, field: &str, value: &str) -> Change {
        let patch = BTreeMap::from([(field.to_owned(), json!(value))]);
        block_on(self.engine.write(&stream(), &key(id), patch, vec![], vec![])).unwrap()
    }

    fn sync(&self) -> zhucun_sync::Outcome {
        block_on(self.engine.sync_stream(&stream())).unwrap()
    }

    fn status(&self) -> zhucun_sync::Status {
        block_on(self.engine.status(&stream())).unwrap()
    }

    fn shown(&self, id: &str) -> Record {
        self.store.records(&stream()).get(&key(id)).map(|stored| stored.shown().clone()).unwrap_or_default()
    }
}

fn stream() -> StreamId {
    "village/shiban".parse().unwrap()
}

fn key(id: &str) -> RecordKey {
    RecordKey::new("households", id)
}

fn photo(sha256: &str, size: i64) -> PendingAttachment {
    let (sha256, mime) = (sha256.to_owned(), "image/jpeg".to_owned());
    PendingAttachment { stream: stream(), sha256, size, mime, state: AttachmentState::Waiting }
}

#[test]
fn a_write_is_seen_at_once_and_after_sync_by_the_other_phone() {
    let village = Village::new();
    let (a, b) = (village.phone("a"), village.phone("b"));
    a.write("h1", "name", "Wang Wu");
    assert_eq!(a.shown("h1").text("name"), "Wang Wu");
    assert!(!a.status().is_synced());
    let outcome = a.sync();
    assert_eq!((outcome.pushed, outcome.pulled, outcome.waiting), (1, 1, 0));
    assert!(outcome.is_done() && a.status().is_synced());
    assert_eq!(b.sync().records_changed, vec![key("h1")]);
    assert_eq!(b.shown("h1").text("name"), "Wang Wu");
}

#[test]
fn two_phones_that_write_the_same_field_offline_keep_both_values_until_one_resolves() {
    let village = Village::new();
    let (a, b) = (village.phone("a"), village.phone("b"));
    a.write("h1", "phone", "111");
    b.clock.set_skew(-86_400_000);
    village.world.advance(1000);
    b.write("h1", "phone", "222");
    for phone in [&a, &b, &a] {
        phone.sync();
    }
    assert_eq!(a.shown("h1"), b.shown("h1"));
    assert_eq!(a.shown("h1").conflicts().count(), 1);
    assert_eq!(a.shown("h1").text("phone"), "222", "the clock that is a day behind does not lose");
    let resolution = a.write("h1", "phone", "111 or 222");
    assert_eq!(resolution.prev.get("phone").unwrap().len(), 2);
    a.sync();
    b.sync();
    assert_eq!(b.shown("h1").conflicts().count(), 0);
    assert_eq!(b.shown("h1").text("phone"), "111 or 222");
}

#[test]
fn a_delete_names_the_heads_of_all_fields() {
    let village = Village::new();
    let a = village.phone("a");
    let name = a.write("h1", "name", "Wang Wu");
    let phone = a.write("h1", "phone", "111");
    let patch = BTreeMap::from([(DELETED.to_owned(), Value::Bool(true))]);
    let delete = block_on(a.engine.write(&stream(), &key("h1"), patch, vec![], vec![])).unwrap();
    assert_eq!(delete.prev, [("name".into(), vec![name.id]), ("phone".into(), vec![phone.id])].into_iter().collect());
    assert!(a.shown("h1").is_deleted());
}

#[test]
fn a_full_disk_is_an_error_before_saved_and_keeps_the_draft() {
    let a = Village::new().phone("a");
    a.store.put_draft("d1");
    a.store.fail_commit(1);
    let patch = BTreeMap::from([("name".to_owned(), json!("Wang Wu"))]);
    let write = || {
        let (photos, drafts) = (vec![photo("aa", 10)], vec!["d1".into()]);
        block_on(a.engine.write(&stream(), &key("h1"), patch.clone(), photos, drafts))
    };
    assert_eq!(write(), Err(StoreFull));
    assert!(a.store.has_draft("d1") && a.store.outbox_now(&stream()).is_empty());
    write().unwrap();
    assert!(!a.store.has_draft("d1"));
    assert_eq!((a.status().changes, a.status().attachments), (1, 1));
}

#[test]
fn many_records_are_written_all_or_none() {
    let a = Village::new().phone("a");
    let write = |id: &str| {
        let patch = BTreeMap::from([("name".to_owned(), json!(id))]);
        Write { stream: stream(), key: key(id), patch }
    };
    let commits = a.store.commits();
    let changes = block_on(a.engine.write_many(vec![write("h1"), write("h2"), write("h1")], vec![], vec![])).unwrap();
    assert_eq!(a.store.commits(), commits + 1);
    assert_eq!(
        *changes[2].prev.get("name").unwrap(),
        vec![changes[0].id.clone()],
        "the second write of a record builds on the first"
    );
    assert_eq!(a.store.outbox_now(&stream()).iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_reply_that_is_lost_does_not_write_twice() {
    let village = Village::new();
    let a = village.phone("a");
    a.write("h1", "name", "Wang Wu");
    a.net.set_weather(Weather { drop_reply: 100, ..Weather::FINE });
    assert_eq!(a.sync().error, Some(NetError::Offline));
    assert!(!a.status().is_synced());
    assert_eq!(village.server.entries(&stream()).len(), 1);
    a.net.set_weather(Weather::FINE);
    assert!(a.sync().is_done());
    assert_eq!(village.server.entries(&stream()).len(), 1);
}

#[test]
fn a_refused_change_stays_visible_and_does_not_hold_up_later_ones() {
    let village = Village::new();
    let a = village.phone("a");
    village.server.refuse_collection("households", Some(RefusalCode::Invalid));
    a.write("h1", "name", "refused");
    let patch = BTreeMap::from([("text".to_owned(), json!("accepted"))]);
    block_on(a.engine.write(&stream(), &RecordKey::new("needs", "n1"), patch, vec![], vec![])).unwrap();
    let outcome = a.sync();
    assert_eq!((outcome.pushed, outcome.refused, outcome.waiting), (1, 1, 0));
    assert_eq!(a.shown("h1").text("name"), "refused");
    assert_eq!(a.status().needs_attention, 1);
    assert!(!a.status().is_synced(), "what was refused is only on this phone");

    village.server.refuse_collection("households", None);
    assert!(block_on(a.engine.retry_refused(&stream(), 1)).unwrap());
    assert!(a.sync().is_done() && a.status().is_synced());
}

#[test]
fn discarding_a_refused_change_shows_what_was_there_before() {
    let village = Village::new();
    let a = village.phone("a");
    a.write("h1", "name", "before");
    a.sync();
    village.server.refuse_collection("households", Some(RefusalCode::Forbidden));
    a.write("h1", "name", "refused");
    a.sync();
    assert!(!block_on(a.engine.discard_refused(&stream(), 1)).unwrap(), "only refused ones");
    assert!(block_on(a.engine.discard_refused(&stream(), 2)).unwrap());
    assert_eq!(a.shown("h1").text("name"), "before");
    assert!(a.status().is_synced());
}

#[test]
fn a_batch_that_is_too_large_is_halved() {
    let village = Village::new();
    let a = village.phone("a");
    for n in 0..20 {
        a.write(&format!("h{n}"), "name", "x");
    }
    village.server.limit_batch(Some(3));
    assert_eq!(a.sync().pushed, 20);
    assert!(a.status().is_synced());
}

#[test]
fn batches_stay_within_the_count_and_size() {
    let village = Village::new();
    let a = village.phone("a");
    let writes: Vec<_> = (0..PushRequest::MAX + 1)
        .map(|n| Write { stream: stream(), key: key(&n.to_string()), patch: BTreeMap::from([("a".into(), json!(1))]) })
        .collect();
    block_on(a.engine.write_many(writes, vec![], vec![])).unwrap();
    a.write("long-1", "text", &"x".repeat(200_000));
    a.write("long-2", "text", &"x".repeat(200_000));
    let before = a.net.requests();
    a.sync();
    // 200, then 1 with the first long one, then the second; and the pulls of 50 entries each.
    assert_eq!(a.net.requests() - before, 3 + 203_usize.div_ceil(50));
}

#[test]
fn one_change_that_is_too_large_alone_is_refused_and_the_others_go() {
    let village = Village::new();
    let a = village.phone("a");
    a.write("h1", "name", "x");
    village.server.limit_batch(Some(0));
    let outcome = a.sync();
    assert_eq!((outcome.refused, outcome.waiting), (1, 0));
    assert_eq!(a.store.outbox_now(&stream())[0].refused, Some(RefusalCode::TooLarge));
}

#[test]
fn a_retry_later_holds_back_what_comes_after_it() {
    let village = Village::new();
    let a = village.phone("a");
    a.write("h1", "name", "1");
    a.write("h1", "name", "2");
    village.server.retry_later_from(Some(1));
    let outcome = a.sync();
    assert_eq!((outcome.pushed, outcome.waiting, outcome.is_done()), (1, 1, false));
    village.server.retry_later_from(None);
    assert!(a.sync().is_done());
}

#[test]
fn photos_go_after_the_text_smallest_first_and_one_bad_moment_loses_none() {
    let village = Village::new();
    let a = village.phone("a");
    let patch = BTreeMap::from([("photo".to_owned(), json!("bb"))]);
    let photos = vec![photo("bb", 900), photo("aa", 100)];
    block_on(a.engine.write(&stream(), &key("h1"), patch, photos, vec![])).unwrap();
    // Dropped while the first photo is under way: the text is there, and the smaller photo was first.
    for polls in 1.. {
        let done = poll_n(a.engine.sync_stream(&stream()), polls);
        let (text, arrived) = (village.server.entries(&stream()).len(), village.server.attachments(&stream()));
        assert!(arrived.is_empty() || text == 1, "text first");
        assert!(!arrived.contains("bb") || arrived.contains("aa"), "smallest first");
        if done.is_some() {
            break;
        }
    }
    assert_eq!(village.server.attachments(&stream()).len(), 2);
    assert!(a.status().is_synced());
}

#[test]
fn what_only_receives_leaves_a_stream_with_something_to_send_alone_and_else_is_the_same() {
    let village = Village::new();
    let (a, b) = (village.phone("a"), village.phone("b"));
    let receive = |phone: &Phone| block_on(phone.engine.receive_stream(&stream())).unwrap();
    b.write("h1", "name", "from b");
    b.sync();
    assert_eq!(receive(&b), Some(b.sync()), "nothing is left to do");
    a.write("h2", "name", "from a");
    assert_eq!(receive(&a), None);
    assert_eq!((a.shown("h1").text("name"), village.server.entries(&stream()).len()), ("", 1));
    assert!(a.sync().is_done());
    let outcome = receive(&b).unwrap();
    assert_eq!((outcome.pulled, outcome.is_done(), b.status().is_synced()), (1, true, true));
    assert_eq!(b.shown("h2").text("name"), "from a");
}

#[test]
fn a_local_write_at_any_moment_of_a_pull_is_kept() {
    for polls in 0..200 {
        let village = Village::new();
        let (a, b) = (village.phone("a"), village.phone("b"));
        b.write("h1", "name", "from b");
        b.sync();
        let stream = stream();
        let mut sync = Box::pin(a.engine.sync_stream(&stream));
        let done = poll_n(sync.as_mut(), polls).is_some();
        a.write("h1", "phone", "from a");
        if !done {
            block_on(sync.as_mut()).unwrap();
        }
        drop(sync);
        // Before and after the next sync, which would mend a view that was overwritten.
        assert_eq!((a.shown("h1").text("name"), a.shown("h1").text("phone")), ("from b", "from a"));
        assert!(a.sync().is_done());
        assert_eq!((a.shown("h1").text("name"), a.shown("h1").text("phone")), ("from b", "from a"));
        if done {
            return;
        }
    }
    panic!("a sync takes fewer steps");
}

#[test]
fn a_pull_at_any_moment_of_a_local_write_is_kept() {
    for polls in 0..100 {
        let village = Village::new();
        let (a, b) = (village.phone("a"), village.phone("b"));
        b.write("h1", "name", "from b");
        b.sync();
        let patch = BTreeMap::from([("phone".to_owned(), json!("from a"))]);
        let (stream, key) = (stream(), key("h1"));
        let mut write = Box::pin(a.engine.write(&stream, &key, patch, vec![], vec![]));
        let done = poll_n(write.as_mut(), polls).is_some();
        a.sync();
        if !done {
            block_on(write.as_mut()).unwrap();
        }
        drop(write);
        assert_eq!((a.shown("h1").text("name"), a.shown("h1").text("phone")), ("from b", "from a"));
        if done {
            return;
        }
    }
    panic!("a write takes fewer steps");
}

#[test]
fn a_second_uploader_at_any_moment_of_the_first_does_no_harm() {
    for polls in 0..200 {
        let village = Village::new();
        let a = village.phone("a");
        a.write("h1", "name", "1");
        a.write("h1", "name", "2");
        let (stream, rng) = (stream(), village.rng.clone());
        let other_tab = Engine::new("a", a.clock.clone(), rng, a.net.clone(), a.store.clone());
        let mut sync = Box::pin(a.engine.sync_stream(&stream));
        let done = poll_n(sync.as_mut(), polls).is_some();
        block_on(other_tab.sync_stream(&stream)).unwrap();
        if !done {
            block_on(sync.as_mut()).unwrap();
        }
        drop(sync);
        assert!(a.store.outbox_now(&stream).is_empty());
        let stored = a.store.records(&stream).remove(&key("h1")).unwrap();
        assert_eq!((stored.view, Some(&stored.base)), (None, village.server.records(&stream).get(&key("h1"))));
        if done {
            return;
        }
    }
    panic!("a sync takes fewer steps");
}

#[test]
fn a_stream_that_was_taken_away_says_so_and_keeps_the_outbox() {
    let village = Village::new();
    let a = village.phone("a");
    a.sync();
    a.write("h1", "name", "late");
    village.server.take_away("a", &stream());
    let outcome = a.sync();
    assert!(outcome.taken_away);
    assert_eq!((outcome.error, outcome.waiting), (Some(NetError::Forbidden), 1));
}

#[test]
fn a_photo_that_a_stream_that_was_taken_away_does_not_take_waits_no_more() {
    let village = Village::new();
    let a = village.phone("a");
    a.sync();
    let patch = BTreeMap::from([("note".to_owned(), json!("late"))]);
    block_on(a.engine.write(&stream(), &key("h1"), patch, vec![photo("p1", 1)], vec![])).unwrap();
    village.server.take_away("a", &stream());
    let outcome = a.sync();
    assert!(outcome.taken_away);
    assert_eq!((outcome.waiting, outcome.attachments_waiting), (1, 0));
    assert_eq!(a.status().needs_attention, 1);
}

#[test]
fn a_server_restored_from_a_backup_gets_again_what_was_acknowledged_but_not_pulled() {
    let village = Village::new();
    let a = village.phone("a");
    a.write("h1", "name", "in the backup");
    a.sync();
    let backup = village.server.backup();
    a.write("h2", "name", "after the backup");
    // Killed after the acknowledgement, before the pull.
    let mut polls = 0;
    while a.status().acknowledged == 0 {
        polls += 1;
        poll_n(a.engine.sync_stream(&stream()), polls);
    }
    village.server.restore(&backup, "e2");
    assert_eq!(village.server.records(&stream()).len(), 1);
    assert!(a.sync().is_done());
    assert_eq!(village.server.records(&stream()).len(), 2);
    assert_eq!(a.store.cursor_now(&stream()), Cursor { epoch: "e2".into(), seq: 2 });
    assert!(a.store.outbox_now(&stream()).is_empty());
    let bases: BTreeMap<_, _> =
        a.store.records(&stream()).into_iter().map(|(key, stored)| (key, stored.base)).collect();
    assert_eq!(bases, village.server.records(&stream()));
}

#[test]
fn a_captive_portal_or_a_garbled_page_changes_nothing() {
    let village = Village::new();
    let (a, b) = (village.phone("a"), village.phone("b"));
    b.write("h1", "name", "1");
    b.write("h1", "name", "2");
    b.sync();
    for weather in [Weather { portal: 100, ..Weather::FINE }, Weather { garbled: 100, ..Weather::FINE }] {
        a.net.set_weather(weather);
        assert_eq!(a.sync().error, Some(NetError::Offline));
        assert!(a.store.records(&stream()).is_empty() && !a.status().is_synced());
    }
}

#[test]
fn one_phone_going_offline_after_synced_does_not_stay_synced() {
    let a = Village::new().phone("a");
    a.sync();
    assert!(a.status().is_synced());
    a.net.set_weather(Weather { offline: true, ..Weather::FINE });
    a.sync();
    assert!(!a.status().is_synced() && a.status().last_contact.is_some());
}

#[test]
fn the_back_off_begins_below_two_seconds_doubles_and_ends_at_ten_minutes() {
    let rng = SimRng::new(1);
    let mut backoff = Backoff::default();
    let mut base = 1000;
    for _ in 0..30 {
        let wait = backoff.next(&rng, None);
        assert!((base..=2 * base).contains(&wait), "{wait} for {base}");
        base = (2 * base).min(Backoff::CAP / 2);
    }
    assert_eq!(backoff.next(&rng, Some(3_600_000)), 3_600_000, "Retry-After is obeyed");
    backoff.reset();
    assert!(backoff.next(&rng, None) <= 2000);
}

#[test]
fn p7_hours_offline_are_followed_by_an_attempt_within_ten_minutes_even_without_any_event() {
    let village = Village::new();
    let a = village.phone("a");
    a.write("h1", "name", "x");
    a.net.set_weather(Weather { offline: true, ..Weather::FINE });
    let (start, online_at) = (village.world.now(), village.world.now() + 5 * 3_600_000);
    let mut backoff = Backoff::default();
    while !a.sync().is_done() {
        village.world.advance(i64::from(backoff.next(&village.rng, None)));
        if village.world.now() >= online_at {
            a.net.set_weather(Weather::FINE);
        }
    }
    assert!(village.world.now() - online_at <= i64::from(Backoff::CAP));
    assert!(a.net.requests() < 100, "{} requests in {} ms", a.net.requests(), village.world.now() - start);
}
