//! Whether the server can do its work, for whoever watches it: a load balancer, a monitor.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use serde::Serialize;
use tokio::{sync::Mutex, task::JoinHandle, time::timeout};

use crate::state::AppState;

/// How long the database may take, and the attachments' folder: it may be on another machine.
const PATIENCE: Duration = Duration::from_secs(3);

/// An answer is used again for so long, milliseconds: asking often costs the disk nothing.
const FRESH: i64 = 2_000;

/// What is known of the server's health.
#[derive(Debug, Default)]
pub struct Health {
    stopping: AtomicBool,
    /// Held while looking, so that many who ask look once; that ends after [`PATIENCE`].
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    /// When it was looked at, and what was found.
    found: Option<(i64, Checks)>,
    /// A look at the folder that has not ended. It is not begun again before it has: each keeps a thread, which are not many.
    probe: Option<JoinHandle<bool>>,
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
    let checks = match last.found {
        Some((at, checks)) if now >= at && now - at < FRESH => checks,
        _ => {
            let checks = look_afresh(state, &mut last.probe).await;
            // As of the end: who waited meanwhile need not look again.
            last.found = Some((state.clock.now(), checks));
            checks
        }
    };
    let server = if health.stopping.load(Ordering::SeqCst) { "stopping" } else { OK };
    Checks { server, ..checks }
}

async fn look_afresh(state: &AppState, probe: &mut Option<JoinHandle<bool>>) -> Checks {
    let (schema, can_write) = tokio::join!(timeout(PATIENCE, state.store.schema()), can_write(state, probe));
    let (database, schema) = match schema {
        Ok(Ok(schema)) if schema.is_ahead() => (OK, "ahead"),
        Ok(Ok(schema)) if schema.pending.is_empty() => (OK, OK),
        Ok(Ok(_)) => (OK, "behind"),
        Ok(Err(_)) | Err(_) => ("unreachable", "unknown"),
    };
    let attachments = if can_write { OK } else { "not_writable" };
    let built = ["index.html", "desk.html"].into_iter().all(|name| state.assets.get(name).is_some());
    Checks { server: OK, database, schema, attachments, apps: if built { OK } else { "missing" } }
}

/// Whether something can be put into the attachments' folder, and within the time.
async fn can_write(state: &AppState, probe: &mut Option<JoinHandle<bool>>) -> bool {
    let files = state.files.clone();
    let under_way = probe.get_or_insert_with(|| tokio::spawn(async move { files.can_write().await }));
    match timeout(PATIENCE, under_way).await {
        Ok(ended) => {
            *probe = None;
            ended.unwrap_or(false)
        }
        Err(_) => false,
    }
}
