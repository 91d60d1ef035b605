//! Signing in (online, once), starting without a network, signing out. The outbox of a user is never deleted by any of it.

use std::rc::Rc;

use leptos::task::spawn_local;
use zhucun_api::{Me, ProblemCode, SignIn};
use zhucun_domain::collection;
use zhucun_json::from_text;
use zhucun_sync::Engine;
use zhucun_view::prelude::*;
use zhucun_words::{Word, settings as setting_words, sign_in as words};

use super::{App, NewHousehold, Phase, PhoneEngine, Records, SyncStatus, drafts};
use crate::later;
use crate::platform::{
    asked, badge,
    clock::{self, BrowserClock},
    crypto::BrowserRng,
    events,
    http::{self, HttpError, HttpNet},
    install, settings,
    storage::{Db, StorageError},
    timer,
};

pub(super) const SESSION: &str = "/api/v1/session";

/// Why signing in did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// Name or password wrong.
    WrongPassword,
    /// Too many tries; wait so many seconds where the server says so.
    TooManyTries(Option<u32>),
    /// No network, or something else answered in the server's place.
    Offline,
    /// The server failed.
    Server,
    /// The phone cannot keep data.
    Storage(StorageError),
}

impl SignInProblem {
    /// What to say.
    #[must_use]
    pub const fn word(&self) -> Word {
        match self {
            Self::WrongPassword => words::WRONG_PASSWORD,
            Self::TooManyTries(_) => words::TOO_MANY_TRIES,
            Self::Offline => words::OFFLINE,
            Self::Server => words::SERVER,
            Self::Storage(error) => error.word(),
        }
    }
}

impl From<HttpError> for SignInProblem {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Offline => Self::Offline,
            HttpError::Refused { code: ProblemCode::WrongPassword, .. } => Self::WrongPassword,
            HttpError::Refused { code: ProblemCode::TooManyTries, wait, .. }
            | HttpError::Refused { status: 429, wait, .. } => Self::TooManyTries(wait.map(|ms| ms / 1000)),
            HttpError::Refused { status: 401, .. } => Self::WrongPassword,
            HttpError::Refused { .. } => Self::Server,
        }
    }
}

impl App {
    /// Starts: with the user known to this phone, also without a network; else with the sign-in page.
    pub fn start(self) {
        events::on_network(move |online| {
            self.online.set(online);
            if online {
                self.sync_now();
            }
        });
        events::on_visible(move || self.sync_now());
        self.keep_typed();
        let unsent = Memo::new(move |_| self.status.with(SyncStatus::unsent));
        Effect::new(move |_| badge::show(unsent.get()));
        // What is kept for later goes over the same slow line: after what is shown first.
        timer::after(later::SOON, move || {
            later::fetch();
            spawn_local(install::register(move || self.update_ready.set(true)));
        });
        spawn_local(async move {
            match settings::get::<Me>(settings::ME) {
                Some(me) => match self.open(me).await {
                    Ok(()) => self.sync_now(),
                    Err(error) => self.phase.set(Phase::Broken(error)),
                },
                None => {
                    // Who has a session comes to their page at once, not by way of the one for signing in.
                    if !asked::is_known() {
                        self.phase.set(Phase::SignedOut);
                    }
                    self.tell_signed_out().await;
                    self.take_session().await;
                    if self.phase.get_untracked() == Phase::Starting {
                        self.phase.set(Phase::SignedOut);
                    }
                }
            }
        });
    }

    /// Somebody who set a password by a link comes here with a session and need not sign in again.
    async fn take_session(self) {
        if settings::get::<bool>(settings::SIGN_OUT_DUE).is_some() {
            return;
        }
        let Ok(text) = http::get_text(SESSION).await else { return };
        let Ok(me) = from_text::<Me>(&text) else { return };
        let is_free = self.phase.get_untracked() != Phase::Ready && self.me.with_untracked(Option::is_none);
        if !me.role.at_desk() && is_free && settings::set(settings::ME, &me) {
            match self.open(me).await {
                Ok(()) => self.begin_known(),
                Err(error) => self.phase.set(Phase::Broken(error)),
            }
        }
    }

    /// Begins to exchange with the server, which has just said who this is.
    fn begin_known(self) {
        self.inner.update_value(|inner| (inner.asked, inner.asked_at) = (true, clock::now()));
        self.sync_now();
    }

