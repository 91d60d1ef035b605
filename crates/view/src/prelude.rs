//! What pages are written with: `view!` and the signals.

pub use crate::reactive::{ArcRwSignal, Callback, Effect, Memo, RwSignal, Signal, StoredValue};
pub use crate::{Child, Component, View, keyed, on_cleanup, view};
pub use leptos::prelude::{
    ArcTrigger, Notify, Track, document, event_target, event_target_checked, event_target_value,
    request_animation_frame, untrack, window, window_event_listener, window_event_listener_untyped,
};
