//! The village's public link as this phone last saw it, and the commands that change it at the server.

use leptos::task::spawn_local;
use zhucun_api::{Links, MakeLink, VillageLink};
use zhucun_json::{Fields, FromJson, JsonError, ToJson, Value, Writer};
use zhucun_view::prelude::*;
use zhucun_words::{Word, link as words};

use super::App;
use crate::platform::{
    clock,
    http::{self, HttpError},
    settings,
};

/// The links as the server said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenLinks {
    /// What it said.
    pub links: Links,
    /// When, milliseconds; 0 when it was at signing in.
    pub at: i64,
}

impl FromJson for SeenLinks {
    fn from_json(value: Value) -> Result<Self, JsonError> {
        let mut fields = Fields::of(value)?;
        Ok(Self { links: fields.read("links")?, at: fields.read("at")? })
    }
}

impl ToJson for SeenLinks {
    fn to_json(&self) -> Value {
        let mut object = Writer::new();
        object.put("links", &self.links);
        object.put("at", &self.at);
        object.into_value()
    }
}

/// What is wanted of the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// To see it.
    See,
    /// A new one.
    New,
    /// None.
    None,
    /// The one of before.
    BackTo(String),
}

/// What to say when it could not be done.
#[must_use]
pub fn problem(error: &HttpError) -> Word {
    match error {
        HttpError::Offline => words::UNREACHABLE,
        HttpError::Refused { status: 404, .. } => words::TOO_LATE,
        HttpError::Refused { status: 401, .. } => zhucun_words::app::SIGNED_OUT,
        HttpError::Refused { status: 403, .. } => zhucun_words::sync::FORBIDDEN,
        HttpError::Refused { .. } => zhucun_words::sign_in::SERVER,
    }
}

/// The links as this phone knows them without asking.
#[must_use]
pub fn seen(app: App) -> SeenLinks {
    app.me.with_untracked(|me| {
        let Some(me) = me else { return SeenLinks::default() };
        settings::get(&settings::of_user(settings::LINK, &me.user)).unwrap_or_else(|| {
            let first = me.needs_link.clone().map(|url| VillageLink { url, ..VillageLink::default() });
            SeenLinks { links: Links { current: first, ending: None }, at: 0 }
        })
    })
}

/// Asks the server and keeps its answer.
///
/// # Errors
/// See [`HttpError`]; then nothing has changed here, and at the server only when its answer was lost.
pub async fn ask(app: App, want: Want) -> Result<SeenLinks, HttpError> {
    let Some(village) = app.village() else { return Err(HttpError::Offline) };
    let mut url = String::from("/api/v1/villages/");
    url.push_str(&http::encode(village.id()));
    url.push_str("/link");
    let links: Links = match want {
        Want::See => http::read_json(&url).await?,
        Want::New => http::post_json(&url, &MakeLink::default()).await?,
        Want::BackTo(token) => http::post_json(&url, &MakeLink { back_to: Some(token) }).await?,
        Want::None => http::delete_for(&url).await?,
    };
    let seen = SeenLinks { links, at: clock::now() };
    keep(app, &seen);
    Ok(seen)
}

fn keep(app: App, seen: &SeenLinks) {
    let url = seen.links.current.as_ref().map(|link| link.url.clone());
    let Some(mut me) = app.me.get_untracked() else { return };
    settings::set(&settings::of_user(settings::LINK, &me.user), seen);
    // What is known since signing in is of another day; who is told of no change is not drawn anew.
    if me.needs_link != url {
        me.needs_link = url;
        settings::set(settings::ME, &me);
        app.me.set(Some(me));
    }
}

/// Renews or revokes, and offers to undo it while the old link still works. `shown` is the page's own copy, which may be gone
/// by then.
pub async fn change(app: App, want: Want, shown: RwSignal<SeenLinks>) -> Result<(), HttpError> {
    let before = shown.get_untracked().links.current;
    let is_new = want == Want::New;
    let seen = ask(app, want).await?;
    let _ = shown.try_set(seen);
    if let Some(before) = before {
        let said = if is_new { words::RENEWED } else { words::REVOKED };
        let back = move || spawn_local(undo(app, before.token, shown));
        app.offer_undo(said.get(app.lang.get_untracked()).to_owned(), back, || {});
    }
    Ok(())
}

async fn undo(app: App, token: String, shown: RwSignal<SeenLinks>) {
    match ask(app, Want::BackTo(token)).await {
        Ok(seen) => drop(shown.try_set(seen)),
        Err(error) => app.say(problem(&error)),
    }
}
