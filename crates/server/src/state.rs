//! What every handler can reach.

use std::{ops::Deref, sync::Arc};

use crate::{
    clock::Clock,
    http::assets::Assets,
    service::{attempts::Attempts, basic::Known, files::Files, health::Health, passwords::Passwords, xforms::Xforms},
    store::Store,
};

/// Settings that handlers look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The address people reach the server by, without a slash at the end; used in links and QR codes. Without it the
    /// request's `Host` is used.
    pub public_url: Option<String>,
    /// Believe `X-Forwarded-For`, `-Host` and `-Proto`: a proxy in front of us writes them.
    pub trust_proxy: bool,
    /// We speak TLS ourselves.
    pub tls: bool,
}

impl Settings {
    /// Whether people reach us over https only: we speak TLS, or the public address begins with https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.tls || self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// The parts of [`AppState`].
#[derive(Debug)]
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Bytes of attachments.
    pub files: Files,
    /// The time.
    pub clock: Clock,
    /// Settings.
    pub settings: Settings,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Counts failed sign-ins.
    pub attempts: Attempts,
    /// The built apps.
    pub assets: Assets,
    /// Compressed definitions, made once.
    pub packed_forms: crate::http::forms::Packed,
}

/// Shared by all handlers; cloning is cheap.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    parts: Parts,
    health: Health,
    known: Known,
    xforms: Xforms,
}

impl AppState {
    /// Shares the parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Shared { parts, health: Health::default(), known: Known::default(), xforms: Xforms::default() }))
    }

    /// What is known of the server's health.
    #[must_use]
    pub fn health(&self) -> &Health {
        &self.0.health
    }

    /// Passwords that were right a moment ago.
    #[must_use]
    pub fn known(&self) -> &Known {
        &self.0.known
    }

    /// Forms written for `OpenRosa`.
    #[must_use]
    pub fn xforms(&self) -> &Xforms {
        &self.0.xforms
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}
