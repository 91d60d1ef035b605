//! What the app knows: signals, and the commands that change them. Pages call commands, never storage. All of it belongs to
//! the root, so that work outlives the page that began it.

mod day;
mod draft_info;
pub mod drafts;
pub mod form_files;
pub mod link;
mod lost;
mod rare;
mod records;
pub mod resolve;
pub mod saying;
mod sending;
mod session;
pub mod shared;
mod status;
mod sync;
mod typed;
mod undo;

use std::{any::Any, cell::OnceCell, collections::BTreeMap, ops::Deref, rc::Rc};

use litemap::LiteMap;
use serde_json::Value;
use zhucun_api::Me;
use zhucun_sync::{Backoff, Engine, PendingAttachment, RecordKey, StreamId, Write};
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word};

use crate::platform::{
    clock::{self, BrowserClock},
    crypto::BrowserRng,
    dom,
    http::HttpNet,
    install, settings,
    storage::{Db, StorageError},
};
use draft_info::DraftInfo;
pub use records::{Records, Visited};
pub use session::SignInProblem;
pub use status::{Headline, OutboxRow, SyncStatus};
pub use typed::{NeedAnswer, NewHousehold};

/// The sync engine over this phone's database and network.
pub type PhoneEngine = Engine<BrowserClock, BrowserRng, HttpNet, Db>;

/// Where the app is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading the phone's storage.
    Starting,
    /// Nobody is signed in.
    SignedOut,
    /// Somebody works.
    Ready,
    /// The phone's storage cannot be opened.
    Broken(StorageError),
}

/// What has no signal: it is read by commands only.
#[derive(Default)]
struct Inner {
    engine: Option<Rc<PhoneEngine>>,
    device: String,
    /// A sync runs, and whether another was asked for meanwhile.
    running: bool,
    again: bool,
    /// The server has been asked who this is, since the start of the app or the last signing in; and when.
    asked: bool,
    asked_at: i64,
    timer: Option<i32>,
    backoff: Backoff,
    generation: i64,
    undo: Option<undo::Pending>,
    /// A visit that was begun just now, for the page that fills it: not read again, nor computed. A `drafts::Opened`, whose
    /// kind the first part of the app does not know.
    begun: Option<Box<dyn Any>>,
}

/// The app of this page: a name for its [`State`] that weighs nothing in a closure.
#[derive(Clone, Copy)]
pub struct App(());

/// The app's state.
pub struct State {
    /// Language of the screens.
    pub lang: RwSignal<Lang>,
    /// Large text.
    pub large: RwSignal<bool>,
    /// Who is signed in.
    pub me: RwSignal<Option<Me>>,
    /// Where the app is in its life.
    pub phase: RwSignal<Phase>,
    /// The records of the village, and the county's forms.
    pub records: RwSignal<Records>,
    /// Checklists that are not finished.
    pub drafts: RwSignal<Vec<DraftInfo>>,
    /// What is only on this phone.
    pub status: RwSignal<SyncStatus>,
    /// The phone's day, since 1970-01-01.
    pub today: RwSignal<i64>,
    /// Whether the browser believes there is a network.
    pub online: RwSignal<bool>,
    /// What went wrong and must be read, until it is put away.
    pub problem: RwSignal<Option<String>>,
    /// A new version of the app is complete and waits for a tap.
    pub update_ready: RwSignal<bool>,
    /// What can be undone for a minute, in words.
    pub undo: RwSignal<Option<String>>,
    /// Outbox numbers that are about to be discarded, hidden meanwhile.
    pub discarding: RwSignal<Vec<i64>>,
    /// What is typed into the search of households.
    pub search: RwSignal<String>,
    /// What is typed into "new household".
    pub new_household: RwSignal<NewHousehold>,
    /// What is typed as the answer to needs, by need.
    pub answers: RwSignal<LiteMap<String, NeedAnswer>>,
    inner: StoredValue<Inner>,
}

thread_local! {
    /// There is one app in a page, and it ends with it.
    static STATE: OnceCell<&'static State> = const { OnceCell::new() };
}

/// The app of this page.
#[must_use]
pub const fn use_app() -> App {
    App(())
}

impl Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        STATE.with(|state| *state.get_or_init(|| Box::leak(Box::new(State::new()))))
    }
}

impl State {
    fn new() -> Self {
        let lang = settings::get::<String>(settings::LANG).map_or(Lang::Zh, |tag| Lang::from_tag(&tag));
        Self {
            lang: RwSignal::new(lang),
            large: RwSignal::new(settings::get(settings::LARGE).unwrap_or(false)),
            me: RwSignal::new(None),
            phase: RwSignal::new(Phase::Starting),
            records: RwSignal::new(Records::default()),
            drafts: RwSignal::new(Vec::new()),
            status: RwSignal::new(SyncStatus::default()),
            today: RwSignal::new(clock::today()),
            online: RwSignal::new(crate::platform::events::is_online()),
            problem: RwSignal::new(None),
            update_ready: RwSignal::new(false),
            undo: RwSignal::new(None),
            discarding: RwSignal::new(Vec::new()),
            search: RwSignal::new(String::new()),
            new_household: RwSignal::new(NewHousehold::default()),
            answers: RwSignal::new(LiteMap::new_vec()),
            inner: StoredValue::new(Inner::default()),
        }
    }
}

