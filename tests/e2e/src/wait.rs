//! Waiting on conditions.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long anything may take on a slow build machine.
const LIMIT: Duration = Duration::from_secs(30);

/// Polls a condition until it holds.
///
/// # Errors
/// After 30 seconds, naming what was waited for, or with the condition's own last error.
#[expect(clippy::disallowed_methods, reason = "a poll has a limit and a pause; it ends on its condition")]
pub async fn eventually<F, Fut>(what: &str, mut condition: F) -> Result<()>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<bool>>,
{
    let begun = Instant::now();
    let mut last = None;
    while begun.elapsed() < LIMIT {
        match condition().await {
            Ok(true) => return Ok(()),
            Ok(false) => last = None,
            Err(error) => last = Some(error),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    match last {
        Some(error) => Err(error.context(format!("waited in vain: {what}"))),
        None => bail!("waited in vain: {what}"),
    }
}
