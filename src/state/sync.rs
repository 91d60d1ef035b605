//! When to exchange with the server, and what to do with what came of it. One sync at a time in this tab, one over all tabs
//! where the browser has locks.

use std::rc::Rc;

use js_sys::Uint8Array;
use leptos::task::spawn_local;
use zhucun_api::Me;
use zhucun_domain::{collection, form, visit};
use zhucun_json::from_text;
use zhucun_sync::{AttachmentState, NetError, Outcome, Record, RecordKey, Store, StoredRecord, StreamId};

use super::{
    App, OutboxRow, PhoneEngine, Records, SyncStatus, form_files, lost, sending,
    session::{SESSION, contact_key},
};
use crate::{
    later,
    platform::{
        clock,
        crypto::{self, BrowserRng},
        events,
        http::{self, HttpError},
        locks, settings,
        storage::{StorageError, Unsent},
        timer,
    },
};

/// How often to look for news while the app is seen and nothing waits, milliseconds.
const LOOK_EVERY: u32 = 300_000;
/// How long what the server said of the user's rights holds: shorter than that, milliseconds.
const ASK_EVERY: u64 = 240_000;
/// When another tab is at it: how long until its work is read, milliseconds.
const OTHER_TAB: u32 = 3_000;
/// A stream that may not be read will not be readable a second later, milliseconds.
const FORBIDDEN_WAIT: u32 = 600_000;
/// From so many changed records on, a stream is read as a whole.
const WHOLE: usize = 100;
/// In place of the storage's generation: what is in memory is not what is there.
const UNREAD: i64 = -1;

/// What one round over all streams came to.
#[derive(Default)]
struct Round {
    error: Option<NetError>,
    retry_after: Option<u32>,
    waiting: bool,
}

impl App {
    /// Exchanges with the server now: at start, when the network comes, when the page is seen again, after each write, and
    /// when the person asks. Waiting times begin anew.
    pub fn sync_now(self) {
        self.inner.update_value(|inner| inner.backoff.reset());
        self.begin_sync();
    }

    fn begin_sync(self) {
        let Some(engine) = self.engine() else { return };
        let busy = self.inner.try_update_value(|inner| {
            inner.again = inner.running;
            std::mem::replace(&mut inner.running, true)
        });
        if busy == Some(false) && self.me.with_untracked(Option::is_some) {
            spawn_local(self.run(engine));
        } else if busy == Some(false) {
            self.inner.update_value(|inner| inner.running = false);
        }
    }

    /// No more attempts by themselves, e.g. after signing out.
    pub(super) fn stop_sync(self) {
        self.inner.update_value(|inner| {
            if let Some(timer) = inner.timer.take() {
                timer::cancel(timer);
            }
        });
    }

    async fn run(self, engine: Rc<PhoneEngine>) {
        self.stop_sync();
        self.status.update(|status| status.running = true);
        let mut name = String::from("zhucun-sync-");
        name.push_str(&self.me.with_untracked(|me| me.as_ref().map(|me| me.user.clone()).unwrap_or_default()));
        let mut wait = OTHER_TAB;
        loop {
            self.inner.update_value(|inner| inner.again = false);
            let lock = locks::try_acquire(&name).await;
            let result = match &lock {
                Some(_) => self.round(&engine).await,
                None => self.read_other_tabs(&engine).await.map(|()| None),
            };
            match result {
                // A round of who was signed in before says nothing to who is now.
                _ if !self.is_current(&engine) => {}
                Ok(Some(round)) => wait = self.settle(&round),
                Ok(None) => {}
                Err(error) => {
                    self.status.update(|status| status.contact_ok = false);
                    self.say(error.word());
                    wait = FORBIDDEN_WAIT;
                }
            }
            drop(lock);
            if !self.inner.with_value(|inner| inner.again) || !self.is_current(&engine) {
                break;
            }
        }
        self.inner.update_value(|inner| inner.running = false);
        self.status.update(|status| status.running = false);
        if self.is_current(&engine) {
            self.plan(wait);
        } else {
            // Somebody else signed in meanwhile: their turn.
            self.begin_sync();
        }
    }

