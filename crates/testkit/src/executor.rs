//! The smallest executor: no runtime, no time, and every await point is a place to stop at.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use crate::SimRng;

/// More polls than any test needs; a future that takes so many hangs.
const TOO_MANY: usize = 10_000_000;

/// Is pending once. The simulated store and network do it before and after their effect, so that a future can be
/// dropped on either side of it.
pub async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut yielded, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// Runs a future to its end.
///
/// # Panics
/// When it seems to hang.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    poll_n(future, TOO_MANY).expect("the future hangs")
}

/// Polls at most `n` times, then drops the future: it is killed at its n-th await point.
pub fn poll_n<T>(future: impl Future<Output = T>, n: usize) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..n {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Some(value);
        }
    }
    None
}

/// Runs several futures with their steps mixed at random. With `steps`, all that are not done after so many polls in
/// all are dropped: the device is killed.
///
/// # Panics
/// When they seem to hang.
pub fn interleave(rng: &SimRng, mut tasks: Vec<Pin<Box<dyn Future<Output = ()> + '_>>>, steps: Option<usize>) {
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..steps.unwrap_or(TOO_MANY) {
        if tasks.is_empty() {
            return;
        }
        let at = rng.below(tasks.len());
        if tasks[at].as_mut().poll(&mut context).is_ready() {
            drop(tasks.swap_remove(at));
        }
    }
    assert!(steps.is_some(), "the futures hang");
}
