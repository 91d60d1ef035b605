//! The session's cookie. Its name says how it came, so that one that was set without encryption never stands for a
//! session over https.

use axum::http::{HeaderMap, HeaderValue, header};

use super::extract;
use crate::state::Settings;

/// Seconds of a year: the cookie's life, renewed at every start of the app.
const YEAR: u32 = 365 * 24 * 3600;

/// How a cookie is named and kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Over https. The prefix makes browsers insist on Secure, Path=/ and no Domain: what somebody on the way puts into
    /// an answer over plain http cannot replace it.
    Guarded,
    /// Over plain http, where browsers drop what is Secure (all but `localhost`).
    Plain,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Guarded => "__Host-zhucun",
            Self::Plain => "zhucun",
        }
    }

    /// Of what is asked for with these headers.
    fn now(settings: &Settings, headers: &HeaderMap) -> Self {
        if extract::over_https(settings, headers) { Self::Guarded } else { Self::Plain }
    }
}

/// The session's token and the kind of cookie that holds it.
#[derive(Debug)]
pub(crate) struct Cookie<'a> {
    kind: Kind,
    /// The token.
    pub(crate) token: &'a str,
}

impl<'a> Cookie<'a> {
    /// For a session that begins with this request.
    pub(crate) fn new(settings: &Settings, headers: &HeaderMap, token: &'a str) -> Self {
        Self { kind: Kind::now(settings, headers), token }
    }

    /// The one in the request. Over https only a guarded one counts; over plain http a guarded one counts too, after
    /// the plain: browsers send it to `localhost`, and it stays guarded when it is renewed.
    pub(crate) fn sent(settings: &Settings, headers: &'a HeaderMap) -> Option<Self> {
        let taken: &[Kind] = match Kind::now(settings, headers) {
            Kind::Guarded => &[Kind::Guarded],
            Kind::Plain => &[Kind::Plain, Kind::Guarded],
        };
        taken.iter().find_map(|kind| Some(Self { kind: *kind, token: find(headers, kind.name())? }))
    }

    /// All that the request brings.
    pub(crate) fn all(headers: &'a HeaderMap) -> impl Iterator<Item = Self> {
        let sent = |kind: Kind| Some(Self { kind, token: find(headers, kind.name())? });
        [Kind::Guarded, Kind::Plain].into_iter().filter_map(sent)
    }

    /// `Set-Cookie` that keeps it for a year from now.
    pub(crate) fn kept(&self) -> Option<HeaderValue> {
        self.set(self.token, YEAR)
    }

    /// `Set-Cookie` that takes it away.
    pub(crate) fn gone(&self) -> Option<HeaderValue> {
        self.set("", 0)
    }

    fn set(&self, token: &str, max_age: u32) -> Option<HeaderValue> {
        let name = self.kind.name();
        let secure = if self.kind == Kind::Guarded { "; Secure" } else { "" };
        format!("{name}={token}; Path=/; Max-Age={max_age}; HttpOnly{secure}; SameSite=Lax").parse().ok()
    }
}

fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}
