//! Sending what waits on this phone. There is nothing to send before the program's last part is there: it is what finishes a
//! visit and says a need.

use std::{future::Future, pin::Pin, rc::Rc};

use zhucun_sync::{Outcome, StreamId};

use super::PhoneEngine;
use crate::platform::storage::StorageError;

/// Comes when a stream was exchanged.
pub type Sending = Pin<Box<dyn Future<Output = Result<Outcome, StorageError>>>>;

/// Exchanges a stream, with all that waits of it.
pub fn send((engine, stream): (Rc<PhoneEngine>, StreamId)) -> Sending {
    Box::pin(async move { engine.sync_stream(&stream).await })
}
