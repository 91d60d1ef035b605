//! Waiting on conditions.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use tokio::time::timeout;

/// How long anything may take on a slow build machine.
const LIMIT: Duration = Duration::from_secs(30);

/// Polls until there is something. An attempt that does not answer ends with the limit too.
///
/// # Errors
/// After 30 seconds, naming what was waited for, with the last attempt's own error.
#[expect(clippy::disallowed_methods, reason = "a poll has a limit and a pause; it ends on its condition")]
pub async fn obtain<T>(what: &str, mut attempt: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    let mut last = None;
    while let Some(left) = LIMIT.checked_sub(begun.elapsed()) {
        match timeout(left, attempt()).await {
            Ok(Ok(Some(found))) => return Ok(found),
            Ok(Ok(None)) => last = None,
            Ok(Err(error)) => last = Some(error),
            Err(_) => last = Some(anyhow!("no answer at all")),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
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
