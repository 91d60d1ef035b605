//! A village of phones under random edits and faults, from a seed; what is left at the end is plain data to check.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    rc::Rc,
};

use serde_json::{Value, json};
use zhucun_sync::{
    AttachmentState, Backoff, Change, Cursor, DELETED, Engine, Entry, Outcome, PendingAttachment, PendingChange,
    Record, RecordKey, RefusalCode, StoredRecord, StreamId, Write,
};
use zhucun_testkit::{MemStore, SimClock, SimNet, SimRng, SimServer, StoreFull, Weather, World, block_on, interleave};

pub type PhoneEngine = Engine<SimClock, SimRng, SimNet, MemStore>;

/// What a run leaves behind.
pub struct History {
    /// Every change whose write returned Ok, in that order.
    pub saved: Vec<Change>,
    /// Every attachment whose write returned Ok.
    pub saved_attachments: Vec<(StreamId, String)>,
    /// What the people threw away after a refusal.
    pub discarded: BTreeSet<String>,
    /// What the server refused at some time: when it is accepted after all, it has left the device's order.
    pub refused: BTreeSet<String>,
    /// What the people sent again after a refusal.
    pub retried: BTreeSet<String>,
    /// Each change's place in its device's order.
    pub numbers: BTreeMap<String, i64>,
    /// "Synced" said when it was not.
    pub lies: Vec<String>,
    /// Stored views that are not base plus outbox.
    pub wrong_views: Vec<String>,
    /// Simulated milliseconds until each phone had nothing left to do after the faults ended.
    pub emptied_after: Vec<i64>,
    pub streams: Vec<StreamEnd>,
}

/// One stream at the end, on the server and on each phone.
pub struct StreamEnd {
    pub id: StreamId,
    pub log: Vec<Entry>,
    pub server: BTreeMap<RecordKey, Record>,
    pub server_attachments: BTreeSet<String>,
    pub phones: Vec<PhoneEnd>,
}

pub struct PhoneEnd {
    pub name: String,
    pub cursor: Cursor,
    pub records: BTreeMap<RecordKey, StoredRecord>,
    pub outbox: Vec<PendingChange>,
}

struct Phone {
    name: String,
    clock: SimClock,
    net: SimNet,
    store: MemStore,
    tabs: [PhoneEngine; 2],
}

impl Phone {
    fn engine(name: &str, clock: &SimClock, rng: &SimRng, net: &SimNet, store: &MemStore) -> PhoneEngine {
        Engine::new(name, clock.clone(), rng.clone(), net.clone(), store.clone())
    }

    fn new(name: String, world: &World, rng: &SimRng, server: &SimServer) -> Self {
        let skew = [0, 0, 3_600_000, -86_400_000, 400_000_000][rng.below(5)];
        let clock = SimClock::new(world, skew);
        let net = SimNet::new(&format!("user-of-{name}"), server, rng);
        let store = MemStore::new();
        let tab = || Self::engine(&name, &clock, rng, &net, &store);
        Self { tabs: [tab(), tab()], clock, net, store, name }
    }

    /// The app is gone and starts again on what is on the disk.
    fn restart(&mut self, rng: &SimRng) {
        let tab = || Self::engine(&self.name, &self.clock, rng, &self.net, &self.store);
        self.tabs = [tab(), tab()];
    }
}

type Saved = Rc<RefCell<(Vec<Change>, Vec<(StreamId, String)>)>>;

struct Sim {
    rng: SimRng,
    world: World,
    server: SimServer,
    phones: Vec<Phone>,
    streams: Vec<StreamId>,
    saved: Saved,
    discarded: BTreeSet<String>,
    retried: BTreeSet<String>,
    lies: Vec<String>,
    wrong_views: Vec<String>,
}

/// Runs a seed.
pub fn run(seed: u64) -> History {
    let rng = SimRng::new(seed);
    let world = World::new();
    let server = SimServer::new(&world, 1 + rng.below(7));
    let phones = (0..2 + rng.below(4)).map(|n| Phone::new(format!("phone-{n}"), &world, &rng, &server)).collect();
    let mut sim = Sim {
        rng,
        world,
        server,
        phones,
        streams: vec!["village/shiban".parse().unwrap(), "work/u-1".parse().unwrap()],
        saved: Rc::default(),
        discarded: BTreeSet::new(),
        retried: BTreeSet::new(),
        lies: Vec::new(),
        wrong_views: Vec::new(),
    };
    for _ in 0..30 + sim.rng.below(50) {
        sim.step();
        sim.look();
    }
    sim.end()
}

