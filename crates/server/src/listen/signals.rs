//! What the system sends: to stop, and to read the certificate again. They are caught from the moment these are made.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGTERM and Ctrl-C.
#[derive(Debug)]
pub struct Stop {
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(unix)]
    interrupt: Signal,
}

impl Stop {
    /// Catches them from now on.
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! { _ = self.terminate.recv() => {}, _ = self.interrupt.recv() => {} }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            // Its default ends the process, which is safe too.
            std::future::pending::<()>().await;
        }
    }
}

/// SIGHUP, which `systemctl reload` sends. Not caught, it ends the process.
#[derive(Debug)]
pub struct Hangup {
    #[cfg(unix)]
    hangup: Signal,
}

impl Hangup {
    /// Catches it from now on.
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// The next one; never where there are none.
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        if self.hangup.recv().await.is_some() {
            return;
        }
        std::future::pending::<()>().await;
    }
}
