//! Whether the server can do its work, for whoever watches it: a load balancer, a monitor.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use serde::Serialize;
use tokio::sync::Mutex;

use crate::state::AppState;

/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// An answer is used again for so long, milliseconds: asking often costs the disk nothing.
const FRESH: i64 = 2_000;

/// What is known of the server's health.
#[derive(Debug, Default)]
pub struct Health {
    stopping: AtomicBool,
    /// When it was looked at, and what was found. Held while looking, so that many who ask look once.
    last: Mutex<Option<(i64, Checks)>>,
}

impl Health {
    /// From now on the server is not ready: it stops.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }
}

/// What was looked at, a stable code each; `ok` where all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Checks {
    /// `stopping` after the stop signal.
    pub server: &'static str,
    /// `unreachable` when it does not answer.
    pub database: &'static str,
    /// Of the database: `behind` or `ahead` of this program, `unknown` when it does not answer.
    pub schema: &'static str,
    /// `not_writable` when nothing can be put into their folder.
    pub attachments: &'static str,
    /// `missing` when the program was built without the apps.
    pub apps: &'static str,
}

impl Checks {
    /// Whether all is well.
    #[must_use]
    pub fn all_ok(&self) -> bool {
        [self.server, self.database, self.schema, self.attachments, self.apps].iter().all(|code| *code == OK)
    }
}

const OK: &str = "ok";

/// Looks, or says what was found a moment ago. That it stops is said at once.
pub async fn look(state: &AppState) -> Checks {
    let health = state.health();
    let mut last = health.last.lock().await;
    let now = state.clock.now();
    let checks = match *last {
        Some((at, checks)) if now >= at && now - at < FRESH => checks,
        _ => {
            let checks = look_afresh(state).await;
            *last = Some((now, checks));
            checks
        }
    };
    let server = if health.stopping.load(Ordering::SeqCst) { "stopping" } else { OK };
    Checks { server, ..checks }
}

async fn look_afresh(state: &AppState) -> Checks {
    let (database, schema) = match tokio::time::timeout(PATIENCE, state.store.schema()).await {
        Ok(Ok(schema)) if schema.is_ahead() => (OK, "ahead"),
        Ok(Ok(schema)) if schema.pending.is_empty() => (OK, OK),
        Ok(Ok(_)) => (OK, "behind"),
        Ok(Err(_)) | Err(_) => ("unreachable", "unknown"),
    };
    let attachments = if state.files.can_write().await { OK } else { "not_writable" };
    let built = ["index.html", "desk.html"].into_iter().all(|name| state.assets.get(name).is_some());
    Checks { server: OK, database, schema, attachments, apps: if built { OK } else { "missing" } }
}