impl App {
    /// Makes the state and reads the settings. To be called once, by the root: the state belongs to it.
    #[must_use]
    pub fn new() -> Self {
        let app = use_app();
        dom::set_lang(app.lang.get_untracked());
        dom::set_large(app.large.get_untracked());
        app
    }

    /// Words in the language of the screens; follows its change.
    #[must_use]
    pub fn word(self, word: Word) -> &'static str {
        word.get(self.lang.get())
    }

    /// Changes the language of the screens.
    pub fn set_lang(self, lang: Lang) {
        self.lang.set(lang);
        dom::set_lang(lang);
        settings::set(settings::LANG, lang.tag());
    }

    /// Switches large text.
    pub fn set_large(self, large: bool) {
        self.large.set(large);
        dom::set_large(large);
        settings::set(settings::LARGE, large);
    }

    /// Calls back whenever the network comes, until the owner of this place ends.
    pub fn on_online(self, came: impl Fn() + 'static) {
        Effect::new(move |was: Option<bool>| {
            let is_online = self.online.get();
            if is_online && was == Some(false) {
                came();
            }
            is_online
        });
    }

    /// The signed-in user's database.
    #[must_use]
    pub fn db(self) -> Option<Db> {
        self.engine().map(|engine| engine.store().clone())
    }

    /// This device's id for the signed-in user.
    #[must_use]
    pub fn device(self) -> String {
        self.inner.with_value(|inner| inner.device.clone())
    }

    /// The stream of the signed-in user's village.
    #[must_use]
    pub fn village(self) -> Option<StreamId> {
        self.me.with_untracked(|me| me.as_ref().and_then(|me| me.village().cloned()))
    }

    /// Whether it is this user who is signed in, and to this village.
    #[must_use]
    pub fn works_in(self, user: &str, village: Option<&StreamId>) -> bool {
        self.me.with_untracked(|me| {
            me.as_ref().is_some_and(|me| me.user == user && village.is_some() && me.village() == village)
        })
    }

    fn engine(self) -> Option<Rc<PhoneEngine>> {
        self.inner.with_value(|inner| inner.engine.clone())
    }

    /// Writes fields of one record of the village. When it returns `Ok`, "saved on this phone" is true.
    ///
    /// # Errors
    /// When the phone cannot keep it: then nothing is written and the drafts are still there.
    pub async fn write(
        self,
        key: RecordKey,
        patch: BTreeMap<String, Value>,
        attachments: Vec<PendingAttachment>,
        drafts_remove: Vec<String>,
    ) -> Result<(), StorageError> {
        self.write_many(vec![(key, patch)], attachments, drafts_remove).await
    }

    /// Writes several records of the village in one transaction, e.g. a visit and the household's facts it brought.
    ///
    /// # Errors
    /// As [`App::write`].
    pub async fn write_many(
        self,
        writes: Vec<(RecordKey, BTreeMap<String, Value>)>,
        attachments: Vec<PendingAttachment>,
        drafts_remove: Vec<String>,
    ) -> Result<(), StorageError> {
        let signed_out = || StorageError::Other("SignedOut".to_owned());
        let engine = self.engine().ok_or_else(signed_out)?;
        let stream = self.village().ok_or_else(signed_out)?;
        let keys: Vec<_> = writes.iter().map(|(key, _)| key.clone()).collect();
        let writes = writes.into_iter().map(|(key, patch)| Write { stream: stream.clone(), key, patch }).collect();
        engine.write_many(writes, attachments, drafts_remove.clone()).await?;
        if !drafts_remove.is_empty() {
            self.drafts.update(|drafts| drafts.retain(|draft| !drafts_remove.contains(&draft.id)));
        }
        // It is written. What goes wrong from here on is said, but the write is not called failed: it would be done again.
        if let Err(error) = self.show_written(&engine, &stream, &keys).await {
            self.status.update(|status| status.contact_ok = false);
            self.say(error.word());
        }
        leptos::task::spawn_local(install::persist());
        self.sync_now();
        Ok(())
    }

    /// Shows what was written: first that it is only here, so that no moment says "on the server", then the records, then
    /// which of them wait for their photos.
    async fn show_written(
        self,
        engine: &Rc<PhoneEngine>,
        stream: &StreamId,
        keys: &[RecordKey],
    ) -> Result<(), StorageError> {
        self.refresh_status(engine).await?;
        self.refresh_records(engine, stream, keys).await?;
        self.refresh_status(engine).await
    }

    /// Says a problem at the top of the screen.
    pub fn say(self, problem: Word) {
        self.say_text(problem.get(self.lang.get_untracked()).to_owned());
    }

    /// Says a problem, in words that are made already.
    pub fn say_text(self, problem: String) {
        self.problem.set(Some(problem));
        // It stands at the top: the focus brings it into sight wherever the person has scrolled to.
        request_animation_frame(|| dom::focus(".notices .problem button"));
    }
}

impl Default for App {
    fn default() -> Self {
        Self::new()
    }
}
