//! Waiting on conditions.

use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use tokio::time::{MissedTickBehavior, interval, timeout};

/// How long anything may take on a slow build machine.
const LIMIT: Duration = Duration::from_secs(30);

/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(50);

/// Polls until there is something. An attempt that does not answer ends with the limit too.
///
/// # Errors
/// After 30 seconds, naming what was waited for, with the last attempt's own error.
pub async fn obtain<T>(what: &str, mut attempt: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let (mut last, mut is_answered) = (None, true);
    let mut polls = interval(POLL);
    polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let polling = async {
        loop {
            polls.tick().await;
            is_answered = false;
            match attempt().await {
                Ok(Some(found)) => break found,
                Ok(None) => last = None,
                Err(error) => last = Some(error),
            }
            is_answered = true;
        }
    };
    if let Ok(found) = timeout(LIMIT, polling).await {
        return Ok(found);
    }
    let last = if is_answered { last } else { Some(anyhow!("no answer at all")) };
    match last {
        Some(error) => Err(error.context(format!("waited in vain: {what}"))),
        None => bail!("waited in vain: {what}"),
    }
}

/// Polls until a condition holds.
///
/// # Errors
/// See [`obtain`].
pub async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    obtain(what, async || Ok(condition().await?.then_some(()))).await
}

/// Waits for one thing, but not for ever.
///
/// # Errors
/// After 30 seconds, naming what was waited for.
pub async fn within<T>(what: &str, wanted: impl Future<Output = T>) -> Result<T> {
    timeout(LIMIT, wanted).await.map_err(|_| anyhow!("waited in vain: {what}"))
}