    /// Opens a user's database and reads it.
    async fn open(self, me: Me) -> Result<(), StorageError> {
        let db = Db::open(&me.user).await?;
        let kept = db.at_start().await?;
        let device = match &kept.device {
            Some(device) => device.clone(),
            None => db.new_device(),
        };
        let mut records = Records::default();
        for (key, record) in kept.records(&me.streams)? {
            records.put(key, record);
        }
        let (drafts, generation) = (drafts::infos(&kept.drafts), kept.generation);
        let engine: Rc<PhoneEngine> =
            Rc::new(Engine::new(device.clone(), BrowserClock, BrowserRng, HttpNet::new(db.clone()), db));
        let last_contact = settings::get(&contact_key(&me.user));
        self.inner.update_value(|inner| {
            inner.engine = Some(engine);
            inner.device = device;
            inner.generation = generation;
            inner.asked = false;
            inner.backoff.reset();
        });
        self.records.set(records);
        self.drafts.set(drafts);
        self.status.set(SyncStatus { last_contact, ..SyncStatus::default() });
        self.show_unsent(kept.unsent()?);
        self.read_typed(&me.user);
        self.me.set(Some(me));
        self.phase.set(Phase::Ready);
        Ok(())
    }

    /// Signs in. A desk role is not for this app: the answer says who it is and nothing is kept here.
    ///
    /// # Errors
    /// See [`SignInProblem`]; nothing on the phone is changed then.
    pub async fn sign_in(self, username: String, password: String) -> Result<Me, SignInProblem> {
        let me: Me = http::post_json(SESSION, &SignIn { username, password }).await?;
        if me.role.at_desk() {
            return Ok(me);
        }
        self.end_undo();
        settings::remove(settings::SIGN_OUT_DUE);
        if !settings::set(settings::ME, &me) {
            return Err(SignInProblem::Storage(StorageError::QuotaFull));
        }
        let same = self.me.with_untracked(|before| before.as_ref().is_some_and(|before| before.user == me.user));
        if same && self.engine().is_some() {
            // The session was lost under a running app: go on where one was.
            self.is_now(me.clone());
            self.status.update(|status| status.error = None);
            self.phase.set(Phase::Ready);
        } else {
            self.open(me.clone()).await.map_err(SignInProblem::Storage)?;
        }
        self.begin_known();
        Ok(me)
    }

    /// Signs out; can be undone for a minute. What is unsent stays in the user's database on this phone and goes on when
    /// they sign in again.
    pub fn sign_out(self) {
        let Some(me) = self.me.get_untracked() else { return };
        settings::remove(settings::ME);
        settings::set(settings::SIGN_OUT_DUE, true);
        self.me.set(None);
        self.phase.set(Phase::SignedOut);
        self.stop_sync();
        let lang = self.lang.get_untracked();
        let back = move || {
            settings::remove(settings::SIGN_OUT_DUE);
            settings::set(settings::ME, &me);
            self.me.set(Some(me));
            self.phase.set(Phase::Ready);
            self.sync_now();
        };
        let done = move || {
            self.close();
            spawn_local(self.tell_signed_out());
        };
        self.offer_undo(setting_words::SIGNED_OUT.get(lang).to_owned(), back, done);
    }

    /// Forgets what is in memory, when nobody has signed in meanwhile.
    fn close(self) {
        if self.me.with_untracked(Option::is_some) {
            return;
        }
        self.inner.update_value(|inner| (inner.engine, inner.begun) = (None, None));
        self.records.set(Records::default());
        self.drafts.set(Vec::new());
        self.status.set(SyncStatus::default());
        self.search.set(String::new());
        self.new_household.set(NewHousehold::default());
        self.answers.update(litemap::LiteMap::clear);
    }

    /// Ends the session at the server, once it can be reached.
    async fn tell_signed_out(self) {
        let due = settings::get::<bool>(settings::SIGN_OUT_DUE).unwrap_or(false);
        if due && http::delete(SESSION).await != Err(HttpError::Offline) {
            settings::remove(settings::SIGN_OUT_DUE);
        }
    }

    /// The county's forms, the village's records: what a stream's loss takes from memory.
    pub(super) fn forget_stream_in_memory(self, kind: &str) {
        let is_county = kind == "county";
        self.records.update(|records| records.forget(|name| (name == collection::FORMS) == is_county));
    }
}

pub(super) fn contact_key(user: &str) -> String {
    settings::of_user(settings::CONTACT, user)
}