    /// Whether the engine is still that of the user who is signed in.
    pub(super) fn is_current(self, engine: &Rc<PhoneEngine>) -> bool {
        self.me.with_untracked(Option::is_some) && self.engine().is_some_and(|now| Rc::ptr_eq(&now, engine))
    }

    fn plan(self, wait: u32) {
        let timer = timer::after(wait, move || {
            if events::is_visible() {
                self.begin_sync();
            }
        });
        self.inner.update_value(|inner| inner.timer = Some(timer));
    }

    /// Keeps what a round came to, and says how long to wait until the next.
    fn settle(self, round: &Round) -> u32 {
        let ok = round.error.is_none();
        let now = clock::now();
        self.status.update(|status| {
            status.contact_ok = ok;
            status.error.clone_from(&round.error);
            if ok {
                status.last_contact = Some(now);
            }
        });
        if ok && let Some(user) = self.me.with_untracked(|me| me.as_ref().map(|me| me.user.clone())) {
            settings::set(&contact_key(&user), now);
        }
        match round.error {
            Some(NetError::Forbidden | NetError::SignedOut) => FORBIDDEN_WAIT,
            None if !round.waiting => {
                self.inner.update_value(|inner| inner.backoff.reset());
                LOOK_EVERY
            }
            _ => self
                .inner
                .try_update_value(|inner| inner.backoff.next(&BrowserRng, round.retry_after))
                .unwrap_or(FORBIDDEN_WAIT),
        }
    }

    /// Every stream once.
    async fn round(self, engine: &Rc<PhoneEngine>) -> Result<Option<Round>, StorageError> {
        let now = clock::now();
        let mut asked = Ok(());
        // A clock that was put back has no say.
        if self.inner.with_value(|inner| !inner.asked || now.abs_diff(inner.asked_at) > ASK_EVERY) {
            asked = self.ask_who().await;
        }
        self.read_other_tabs(engine).await?;
        if let Err(error) = asked {
            return Ok(Some(Round { error: Some(error), ..Round::default() }));
        }
        self.inner.update_value(|inner| inner.asked = true);
        let mut streams = self.me.with_untracked(|me| me.as_ref().map(|me| me.streams.clone()).unwrap_or_default());
        // A stream that was taken away is not among them, and what is left of it still has its way to go.
        for stream in engine.store().streams().await? {
            if !streams.contains(&stream) {
                streams.push(stream);
            }
        }
        let mut round = Round::default();
        for stream in &streams {
            let outcome = self.exchange(engine, stream).await?;
            round.waiting |= !outcome.is_done();
            round.retry_after = round.retry_after.max(outcome.retry_after());
            let must_stop = matches!(outcome.error, Some(NetError::Offline | NetError::SignedOut | NetError::Busy(_)));
            if let Some(error) = outcome.error {
                round.error.get_or_insert(error);
            } else if stream.kind() == "county" && !self.fetch_definitions(engine).await? {
                round.waiting = true;
                round.error.get_or_insert(NetError::Offline);
            }
            if must_stop || !self.is_current(engine) {
                break;
            }
        }
        // What lies beside forms comes after all text.
        let has_files = |(_, record): &(&str, &Record)| record.get(form::field::FILES).is_some();
        if round.error.is_none() && self.records.with_untracked(|records| records.forms().iter().any(has_files)) {
            // Soon again, when the later part is here.
            round.waiting |= later::now(form_files::fetch, engine.clone()).is_none();
        }
        let generation = engine.store().generation().await?;
        if self.is_current(engine) {
            self.inner.update_value(|inner| {
                if inner.generation != UNREAD {
                    inner.generation = generation;
                }
            });
        }
        Ok(Some(round))
    }

