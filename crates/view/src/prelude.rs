//! What pages are written with: `view!` and the signals.

pub use crate::reactive::{ArcRwSignal, Callback, Effect, Memo, RwSignal, Signal, StoredValue};
pub use crate::{Child, Component, View, keyed, view};
pub use leptos::prelude::{
    ArcTrigger, Notify, Track, document, event_target, event_target_checked, event_target_value, expect_context,
    on_cleanup, provide_context, request_animation_frame, use_context, window, window_event_listener,
    window_event_listener_untyped,
};