impl Sim {
    fn step(&mut self) {
        let rng = self.rng.clone();
        self.world.advance(i64::try_from(rng.below(100_000)).unwrap());
        let at = rng.below(self.phones.len());
        match rng.below(20) {
            0 => self.phones[at].net.set_weather(Weather::STORM),
            1 => self.phones[at].net.set_weather(Weather { offline: true, ..Weather::FINE }),
            2 => self.phones[at].net.set_weather(Weather::FINE),
            3 => self.phones[at].clock.set_skew([0, -5_000_000, 90_000_000][rng.below(3)]),
            4 => self.phones[at].store.fail_commit(1 + rng.below(3)),
            5 => self.phones[at].net.deliver_delayed(),
            6 => self.server_mood(),
            7 => self.person_resolves(at),
            _ => self.use_phone(at),
        }
    }

    fn server_mood(&self) {
        match self.rng.below(5) {
            0 => self.server.refuse_collection("needs", Some(RefusalCode::Forbidden)),
            1 => self.server.refuse_collection("needs", None),
            2 => self.server.limit_batch([None, Some(1), Some(2)][self.rng.below(3)]),
            3 => self.server.retry_later_from(Some(self.rng.below(3))),
            _ => self.server.retry_later_from(None),
        }
    }

    fn person_resolves(&mut self, at: usize) {
        let phone = &self.phones[at];
        for stream in &self.streams {
            for row in phone.store.outbox_now(stream).into_iter().filter(|row| row.refused.is_some()) {
                if self.rng.percent(50) {
                    if block_on(phone.tabs[0].discard_refused(stream, row.number)) == Ok(true) {
                        self.discarded.insert(row.change.id);
                    }
                } else if block_on(phone.tabs[0].retry_refused(stream, row.number)) == Ok(true) {
                    self.retried.insert(row.change.id);
                }
            }
        }
    }

    /// Writes and syncs at the same time, in two tabs, maybe killed on the way.
    fn use_phone(&mut self, at: usize) {
        let rng = self.rng.clone();
        let killed = rng.percent(25);
        {
            let phone = &self.phones[at];
            let mut tasks: Vec<Pin<Box<dyn Future<Output = ()> + '_>>> = Vec::new();
            for _ in 0..rng.below(4) {
                let engine = &phone.tabs[rng.below(2)];
                tasks.push(Box::pin(write(engine, self.random_writes(), self.random_photo(), self.saved.clone())));
            }
            for _ in 0..[0, 1, 1, 2][rng.below(4)] {
                let engine = &phone.tabs[rng.below(2)];
                let stream = &self.streams[rng.below(2)];
                tasks.push(Box::pin(async move {
                    // A full disk is one of the faults.
                    let _ = exchange(engine, stream).await;
                }));
            }
            interleave(&rng, tasks, killed.then(|| rng.below(60)));
        }
        if killed {
            if rng.percent(50) {
                self.phones[at].store.power_cut();
            }
            self.phones[at].restart(&rng);
        }
    }

    fn random_writes(&self) -> Vec<Write> {
        (0..1 + self.rng.below(3)).map(|_| self.random_write()).collect()
    }

    fn random_write(&self) -> Write {
        let rng = &self.rng;
        let stream = self.streams[rng.below(2)].clone();
        let key = RecordKey::new(["households", "needs"][rng.below(2)], ["a", "b", "c"][rng.below(3)]);
        let mut patch = BTreeMap::new();
        for _ in 0..1 + rng.below(2) {
            let value = match rng.below(4) {
                0 => Value::Null,
                1 => json!(rng.next() as f64 / 1e17),
                2 => json!({ "z": rng.below(9), "a": [1, 2] }),
                _ => json!(format!("value {}", rng.below(100_000))),
            };
            patch.insert(["name", "phone", "plan"][rng.below(3)].to_owned(), value);
        }
        if rng.percent(8) {
            patch.insert(DELETED.to_owned(), Value::Bool(rng.percent(70)));
        }
        Write { stream, key, patch }
    }

    fn random_photo(&self) -> Vec<PendingAttachment> {
        if self.rng.percent(75) {
            return Vec::new();
        }
        vec![PendingAttachment {
            stream: self.streams[0].clone(),
            sha256: format!("{:064x}", self.rng.next()),
            size: i64::try_from(self.rng.below(500_000)).unwrap(),
            mime: "image/jpeg".into(),
            state: AttachmentState::Waiting,
        }]
    }