    async fn exchange(self, engine: &Rc<PhoneEngine>, stream: &StreamId) -> Result<Outcome, StorageError> {
        let writes = engine.writes();
        let mut result = sync_stream(engine, stream).await;
        if let Ok(outcome) = &mut result {
            let is_stored = engine.writes() == writes;
            if outcome.taken_away {
                match later::now(lost::lose, (engine.clone(), stream.clone(), outcome.attachments_waiting)) {
                    // That it may not be read is then as it should be.
                    Some(losing) => {
                        if losing.await? && outcome.error == Some(NetError::Forbidden) {
                            outcome.error = None;
                        }
                    }
                    // Soon again, when the later part is here.
                    None => outcome.error = Some(NetError::Busy(None)),
                }
            } else if outcome.anew && !is_stored {
                self.reload(engine, stream).await?;
            } else if is_stored {
                // What was committed, and not written over since, need not be read.
                self.show(engine, stream, outcome.anew, std::mem::take(&mut outcome.records));
            } else {
                self.refresh_records(engine, stream, &outcome.records_changed).await?;
            }
        }
        let nothing_new = |outcome: &Outcome| outcome.is_done() && outcome.pushed + outcome.refused == 0;
        let is_known = self.status.with_untracked(SyncStatus::is_empty) && result.as_ref().is_ok_and(nothing_new);
        if !is_known {
            self.refresh_status(engine).await?;
        }
        result
    }

    /// Asks the server who this is, and keeps what it says. Somebody else's session in this browser counts as none: nothing
    /// of this user's may go with it.
    pub(super) async fn ask_who(self) -> Result<(), NetError> {
        let Some(before) = self.me.get_untracked() else { return Err(NetError::SignedOut) };
        let me = match http::get_text(SESSION).await {
            Ok(text) => from_text::<Me>(&text).map_err(|_| NetError::Offline)?,
            // Blocked: nothing is theirs any more.
            Err(HttpError::Refused { status: 403, .. }) => Me { streams: Vec::new(), ..before.clone() },
            Err(error) => return Err(error.into()),
        };
        if me.user != before.user {
            return Err(NetError::SignedOut);
        }
        self.inner.update_value(|inner| inner.asked_at = clock::now());
        if me != before {
            settings::set(settings::ME, &me);
            self.is_now(me);
        }
        Ok(())
    }

    /// What the server says of the user by now. Where other streams are theirs than before, only those are shown: what was
    /// in memory goes at once, and the next round reads what is on this phone of them.
    pub(super) fn is_now(self, me: Me) {
        let before = self.me.get_untracked();
        if before.as_ref().is_none_or(|before| before.streams != me.streams) {
            let village = me.village();
            let is_same = before.as_ref().is_some_and(|before| before.village() == village);
            self.drafts
                .update(|drafts| drafts.retain(|draft| village.is_some_and(|village| draft.is_of(village, is_same))));
            self.records.set(Records::default());
            self.inner.update_value(|inner| inner.generation = UNREAD);
        }
        self.me.set(Some(me));
    }

    /// What another tab has written since is read.
    pub(super) async fn read_other_tabs(self, engine: &Rc<PhoneEngine>) -> Result<(), StorageError> {
        let generation = engine.store().generation().await?;
        if self.inner.with_value(|inner| inner.generation) == generation {
            return Ok(());
        }
        self.inner.update_value(|inner| inner.generation = generation);
        let streams = self.me.with_untracked(|me| me.as_ref().map(|me| me.streams.clone()).unwrap_or_default());
        for stream in &streams {
            self.reload(engine, stream).await?;
        }
        self.refresh_status(engine).await
    }