    /// What the screens say now, against the truth.
    fn look(&mut self) {
        let server: BTreeSet<String> =
            self.streams.iter().flat_map(|s| self.server.entries(s)).map(|entry| entry.change.id).collect();
        for phone in &self.phones {
            for stream in &self.streams {
                let outbox = phone.store.outbox_now(stream);
                let on_phone_only = outbox.iter().filter(|row| !server.contains(&row.change.id)).count();
                for tab in &phone.tabs {
                    let status = block_on(tab.status(stream)).unwrap();
                    if status.is_synced() && on_phone_only > 0 {
                        self.lies.push(format!("{} {stream}: {status:?}, {on_phone_only} waiting", phone.name));
                    }
                }
                for (key, stored) in phone.store.records(stream) {
                    let mut view = stored.base.clone();
                    let own: Vec<_> = outbox.iter().filter(|row| row.change.record == key).collect();
                    own.iter().for_each(|row| view.apply(&row.change, row.change.device_time, ""));
                    if stored.view.is_some() == own.is_empty() || *stored.shown() != view {
                        self.wrong_views.push(format!("{} {stream} {key:?}", phone.name));
                    }
                }
            }
        }
    }

    /// The faults end; everybody comes online.
    fn end(mut self) -> History {
        self.server.limit_batch(None);
        self.server.retry_later_from(None);
        for phone in &self.phones {
            phone.net.deliver_delayed();
            phone.net.set_weather(Weather::FINE);
        }
        let emptied_after = self.phones.iter().map(|phone| self.empty(phone)).collect();
        // Once more, so that everybody has what the others sent last.
        for phone in &self.phones {
            self.empty(phone);
        }
        self.look();
        let (saved, saved_attachments) = self.saved.take();
        History {
            saved,
            saved_attachments,
            emptied_after,
            streams: self.streams.iter().map(|stream| self.stream_end(stream)).collect(),
            discarded: self.discarded,
            refused: self.server.ever_refused(),
            retried: self.retried,
            numbers: self.phones.iter().flat_map(|phone| phone.store.numbers()).collect(),
            lies: self.lies,
            wrong_views: self.wrong_views,
        }
    }

    /// The app's own loop: on `online`, and then as the back-off says. Milliseconds until nothing is left.
    fn empty(&self, phone: &Phone) -> i64 {
        let start = self.world.now();
        for stream in &self.streams {
            let mut backoff = Backoff::default();
            loop {
                let outcome = block_on(exchange(&phone.tabs[0], stream));
                if outcome.as_ref().is_ok_and(Outcome::is_done) {
                    let head = i64::try_from(self.server.entries(stream).len()).unwrap();
                    assert_eq!(phone.store.cursor_now(stream).seq, head, "done means at the head");
                    break;
                }
                let retry_after = outcome.ok().and_then(|outcome| outcome.retry_after());
                self.world.advance(i64::from(backoff.next(&self.rng, retry_after)));
                assert!(self.world.now() - start < 86_400_000, "{} never empties", phone.name);
            }
        }
        self.world.now() - start
    }

    fn stream_end(&self, id: &StreamId) -> StreamEnd {
        StreamEnd {
            id: id.clone(),
            log: self.server.entries(id),
            server: self.server.records(id),
            server_attachments: self.server.attachments(id),
            phones: self
                .phones
                .iter()
                .map(|phone| PhoneEnd {
                    name: phone.name.clone(),
                    cursor: phone.store.cursor_now(id),
                    records: phone.store.records(id),
                    outbox: phone.store.outbox_now(id),
                })
                .collect(),
        }
    }
}

/// As the app does: what sends is asked for only when something waits.
async fn exchange(engine: &PhoneEngine, stream: &StreamId) -> Result<Outcome, StoreFull> {
    match engine.receive_stream(stream).await? {
        Some(outcome) => Ok(outcome),
        None => engine.sync_stream(stream).await,
    }
}

async fn write(engine: &PhoneEngine, writes: Vec<Write>, photos: Vec<PendingAttachment>, saved: Saved) {
    let names: Vec<_> = photos.iter().map(|photo| (photo.stream.clone(), photo.sha256.clone())).collect();
    if let Ok(changes) = engine.write_many(writes, photos, Vec::new()).await {
        // From here on the person has read "saved on this phone".
        let mut saved = saved.borrow_mut();
        saved.0.extend(changes);
        saved.1.extend(names);
    }
}