    /// Whether a stream's records belong on the screens: whose engine it is is signed in, and the stream is theirs.
    fn shows(self, engine: &Rc<PhoneEngine>, stream: &StreamId) -> bool {
        self.is_current(engine)
            && self.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.streams.contains(stream)))
    }

    /// Reads a stream's records as a whole.
    async fn reload(self, engine: &Rc<PhoneEngine>, stream: &StreamId) -> Result<(), StorageError> {
        let all = engine.store().all_records(stream).await?;
        self.show(engine, stream, true, all);
        Ok(())
    }

    /// Shows records of a stream; `anew` when they are all that it has.
    fn show(self, engine: &Rc<PhoneEngine>, stream: &StreamId, anew: bool, fresh: Vec<(RecordKey, StoredRecord)>) {
        if !self.shows(engine, stream) || stream.kind() == "work" || !anew && fresh.is_empty() {
            return;
        }
        if anew {
            self.forget_stream_in_memory(stream.kind());
        }
        self.records.update(|records| {
            for (key, record) in fresh {
                records.put(key, record);
            }
        });
    }

    /// Reads records that a commit has changed.
    pub(super) async fn refresh_records(
        self,
        engine: &Rc<PhoneEngine>,
        stream: &StreamId,
        keys: &[RecordKey],
    ) -> Result<(), StorageError> {
        if keys.len() > WHOLE {
            return self.reload(engine, stream).await;
        }
        let mut fresh = Vec::with_capacity(keys.len());
        for key in keys {
            fresh.push((key.clone(), engine.store().record(stream, key).await?.unwrap_or_default()));
        }
        self.show(engine, stream, false, fresh);
        Ok(())
    }

    /// Reads what is only on this phone.
    pub(super) async fn refresh_status(self, engine: &Rc<PhoneEngine>) -> Result<(), StorageError> {
        let unsent = engine.store().unsent().await?;
        // Somebody else may have signed in meanwhile: these are not theirs.
        if self.engine().is_some_and(|now| Rc::ptr_eq(&now, engine)) {
            self.show_unsent(unsent);
        }
        Ok(())
    }

    /// Shows what is only on this phone.
    pub(super) fn show_unsent(self, (rows, photos): Unsent) {
        let rows: Vec<_> = rows.iter().filter_map(OutboxRow::of).collect();
        let refused = photos.iter().filter(|photo| photo.state == AttachmentState::Refused).count();
        let hashes: Vec<_> = photos.iter().map(|photo| photo.sha256.clone()).collect();
        let photos_of = self.records.with_untracked(|records| records.naming(&hashes));
        self.status.update(|status| {
            status.photos_of = photos_of;
            status.rows = rows;
            status.photos = photos.len() - refused;
            status.photos_refused = refused;
        });
    }

    /// Fetches the form definitions that this phone does not have. False when one could not be had.
    async fn fetch_definitions(self, engine: &Rc<PhoneEngine>) -> Result<bool, StorageError> {
        // Those in use first, then those that visits were filled with: they are read and corrected without a network.
        let hashes = self.records.with_untracked(|records| {
            let (forms, visits) = (records.all(collection::FORMS), records.all(collection::VISITS));
            let forms = forms.iter().map(|(_, form)| form.text("hash"));
            let mut hashes: Vec<String> = Vec::new();
            for hash in forms.chain(visits.iter().map(|(_, visit)| visit.text(visit::field::FORM_HASH))) {
                if !hashes.iter().any(|known| known == hash) {
                    hashes.push(hash.to_owned());
                }
            }
            hashes
        });
        let mut complete = true;
        for hash in hashes {
            if hash.is_empty() || engine.store().definition(&hash).await?.is_some() {
                continue;
            }
            match fetch_definition(&hash).await {
                Some(json) => engine.store().put_definition(&hash, &json).await?,
                None => complete = false,
            }
        }
        Ok(complete)
    }
}

/// Exchanges a stream; with what the later part brings, when something is to be sent.
async fn sync_stream(engine: &Rc<PhoneEngine>, stream: &StreamId) -> Result<Outcome, StorageError> {
    if let Some(outcome) = engine.receive_stream(stream).await? {
        return Ok(outcome);
    }
    if later::behind().await
        && let Some(sending) = later::now(sending::send, (engine.clone(), stream.clone()))
    {
        return sending.await;
    }
    // The part does not come: no network.
    Ok(Outcome { error: Some(NetError::Offline), ..Outcome::default() })
}

/// A form definition from the server.
pub(super) async fn fetch_definition(hash: &str) -> Option<String> {
    let mut url = String::from("/api/v1/forms/");
    url.push_str(&http::encode(hash));
    let json = http::get_text(&url).await.ok()?;
    is_named(&json, hash).await.then_some(json)
}

/// Whether a definition is the one its hash names; without a secure context it cannot be told and is believed.
async fn is_named(json: &str, hash: &str) -> bool {
    let bytes = Uint8Array::from(json.as_bytes());
    crypto::sha256(&bytes).await.is_none_or(|found| found == hash)
}
